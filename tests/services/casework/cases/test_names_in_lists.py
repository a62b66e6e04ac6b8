"""Lists name children and workers to who may see them, in a fixed number of statements, and each look is one on record.

On SQLite and on PostgreSQL.
"""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import event, select

from services.casework.cases.access_log.models import ListedCase
from services.casework.cases.cases.models import CaseChild
from shared import clock
from shared.audit import AuditRow
from shared.contracts.referrals import ChildMerged
from tests.service_under_test import ServiceUnderTest
from tests.services.casework.casework_made import a_case, a_worker
from tests.services.casework.lifecycle.pathways_made import allocate, done

LISTS = [
    *("cases", "timescales", "actions", "transfers", "early-help", "ageing-out"),
    *("hand-overs", "participation/to-ask"),
]
ONE_CHILD = ("actions", "ageing-out", "hand-overs", "participation/to-ask")
TEAM = {
    "consent": {"given_by": "The mother", "given_on": clock.today().isoformat()},
    "members": [{"name": "Amina Osei", "role": "Pastoral lead", "organisation": "Larkmead", "subject": "amina"}],
}
ELLA, BARNABAS = ("Ella", "Quillfeather"), ("Barnabas", "Quillfeather")


async def _a_family(casework: ServiceUnderTest, **worker: Any) -> dict[str, Any]:
    """A family that every list shows: 18 in a week, with an action, an offer of a transfer and a team."""
    child_id = uuid4()
    case = await a_case(casework, child_ids=[child_id, uuid4()])
    own = await allocate(casework, case, **{"name": "Rosalind Achebe", **worker})
    async with casework.database.begin() as session:
        child = await session.get_one(CaseChild, (UUID(case["id"]), child_id))
        birthday = clock.today() + timedelta(days=7)
        child.given_name, child.date_of_birth = "Ella", birthday.replace(year=birthday.year - 18)
    path = f"/cases/{case['id']}"
    due_on = clock.today() + timedelta(days=5)
    action = {"what": "Ring the school", "due_on": due_on, "owner_worker_id": own["id"], "child_id": str(child_id)}
    await done(casework, f"{path}/actions", **action)
    other = await a_worker(casework, name="Petra Lark", area="north", subject=f"petra-{case['id']}")
    await done(casework, f"{path}/transfers", worker_id=other["id"], reason="They moved to Banbury")
    await done(casework, f"{path}/team-around-the-family", **TEAM)
    offer = {"service": "youth_offending", "child_ids": [str(child_id)], "reason": "offending", "text": "Charged"}
    await done(casework, f"{path}/hand-overs", **offer)
    return {**case, "child_id": str(child_id), "worker": own, "receiving": other}


async def _items(casework: ServiceUnderTest, path: str, role: str, **claims: Any) -> list[dict[str, Any]]:
    client = casework.as_(role, **claims)
    answer = await client.get(f"/{path}", headers={"Access-Reason": "Team meeting"})
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


def _names(item: dict[str, Any]) -> set[tuple[str, str]]:
    named = item.get("children_named", item.get("children"))
    if "given_name" in item:
        named = [item]
    if "child" in item:
        named = [item["child"]] if item["child"] else []
    assert named is not None
    return {(child["given_name"], child["family_name"]) for child in named}


async def _looks(casework: ServiceUnderTest) -> list[AuditRow]:
    async with casework.database.read() as session:
        return list(
            (await session.scalars(select(AuditRow).where(AuditRow.entity == "list").order_by(AuditRow.id))).all()
        )


