"""The queue of the MASH, the list of a referrer, and the manager's counts."""

import asyncio
import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, get_args
from uuid import uuid4

import time_machine
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, insert, update

from services.referrals import codes
from services.referrals.people.models import Family
from services.referrals.referrals.models import Referral
from services.referrals.referrals.rules import Rating, Status
from tests.service_under_test import ServiceUnderTest, start_service
from tests.services.referrals.referrals_sent import a_decision, a_referral, answered, fields_of, rated, submitted

LONG_AGO = "2026-01-05T09:00:00Z"


async def _ids(client: Any, **params: str) -> list[str]:
    return [item["id"] for item in (await answered(await client.get("/referrals", params=params), 200))["items"]]


async def test_each_filter_of_the_queue_does_what_it_is_named_for(referrals: ServiceUnderTest) -> None:
    maria = referrals.as_("mash_practitioner", sub="maria")
    amber = await rated(referrals)
    red = await rated(referrals, "red", received_at=LONG_AGO, address={"lines": [], "postcode": "OX1 1AB"})
    new = await submitted(referrals, address={"lines": [], "postcode": "OX1 1AB"})
    done = await rated(referrals)
    await answered(await maria.post(f"/referrals/{done['id']}/decision", json=a_decision()), 200)
    assert await _ids(maria) == [red["id"], new["id"], amber["id"]] or await _ids(maria) == [
        *(red["id"], amber["id"], new["id"])  # at some hours of the week both are due at the same close of business
    ]
    assert await _ids(maria, status="accepted") == [done["id"]]
    assert await _ids(maria, rating="amber") == [amber["id"]]
    assert set(await _ids(maria, area="central")) == {red["id"], new["id"]}
    assert await _ids(maria, overdue="true") == [red["id"]]
    assert set(await _ids(maria, overdue="false")) == {amber["id"], new["id"]}
    assert set(await _ids(maria, mine="true")) == {red["id"], amber["id"]}
    assert await _ids(maria, mine="false") == [new["id"]]
    assert await _ids(referrals.as_("mash_manager", sub="noel"), mine="true") == []
    assert await _ids(maria, mine="true", overdue="true", area="central", rating="red", status="rated") == [red["id"]]


async def test_a_referrers_list_shows_nothing_of_how_the_mash_sees_it(referrals: ServiceUnderTest) -> None:
    school = referrals.as_("referrer", sub="amina", organisation="Larkmead School")
    sent = [await answered(await school.post("/referrals", json=a_referral())) for _ in range(3)]
    danger = await answered(await school.post("/referrals", json=a_referral(immediate_danger=True)))
    mash = referrals.as_("mash_practitioner")
    await answered(await mash.post(f"/referrals/{sent[2]['id']}/rating", json={"rating": "red", "reason": "r"}), 200)
    assert await _ids(school) == [danger["id"], *(each["id"] for each in sent)]
    for name, value in (("rating", "red"), ("overdue", "true"), ("mine", "false")):
        refused = await school.get("/referrals", params={name: value})
        assert (refused.status_code, fields_of(refused)) == (422, [f"/{name}"])
    async with referrals.database.begin() as session:
        decided = {"outcome": "signposted", "decided_at": datetime.now(UTC)}
        await session.execute(update(Referral).values(status="awaiting_sign_off", **decided))
    outcomes = [await answered(await school.get(f"/referrals/{sent[0]['id']}/outcome"), 200)]
    outcomes += (await answered(await school.get("/referrals"), 200))["items"]
    assert {(item["status"], item["outcome"], item["decided_at"]) for item in outcomes} == {
        ("awaiting_sign_off", None, None)
    }
    async with referrals.database.begin() as session:
        await session.execute(update(Referral).values(status="not_accepted"))
    assert {item["outcome"] for item in (await school.get("/referrals")).json()["items"]} == {"signposted"}


async def test_the_counts_show_what_was_in_time(referrals: ServiceUnderTest) -> None:
    with time_machine.travel("2026-05-11T09:00:00Z", tick=False):  # a Monday
        late, quick = await submitted(referrals), await submitted(referrals)
        await submitted(referrals, referrer={"name": "A", "organisation": "Police", "source": "6"})
        maria = referrals.as_("mash_practitioner")
        await answered(await maria.post(f"/referrals/{quick['id']}/rating", json={"rating": "red", "reason": "r"}), 200)
        await answered(await maria.post(f"/referrals/{quick['id']}/decision", json=a_decision()), 200)
    with time_machine.travel("2026-05-13T09:00:00Z", tick=False):
        maria = referrals.as_("mash_practitioner")
        for rating in ("red", "amber"):
            await answered(
                await maria.post(f"/referrals/{late['id']}/rating", json={"rating": rating, "reason": "r"}), 200
            )
        await answered(await maria.post(f"/referrals/{late['id']}/decision", json=a_decision()), 200)
        manager = referrals.as_("mash_manager")
        now = await answered(await manager.get("/referrals/counts"), 200)
        elsewhere = await answered(await manager.get("/referrals/counts", params={"area": "north"}), 200)
        narrowed = await answered(await referrals.as_("mash_manager", area="north").get("/referrals/counts"), 200)
        assert (await maria.get("/referrals/counts")).status_code == 403
        assert (await manager.get("/referrals/counts", params={"areas": "north"})).status_code == 422
    counts = now["this_period"]
    assert _totals(counts) == [3, 2, 1, 2, 1]
    assert _totals(counts["by_rating"]["red"]) == [1, 1, 1, 1, 1]
    assert _totals(counts["by_rating"]["amber"]) == [1, 1, 0, 1, 0]
    assert _totals(counts["by_rating"]["unrated"]) == [1, 0, 0, 0, 0]
    assert _totals(counts["by_source"]["2A"]) == [2, 2, 1, 2, 1]
    assert _totals(now["previous_period"]) == [0] * 5
    assert elsewhere["this_period"]["received"] == narrowed["this_period"]["received"] == 0
    with time_machine.travel("2026-06-12T09:00:00Z", tick=False):
        later = await answered(await referrals.as_("mash_manager").get("/referrals/counts"), 200)
    assert later["previous_period"]["received"] == 3
    assert later["this_period"]["received"] == 0


