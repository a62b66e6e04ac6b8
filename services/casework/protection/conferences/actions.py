"""Holding a child protection conference: what it decides takes effect in the same transaction."""

from datetime import date
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from services.casework.cases.cases.actions import day_of_step, find_open_case, require_under_18
from services.casework.cases.cases.models import Case, CaseChild
from services.casework.cases.cases.queries import children_chosen, event_fields_of
from services.casework.lifecycle.pathways.actions import follow_the_law, require_past_front_door
from services.casework.protection.conferences import queries, rules
from services.casework.protection.conferences.models import Conference, ConferenceChild
from services.casework.protection.conferences.rules import Person
from services.casework.protection.conferences.schemas import ChildDecision, NewConference
from services.casework.protection.enquiries import actions as enquiries
from services.casework.protection.enquiries.models import Enquiry
from services.casework.protection.enquiries.queries import find_enquiry
from services.casework.protection.protection_plans import actions as plans
from services.casework.protection.protection_plans.models import ProtectionPlan
from services.casework.protection.protection_plans.queries import open_plan_of
from services.casework.record.chronology.actions import record_about_case
from shared import audit, clock, outbox
from shared.auth import Actor
from shared.contracts.casework import ConferenceHeld
from shared.merged_children import surviving_ids
from shared.problems import InvalidBody, NotFound, Problem


class NoPlanInForce(Problem):
    status = 409
    code = "no-protection-plan"
    title = "This child has no protection plan in force to review: an initial conference begins one"

    def __init__(self, case: Case, child_id: UUID) -> None:
        super().__init__(child_id=str(child_id), call=f"POST /casework/v1/cases/{case.id}/section-47-enquiries")


class NoTemporaryPlan(Problem):
    status = 409
    code = "no-temporary-plan"
    title = "A transfer-in conference is about a plan that came from another authority: record that plan first"

    def __init__(self, case: Case, child_id: UUID) -> None:
        super().__init__(child_id=str(child_id), call=f"POST /casework/v1/cases/{case.id}/protection-plans")


class TransferInFirst(Problem):
    status = 409
    code = "transfer-in-first"
    title = "This plan came from another authority: a transfer-in conference decides on it, not this one"


class EnquiryNeedsNone(Problem):
    status = 409
    code = "enquiry-needs-no-conference"
    title = "The section 47 enquiry does not go on for this child: it ended, or its conference was held"

    def __init__(self, case: Case, child_id: UUID) -> None:
        super().__init__(child_id=str(child_id), call=f"POST /casework/v1/cases/{case.id}/strategy-discussions")


async def hold_conference(session: AsyncSession, actor: Actor, case_id: UUID, sent: NewConference) -> Conference:
    """Record a conference; a decision for a plan begins it on that day, and one to end it ends it."""
    case = await find_open_case(session, actor, case_id)
    require_past_front_door(case)
    named = [each.child_id for each in sent.children]
    children = await children_chosen(session, case, named, "/children/{}/child_id")
    held_on = await day_of_step(session, case, children, "/held_on", sent.held_on, census_rule="1104")
    _check(sent, held_on)
    await _require_independent(session, case, sent)
    enquiry = await _enquiry(session, actor, case, sent, held_on)
    made = Conference(
        id=uuid4(),
        case_id=case.id,
        kind=sent.kind,
        enquiry_id=enquiry.id if enquiry else None,
        held_on=held_on,
        chair_name=sent.chair.name,
        chair_subject=sent.chair.subject,
        present=[each.model_dump() for each in sent.present],
        quorate=sent.quorate,
        recorded_by=actor.subject,
        recorded_at=clock.now(),
        children=[],
        **sent.model_dump(
            include={"inquorate_reason", "reports_shared_on", "views_of_parents", "dissent", "reason_late"}
        ),
    )
    session.add(made)
    for number, (child, decided) in enumerate(zip(children, sent.children, strict=True)):
        plan = await _carry_out(session, actor, case, made, child, decided, enquiry, number)
        made.children.append(
            ConferenceChild(
                child_id=child.child_id,
                plan_id=plan.id if plan else None,
                **decided.model_dump(include={"decision", "category", "reason", "views_of_child"}),
            )
        )
    await session.flush()  # first: reviews that fall due follow from the conferences on record
    await _bring_up_plans(session, made)
    await _record(session, actor, case, made)
    await follow_the_law(
        session, actor, case, held_on, "What the child protection conference decided", ended="child_protection"
    )
    return made


