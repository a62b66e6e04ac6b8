"""Beginning a section 47 enquiry, and what it found."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from services.casework.cases.cases.actions import day_of_step, find_open_case, those_under_18
from services.casework.cases.cases.models import Case
from services.casework.cases.cases.queries import children_chosen
from services.casework.fields import past_day
from services.casework.lifecycle.pathways.actions import follow_the_law, require_past_front_door
from services.casework.protection.enquiries import queries
from services.casework.protection.enquiries.models import Enquiry, EnquiryChild
from services.casework.protection.enquiries.schemas import EnquiryCompletion, NewEnquiry
from services.casework.protection.strategy_discussions.models import StrategyDiscussion
from services.casework.protection.strategy_discussions.queries import find_discussion
from services.casework.record.chronology.actions import record_about_case
from services.casework.record.timescales import actions as timescales
from services.casework.record.timescales.rules import Turn, due_on
from shared import audit, clock
from shared.auth import Actor
from shared.merged_children import surviving_ids
from shared.problems import InvalidBody, NotFound, Problem

STEP = "initial_conference"


class EnquiryOpen(Problem):
    status = 409
    code = "enquiry-open"
    title = "An enquiry about one of these children still goes on: complete it, or hold its conference, first"

    def __init__(self, enquiry_id: UUID) -> None:
        call = f"POST /casework/v1/section-47-enquiries/{enquiry_id}/completion"
        super().__init__(section_47_enquiry_id=str(enquiry_id), call=call, census_rule="8890")


class EnquiryCompleted(Problem):
    status = 409
    code = "enquiry-completed"
    title = "What this enquiry found is on record already"


class NoSection47(Problem):
    status = 409
    code = "no-section-47"
    title = "This strategy discussion decided that there is no enquiry: hold another one"


async def begin_enquiry(session: AsyncSession, actor: Actor, case_id: UUID, sent: NewEnquiry) -> Enquiry:
    """Begin the enquiry that a strategy discussion decided on; the family is on child protection from then on."""
    case = await find_open_case(session, actor, case_id)
    require_past_front_door(case)
    discussion = await _discussion(session, actor, case, sent.strategy_discussion_id)
    children = await children_chosen(session, case, sent.children or [each.child_id for each in discussion.children])
    await _require_discussed(session, discussion, [child.child_id for child in children])
    started_on = await day_of_step(session, case, children, "/started_on", sent.started_on, census_rule="2889")
    child_ids = [child.child_id for child in those_under_18(children, started_on, named=bool(sent.children))]
    discussed_on = clock.london_day(discussion.held_at)
    if started_on < discussed_on:
        raise InvalidBody("/started_on", "out-of-order", "An enquiry begins with its strategy discussion or later")
    return await add_enquiry(
        session, actor, case, child_ids, sent.kind, started_on, discussed_on, strategy_discussion_id=discussion.id
    )


async def add_enquiry(
    session: AsyncSession,
    actor: Actor,
    case: Case,
    child_ids: list[UUID],
    kind: str,
    started_on: date,
    discussed_on: date,
    *,
    strategy_discussion_id: UUID | None = None,
    old_reference: str | None = None,
) -> Enquiry:
    """Add an enquiry to a case that is locked, on days that were checked; of an older system's the discussion is only
    known by its day."""
    if open_one := await queries.open_enquiry_of(session, child_ids):
        raise EnquiryOpen(open_one)
    made = Enquiry(
        id=uuid4(),
        case_id=case.id,
        strategy_discussion_id=strategy_discussion_id,
        old_reference=old_reference,
        kind=kind,
        started_on=started_on,
        counts_from=discussed_on,
        conference_due_on=due_on(STEP, discussed_on),
        recorded_by=actor.subject,
        recorded_at=clock.now(),
        children=[EnquiryChild(id=uuid4(), child_id=child_id) for child_id in child_ids],
    )
    session.add(made)
    await keep_clocks(session, made)
    facts = {"enquiry_kind": kind, "conference_due_on": made.conference_due_on.isoformat()}
    await record_about_case(
        session, case, "enquiry_started", started_on, about_id=made.id, child_ids=child_ids, facts=facts
    )
    audit.record(session, actor, "enquiry_begin", "case", case.id, enquiry_id=str(made.id))
    await follow_the_law(session, actor, case, started_on, "A section 47 enquiry began")
    return made


async def complete_enquiry(session: AsyncSession, actor: Actor, enquiry_id: UUID, sent: EnquiryCompletion) -> Enquiry:
    """Record what an enquiry found; where no conference is needed, it ends with that."""
    case = await find_open_case(session, actor, (await queries.find_enquiry(session, actor, enquiry_id)).case_id)
    enquiry = await queries.find_enquiry(session, actor, enquiry_id)
    if enquiry.completed_on:
        raise EnquiryCompleted
    rule = "An enquiry is completed on the day on which it began or later"
    completed_on = past_day("/completed_on", sent.completed_on, enquiry.started_on, rule)
    write_outcome(enquiry, actor, completed_on, sent.outcome, sent.reason)
    if sent.outcome != "conference":
        await end_for(session, enquiry, [each for each in enquiry.children if not each.ended_on], completed_on)
    facts = {"outcome": sent.outcome}
    await record_about_case(
        session,
        case,
        "enquiry_completed",
        completed_on,
        about_id=enquiry.id,
        child_ids=[child.child_id for child in enquiry.children],
        facts=facts,
        text=sent.reason,
    )
    audit.record(session, actor, "enquiry_complete", "case", case.id, enquiry_id=str(enquiry.id), **facts)
    if enquiry.status == "ended":
        reason = "The section 47 enquiry ended without a conference"
        await follow_the_law(session, actor, case, completed_on, reason, ended="child_protection")
    return enquiry


def write_outcome(enquiry: Enquiry, actor: Actor, completed_on: date, outcome: str, reason: str | None) -> None:
    enquiry.completed_on, enquiry.outcome, enquiry.reason = completed_on, outcome, reason
    enquiry.completed_by = actor.subject


async def end_for(
    session: AsyncSession,
    enquiry: Enquiry,
    children: Iterable[EnquiryChild],
    ended_on: date,
    *,
    conference_held: bool = False,
    reason_late: str | None = None,
) -> None:
    """The enquiry goes on no longer for these children: their conference was held, or none is needed."""
    for child in children:
        child.ended_on, child.conference_held, child.reason_late = ended_on, conference_held, reason_late
    await keep_clocks(session, enquiry)


async def keep_clocks(session: AsyncSession, enquiry: Enquiry) -> None:
    """Of each child its conference: met where it was held, ended where none is needed."""
    for child in enquiry.children:
        turn = Turn(
            enquiry.counts_from,
            enquiry.conference_due_on,
            met_on=child.ended_on if child.conference_held else None,
            ended_on=None if child.conference_held else child.ended_on,
            reason_late=child.reason_late,
        )
        await timescales.keep_turns(session, enquiry.case_id, STEP, [turn], about_id=child.id, child_id=child.child_id)


async def _discussion(session: AsyncSession, actor: Actor, case: Case, discussion_id: UUID) -> StrategyDiscussion:
    place = "/strategy_discussion_id"
    try:
        found = await find_discussion(session, actor, discussion_id)
    except NotFound as missing:
        raise InvalidBody(place, "unknown", "There is no such strategy discussion") from missing
    if found.case_id != case.id:
        raise InvalidBody(place, "not-of-this-case", "This strategy discussion was held about another case")
    if found.outcome != "section_47":
        raise NoSection47
    return found


async def _require_discussed(session: AsyncSession, discussion: StrategyDiscussion, child_ids: list[UUID]) -> None:
    """Raises that the strategy discussion was not about one of these children."""
    discussed = {each.child_id for each in discussion.children}
    answers = await surviving_ids(session, [*discussed, *child_ids])
    about = {answers[each] for each in discussed}
    for number, child_id in enumerate(child_ids):
        if answers[child_id] not in about:
            rule = "The strategy discussion was not about this child: hold one that is"
            raise InvalidBody(f"/children/{number}", "not-discussed", rule)
