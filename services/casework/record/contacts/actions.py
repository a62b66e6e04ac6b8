"""Recording and amending contacts; nothing that was recorded is ever lost."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.casework.access import ALLOCATORS
from services.casework.cases.cases.actions import require_not_joined, set_last_contact
from services.casework.cases.cases.models import Case
from services.casework.cases.cases.queries import children_chosen, find_case, with_those_joined
from services.casework.cases.holdings.models import Holding
from services.casework.record.chronology.actions import noon, record_about_case
from services.casework.record.chronology.queries import last_entry_at
from services.casework.record.contacts import rules
from services.casework.record.contacts.models import Contact, ContactChild, ContactVersion
from services.casework.record.contacts.queries import days_seen, find_contact, last_contact_on, visit_series_in
from services.casework.record.contacts.rules import Content, Kind, Sight
from services.casework.record.contacts.schemas import ChildSeen, ContactAmendment, ContactContent, NewContact
from services.casework.record.timescales import actions as timescales
from services.casework.record.timescales.rules import Done, turns_of
from services.casework.workforce.workers.models import Worker
from services.casework.workforce.workers.queries import find_worker
from shared import audit, clock
from shared.auth import Actor
from shared.merged_children import surviving_ids
from shared.problems import FieldProblem, InvalidBody, NotFound, Problem
from shared.web import VersionChanged, keep_left_out, require_version


class NotTheAuthor(Problem):
    status = 403
    code = "not-the-author"
    title = "A contact is amended by whoever made it, or by a supervisor or manager"


class SummaryBeforeClosing(Problem):
    status = 409
    code = "case-not-closed"
    title = "A closing summary is written after the case is closed: until then, make a note"


class ChildrenLeftOut(InvalidBody):
    """`children` of the problem has the ids of those whom the visit does not name."""

    def __init__(self, children: Collection[UUID]) -> None:
        rule = "A visit names every child of the case, seen or not, or gives other_children_reason: see `children`"
        super().__init__("/children", "child-left-out", rule, children=sorted(str(each) for each in children))


class NotBorn(InvalidBody):
    """Of a day before its birth, or of a child whose birth is not on record, nobody has seen the child."""

    def __init__(self, place: str, child_id: UUID) -> None:
        rule = (
            "By its record this child was not born on that day and cannot have been seen: its birth is recorded first"
        )
        super().__init__(place, "not-born", rule, call=f"POST /referrals/v1/children/{child_id}/corrections")


class DoesNotFit(Problem):
    """Every field that does not fit the kind of contact, at once."""

    status, code, title = InvalidBody.status, InvalidBody.code, InvalidBody.title


class _When(NamedTuple):
    happened_at: datetime
    happened_on: date
    time_known: bool


async def record_contact(session: AsyncSession, actor: Actor, case_id: UUID, kind: Kind, sent: NewContact) -> Contact:
    """Write down a contact with a family, or about it, with the children whom it concerns."""
    case = await find_case(session, actor, case_id, lock=True)
    require_not_joined(case)
    when = await _after_closing(session, case, kind, _when(sent) or _now())
    _check(kind, sent)
    await _require_day_of(session, case, kind, when)
    contact = Contact(
        case_id=case.id,
        kind=kind,
        version=0,
        worker_id=await _maker(session, actor, sent.worker_id),
        recorded_by=actor.subject,
        recorded_at=clock.now(),
    )
    await _record_version(session, actor, case, contact, sent, when)
    audit.record(session, actor, "contact_record", "case", case.id, contact_id=str(contact.id), kind=kind)
    return await find_contact(session, actor, contact.id)


async def amend_contact(
    session: AsyncSession, actor: Actor, contact_id: UUID, if_match: str, sent: ContactAmendment
) -> Contact:
    """Amend a contact, with a reason; the former version stays on record, and so does who made it.

    Raises VersionChanged where somebody else amended it since the caller read it.
    """
    case_id = (await find_contact(session, actor, contact_id)).case_id
    case = await find_case(session, actor, case_id, lock=True)
    contact = await find_contact(session, actor, contact_id)
    if contact.case_id != case.id:  # its case was joined into another, or that was reversed, in between
        raise VersionChanged
    require_version(if_match, contact.version)
    kind: Kind = contact.kind  # type: ignore[assignment]
    sent = keep_left_out(sent, _present(kind, contact, sent.no_reply))
    if not rules.may_amend(actor, kind, await _is_author(session, actor, contact)):
        raise NotTheAuthor
    _check(kind, sent)
    when = _When(contact.happened_at, contact.happened_on, contact.time_known)
    moved = _when(sent)
    if moved and (moved.happened_on, moved.time_known, when.time_known) != (when.happened_on, False, False):
        await _require_day_of(session, case, kind, when := moved)
    await _record_version(session, actor, case, contact, sent, when)
    facts: dict[str, Any] = {"version": contact.version, "in_error": sent.entered_in_error}
    audit.record(session, actor, "contact_amend", "case", case.id, contact_id=str(contact.id), **facts)
    return await find_contact(session, actor, contact.id)


def _present(kind: Kind, contact: Contact, no_reply: bool) -> dict[str, Any]:
    """What an amendment may leave out, as it stands; where nobody replied after all, no child was seen."""
    names = ("purpose", "place", "no_reply", "text", "entered_in_error")
    present = {name: getattr(contact, name) for name in names}
    if rules.KINDS[kind].family == "asked":
        present["with_family"] = contact.with_family
    if no_reply:
        return present
    seen = [ChildSeen(**{name: getattr(each, name) for name in ChildSeen.model_fields}) for each in contact.children]
    return {**present, "children": seen, "other_children_reason": contact.other_children_reason}


def _when(sent: ContactContent) -> _When | None:
    if sent.happened_at:
        return _When(sent.happened_at, clock.london_day(sent.happened_at), True)
    if sent.happened_on:
        today = sent.happened_on == clock.today()
        return _When(clock.now() if today else noon(sent.happened_on), sent.happened_on, False)
    return None


def _now() -> _When:
    return _When(clock.now(), clock.today(), True)


async def _after_closing(session: AsyncSession, case: Case, kind: Kind, when: _When) -> _When:
    """What is written about a family after its closing, of that day and without a time, comes after it."""
    if rules.KINDS[kind].family != "never" or when.time_known or when.happened_on != case.closed_on:
        return when
    closed_at = await last_entry_at(session, case.id, "case_closed")
    return when._replace(happened_at=max(when.happened_at, closed_at or when.happened_at))


def _content(sent: ContactContent) -> Content:
    children = [Sight(child.seen, child.seen_alone, child.not_seen_reason) for child in sent.children]
    return Content(sent.text, sent.place, sent.with_family, sent.no_reply, children, sent.other_children_reason)


def _check(kind: Kind, sent: ContactContent) -> None:
    """Raises what does not fit the kind."""
    if misfits := list(rules.misfits(kind, _content(sent))):
        raise DoesNotFit(errors=[FieldProblem(field=at, code=code, message=rule) for at, code, rule in misfits])


async def _require_day_of(session: AsyncSession, case: Case, kind: Kind, when: _When) -> None:
    """Raises that a contact of this kind is not of that day."""
    if not rules.KINDS[kind].after_closure:
        await _require_open_on(session, case, when)
    elif case.closed_on is None:
        raise SummaryBeforeClosing
    elif when.happened_on < case.closed_on:
        field = "/happened_at" if when.time_known else "/happened_on"
        raise InvalidBody(field, "out-of-order", "A closing summary is written on the day of the closing or later")


async def _require_open_on(session: AsyncSession, case: Case, when: _When) -> None:
    """Raises that the case was not open on that day: before it was opened, or between its closing and reopening."""
    case_ids = await with_those_joined(session, case.id)
    held = await session.execute(select(Holding.from_on, Holding.until_on).where(Holding.case_id.in_(case_ids)))
    days = [(case.opened_on, case.opened_on), *((row.from_on, row.until_on) for row in held)]
    if case.closed_on:
        days.append((case.closed_on, case.closed_on))  # also where it was opened and closed on one day
    if not rules.lies_within(when.happened_on, days):
        field = "/happened_at" if when.time_known else "/happened_on"
        raise InvalidBody(field, "out-of-order", "A contact is of a day on which the case was open")


async def _record_version(
    session: AsyncSession, actor: Actor, case: Case, contact: Contact, sent: ContactContent, when: _When
) -> None:
    """Let the contact be what was sent, keep that as its next version, and bring up what follows from it."""
    kind: Kind = contact.kind  # type: ignore[assignment]
    children = await _children_of(session, case, kind, sent, when.happened_on)
    if not sent.no_reply and kind == "visit":
        await _require_every_child(session, case, when.happened_on, children, sent.other_children_reason)
    in_error = _is_in_error(sent)
    content: dict[str, Any] = {
        **when._asdict(),
        **sent.model_dump(include={"purpose", "place", "no_reply", "text", "other_children_reason"}),
        "with_family": rules.takes_part(kind, sent.with_family),
        "entered_in_error": in_error,
    }
    for name, value in content.items():
        setattr(contact, name, value)
    contact.version += 1
    contact.counts = rules.counts_as_contact(kind, contact.with_family, contact.no_reply, in_error)
    contact.children = [ContactChild(child_id=child_id, **vars(sight)) for child_id, sight in children.items()]
    contact.versions.append(
        ContactVersion(
            number=contact.version,
            children=[{"child_id": str(child_id), **vars(sight)} for child_id, sight in children.items()],
            reason=sent.reason if isinstance(sent, ContactAmendment) else None,
            recorded_by=actor.subject,
            recorded_at=clock.now(),
            **content,
        )
    )
    session.add(contact)
    set_last_contact(case, await last_contact_on(session, case.id))
    await session.flush()  # first: the clocks of visits are read from what is recorded now
    await keep_visit_clocks(session, case.id)
    await _record_entry(session, case, contact, children)


def _is_in_error(sent: ContactContent) -> bool:
    return isinstance(sent, ContactAmendment) and sent.entered_in_error


async def keep_visit_clocks(session: AsyncSession, case_id: UUID) -> None:
    """Let the visits that fall due in a case follow from those at which each child was seen for that purpose."""
    for series in await visit_series_in(session, case_id):
        days = await days_seen(session, series)
        turns = turns_of(series.step, series.step, series.started_on, map(Done, days), series.ended_on)
        await timescales.keep_turns(
            session, case_id, series.step, turns, about_id=series.about_id, child_id=series.child_id
        )


async def _children_of(
    session: AsyncSession, case: Case, kind: Kind, sent: ContactContent, day: date
) -> dict[UUID, Sight]:
    """What is recorded of which child, under the id that it has in the case; where none is named, all are meant."""
    named = [child.child_id for child in sent.children]
    chosen = await children_chosen(session, case, named, "/children/{}/child_id")
    content, seen = _content(sent), sent.children or [ChildSeen(child_id=each.child_id) for each in chosen]
    for number, (child, each) in enumerate(zip(chosen, seen, strict=True)):
        if each.seen and not _is_in_error(sent) and not rules.is_born(child, day):
            raise NotBorn(f"/children/{number}/seen", child.child_id)
    return {
        child.child_id: rules.sight_of(kind, content, Sight(each.seen, each.seen_alone, each.not_seen_reason))
        for child, each in zip(chosen, seen, strict=True)
    }


async def _require_every_child(
    session: AsyncSession, case: Case, day: date, named: Collection[UUID], reason: str | None
) -> None:
    """Raises that a visit leaves out a child who was born and of the case on that day, and gives no reason."""
    answers = await surviving_ids(session, [child.child_id for child in case.children])
    named_too = {answers[child_id] for child_id in named}
    others = {answers[child.child_id] for child in case.children if rules.is_asked_about(child, day)} - named_too
    if others and not reason:
        raise ChildrenLeftOut(others)
    if reason and not others:
        raise InvalidBody("/other_children_reason", "nobody-left-out", "Every child of the case is named")


async def _record_entry(session: AsyncSession, case: Case, contact: Contact, children: dict[UUID, Sight]) -> None:
    sights = children.values()
    facts = {
        "purpose": contact.purpose,
        "place": contact.place,
        "no_reply": contact.no_reply,
        "with_family": contact.with_family,
        "children": len(children),
        "seen": sum(bool(each.seen) for each in sights),
        "seen_alone": sum(bool(each.seen_alone) for each in sights),
        "worker_id": contact.worker_id and str(contact.worker_id),
        "version": contact.version,
        "entered_in_error": contact.entered_in_error,
    }
    await record_about_case(
        session,
        case,
        f"contact_{contact.kind}",
        contact.happened_at,
        about_id=contact.id,
        child_ids=children,
        facts=facts,
        text=None if contact.entered_in_error else contact.text,
        sequence=contact.version,
    )


async def _maker(session: AsyncSession, actor: Actor, worker_id: UUID | None) -> UUID | None:
    own: UUID | None = await _own_worker(session, actor)
    if worker_id in (None, own):
        return own
    if not actor.has(*ALLOCATORS):
        rule = "Only a supervisor or a manager writes down what somebody else did"
        raise InvalidBody("/worker_id", "not-your-own", rule)
    try:
        return (await find_worker(session, actor, worker_id)).id
    except NotFound as missing:
        raise InvalidBody("/worker_id", "unknown", "There is no such worker") from missing


async def _is_author(session: AsyncSession, actor: Actor, contact: Contact) -> bool:
    return contact.recorded_by == actor.subject or (
        contact.worker_id is not None and contact.worker_id == await _own_worker(session, actor)
    )


async def _own_worker(session: AsyncSession, actor: Actor) -> UUID | None:
    worker_id: UUID | None = await session.scalar(select(Worker.id).where(Worker.subject == actor.subject))
    return worker_id
