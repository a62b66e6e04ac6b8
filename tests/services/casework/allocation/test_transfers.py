"""Offers to move a family, their answers and who may see them, on SQLite and on PostgreSQL."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from services.casework.allocation.allocations.models import Allocation
from services.casework.allocation.transfers import queries, rules
from services.casework.allocation.transfers.models import Transfer
from services.casework.cases.cases.models import Case
from services.casework.cases.restrictions.models import FamilyRestriction
from services.casework.record.chronology.models import ChronologyEntry
from services.casework.workforce.workers.models import Worker
from services.casework.workforce.workers.rules import Scope, team_key
from shared import clock
from shared.audit import AuditRow
from shared.auth import Actor, Role
from shared.contracts.casework import CaseloadCeilingExceeded, CaseTransferred
from tests.predicates import finds
from tests.service_under_test import ServiceUnderTest
from tests.services.casework.allocation.transfers_made import (
    Body,
    allocated,
    body_of,
    case_of,
    held_by,
    holder_of,
    offered,
    refused,
    three_workers,
)
from tests.services.casework.casework_made import a_case, a_worker

TODAY = clock.today()


async def _answer(
    casework: ServiceUnderTest, offer: Body, answer: str, role: str = "area_manager", sent: Any = None, **claims: Any
) -> Any:
    if sent is None and answer != "acceptance":
        sent = {"reason": "No room in the car"}
    return await casework.as_(role, **claims).post(f"/transfers/{offer['id']}/{answer}", json=sent)


async def _allocations(casework: ServiceUnderTest) -> list[tuple[str, str | None]]:
    async with casework.database.read() as session:
        rows = await session.scalars(select(Allocation).order_by(Allocation.allocated_at))
    return [(str(row.worker_id), row.end_reason) for row in rows.all()]


async def _audited(casework: ServiceUnderTest, case: Body) -> list[str]:
    """The changes on record."""
    async with casework.database.read() as session:
        rows = await session.scalars(select(AuditRow).where(AuditRow.entity_id == case["id"]).order_by(AuditRow.id))
    return [row.action for row in rows.all() if not row.action.endswith("look") and row.subject != "casework"]


async def test_an_offer_that_is_accepted_moves_the_family(casework: ServiceUnderTest) -> None:
    ada, bea, _ = await three_workers(casework)
    case = await held_by(casework, ada, 3)
    offer = await offered(casework, case, bea)
    assert (offer["status"], offer["pathway"], offer["children"], offer["reason"]) == (
        "offered",
        "child_in_need",
        3,
        "Moved house",
    )
    assert (offer["from_worker"]["name"], offer["to_worker"]["name"]) == ("Ada", "Bea")
    assert await holder_of(casework, case) == ada["id"]
    taken = body_of(await _answer(casework, offer, "acceptance", "social_worker", sub="bea"))
    assert (taken["status"], taken["answered_by"], taken["transferred_on"], taken["children"]) == (
        "accepted",
        "bea",
        TODAY.isoformat(),
        None,
    )
    assert await holder_of(casework, case) == bea["id"]
    assert await _allocations(casework) == [(ada["id"], "transferred"), (bea["id"], None)]
    [event] = await casework.events(CaseTransferred)
    assert isinstance(event, CaseTransferred)
    assert (str(event.worker_id_before), str(event.worker_id), event.children) == (ada["id"], bea["id"], 3)
    assert (event.area_before, event.area, event.transferred_on) == ("south", "south", TODAY)
    assert refused(await _answer(casework, offer, "acceptance")) == (409, "transfer-answered")
    assert await _audited(casework, case) == ["case_allocate", "transfer_offer", "transfer_accept"]
    loads = body_of(await casework.as_("area_manager").get("/caseloads", params={"by": "worker"}))["items"]
    assert {each["name"]: each["children"] for each in loads} == {"Ada": 0, "Bea": 3, "Cora": 0}
    async with casework.database.read() as session:
        entry = await session.scalar(select(ChronologyEntry).where(ChronologyEntry.kind == "case_transferred"))
    assert entry
    assert (entry.text, entry.facts) == ("Moved house", {"worker_id_before": ada["id"], "worker_id": bea["id"]})


@pytest.mark.parametrize(
    ("answer", "status"), [("rejection", "rejected"), ("revocation", "revoked")], ids=["rejected", "revoked"]
)
async def test_an_offer_that_is_rejected_or_revoked_leaves_the_family_and_another_may_follow(
    casework: ServiceUnderTest, answer: str, status: str
) -> None:
    ada, bea, cora = await three_workers(casework)
    case = await held_by(casework, ada)
    offer = await offered(casework, case, bea)
    again = await casework.as_("team_manager").post(
        f"/cases/{case['id']}/transfers", json={"worker_id": cora["id"], "reason": "Another"}
    )
    assert refused(again) == (409, "transfer-offered")
    assert refused(await _answer(casework, offer, answer, sent={})) == (422, "/reason missing")
    shown = body_of(await _answer(casework, offer, answer))
    assert (shown["status"], shown["answer_reason"], shown["transferred_on"]) == (status, "No room in the car", None)
    assert await holder_of(casework, case) == ada["id"]
    for each in ("acceptance", "rejection", "revocation"):
        late = await _answer(casework, offer, each)
        assert (*refused(late), late.json()["present_status"]) == (409, "transfer-answered", status)
    second = await offered(casework, case, cora)
    client = casework.as_("area_manager")
    of_case = body_of(await client.get(f"/cases/{case['id']}/transfers"))["items"]
    assert [each["id"] for each in of_case] == [second["id"], offer["id"]]
    waiting = body_of(await client.get("/transfers", params={"status": "offered"}))["items"]
    assert [each["id"] for each in waiting] == [second["id"]]
    assert not {"reason", "answer_reason"} & waiting[0].keys()


async def test_each_answer_to_an_offer_is_a_new_version_which_the_response_has(casework: ServiceUnderTest) -> None:
    ada, bea, cora = await three_workers(casework)
    case = await held_by(casework, ada)
    client = casework.as_("area_manager")

    async def shown(offer: Body) -> str:
        return (await client.get(f"/transfers/{offer['id']}")).headers["ETag"]

    rejected = await offered(casework, case, bea)
    assert await shown(rejected) == '"1"'
    assert (await _answer(casework, rejected, "rejection")).headers["ETag"] == await shown(rejected) == '"2"'
    withdrawn = await offered(casework, case, bea)
    at_once = {"worker_id": cora["id"], "reason": "Knows them", "at_once": True}
    made = await client.post(f"/cases/{case['id']}/transfers", json=at_once)
    assert made.headers["ETag"] == await shown(body_of(made, 201))
    # Withdrawn past the mapper.
    assert await shown(withdrawn) == '"2"'


async def test_each_side_answers_for_itself(casework: ServiceUnderTest) -> None:
    ada = await a_worker(casework, name="Ada", subject="ada")
    nell = await a_worker(casework, name="Nell", subject="nell", area="north", team="North 1")
    case = await held_by(casework, ada)
    south, north = {"area": "south"}, {"area": "north"}
    offer = await offered(casework, case, nell, casework.as_("practice_supervisor", **south))
    assert refused(await _answer(casework, offer, "acceptance", "team_manager", **south)) == (
        403,
        "receiving-side-answers",
    )
    assert refused(await _answer(casework, offer, "rejection", "social_worker", sub="ada")) == (
        403,
        "receiving-side-answers",
    )
    assert refused(await _answer(casework, offer, "revocation", "team_manager", **north)) == (
        403,
        "giving-side-revokes",
    )
    for role, claims in (
        ("team_manager", {"area": "central"}),
        ("team_manager", {"area": "north", "team": "North 2"}),
        ("social_worker", {"sub": "somebody"}),
    ):
        assert (await _answer(casework, offer, "acceptance", role, **claims)).status_code == 404
        assert (await casework.as_(role, **claims).get(f"/transfers/{offer['id']}")).status_code == 404
        assert body_of(await casework.as_(role, **claims).get("/transfers"))["items"] == []
    # The receiving side sees the offer and not the case, until it accepts.
    assert (await casework.as_("team_manager", **north).get(f"/cases/{case['id']}")).status_code == 404
    for role, claims in (
        ("team_manager", north),
        ("social_worker", {"sub": "nell"}),
        ("social_worker", {"sub": "ada"}),
    ):
        assert (await casework.as_(role, **claims).get(f"/transfers/{offer['id']}")).status_code == 200
        listed = body_of(await casework.as_(role, **claims).get("/transfers", params={"worker": nell["id"]}))
        assert [each["id"] for each in listed["items"]] == [offer["id"]]
    body_of(await _answer(casework, offer, "acceptance", "team_manager", **north))
    assert (await casework.as_("team_manager", **north).get(f"/cases/{case['id']}")).status_code == 200
    assert (await casework.as_("team_manager", **south).get(f"/cases/{case['id']}")).status_code == 404
    later = body_of(await casework.as_("team_manager", **south).get(f"/transfers/{offer['id']}"))
    assert (later["status"], later["pathway"], later["children"]) == ("accepted", None, None)


async def test_a_family_that_moves_has_another_area_from_that_day(casework: ServiceUnderTest) -> None:
    ada, nell = await a_worker(casework, name="Ada"), await a_worker(casework, name="Nell", area="north")
    moves, stays = await held_by(casework, ada), await held_by(casework, ada)
    for case, area, expected in ((moves, None, "north"), (stays, "south", "south")):
        offer = await offered(casework, case, nell, area=area)
        assert offer["area"] == expected
        assert (await case_of(casework, case))["area"] == "south"
        body_of(await _answer(casework, offer, "acceptance"))
        assert (await case_of(casework, case))["area"] == expected
    assert [(event.area_before, event.area) for event in await casework.events(CaseTransferred)] == [  # type: ignore[attr-defined]
        ("south", "north"),
        ("south", "south"),
    ]


async def test_a_manager_moves_a_case_at_once_between_the_own_workers(casework: ServiceUnderTest) -> None:
    ada, bea, _ = await three_workers(casework)
    nell = await a_worker(casework, name="Nell", area="north")
    case = await held_by(casework, ada)
    waiting = await offered(casework, case, bea)
    client = casework.as_("practice_supervisor", area="south")
    path = f"/cases/{case['id']}/transfers"
    elsewhere = {"worker_id": nell["id"], "reason": "Moved house", "at_once": True}
    assert refused(await client.post(path, json=elsewhere)) == (403, "receiving-side-answers")
    moved = await offered(casework, case, bea, client, at_once=True)
    assert (moved["status"], await holder_of(casework, case)) == ("accepted", bea["id"])
    former = body_of(await casework.as_("area_manager").get(f"/transfers/{waiting['id']}"))
    assert (former["status"], former["answered_by"]) == ("withdrawn", None)
    only = {"worker_id": ada["id"], "reason": "Back", "starts_on": TODAY.isoformat()}
    assert refused(await client.post(path, json=only)) == (422, " only-at-once")


async def test_what_stands_against_an_offer(casework: ServiceUnderTest) -> None:
    ada, bea, _ = await three_workers(casework)
    support = await a_worker(casework, name="Support", role="family_support_worker")
    waiting, held = await a_case(casework), await held_by(casework, ada)
    client = casework.as_("area_manager")

    async def offering(case: Body, worker_id: str) -> tuple[int, str]:
        sent = {"worker_id": worker_id, "reason": "Why not"}
        return refused(await client.post(f"/cases/{case['id']}/transfers", json=sent))

    assert await offering(waiting, bea["id"]) == (409, "case-not-allocated")
    assert await offering(held, ada["id"]) == (422, "/worker_id same-worker")
    assert await offering(held, held["id"]) == (422, "/worker_id unknown")
    assert await offering(held, support["id"]) == (409, "registration-required")
    async with casework.database.begin() as session:
        for subject in ("area_manager", "ada"):
            session.add(FamilyRestriction(family_id=UUID(held["family_id"]), source="referrals", subject=subject))
    assert await offering(held, bea["id"]) == (409, "worker-not-named")
    assert await casework.count(Transfer) == 0


async def test_the_ceiling_is_held_against_the_one_who_accepts(casework: ServiceUnderTest) -> None:
    ada, small = await a_worker(casework, name="Ada"), await a_worker(casework, name="Small", fte=0.1, subject="small")
    case = await held_by(casework, ada, 2)
    offer = await offered(casework, case, small)
    assert refused(await _answer(casework, offer, "acceptance", "social_worker", sub="small")) == (
        409,
        "caseload-ceiling-reached",
    )
    sent = {"override_reason": "Speaks Tetum"}
    own = await _answer(casework, offer, "acceptance", "social_worker", sent, sub="small")
    assert refused(own) == (403, "override-needs-manager")
    assert await holder_of(casework, case) == ada["id"]
    body_of(await _answer(casework, offer, "acceptance", "team_manager", sent))
    [event] = await casework.events(CaseloadCeilingExceeded)
    assert isinstance(event, CaseloadCeilingExceeded)
    assert (str(event.worker_id), event.children, float(event.ceiling)) == (small["id"], 2, 1.6)


async def test_a_step_up_after_the_offer_needs_registration_at_acceptance(casework: ServiceUnderTest) -> None:
    ada, support = await a_worker(casework), await a_worker(casework, name="S", role="family_support_worker")
    case = await held_by(casework, ada, outcome="thriving_families")
    offer = await offered(casework, case, support)
    sent = {"pathway": "child_in_need", "reason": "Worse"}
    assert (await casework.as_("area_manager").post(f"/cases/{case['id']}/pathway", json=sent)).is_success
    assert refused(await _answer(casework, offer, "acceptance")) == (409, "registration-required")
    assert await holder_of(casework, case) == ada["id"]


async def test_the_day_of_a_transfer_follows_the_offer_and_the_former_key_worker(casework: ServiceUnderTest) -> None:
    joined = (TODAY - timedelta(days=40)).isoformat()
    ada, bea = [await a_worker(casework, name=name, joined_on=joined) for name in ("Ada", "Bea")]
    begun = TODAY - timedelta(days=10)

    async def held() -> Body:
        case = await a_case(casework, decided_at=clock.now() - timedelta(days=20))
        body_of(await allocated(casework, case, ada, starts_on=begun.isoformat()), 201)
        return case

    case = await held()
    offer = await offered(casework, case, bea)
    for day, code in ((TODAY + timedelta(days=1), "in-the-future"), (TODAY - timedelta(days=1), "out-of-order")):
        answer = await _answer(casework, offer, "acceptance", sent={"starts_on": day.isoformat()})
        assert refused(answer) == (422, f"/starts_on {code}")
    body_of(await _answer(casework, offer, "acceptance", sent={"starts_on": TODAY.isoformat()}))
    at_once = {"worker_id": bea["id"], "reason": "Swap", "at_once": True}
    case = await held()
    client, path = casework.as_("area_manager"), f"/cases/{case['id']}/transfers"
    early = await client.post(path, json=at_once | {"starts_on": (begun - timedelta(days=1)).isoformat()})
    assert refused(early) == (422, "/starts_on out-of-order")
    body_of(await client.post(path, json=at_once | {"starts_on": begun.isoformat()}), 201)
    shown = body_of(await client.get(f"/families/{case['family_id']}/key-workers"))
    assert [(each["from_on"], each["until_on"]) for each in shown["items"]] == [
        (begun.isoformat(), begun.isoformat()),
        (begun.isoformat(), None),
    ]


async def test_a_closed_case_has_no_open_offer(casework: ServiceUnderTest) -> None:
    ada, bea, _ = await three_workers(casework)
    case = await held_by(casework, ada)
    offer = await offered(casework, case, bea)
    client = casework.as_("area_manager")
    closing = {"closed_on": TODAY.isoformat(), "reason": "RC7"}
    assert (await client.post(f"/cases/{case['id']}/closure", json=closing)).is_success
    late = await _answer(casework, offer, "acceptance")
    assert (*refused(late), late.json()["present_status"]) == (409, "transfer-answered", "withdrawn")
    again = await client.post(f"/cases/{case['id']}/transfers", json={"worker_id": bea["id"], "reason": "Why"})
    assert refused(again) == (409, "case-closed")


async def test_a_restricted_family_is_hidden_from_the_side_that_is_not_named(casework: ServiceUnderTest) -> None:
    ada, bea, _ = await three_workers(casework)
    case = await held_by(casework, ada)
    offer = await offered(casework, case, bea)
    async with casework.database.begin() as session:
        session.add(FamilyRestriction(family_id=UUID(case["family_id"]), source="casework", subject="ada"))
    for role, claims in (("area_manager", {}), ("social_worker", {"sub": "bea"})):
        client = casework.as_(role, **claims)
        assert (await client.get(f"/transfers/{offer['id']}")).status_code == 404
        assert body_of(await client.get("/transfers"))["items"] == []
        assert (await _answer(casework, offer, "acceptance", role, **claims)).status_code == 404


async def test_of_all_answers_at_one_moment_one_holds(casework: ServiceUnderTest) -> None:
    ada, bea, cora = await three_workers(casework)
    case = await held_by(casework, ada)
    offers = await asyncio.gather(
        *(
            casework.as_("area_manager").post(
                f"/cases/{case['id']}/transfers", json={"worker_id": each["id"], "reason": "Who first"}
            )
            for each in (bea, cora)
        )
    )
    assert sorted(offer.status_code for offer in offers) == [201, 409]
    [offer] = [offer.json() for offer in offers if offer.status_code == 201]
    kinds = ("acceptance", "rejection", "revocation", "acceptance")
    answers = await asyncio.gather(*(_answer(casework, offer, kind) for kind in kinds))
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409]
    [shown] = [answer.json() for answer in answers if answer.status_code == 200]
    expected = offer["to_worker"]["id"] if shown["status"] == "accepted" else ada["id"]
    assert await holder_of(casework, case) == expected


async def test_crossing_transfers_and_allocations_at_one_moment_pass_no_ceiling_and_none_waits_for_ever(
    casework: ServiceUnderTest,
) -> None:
    ada, bea = await a_worker(casework, name="Ada", fte=0.5), await a_worker(casework, name="Bea", fte=0.5)
    to_bea = [await offered(casework, await held_by(casework, ada, 2), bea) for _ in range(3)]
    to_ada = [await offered(casework, await held_by(casework, bea, 2), ada) for _ in range(3)]
    more = [await a_case(casework, 2) for _ in range(2)]
    answers = await asyncio.wait_for(
        asyncio.gather(
            *(_answer(casework, offer, "acceptance") for pair in zip(to_bea, to_ada, strict=True) for offer in pair),
            *(allocated(casework, case, ada) for case in more),
        ),
        20,
    )
    assert {answer.status_code for answer in answers} <= {200, 201, 409}
    async with casework.database.read() as session:
        for worker in (await session.scalars(select(Worker))).all():
            cases = (await session.scalars(select(Case).where(Case.key_worker_id == worker.id))).all()
            assert worker.children == sum(case.child_count for case in cases) <= 8
            assert worker.families == len(cases)


ROLES = st.frozensets(st.sampled_from([Role.SOCIAL_WORKER, Role.TEAM_MANAGER, Role.PERFORMANCE_ANALYST]))
PLACES = st.sampled_from(["north", "south"])


@given(
    roles=ROLES,
    area=st.none() | PLACES,
    team=st.none() | st.sampled_from(["S1", "S2"]),
    scope=st.builds(Scope, area=PLACES, team=st.none() | st.sampled_from(["S1", "S2"])),
    subject=st.none() | st.sampled_from(["ada", "bea"]),
)
def test_the_query_finds_the_side_of_the_rule(
    roles: frozenset[Role], area: str | None, team: str | None, scope: Scope, subject: str | None
) -> None:
    actor = Actor("ada", roles, area=area, team=team)
    row = {"area": scope.area, "team_key": team_key(scope.team), "subject": subject}
    found = finds(queries.is_of_side(actor, Worker), "workers", {"workers": row})
    assert found == rules.is_of_side(actor, rules.Side(scope, subject))
