"""An event changes things once, however often it is delivered: its id is kept in the transaction of the change."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime

from sqlalchemy import LargeBinary, String
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from shared import clock
from shared.bus.interface import Message
from shared.database import Database, SharedTable, insert_into


class InboxRow(SharedTable):
    __tablename__ = "inbox"

    event_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    type: Mapped[str] = mapped_column(String(120))
    envelope: Mapped[bytes] = mapped_column(LargeBinary)
    received_at: Mapped[datetime] = mapped_column(index=True)


class AlreadyTaken(Exception):
    """The event came before and has had its effect: there is nothing to do."""


async def was_taken(database: Database, event_id: str) -> bool:
    async with database.read() as session:
        return await session.get(InboxRow, event_id) is not None


@asynccontextmanager
async def take(database: Database, message: Message) -> AsyncIterator[AsyncSession]:
    """The transaction in which an event has its effect; raises AlreadyTaken where it has had it.

    Two deliveries at one moment: the second waits here for the first and then finds its row.
    """
    async with database.begin() as session:
        taken = await session.execute(
            insert_into(session, InboxRow)
            .values(event_id=message.event_id, type=message.type, envelope=message.body, received_at=clock.now())
            .on_conflict_do_nothing()
            .returning(InboxRow.event_id)
        )
        if taken.scalar_one_or_none() is None:
            raise AlreadyTaken
        yield session