async def test_every_list_names_children_and_workers_and_each_look_is_one_on_record(casework: ServiceUnderTest) -> None:
    case = await _a_family(casework, subject="rosalind")
    for path in LISTS:
        before = len(await _looks(casework))
        [item, *more] = await _items(casework, path, "social_worker", sub="rosalind")
        expected = {ELLA} if path in ONE_CHILD else {ELLA, BARNABAS}
        everything = _names(item).union(*map(_names, more))
        assert everything == expected, path
        [look] = (await _looks(casework))[before:]
        assert (look.subject, look.entity_id, look.reason) == (
            "rosalind",
            path.split("/")[0].replace("-", "_"),
            "Team meeting",
        )
        assert look.facts == {"case_ids": [case["id"]]}
    [timescale] = await _items(casework, "timescales?step=action", "social_worker", sub="rosalind")
    assert (timescale["key_worker"]["name"], _names(timescale)) == ("Rosalind Achebe", {ELLA})
    [early] = await _items(casework, "early-help", "partner", sub="amina")
    assert (early["key_worker"], _names(early)) == ("Rosalind Achebe", {ELLA, BARNABAS})
    log = await casework.as_("team_manager", sub="tess").get(f"/families/{case['family_id']}/access-log")
    listed = [(each["subject"], each["entity_id"]) for each in log.json()["items"] if each["entity"] == "list"]
    assert listed[0] == ("amina", "early_help")
    assert {entity for _, entity in listed} == {path.split("/")[0].replace("-", "_") for path in LISTS}
    assert await casework.count(ListedCase) == len(await _looks(casework))


async def test_who_may_not_see_the_case_gets_no_names_and_nothing_on_record(casework: ServiceUnderTest) -> None:
    case = await _a_family(casework, subject="rosalind")
    receiving = case["receiving"]["subject"]
    [offer] = await _items(casework, "transfers", "social_worker", sub=receiving)
    assert (offer["children_named"], offer["children"]) == ([], 2)
    action = {"what": "Ask", "due_on": clock.today(), "owner_worker_id": case["receiving"]["id"]}
    await done(casework, f"/cases/{case['id']}/actions", **action)
    [own] = await _items(casework, "actions", "social_worker", sub=receiving)
    assert own["children"] == []
    [aged] = await _items(casework, "ageing-out", "performance_analyst")
    assert (aged["child"], aged["child_id"]) == (None, case["child_id"])
    own_looks = [(look.subject, look.entity_id) for look in await _looks(casework) if look.subject != "area_manager"]
    assert own_looks == [(receiving, "actions")]
    other = await a_case(casework)
    log = await casework.as_("team_manager", sub="tess").get(f"/families/{other['family_id']}/access-log")
    assert [each for each in log.json()["items"] if each["subject"] == receiving] == []


async def test_the_chronology_names_children_under_their_present_id_and_workers(
    casework: ServiceUnderTest,
) -> None:
    case, known = await _a_family(casework, subject="rosalind"), uuid4()
    merge = {"merge_id": uuid4(), "surviving_child_id": known, "merged_child_id": UUID(case["child_id"])}
    await casework.deliver(ChildMerged(**merge, merged_at=clock.now()))
    entries = await _items(casework, f"children/{known}/chronology", "social_worker", sub="rosalind")
    ella = {"child_id": str(known), "given_name": "Ella", "family_name": "Quillfeather"}
    assert all(ella in each["children"] for each in entries)
    [allocated] = [each for each in entries if each["kind"] == "case_allocated"]
    assert allocated["workers"] == [{"id": case["worker"]["id"], "name": "Rosalind Achebe"}]


@pytest.mark.parametrize("path", LISTS)
async def test_a_list_of_many_families_takes_as_many_statements_as_one_of_one(
    casework: ServiceUnderTest, path: str
) -> None:
    await _a_family(casework)
    counted = []
    for _ in range(2):
        sent: list[str] = []

        def note(connection: Any, cursor: Any, statement: str, *rest: Any, sent: list[str] = sent) -> None:
            sent.append(statement)

        event.listen(casework.database.engine.sync_engine, "before_cursor_execute", note)
        await _items(casework, path, "area_manager")
        event.remove(casework.database.engine.sync_engine, "before_cursor_execute", note)
        counted.append(len(sent))
        await _a_family(casework)
    assert counted[0] == counted[1], path
