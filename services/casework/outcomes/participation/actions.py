"""Writing down what a young person does in a month."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.casework.cases.cases.queries import require_child
from services.casework.outcomes.participation.models import Participation
from services.casework.outcomes.participation.queries import answer_for, born
from services.casework.outcomes.participation.rules import TO, TO_WITH_NEEDS, is_asked_about
from services.casework.outcomes.participation.schemas import ParticipationAnswer
from shared import audit, clock
from shared.auth import Actor
from shared.database import insert_into
from shared.merged_children import surviving_ids
from shared.problems import InvalidBody
from shared.web import PreconditionRequired, VersionChanged, require_version


async def record_answer(
    session: AsyncSession, actor: Actor, child_id: UUID, month: date, if_match: str | None, sent: ParticipationAnswer
) -> Participation:
    """Record the answer for a month; a change of it needs the version that the caller has read.

    Raises PreconditionRequired where there is an answer and the caller names no version of it.
    """
    known = await require_child(session, actor, child_id)
    await _require_age(session, known, month)
    asked_on = sent.asked_on or clock.today()
    if asked_on < month:
        raise InvalidBody("/asked_on", "out-of-order", "What is done in a month is asked in that month or later")
    columns = {**sent.model_dump(), "asked_on": asked_on, "recorded_by": actor.subject, "recorded_at": clock.now()}
    there = await answer_for(session, known, month, lock=True)
    if there is None:
        if if_match is not None:
            raise VersionChanged
        person = (await surviving_ids(session, [child_id]))[child_id]
        there = await _keep_first(session, person, month, columns)
    else:
        if if_match is None:
            raise PreconditionRequired
        require_version(if_match, there.version)
        if there.source and "source" not in sent.model_fields_set:
            rule = "The answer that stands names its source: send that of the new one, or null where it is not known"
            raise InvalidBody("/source", "missing", rule)
        for name, value in columns.items():
            setattr(there, name, value)
        await session.flush()  # This makes the version that the ETag shows.
    audit.record(
        session, actor, "participation_answer", "child", child_id, month=month.strftime("%Y-%m"), status=sent.status
    )
    return there


async def _keep_first(session: AsyncSession, person: UUID, month: date, columns: dict[str, Any]) -> Participation:
    """Of two first answers at one moment one is kept; the other caller learns that there is one."""
    kept = insert_into(session, Participation).values(child_id=person, month=month, version=1, **columns)
    made = kept.on_conflict_do_nothing(index_elements=["child_id", "month"]).returning(Participation.child_id)
    if await session.scalar(made) is None:
        raise PreconditionRequired
    return await session.get_one(Participation, (person, month))


async def _require_age(session: AsyncSession, known: set[UUID], month: date) -> None:
    if not any(is_asked_about(day, additional_needs, month) for day, additional_needs in await born(session, known)):
        rule = (
            f"A young person is asked about from the September after compulsory schooling to the {TO}th birthday,"
            f" with additional needs to the {TO_WITH_NEEDS}th"
        )
        raise InvalidBody("/year_month", "not-at-this-age", rule)
