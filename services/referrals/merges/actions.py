"""Merging two records of one child, and undoing it.

One record points to the other, which takes of it what is newer or fuller; what stood there is kept with the merge.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.referrals.merges import queries, rules
from services.referrals.merges.models import Merge
from services.referrals.merges.queries import find_merge
from services.referrals.open_cases.queries import plans_in_force
from services.referrals.people import queries as people
from services.referrals.people.actions import announce_corrected, as_text, count_change, index_child, merge_into
from services.referrals.people.models import Child
from shared import audit, clock, outbox
from shared.auth import Actor, Role
from shared.contracts.referrals import ChildMerged, ChildUnmerged
from shared.problems import Problem, RoleMissing


class RecordsContradict(Problem):
    status = 409
    code = "records-contradict"
    title = "These records cannot be of one child"

    def __init__(self, contradictions: Sequence[rules.Contradiction], *child_ids: UUID) -> None:
        words = "; ".join(rules.IN_WORDS[each] for each in contradictions)
        super().__init__(
            f"{words[0].upper()}{words[1:]}.{_way_out(contradictions)}", contradictions=list(contradictions)
        )
        if rules.CORRECTED_FIRST.issuperset(contradictions):
            calls = [f"POST /referrals/v1/children/{child_id}/corrections" for child_id in child_ids]
            self.facts["lawful"] = [{"step": "correct", "call": call} for call in calls]


def _way_out(contradictions: Sequence[rules.Contradiction]) -> str:
    if rules.CORRECTED_FIRST.issuperset(contradictions):
        return " Where one is recorded wrongly, correct it first: `lawful` has the call for each of the two."
    if rules.SET_ASIDE_BY_A_MANAGER.issuperset(contradictions):
        return " If one child was recorded twice, a manager of the MASH may confirm it with recorded_twice."
    if "protection_plans" in contradictions:
        return " One of the plans ends first, by a conference in casework."
    return ""


class NumberTwiceAfterMerge(Problem):
    """The census takes one record of a child and year, by its numbers (1520)."""

    status = 409
    code = "number-twice"
    title = "Another child has a number that the surviving record would have"

    def __init__(self, shared: Sequence[rules.SharedNumber]) -> None:
        super().__init__(
            "One child cannot have the number of another. Where the other record is of the same child, merge it first; "
            "where it is of another child, correct the record that has the wrong number: `lawful` has the calls.",
            census_rule="1520",
            others_with=[
                {"child_id": str(each.other_id), "field": each.field, "are_two_children": each.are_two_children}
                for each in shared
            ],
            lawful=[step for each in shared for step in rules.lawful_steps(each)],
        )


class MergeReversedAlready(Problem):
    status = 409
    code = "merge-reversed-already"
    title = "This merge is reversed already"


class LaterMergeStands(Problem):
    """What the earlier merge brought may have gone on with the later one: they are undone from the last."""

    status = 409
    code = "later-merge-stands"
    title = "The surviving record was merged again since: that merge is reversed first"

    def __init__(self, later: Merge) -> None:
        call = f"POST /referrals/v1/merges/{later.id}/reversal"
        super().__init__(
            "`lawful` has the call that reverses the later merge.",
            later_merge_id=str(later.id),
            lawful=[{"step": "reverse", "call": call}],
        )


async def merge_children(
    session: AsyncSession,
    actor: Actor,
    surviving_id: UUID,
    merged_id: UUID,
    reason: str,
    *,
    recorded_twice: bool = False,
) -> Merge:
    """Let one record speak for both; raises RecordsContradict where they cannot be of one child."""
    if recorded_twice and not actor.has(Role.MASH_MANAGER):
        raise RoleMissing("Only a manager of the MASH confirms that one child was recorded twice.")
    for child_id in (surviving_id, merged_id):
        await people.find_child(session, actor, child_id)
    if surviving_id == merged_id:
        raise RecordsContradict(["same_record"])
    surviving, merged = await _locked(session, surviving_id, merged_id)
    if surviving.merged_into_id or merged.merged_into_id:
        raise RecordsContradict(["already_merged"])
    ones, others = await _recorded(session, surviving), await _recorded(session, merged)
    found = rules.contradictions(ones, others)
    if standing := rules.that_stand(found, recorded_twice=recorded_twice):
        raise RecordsContradict(standing, surviving_id, merged_id)
    if shared := await _shared_numbers(session, actor, surviving, merged, [*ones, *others]):
        raise NumberTwiceAfterMerge(shared)
    merge = Merge(
        surviving_child_id=surviving_id,
        merged_child_id=merged_id,
        reason=reason,
        merged_by=actor.subject,
        merged_at=clock.now(),
        brought={},
    )
    session.add(merge)
    merge_into(merged, surviving_id)
    await _bring(session, merge, surviving, merged)
    # The event and the answer to a match name its id, and no relationship puts its row before the answer's.
    await session.flush()
    await _announce(session, actor, merge, (surviving, merged))
    birth = merge.brought.get("date_of_birth")
    await announce_corrected(session, surviving, merge.brought, born=birth is not None and birth["old"] is None)
    return merge


async def _bring(session: AsyncSession, merge: Merge, surviving: Child, merged: Child) -> None:
    """Let the surviving record have what is newer or fuller, and keep what stood there for a reversal."""
    taken = rules.brought(queries.known_of(surviving), queries.known_of(merged))
    old = {name: getattr(surviving, name) for name in taken}
    merge.brought = {name: {"old": as_text(old[name]), "new": as_text(value)} for name, value in taken.items()}
    surviving.recorded_at = max(surviving.recorded_at, merged.recorded_at)
    await _write(session, surviving, taken)


async def _put_back(session: AsyncSession, merge: Merge, surviving: Child) -> dict[str, Any]:
    stands = {name: as_text(getattr(surviving, name)) for name in merge.brought}
    old = rules.undone(stands, merge.brought)
    days = {
        name: date.fromisoformat(old[name]) for name in ("date_of_birth", "expected_date_of_birth") if old.get(name)
    }
    await _write(session, surviving, old | days)
    return old


async def _write(session: AsyncSession, child: Child, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        setattr(child, name, value)
    if values:
        await index_child(session, child)


async def _locked(session: AsyncSession, *child_ids: UUID) -> list[Child]:
    """The records as they are now, held until the end of the transaction; everybody takes them in the order of ids."""
    rows = select(Child).where(Child.id.in_(child_ids)).order_by(Child.id).with_for_update()
    found = await session.scalars(rows.execution_options(populate_existing=True))
    by_id = {child.id: child for child in found}
    return [by_id[child_id] for child_id in child_ids]


async def _recorded(session: AsyncSession, child: Child) -> list[rules.Recorded]:
    records = await people.records_of(session, child.id)
    named = await people.named_by_service(session, {record.family_id for record in records})
    referrals = await queries.referrals_of(session, [record.id for record in records])
    plans = await plans_in_force(session, [record.id for record in records])
    homes = {record.id: await people.description_of(session, record) for record in records}
    return [
        rules.Recorded(
            record.nhs_number,
            record.upn,
            record.date_of_birth,
            record.expected_date_of_birth,
            named[record.family_id],
            record.sex,
            record.given_name,
            homes[record.id].lines,
            homes[record.id].postcode,
            record.family_id,
            referrals[record.id],
            plans[record.id],
        )
        for record in records
    ]


async def _shared_numbers(
    session: AsyncSession, actor: Actor, surviving: Child, merged: Child, recorded: list[rules.Recorded]
) -> list[rules.SharedNumber]:
    """The numbers of the surviving record after the merge that a third child has, as far as the actor may see it."""
    found = []
    own = {each.id for child in (surviving, merged) for each in await people.records_of(session, child.id)}
    for field in rules.NUMBERS:
        holder = surviving if getattr(surviving, field) else merged
        others = await queries.others_with(
            session, actor, own, field, getattr(holder, field), anywhere=holder is merged
        )
        for other in others:
            two = rules.are_two_children(await _recorded(session, other), recorded)
            found.append(rules.SharedNumber(field, holder.id, other.id, two))
    return found


async def reverse_merge(session: AsyncSession, actor: Actor, merge_id: UUID, reason: str) -> Merge:
    """Let the merged record speak for itself again, with all that had been merged into it before.

    Raises LaterMergeStands where the surviving record was merged again since.
    """
    merge = await find_merge(session, actor, merge_id, lock=True)
    if merge.reversed_at:
        raise MergeReversedAlready
    surviving, merged = await _locked(session, merge.surviving_child_id, merge.merged_child_id)
    if later := await queries.standing_after(session, merge):
        raise LaterMergeStands(later)
    merge.reversed_at, merge.reversed_by, merge.reversal_reason = clock.now(), actor.subject, reason
    merge_into(merged, None)
    old = await _put_back(session, merge, surviving)
    # Which record speaks for which is read from the database next.
    await session.flush()
    await _announce(session, actor, merge, (surviving, merged))
    await announce_corrected(session, surviving, old)
    await announce_corrected(session, merged, (), of_former_record=True)
    return merge


async def _announce(session: AsyncSession, actor: Actor, merge: Merge, children: Sequence[Child]) -> None:
    """A new version of every record that shows it, an entry in the audit of each, and an event."""
    touched = {child.id: child for child in children}
    count_change(touched.values())
    ids = {
        "merge_id": merge.id,
        "surviving_child_id": merge.surviving_child_id,
        "merged_child_id": merge.merged_child_id,
    }
    action = "child_unmerge" if merge.reversed_at else "child_merge"
    for child in touched.values():
        audit.record(session, actor, action, "child", child.id, **{name: str(each) for name, each in ids.items()})
    if merge.reversed_at:
        await outbox.record(session, ChildUnmerged(**ids, unmerged_at=merge.reversed_at))
    else:
        await outbox.record(session, ChildMerged(**ids, merged_at=merge.merged_at))