def _check(sent: NewConference, held_on: date) -> None:
    """Raises what does not go together in what was sent."""
    if sent.kind == "initial" and rules.is_at_weekend(held_on):
        rule = "An initial conference is not held at a weekend: it is held before, or on the Monday"
        raise InvalidBody("/held_on", "weekend", rule, census_rule="8875")
    if not sent.quorate and not sent.inquorate_reason:
        rule = "Where not enough were there, write why it was held all the same"
        raise InvalidBody("/inquorate_reason", "missing", rule)
    if sent.reports_shared_on and sent.reports_shared_on > held_on:
        raise InvalidBody("/reports_shared_on", "out-of-order", "Reports are shared before the conference")
    seen = set[tuple[str, str]]()
    for number, each in enumerate(sent.present):
        if (each.name, each.agency) in seen:
            raise InvalidBody(f"/present/{number}", "twice", "Each person is named once")
        seen.add((each.name, each.agency))
    for number, decided in enumerate(sent.children):
        _check_decision(sent, f"/children/{number}", decided)


def _check_decision(sent: NewConference, at: str, decided: ChildDecision) -> None:
    may = sorted(rules.DECISIONS[sent.kind])
    if decided.decision not in may:
        rule = f"This conference decides {' or '.join(may)}"
        raise InvalidBody(f"{at}/decision", "not-for-this-kind", rule)
    if decided.decision == "plan" and not decided.category:
        rule = "A plan that begins has a category: NEG, PHY, SAB or EMO"
        raise InvalidBody(f"{at}/category", "missing", rule, census_rule="8905")
    if decided.decision in rules.WITH_REASON and decided.category:
        raise InvalidBody(f"{at}/category", "no-plan", "Only a plan has a category")
    if decided.decision in rules.WITH_REASON and not decided.reason:
        raise InvalidBody(f"{at}/reason", "missing", "Write why there is no plan, or why it ends")


async def _require_independent(session: AsyncSession, case: Case, sent: NewConference) -> None:
    """Raises that the chair manages or holds the case (Working Together: independent of line management)."""
    chair = Person(sent.chair.name, sent.chair.subject)
    if rules.is_one_of(chair, await queries.who_manages_or_holds(session, case)):
        rule = "The chair is independent: nobody who holds the case or manages its area or team"
        raise InvalidBody("/chair", "not-independent", rule)


async def _enquiry(
    session: AsyncSession, actor: Actor, case: Case, sent: NewConference, held_on: date
) -> Enquiry | None:
    """The enquiry that asked for an initial conference; raises InvalidBody where it is not of this case or day."""
    place = "/section_47_enquiry_id"
    if sent.kind != "initial":
        if sent.section_47_enquiry_id:
            raise InvalidBody(place, "not-for-this-kind", "Only an initial conference follows an enquiry")
        return None
    if sent.section_47_enquiry_id is None:
        raise InvalidBody(place, "missing", "An initial conference follows a section 47 enquiry", census_rule="8615")
    try:
        enquiry = await find_enquiry(session, actor, sent.section_47_enquiry_id)
    except NotFound as missing:
        raise InvalidBody(place, "unknown", "There is no such enquiry") from missing
    if enquiry.case_id != case.id:
        raise InvalidBody(place, "not-of-this-case", "This enquiry is about another case")
    if held_on < enquiry.started_on:
        rule = "A conference is held on the day on which the enquiry began or later"
        raise InvalidBody("/held_on", "out-of-order", rule, census_rule="8615")
    return enquiry


