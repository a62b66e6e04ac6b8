"""The participation endpoints: who is in education, employment or training, month by month, and whom to ask."""

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from fastapi import Query, Response
from sqlalchemy.ext.asyncio import AsyncSession

from services.casework import access
from services.casework.cases.access_log.actions import record_list_look
from services.casework.cases.cases.models import CaseChild
from services.casework.cases.cases.queries import require_child
from services.casework.cases.cases.schemas import KeyWorker
from services.casework.outcomes.participation import actions, queries
from services.casework.outcomes.participation.models import Participation
from services.casework.outcomes.participation.schemas import (
    KnownBefore,
    Month,
    MonthQuery,
    ParticipationAnswer,
    ParticipationAnswerShown,
    ParticipationInMonth,
    ParticipationQuery,
    YoungPerson,
    YoungPersonToAsk,
)
from shared import audit
from shared.merged_children import surviving_ids
from shared.paging import Page, PageQuery, page_of
from shared.problems import NotFound
from shared.web import AccessReason, MaybeIfMatch, ReadSession, Session, set_etag, topic_router

router = topic_router("participation")


@router.get("/participation")
async def count_participation(
    query: Annotated[ParticipationQuery, Query()], actor: access.CanCountParticipation, session: ReadSession
) -> ParticipationInMonth:
    """The young people of a month (by default this one) in numbers, and a page of them; `status` narrows the page.

    They are those of cases open on the last day of the month, today while it runs, from the September after compulsory
    schooling to the 20th birthday, with additional needs to the 26th. `not_asked` is the status of those of
    whom nobody has asked; `not_known` is an answer. The `summary` is over everything that the caller may see.
    """
    month = queries.InMonth(actor, query)
    rows = month.records(query.status)
    found, following = await page_of(session, rows, [CaseChild.child_id], query)
    people = await queries.people_of(session, found)
    answers = await queries.answers_in(session, people.values(), month.month)
    items = [_listed(record, people[record.child_id], answers.get(people[record.child_id])) for record in found]
    return ParticipationInMonth(summary=await month.summary(session), items=items, next=following)


@router.get("/participation/to-ask")
async def list_whom_to_ask(
    query: Annotated[MonthQuery, Query()],
    actor: access.CanReadParticipation,
    session: Session,
    access_reason: AccessReason = None,
) -> Page[YoungPersonToAsk]:
    """Whom to ask about for a month: those of whom nobody has asked, and those whose answer is `not_known`.

    With names, key workers and what was known last; the look at the list is on record.
    """
    month = queries.InMonth(actor, query)
    found, following = await page_of(session, month.to_ask(), [CaseChild.child_id], query)
    items = await _to_ask(session, month, found)
    await record_list_look(session, actor, "participation", [item.case_id for item in items], access_reason)
    return Page(items=items, next=following)


async def _to_ask(
    session: AsyncSession, month: queries.InMonth, records: Sequence[CaseChild]
) -> list[YoungPersonToAsk]:
    people = await queries.people_of(session, records)
    answers = await queries.answers_in(session, people.values(), month.month)
    before = await queries.known_before(session, people.values(), month.month)
    cases = await queries.cases_of(session, records)
    items = []
    for record in records:
        person, case = people[record.child_id], cases[record.case_id]
        last = before.get(person)
        items.append(
            YoungPersonToAsk(
                **_listed(record, person, answers.get(person)).model_dump(),
                given_name=record.given_name,
                family_name=record.family_name,
                family_id=case.family_id,
                area=case.area,
                key_worker=KeyWorker.model_validate(case.key_worker) if case.key_worker else None,
                known_before=KnownBefore(month=last.month, status=last.status) if last else None,
            )
        )
    return items


def _listed(record: CaseChild, person: UUID, answer: Participation | None) -> YoungPerson:
    return YoungPerson(
        child_id=person,
        case_id=record.case_id,
        status=answer.status if answer else queries.NOT_ASKED,
        asked_on=answer.asked_on if answer else None,
    )


@router.get("/participation/{child_id}")
async def list_participation_of_child(
    child_id: UUID,
    query: Annotated[PageQuery, Query()],
    actor: access.CanReadParticipation,
    session: Session,
    access_reason: AccessReason = None,
) -> Page[ParticipationAnswerShown]:
    """What is known of one young person, newest month first; the look is on record."""
    known = await require_child(session, actor, child_id)
    person = (await surviving_ids(session, [child_id]))[child_id]
    audit.record(session, actor, "participation_look", "child", child_id, reason=access_reason)
    keys = [Participation.month, Participation.child_id]
    found, following = await page_of(session, queries.answers_of(known), keys, query, descending=True)
    return Page(items=[_shown(row, person) for row in found], next=following)


@router.get("/participation/{child_id}/{year_month}")
async def get_participation(
    child_id: UUID,
    year_month: Month,
    actor: access.CanReadParticipation,
    session: Session,
    response: Response,
    access_reason: AccessReason = None,
) -> ParticipationAnswerShown:
    """The answer for one young person and month; 404 where nobody has asked. The look is on record."""
    known = await require_child(session, actor, child_id)
    person = (await surviving_ids(session, [child_id]))[child_id]
    audit.record(session, actor, "participation_look", "child", child_id, reason=access_reason)
    found = await queries.answer_for(session, known, year_month)
    if found is None:
        raise NotFound
    set_etag(response, found.version)
    return _shown(found, person)


@router.put("/participation/{child_id}/{year_month}")
async def answer_participation(
    child_id: UUID,
    year_month: Month,
    sent: ParticipationAnswer,
    actor: access.CanRecordParticipation,
    session: Session,
    response: Response,
    if_match: MaybeIfMatch,
) -> ParticipationAnswerShown:
    """Write down what a young person does in a month, `not_known` where it was asked and nobody knew.

    201 for the first answer of a month. A change needs `If-Match`: 428 without, 412 where somebody else changed it. Not
    for a month to come (422 `in-the-future`), nor for one in which the young person is not of the age (422
    `not-at-this-age`).
    """
    kept = await actions.record_answer(session, actor, child_id, year_month, if_match, sent)
    person = (await surviving_ids(session, [child_id]))[child_id]
    response.status_code = 201 if kept.version == 1 else 200
    set_etag(response, kept.version)
    return _shown(kept, person)


def _shown(row: Participation, person: UUID) -> ParticipationAnswerShown:
    """Under the id that the child answers to now."""
    return ParticipationAnswerShown.model_validate(row).model_copy(update={"child_id": person})
