"""Two open cases of one family become one, and are two again when the merge is reversed; on SQLite and PostgreSQL."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select, update

import services.casework.app  # noqa: F401  # so that every table is known
from services.casework.cases.cases.models import Case, CaseChild
from services.casework.lifecycle.joinings.models import CaseJoining, JoinedRow
from services.casework.lifecycle.joinings.queries import MOVED, STAYS
from services.casework.tables import Table
from shared import clock
from shared.contracts.casework import (
    CaseAllocated,
    CaseChildrenChanged,
    CaseJoined,
    CaseloadCeilingExceeded,
    CasePathwayChanged,
    CaseReopened,
)
from tests.service_under_test import ServiceUnderTest
from tests.services.casework.casework_made import a_case, a_worker
from tests.services.casework.lifecycle.joinings_made import REASON, TwoCases, join, merged, to_join, unmerged
from tests.services.casework.lifecycle.pathways_made import (
    allocate,
    case_of,
    cases_of,
    close,
    days_ago,
    done,
    history_of,
    post,
    referred_again,
    refused,
    step,
)


async def _two(casework: ServiceUnderTest, **other: Any) -> TwoCases:
    two = TwoCases(casework)
    await two.open(**other)
    return two


def _path(case: dict[str, Any]) -> str:
    return f"/cases/{case['id']}/joining"


def test_every_table_of_a_case_moves_or_stays() -> None:
    """A new table cannot be forgotten: what is done in a case goes with it."""
    moved = {key.class_.__tablename__ for key in MOVED}
    tables = Table.metadata.tables.values()
    of_case = {table.name for table in tables if "case_id" in table.c}
    assert of_case == moved | STAYS
    assert not moved & STAYS


async def test_the_list_has_two_open_cases_until_they_are_one(casework: ServiceUnderTest) -> None:
    two = await _two(casework)
    assert await to_join(casework) == []
    await two.merge()
    both = {two.case["id"], two.other["id"]}
    assert await to_join(casework) == [both]
    assert await to_join(casework, area="north") == []
    assert await to_join(casework, area="south") == [both]
    assert await to_join(casework, team="South 1") == []
    await two.unmerge()
    assert await to_join(casework) == []
    await two.merge()
    await two.join()
    assert await to_join(casework) == []


async def test_who_may_not_see_one_of_two_finds_neither(casework: ServiceUnderTest) -> None:
    two = await _two(casework)
    named = {"subjects": ["petra"], "reason": "Staff's own family"}
    restrict = casework.as_("team_manager", sub="petra").post
    assert (await restrict(f"/families/{two.other['family_id']}/restriction", json=named)).is_success
    await two.merge()
    assert await to_join(casework) == []
    sent = {"case_id": two.other["id"], "reason": REASON}
    assert (await casework.as_("team_manager", sub="maria").post(_path(two.case), json=sent)).status_code == 404
    joined = await casework.as_("team_manager", sub="petra").post(_path(two.case), json=sent)
    assert joined.status_code == 200, joined.text
    # The family is restricted as a whole from now on.
    assert (await casework.as_("team_manager", sub="maria").get(f"/cases/{two.case['id']}")).status_code == 404


async def test_one_case_goes_on_with_what_both_had(casework: ServiceUnderTest) -> None:
    two = await _two(casework, outcome="strategy_discussion")
    worker, former = await allocate(casework, two.case), await allocate(casework, two.other, name="Hettie Roan")
    visit = {"children": [{"child_id": str(two.two), "seen": True}], "purpose": "family_support", "text": "At home."}
    visit["other_children_reason"] = "At school"
    note = await done(casework, f"/cases/{two.other['id']}/visits", **visit)
    action = await done(
        casework, f"/cases/{two.other['id']}/actions", what="Ask the school", owner="Mother", due_on=days_ago(-7)
    )
    flag = {"kind": "dog", "text": "A large dog", "review_on": days_ago(-30)}
    await done(casework, f"/cases/{two.other['id']}/flags", **flag)
    await two.merge()
    case = await two.join()
    assert (case["id"], case["child_count"], case["pathway"]) == (two.case["id"], 3, "child_protection")
    assert case["key_worker"]["id"] == worker["id"]
    assert case["last_contact_on"] == days_ago(0).isoformat()
    assert [each["id"] for each in await cases_of(casework)] == [case["id"]]
    other = await case_of(casework, two.other["id"])
    assert (other["status"], other["joined_into_id"], other["key_worker"]) == ("joined", case["id"], None)
    manager = casework.as_("team_manager")
    for what, there in (("contacts", note["id"]), ("actions", action["id"])):
        found = (await manager.get(f"/cases/{case['id']}/{what}")).json()["items"]
        assert [each["id"] for each in found] == [there]
    assert len((await manager.get(f"/cases/{case['id']}/flags")).json()["items"]) == 1
    due = {each["step"] for each in (await case_of(casework, case["id"]))["timescales"]}
    assert due == {"action", "flag_review", "assessment", "strategy_discussion"}
    history = await history_of(casework, case)
    held = {each["worker_id"]: (each["case_id"], each["end_reason"]) for each in history["key_workers"]}
    assert held == {worker["id"]: (case["id"], None), former["id"]: (two.other["id"], "joined")}
    [joining] = history["joinings"]
    assert (joining["case_id"], joining["into_case_id"], joining["reversed_on"]) == (other["id"], case["id"], None)
    assert [each["kind"] for each in (await history_of(casework, other))["steps"]] == ["opened", "joined"]
    story = (await manager.get(f"/families/{two.case['family_id']}/chronology", params={"limit": 200})).json()["items"]
    assert [each["kind"] for each in story].count("case_opened") == 2
    assert {"case_joined", "contact_visit", "action_agreed", "flag_set"} <= {each["kind"] for each in story}


async def test_what_is_announced(casework: ServiceUnderTest) -> None:
    two = await _two(casework, outcome="strategy_discussion")
    worker = await allocate(casework, two.other, fte=0.15)  # 2.4 children
    await two.merge()
    await two.join()
    [joined] = await casework.events(CaseJoined)
    assert isinstance(joined, CaseJoined)
    assert (str(joined.case_id), str(joined.into_case_id)) == (two.other["id"], two.case["id"])
    assert len(joined.child_ids) == 2
    [changed] = await casework.events(CaseChildrenChanged)
    assert isinstance(changed, CaseChildrenChanged)
    assert (str(changed.case_id), len(changed.child_ids)) == (two.case["id"], 4)
    [stepped] = await casework.events(CasePathwayChanged)
    assert isinstance(stepped, CasePathwayChanged)
    assert (stepped.pathway_before, stepped.pathway) == ("child_in_need", "child_protection")
    allocated = await casework.events(CaseAllocated)
    assert [event.model_dump(mode="json")["case_id"] for event in allocated] == [two.other["id"], two.case["id"]]
    [over] = await casework.events(CaseloadCeilingExceeded)
    assert isinstance(over, CaseloadCeilingExceeded)
    assert (str(over.worker_id), over.children) == (worker["id"], 3)


async def test_a_key_worker_of_the_other_case_alone_takes_the_family_on(casework: ServiceUnderTest) -> None:
    two = await _two(casework)
    worker = await allocate(casework, two.other)
    await two.merge()
    case = await two.join()
    assert case["key_worker"]["id"] == worker["id"]
    caseloads = await casework.as_("area_manager").get("/caseloads", params={"by": "worker"})
    assert [(each["children"], each["families"]) for each in caseloads.json()["items"]] == [(3, 1)]
    assert caseloads.json()["summary"]["unallocated"] == 0


async def test_refusals_name_the_next_step(casework: ServiceUnderTest) -> None:
    two = await _two(casework)
    case, other = two.case, two.other
    assert await refused(casework, _path(case), case_id=other["id"], reason=REASON) == (409, "not-one-family")
    assert await refused(casework, _path(case), case_id=case["id"], reason=REASON) == (422, "same-case")
    assert await refused(casework, _path(case), case_id=str(uuid4()), reason=REASON) == (404, "not-found")
    await two.merge()
    await step(casework, case, "thriving_families")
    await allocate(casework, case, role="family_support_worker", registration_number=None)
    assert await refused(casework, _path(case), case_id=other["id"], reason=REASON) == (409, "registration-required")
    await close(casework, other)
    assert await refused(casework, _path(case), case_id=other["id"], reason=REASON) == (409, "other-case-not-open")
    assert await refused(casework, _path(other), case_id=case["id"], reason=REASON) == (409, "case-closed")


async def test_nothing_more_is_done_in_a_joined_case(casework: ServiceUnderTest) -> None:
    two = await _two(casework)
    await two.merge()
    await two.join()
    for path, sent in (
        ("joining", {"case_id": two.case["id"], "reason": REASON}),
        ("closure", {"closed_on": clock.today(), "reason": "RC7"}),
        ("reopening", {"reopened_on": clock.today(), "pathway": "child_in_need", "reason": "Again"}),
        ("notes", {"text": "The school rang."}),
        ("actions", {"what": "Ask", "owner": "Mother", "due_on": days_ago(-7)}),
    ):
        answer = await post(casework, f"/cases/{two.other['id']}/{path}", **sent)
        assert (answer.status_code, answer.json()["code"]) == (409, "case-joined"), path
        assert answer.json()["joined_into_id"] == two.case["id"]
    assert await refused(casework, _path(two.case), case_id=two.other["id"], reason=REASON) == (409, "case-joined")


async def test_an_open_offer_of_the_other_case_is_withdrawn(casework: ServiceUnderTest) -> None:
    two = await _two(casework)
    await allocate(casework, two.other)
    receiving = await a_worker(casework, name="Hettie Roan")
    offer = {"worker_id": receiving["id"], "reason": "Nearer"}
    offered = await done(casework, f"/cases/{two.other['id']}/transfers", **offer)
    await two.merge()
    await two.join()
    found = await casework.as_("area_manager").get(f"/transfers/{offered['id']}")
    assert (found.json()["status"], found.json()["case_id"]) == ("withdrawn", two.case["id"])


async def _rows_of(casework: ServiceUnderTest) -> dict[str, dict[Any, Any]]:
    """The case of every row of what moves, and of the children of the case that is joined."""
    found: dict[str, dict[Any, Any]] = {}
    async with casework.database.read() as session:
        for key in MOVED:
            table = key.class_.__table__
            rows = await session.execute(select(table.c[key.key], table.c.case_id))
            found[table.name] = {row[0]: row[1] for row in rows}
    return found


async def test_a_reversal_brings_back_everything_and_keeps_what_was_recorded_since(casework: ServiceUnderTest) -> None:
    two = await _two(casework, outcome="strategy_discussion")
    await allocate(casework, two.case)
    former = await allocate(casework, two.other, name="Hettie Roan")
    flag = {"kind": "dog", "text": "A large dog", "review_on": days_ago(-30)}
    flagged = await done(casework, f"/cases/{two.other['id']}/flags", **flag)
    await done(casework, f"/cases/{two.other['id']}/notes", text="The school rang.")
    await two.merge()
    before = await _rows_of(casework)
    await two.join()
    since = await done(casework, f"/cases/{two.case['id']}/notes", text="Since then")
    kept = {"keep": True, "review_on": days_ago(-60), "reason": "Still there"}
    await done(casework, f"/flags/{flagged['id']}/review", **kept)
    await two.unmerge()
    other, case = await case_of(casework, two.other["id"]), await case_of(casework, two.case["id"])
    assert (other["status"], other["joined_into_id"], other["pathway"]) == ("open", None, "child_protection")
    assert (other["key_worker"]["id"], other["child_count"], case["child_count"]) == (former["id"], 2, 2)
    after = await _rows_of(casework)
    for table, rows in before.items():
        assert {row_id: after[table][row_id] for row_id in rows} == rows, table
    contacts = (await casework.as_("area_manager").get(f"/cases/{case['id']}/contacts")).json()["items"]
    assert [each["id"] for each in contacts] == [since["id"]]
    # The flag's next review, whose clock was started since, goes where the flag goes.
    assert [each["step"] for each in other["timescales"]] == ["strategy_discussion", "flag_review"]
    assert [each["step"] for each in case["timescales"]] == ["assessment"]
    [joining] = (await history_of(casework, case))["joinings"]
    assert joining["reversed_on"] == clock.today().isoformat()
    [reopened] = await casework.events(CaseReopened)
    assert isinstance(reopened, CaseReopened)
    assert (str(reopened.case_id), len(reopened.child_ids)) == (other["id"], 2)
    changed = (await casework.events(CaseChildrenChanged))[-1]
    assert isinstance(changed, CaseChildrenChanged)
    assert (str(changed.case_id), len(changed.child_ids)) == (case["id"], 2)
    await two.merge()
    assert await to_join(casework) == [{case["id"], other["id"]}]
    assert (await two.join())["child_count"] == 3


async def test_two_merges_make_one_family_until_both_are_reversed(casework: ServiceUnderTest) -> None:
    a, b, c, d = (uuid4() for _ in range(4))
    case, other = await a_case(casework, child_ids=[a, b]), await a_case(casework, child_ids=[c, d])
    await casework.deliver(merged(c, a), sequence=1)
    await casework.deliver(merged(d, b), sequence=1)
    await join(casework, case, other)
    await casework.deliver(unmerged(c, a), sequence=2)
    assert (await case_of(casework, case["id"]))["child_count"] == 3
    assert (await case_of(casework, other["id"]))["status"] == "joined"
    await casework.deliver(unmerged(d, b), sequence=2)
    assert [(await case_of(casework, each["id"]))["child_count"] for each in (case, other)] == [2, 2]


async def test_of_a_chain_each_link_goes_back_by_itself(casework: ServiceUnderTest) -> None:
    a, b, c = (uuid4() for _ in range(3))
    first, second, third = [await a_case(casework, child_ids=[each, uuid4()]) for each in (a, b, c)]
    note = await done(casework, f"/cases/{first['id']}/notes", text="Of the first")
    await casework.deliver(merged(a, b), sequence=1)
    await casework.deliver(merged(b, c), sequence=1)
    await join(casework, second, first)
    assert await to_join(casework) == [{second["id"], third["id"]}]
    assert (await join(casework, third, second))["child_count"] == 4
    await casework.deliver(unmerged(a, b), sequence=2)
    counts = [(await case_of(casework, each["id"]))["child_count"] for each in (first, second, third)]
    assert counts[0] == 2
    assert counts[2] == 3
    found = (await casework.as_("area_manager").get(f"/contacts/{note['id']}")).json()
    assert found["case_id"] == first["id"]
    await casework.deliver(unmerged(b, c), sequence=2)
    three = [await case_of(casework, each["id"]) for each in (first, second, third)]
    assert [(each["status"], each["child_count"]) for each in three] == [("open", 2)] * 3


async def test_past_days_are_counted_as_they_were(casework: ServiceUnderTest) -> None:
    """While the cases were one, its key worker held the children of both."""
    two = await _two(casework)
    worker = await allocate(casework, two.case)
    await two.merge()
    await two.join()
    async with casework.database.begin() as session:
        for joining in await session.scalars(select(CaseJoining)):
            joining.joined_on = days_ago(10)
        came = update(CaseChild).where(CaseChild.joined_on == clock.today())
        await session.execute(came.values(joined_on=days_ago(10)))
    await two.unmerge()

    async def held(days: int) -> int:
        asked = {"by": "worker", "as_at": days_ago(days).isoformat()}
        answer = await casework.as_("area_manager").get("/caseloads", params=asked)
        [found] = [each for each in answer.json()["items"] if each["worker_id"] == worker["id"]]
        children: int = found["children"]
        return children

    assert [await held(days) for days in (20, 5, 0)] == [2, 4, 2]


async def test_a_referral_of_either_family_comes_to_the_case_that_goes_on(casework: ServiceUnderTest) -> None:
    two = await _two(casework)
    await two.merge()
    await two.join()
    await referred_again(casework, two.other["family_id"])
    [case] = await cases_of(casework)
    assert (case["id"], case["child_count"]) == (two.case["id"], 4)
    asked = {"family": two.other["family_id"], "status": "open"}
    found = await casework.as_("area_manager").get("/cases", params=asked)
    assert [each["id"] for each in found.json()["items"]] == [two.case["id"]]


@pytest.mark.parametrize("against", ["join", "turned", "close", "unmerge", "transfer"])
async def test_a_joining_and_something_else_at_one_moment(casework: ServiceUnderTest, against: str) -> None:
    """One comes first, and what comes second finds what the first left."""
    for _ in range(3):
        two = await _two(casework)
        await allocate(casework, two.other)
        await two.merge()
        receiving = await a_worker(casework, name="Hettie Roan")
        sent = {"case_id": two.other["id"], "reason": REASON}
        turned = {"case_id": two.case["id"], "reason": REASON}
        offer = {"worker_id": receiving["id"], "reason": "Nearer", "at_once": True}
        other = f"/cases/{two.other['id']}"
        also: dict[str, tuple[str, dict[str, Any]]] = {
            "join": (_path(two.case), sent),
            "turned": (_path(two.other), turned),
            "close": (f"{other}/closure", {"closed_on": clock.today(), "reason": "RC7"}),
            "transfer": (f"{other}/transfers", offer),
        }
        second = two.unmerge() if against == "unmerge" else post(casework, also[against][0], **also[against][1])
        answer, _ = await asyncio.gather(post(casework, _path(two.case), **sent), second)
        assert answer.status_code in (200, 409), answer.text
        cases = [await case_of(casework, each["id"]) for each in (two.case, two.other)]
        joined = sum(each["status"] == "joined" for each in cases)
        children = sum(each["child_count"] for each in cases if each["status"] == "open")
        expected = {"join": (1, 3), "turned": (1, 3), "unmerge": (0, 4), "transfer": (1, 3)}
        if against == "close":
            assert (joined, children) in ((1, 3), (0, 2))
        else:
            assert (joined, children) == expected[against]


async def test_a_joining_that_is_not_committed_leaves_nothing(casework: ServiceUnderTest) -> None:
    two = await _two(casework)
    await step(casework, two.case, "thriving_families")
    await allocate(casework, two.case, role="family_support_worker", registration_number=None)
    await two.merge()
    before = await _rows_of(casework)
    assert (await post(casework, _path(two.case), case_id=two.other["id"], reason=REASON)).status_code == 409
    assert await _rows_of(casework) == before
    assert [await casework.count(table) for table in (CaseJoining, JoinedRow)] == [0, 0]
    assert await casework.count(Case) == 2
