"""Who looked at or changed whose record: written in the same transaction, never changed, chained afterwards.

Rows hold ids, codes and the reason that was given for a look; they are of the database they speak of. The sealer runs
in the background: a hash chain inside the transaction would let only one writer work at a time.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, String, Text, func, insert, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from shared import clock
from shared.auth import Actor
from shared.database import SharedTable
from shared.telemetry import correlation_id

SEAL_AT_ONCE = 500
LATE_COMMITS_WITHIN = 10_000
"""Row numbers are given before commit: one may become visible after higher numbers, but not so far after."""


class AuditRow(SharedTable):
    __tablename__ = "audit"
    __table_args__ = (Index(None, "entity", "entity_id", "id"),)

    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True)
    at: Mapped[datetime]
    subject: Mapped[str] = mapped_column(String(255))
    roles: Mapped[list[str]]
    action: Mapped[str] = mapped_column(String(80))
    entity: Mapped[str] = mapped_column(String(40))
    entity_id: Mapped[str] = mapped_column(String(80))
    reason: Mapped[str | None] = mapped_column(Text)
    facts: Mapped[dict[str, Any]]
    correlation_id: Mapped[str | None] = mapped_column(String(64))


class AuditSeal(SharedTable):
    __tablename__ = "audit_seals"

    position: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False
    )
    audit_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("audit.id"), unique=True)
    digest: Mapped[str] = mapped_column(String(64))


def record(
    session: AsyncSession,
    actor: Actor,
    action: str,
    entity: str,
    entity_id: UUID | str,
    *,
    reason: str | None = None,
    **facts: Any,
) -> AuditRow:
    """Put a look or a change on record in the caller's transaction; `facts` are codes, ids, counts and times only."""
    row = AuditRow(**_what_was_done(actor, action, entity), entity_id=str(entity_id), reason=reason, facts=facts)
    session.add(row)
    return row


async def record_all(
    session: AsyncSession, actor: Actor, action: str, entity: str, facts: Iterable[tuple[UUID, Mapping[str, Any]]]
) -> None:
    """As `record`, of many things that had the same done to them, in a few statements."""
    done = _what_was_done(actor, action, entity)
    rows = [{**done, "entity_id": str(entity_id), "facts": each} for entity_id, each in facts]
    if rows:
        await session.execute(insert(AuditRow), rows)


def _what_was_done(actor: Actor, action: str, entity: str) -> dict[str, Any]:
    return {
        "at": clock.now(),
        "subject": actor.subject,
        "roles": sorted(actor.roles),
        "action": action,
        "entity": entity,
        "correlation_id": correlation_id.get(),
    }


def _digest(previous: str, row: AuditRow) -> str:
    """A row sealed by SHA-256. Seals are verified by what made them: another hash needs a column that names it."""
    sealed = [
        row.id,
        row.at.isoformat(),
        row.subject,
        row.roles,
        row.action,
        row.entity,
        row.entity_id,
        row.reason,
        row.facts,
        row.correlation_id,
    ]
    return hashlib.sha256((previous + json.dumps(sealed, sort_keys=True)).encode()).hexdigest()


async def seal(session: AsyncSession) -> int:
    """Chain up to SEAL_AT_ONCE committed rows that have no seal yet; returns how many."""
    last = await session.scalar(select(AuditSeal).order_by(AuditSeal.position.desc()).limit(1))
    position, digest = (last.position, last.digest) if last else (0, "")
    newest_sealed = await session.scalar(select(func.coalesce(func.max(AuditSeal.audit_id), 0))) or 0
    unsealed = await session.scalars(
        select(AuditRow)
        .outerjoin(AuditSeal, AuditSeal.audit_id == AuditRow.id)
        .where(AuditRow.id > newest_sealed - LATE_COMMITS_WITHIN, AuditSeal.audit_id.is_(None))
        .order_by(AuditRow.id)
        .limit(SEAL_AT_ONCE)
    )
    rows = unsealed.all()
    for row in rows:
        position, digest = position + 1, _digest(digest, row)
        session.add(AuditSeal(position=position, audit_id=row.id, digest=digest))
    return len(rows)


async def first_broken_seal(session: AsyncSession) -> int | None:
    """The position of the first sealed row that is not what was sealed; None when the whole chain holds."""
    digest, position = "", 0
    while True:
        page = await session.execute(
            select(AuditSeal, AuditRow)
            .outerjoin(AuditRow, AuditRow.id == AuditSeal.audit_id)
            .where(AuditSeal.position > position)
            .order_by(AuditSeal.position)
            .limit(SEAL_AT_ONCE)
        )
        pairs = page.all()
        if not pairs:
            return None
        for sealed, row in pairs:
            position += 1
            if row is None or sealed.position != position or _digest(digest, row) != sealed.digest:
                return position
            digest = sealed.digest
