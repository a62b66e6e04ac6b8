"""Events leave with the change that they announce: a row in the same transaction, published afterwards by the relay."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import BigInteger, Index, Integer, LargeBinary, String, func, insert, literal_column, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from shared import clock
from shared.contracts.event import Envelope, Event
from shared.database import SharedTable, insert_into
from shared.telemetry import correlation_id, new_traceparent, traceparent

CHANNEL = "outbox"
RECORDED_AT_ONCE = 500


class OutboxRow(SharedTable):
    __tablename__ = "outbox"
    __table_args__ = (
        Index(
            "ix_outbox_unpublished",
            "id",
            postgresql_where=literal_column("published_at IS NULL"),
            sqlite_where=literal_column("published_at IS NULL"),
        ),
        Index(None, "published_at"),
    )

    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True)
    event_id: Mapped[str] = mapped_column(String(64), unique=True)
    type: Mapped[str] = mapped_column(String(120))
    envelope: Mapped[bytes] = mapped_column(LargeBinary)
    recorded_at: Mapped[datetime]
    published_at: Mapped[datetime | None]


class EventSequence(SharedTable):
    """The number of the last event about each subject."""

    __tablename__ = "event_sequences"

    subject: Mapped[str] = mapped_column(String(64), primary_key=True)
    last: Mapped[int]


async def record(session: AsyncSession, event: Event) -> None:
    """Put an event in the outbox; it is published if, and only if, the caller's transaction commits."""
    await record_all(session, [event])


async def record_all(session: AsyncSession, events: Sequence[Event]) -> None:
    """Put many events in the outbox, each about another subject, in a few statements."""
    for start in range(0, len(events), RECORDED_AT_ONCE):
        some = events[start : start + RECORDED_AT_ONCE]
        numbers = await _next_sequences(session, [str(event.subject) for event in some])
        await session.execute(insert(OutboxRow), [_row(event, numbers[str(event.subject)]) for event in some])
    session.info["outbox_written"] = True
    if session.get_bind().dialect.name == "postgresql":
        await session.execute(select(func.pg_notify(CHANNEL, "")))


def _row(event: Event, sequence: int) -> dict[str, Any]:
    event_id = str(uuid4())
    envelope = Envelope(
        id=event_id,
        source=f"/{event.publisher()}",
        type=event.TYPE,
        subject=str(event.subject),
        time=clock.now(),
        sequence=sequence,
        correlationid=correlation_id.get(),
        traceparent=traceparent.get() or new_traceparent(),
        data=event.model_dump(mode="json"),
    )
    body = envelope.model_dump_json(exclude_none=True).encode()
    return {"event_id": event_id, "type": event.TYPE, "envelope": body, "recorded_at": envelope.time}


async def _next_sequences(session: AsyncSession, subjects: Sequence[str]) -> dict[str, int]:
    """In the order of the subjects, in which every other such statement takes their rows too."""
    counted = (
        insert_into(session, EventSequence)
        .values([{"subject": subject, "last": 1} for subject in sorted(subjects)])
        .on_conflict_do_update(index_elements=["subject"], set_={"last": EventSequence.last + 1})
        .returning(EventSequence.subject, EventSequence.last)
    )
    return {row.subject: row.last for row in await session.execute(counted)}
