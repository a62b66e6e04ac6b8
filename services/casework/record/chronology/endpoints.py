"""The chronology endpoints: one story per child and per family."""

from collections.abc import Collection
from typing import Annotated
from uuid import UUID

from fastapi import Query
from sqlalchemy import Select
from sqlalchemy.ext.asyncio import AsyncSession

from services.casework import access
from services.casework.cases.cases.queries import find_family_case, require_child
from services.casework.record.chronology import queries
from services.casework.record.chronology.models import ChronologyEntry
from services.casework.record.chronology.rules import workers_in
from services.casework.record.chronology.schemas import ChronologyQuery, EntryShown
from services.casework.workforce.workers.queries import workers_named
from shared import audit
from shared.auth import Actor
from shared.merged_children import former_ids, surviving_ids
from shared.paging import Page, page_of
from shared.web import AccessReason, Session, topic_router

router = topic_router("chronology")


@router.get("/children/{child_id}/chronology")
async def get_chronology_of_child(
    child_id: UUID,
    query: Annotated[ChronologyQuery, Query()],
    actor: access.CanReadChronologies,
    session: Session,
    access_reason: AccessReason = None,
) -> Page[EntryShown]:
    """Everything that happened about a child, from all four services, newest first; the look is on record.

    A child whose records were merged has one chronology, whichever of its ids is asked. Where the child is also of
    another family with an open case, and the caller may see no case of that one, its entries show what happened and
    when: not what was written, and not which other children were concerned. What belongs to a restricted family is
    shown to those who are named for it. `kind`, `source`, `from` and `to` (days in London, both included) narrow it.
    404 where the caller may see no case of the child.
    """
    known = await require_child(session, actor, child_id)
    audit.record(session, actor, "chronology_look", "child", child_id, reason=access_reason)
    return await _page(session, actor, queries.of_child(actor, known, query), query, known)


@router.get("/families/{family_id}/chronology")
async def get_chronology_of_family(
    family_id: UUID,
    query: Annotated[ChronologyQuery, Query()],
    actor: access.CanReadChronologies,
    session: Session,
    access_reason: AccessReason = None,
) -> Page[EntryShown]:
    """Everything that happened about a family, from all four services, newest first; the look is on record.

    A family that the index had more than once has one chronology, from the day on which a referral of the other joined
    its case. What is on record of its children under another family, perhaps from before it came again, is part of it,
    as in the children's own. `kind`, `source`, `from` and `to` narrow it. 404 where the caller may see no case of the
    family.
    """
    case = await find_family_case(session, actor, family_id)
    audit.record(session, actor, "chronology_look", "family", family_id, reason=access_reason)
    answers = await surviving_ids(session, [child.child_id for child in case.children])
    known = await former_ids(session, answers.values())
    return await _page(session, actor, await queries.of_family(session, actor, case, known, query), query, known)


async def _page(
    session: AsyncSession,
    actor: Actor,
    rows: Select[ChronologyEntry],
    query: ChronologyQuery,
    known: Collection[UUID],
) -> Page[EntryShown]:
    """`known` are the ids of the children whose story is asked for: those may be named in every entry."""
    entries, following = await page_of(session, rows, queries.NEWEST_FIRST, query, descending=True)
    seen = await queries.families_seen(session, actor, entries)
    children = await queries.children_of(session, entries)
    answers = await surviving_ids(session, {child_id for ids in children.values() for child_id in ids})
    items = []
    named = await queries.names_of_children(session, actor, answers)
    workers = await workers_named(session, {each for entry in entries for each in workers_in(entry.facts)})
    for entry in entries:
        whole = entry.family_id in seen
        concerned = [answers[child_id] for child_id in children[entry.id] if whole or child_id in known]
        items.append(EntryShown.of(entry, concerned, named, workers, whole=whole))
    return Page[EntryShown](items=items, next=following)
