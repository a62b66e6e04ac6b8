"""Correcting what is recorded of a child; a birth is such a correction."""

from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.referrals.children import queries, rules
from services.referrals.children.models import ChildCorrection
from services.referrals.children.schemas import NewCorrection
from services.referrals.fields import UNBORN_SEX
from services.referrals.people import queries as people
from services.referrals.people.actions import announce_corrected, as_text, count_change, index_child
from services.referrals.people.models import Child
from services.referrals.people.rules import birth_dates_had, names_had
from services.referrals.referrals.actions import NumberTwice
from services.referrals.referrals.rules import OLDEST_CHILD, is_possible_birth
from shared import audit, clock
from shared.auth import Actor
from shared.births import is_possible_expected_birth
from shared.problems import InvalidBody, Problem


class ChildMergedAlready(Problem):
    status = 409
    code = "child-merged-already"
    title = "This record is merged into another: correct the surviving record"


async def correct_child(session: AsyncSession, actor: Actor, child_id: UUID, sent: NewCorrection) -> Child:
    """Replace what is sent and keep what stood there; of two corrections at one moment the second waits."""
    await people.find_child(session, actor, child_id)
    child = await queries.lock_child(session, child_id)
    if child.merged_into_id:
        surviving = await people.surviving_ids(session, [child_id])
        raise ChildMergedAlready(surviving_child_id=str(surviving[child_id]))
    given = sent.model_dump(exclude={"reason"}, exclude_unset=True)
    new = rules.replaced(given, {name: getattr(child, name) for name in NewCorrection.model_fields if name != "reason"})
    await _check(session, child, new)
    old = {name: getattr(child, name) for name in new}
    if {"given_name", "family_name"} & new.keys():
        child.former_names = names_had(child.former_names, child.given_name, child.family_name)
    if "date_of_birth" in new:
        child.former_birth_dates = birth_dates_had(child.former_birth_dates, child.date_of_birth)
    for name, value in new.items():
        setattr(child, name, value)
    child.recorded_at = clock.now()
    count_change([child])
    await index_child(session, child)
    await _keep(session, actor, child, old, new, sent.reason)
    return child


async def _check(session: AsyncSession, child: Child, new: dict[str, Any]) -> None:
    if not new:
        raise InvalidBody("", "nothing-corrected", "Send at least one field whose value differs from what is recorded")
    if new.get("upn_unknown_reason") and new.get("upn", child.upn):
        raise InvalidBody("/upn_unknown_reason", "upn-or-reason", "With a unique pupil number there is no such reason")
    if new.get("date_of_birth") and not is_possible_birth(new["date_of_birth"], clock.today()):
        rule = f"A child of the service is at most {OLDEST_CHILD} years old"
        raise InvalidBody("/date_of_birth", "impossible-date", rule)
    expected = new.get("expected_date_of_birth")
    if expected and not is_possible_expected_birth(expected, clock.today()):
        raise InvalidBody("/expected_date_of_birth", "impossible-date", "A birth cannot be expected on this day")
    after = {name: new.get(name, getattr(child, name)) for name in ("date_of_birth", "sex")}
    if {"sex", "expected_date_of_birth"} & new.keys() and not after["date_of_birth"] and after["sex"] != "U":
        raise InvalidBody("/sex", "unborn", UNBORN_SEX, census_rule="8750")
    for name in ("nhs_number", "upn"):
        if new.get(name) and await queries.is_of_another_child(session, child.id, name, new[name]):
            raise NumberTwice(f"/{name}")


async def _keep(
    session: AsyncSession, actor: Actor, child: Child, old: dict[str, Any], new: dict[str, Any], reason: str
) -> None:
    made = select(func.count()).select_from(ChildCorrection).where(ChildCorrection.child_id == child.id)
    correction = ChildCorrection(
        child_id=child.id,
        number=(await session.scalar(made) or 0) + 1,
        old={name: as_text(value) for name, value in old.items()},
        new={name: as_text(value) for name, value in new.items()},
        reason=reason,
        corrected_by=actor.subject,
        corrected_at=clock.now(),
    )
    session.add(correction)
    audit.record(session, actor, "child_correct", "child", child.id, fields=sorted(new))
    born = bool(new.get("date_of_birth") and old.get("expected_date_of_birth"))
    await announce_corrected(session, child, new, born=born)