async def _carry_out(
    session: AsyncSession,
    actor: Actor,
    case: Case,
    conference: Conference,
    child: CaseChild,
    decided: ChildDecision,
    enquiry: Enquiry | None,
    number: int,
) -> ProtectionPlan | None:
    """Let what was decided for a child be so, from the day of the conference on."""
    present = await open_plan_of(session, child.child_id)
    if conference.kind == "review":
        return await _review(session, actor, case, conference, child, decided, present)
    if conference.kind == "transfer_in":
        if present is None or not present.temporary:
            raise NoTemporaryPlan(case, child.child_id)
        _require_after(conference.held_on, present)
        reason = decided.reason or "The plan goes on as one of this authority"
        await plans.end_plan(session, actor, case, present, conference.held_on, "transfer_in_conference", reason)
    elif enquiry:
        await _end_enquiry(session, actor, case, conference, child, enquiry)
    if decided.decision != "plan":
        return None
    require_under_18(child, conference.held_on, f"/children/{number}/child_id")
    return await plans.start_plan(
        session,
        actor,
        case,
        child,
        conference.held_on,
        category=decided.category or "",
        place="/held_on",
        previous_plans=decided.previous_plans,
    )


async def _review(
    session: AsyncSession,
    actor: Actor,
    case: Case,
    conference: Conference,
    child: CaseChild,
    decided: ChildDecision,
    plan: ProtectionPlan | None,
) -> ProtectionPlan:
    if plan is None:
        raise NoPlanInForce(case, child.child_id)
    if plan.temporary:
        raise TransferInFirst(plan_id=str(plan.id))
    if conference.held_on <= plan.started_on:
        rule = "A review is held on a day after the plan began"
        raise InvalidBody("/held_on", "out-of-order", rule, census_rule="8841")
    if decided.decision == "end":
        ended_on = await plans.day_of_end(session, plan, "/held_on", conference.held_on)
        await plans.end_plan(session, actor, case, plan, ended_on, "review_conference", decided.reason)
    return plan


def _require_after(held_on: date, plan: ProtectionPlan) -> None:
    if held_on < plan.started_on:
        raise InvalidBody("/held_on", "out-of-order", "A transfer-in conference is held after the plan began")


async def _end_enquiry(
    session: AsyncSession, actor: Actor, case: Case, conference: Conference, child: CaseChild, enquiry: Enquiry
) -> None:
    """The conference of a child ends the enquiry about it; an enquiry without an outcome has this one."""
    answers = await surviving_ids(session, [child.child_id, *(each.child_id for each in enquiry.children)])
    of_child = [each for each in enquiry.children if answers[each.child_id] == answers[child.child_id]]
    if not of_child or of_child[0].ended_on:
        raise EnquiryNeedsNone(case, child.child_id)
    if enquiry.completed_on is None:
        enquiries.write_outcome(enquiry, actor, conference.held_on, "conference", None)
    await enquiries.end_for(
        session, enquiry, of_child, conference.held_on, conference_held=True, reason_late=conference.reason_late
    )


async def _bring_up_plans(session: AsyncSession, conference: Conference) -> None:
    """Let a plan's category and its next review follow from the last of its reviews, in whatever order they were
    recorded."""
    if conference.kind != "review":
        return
    for child in conference.children:
        plan = await session.get_one(ProtectionPlan, child.plan_id)
        plan.category = await queries.last_category(session, plan.id) or plan.category
        await plans.keep_series(session, plan, "review_conference", await queries.reviews_done(session, plan.id))


async def _record(session: AsyncSession, actor: Actor, case: Case, made: Conference) -> None:
    child_ids = [each.child_id for each in made.children]
    facts: dict[str, Any] = {
        "conference_kind": made.kind,
        "children": len(child_ids),
        "plans": sum(each.decision in ("plan", "continue") for each in made.children),
        "quorate": made.quorate,
    }
    await record_about_case(
        session, case, "conference_held", made.held_on, about_id=made.id, child_ids=child_ids, facts=facts
    )
    audit.record(session, actor, "conference_hold", "case", case.id, conference_id=str(made.id), **facts)
    fields = await event_fields_of(session, case) | {"child_ids": child_ids}
    await outbox.record(session, ConferenceHeld(**fields, conference_id=made.id, kind=made.kind, held_on=made.held_on))