TOTALS = ("received", "rated", "rated_in_time", "decided", "decided_in_time")


def _totals(counted: dict[str, Any]) -> list[int]:
    return [counted[name] for name in TOTALS]


NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
HOURS = st.integers(min_value=0, max_value=61 * 24)
MAYBE_LATER = st.none() | st.integers(min_value=0, max_value=200)
HISTORIES = st.lists(
    st.fixed_dictionaries(
        {
            "received": HOURS,
            "rating": st.none() | st.sampled_from(get_args(Rating)),
            "rated_after": MAYBE_LATER,
            "decided_after": MAYBE_LATER,
            "status": st.sampled_from(get_args(Status)),
            "source": st.sampled_from(sorted(codes.SOURCES)[:3]),
            "area": st.sampled_from([None, "north", "south"]),
        }
    ),
    max_size=12,
)


async def test_the_counts_do_not_betray_a_restricted_family(referrals: ServiceUnderTest) -> None:
    named, other = (referrals.as_("mash_manager", sub=name) for name in ("maria", "noel"))
    sent = await submitted(referrals)
    await submitted(referrals)
    restriction = {"subjects": ["maria"], "reason": "Family of a member of staff"}
    await answered(await named.post(f"/families/{sent['family_id']}/restriction", json=restriction), 200)
    counts = [(await client.get("/referrals/counts")).json()["this_period"]["received"] for client in (named, other)]
    assert counts == [2, 1]


def test_the_counts_are_those_of_a_naive_recount(
    sqlite_templates: Callable[[str], Path], keys_dir: Path, tmp_path: Path
) -> None:
    path = tmp_path / "counts.sqlite"
    shutil.copyfile(sqlite_templates("referrals"), path)

    @given(histories=HISTORIES, area=st.sampled_from([None, "north", "south"]))
    @settings(max_examples=40)
    def holds(histories: list[dict[str, Any]], area: str | None) -> None:
        rows = [_row_of(history) for history in histories]
        counts = asyncio.run(_counted(rows, area, f"sqlite+aiosqlite:///{path}", keys_dir, tmp_path))
        for name, youngest in (("this_period", 0), ("previous_period", 30)):
            _check_recount(counts[name], rows, area, NOW - timedelta(days=youngest))

    holds()


def _row_of(history: dict[str, Any]) -> dict[str, Any]:
    received = NOW - timedelta(hours=history["received"])
    times = {
        name: None if history[after] is None else received + timedelta(hours=history[after])
        for name, after in (("first_rated_at", "rated_after"), ("decided_at", "decided_after"))
    }
    return {
        **{name: history[name] for name in ("rating", "status", "source", "area")},
        **times,
        **{"received_at": received, "recorded_at": received, "decision_due_at": received + timedelta(hours=100)},
        **{"rating_due_at": received + timedelta(hours=30), "next_due_at": received, "queue_rank": 1, "version": 1},
        **{
            "id": uuid4(),
            "reference": uuid4().hex[:12],
            "submitted_by": "a",
            "referrer": {},
            "postcode_status": "none",
        },
        **{"concerns": [], "needs": [], "narrative": "", "immediate_danger": False},
    }


async def _counted(rows: list[dict[str, Any]], area: str | None, url: str, keys: Path, folder: Path) -> dict[str, Any]:
    with time_machine.travel(NOW, tick=False):
        async with start_service("referrals", url, keys, folder) as service:
            async with service.database.begin() as session:
                await session.execute(delete(Referral))
                family = Family(recorded_at=NOW)
                session.add(family)
                await session.flush()
                for row in rows:
                    await session.execute(insert(Referral).values(**row, family_id=family.id))
            params = {"area": area} if area else {}
            return await answered(await service.as_("mash_manager").get("/referrals/counts", params=params), 200)


def _check_recount(counts: dict[str, Any], rows: list[dict[str, Any]], area: str | None, until: datetime) -> None:
    ours = [row for row in rows if until - timedelta(days=30) < row["received_at"] <= until]
    ours = [row for row in ours if area in (None, row["area"])]
    assert _totals(counts) == _recounted(ours)
    for rating in (*get_args(Rating), None):
        assert _totals(counts["by_rating"][rating or "unrated"]) == _recounted(r for r in ours if r["rating"] == rating)
    for source in codes.SOURCES:
        assert _totals(counts["by_source"][source]) == _recounted(r for r in ours if r["source"] == source)


def _recounted(rows: Any) -> list[int]:
    counted = [0] * len(TOTALS)
    for row in rows:
        is_rated, is_decided = row["first_rated_at"] is not None, row["status"] in ("accepted", "not_accepted")
        in_time = is_rated and row["first_rated_at"] <= row["rating_due_at"]
        decided_in_time = is_decided and row["decided_at"] is not None and row["decided_at"] <= row["decision_due_at"]
        for number, counts in enumerate((True, is_rated, in_time, is_decided, decided_in_time)):
            counted[number] += counts
    return counted
