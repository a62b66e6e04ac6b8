"""The made-up county is believable and always the same, and a suite holds it once however often it is sent."""

import io
import tomllib
from collections import Counter
from collections.abc import AsyncIterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import httpx
import nhs_number
import pytest
from stdnum.gb import upn

from services.casework import seeds
from services.suite import create_suite
from shared import clock
from shared.auth import Role, create_keys
from shared.clock import LONDON, london_day
from shared.places import find_place
from shared.settings import SERVICES, Settings, settings_of
from tools.demo.changes import make_changes
from tools.demo.county import DECK, County, Referral, make_county
from tools.demo.filling import fill
from tools.demo.lives import make_life
from tools.demo.moments import OLDEST_DAYS
from tools.demo.places import BEYOND_THE_COUNTY
from tools.demo.progress import progress_on
from tools.demo.run import COUNTY_MANAGER, Progress, Run
from tools.demo.send_referrals import day_of_county
from tools.demo.suite_client import DemoStopped, Person, Suite
from tools.demo.teams import FIRST_CEILING, TEAMS, Allocation, Worker, share_out, staff, start_of
from tools.demo.timetable import activities_of, first_start

TODAY = date(2026, 3, 18)
SEEDS = (2015, 7)
FEW = 12

SMALL_DAYS = (date(2026, 3, 29), date(2026, 3, 30), date(2026, 10, 26), date(2026, 12, 28), date(2028, 2, 29))
"""After clock changes, bank holidays and weekends."""


@pytest.fixture(scope="module", params=SEEDS)
def county(request: pytest.FixtureRequest) -> County:
    return make_county(request.param, 300, TODAY)


@pytest.fixture(scope="module")
def shared_out(county: County) -> tuple[list[Worker], list[Allocation]]:
    workers = staff(county)
    return workers, share_out(county, workers, FIRST_CEILING, {})


def test_the_teams_are_staffed_for_the_ceiling_that_a_suite_begins_with() -> None:
    assert tomllib.loads(seeds.FILE.read_text(encoding="utf-8"))["children"] == FIRST_CEILING


def test_the_same_seed_on_the_same_day_gives_the_same_county(county: County) -> None:
    again = make_county(county.seed, 300, TODAY)

    assert again == county
    assert staff(again) == staff(county)
    assert share_out(again, staff(again), FIRST_CEILING, {}) == share_out(county, staff(county), FIRST_CEILING, {})


def test_another_seed_gives_other_people() -> None:
    one, other = (make_county(seed, 50, TODAY) for seed in SEEDS)

    assert not set(_numbers(one)) & set(_numbers(other))
    assert {worker.subject for worker in staff(one)}.isdisjoint(worker.subject for worker in staff(other))


def test_a_larger_county_begins_with_the_smaller_one(county: County) -> None:
    smaller = make_county(county.seed, 120, TODAY)

    assert county.referrals[: len(smaller.referrals)] == smaller.referrals
    assert {worker.subject for worker in staff(smaller)} <= {worker.subject for worker in staff(county)}


def test_on_another_day_the_same_families_come_as_many_days_later() -> None:
    one, later = (make_county(2015, 40, day) for day in (TODAY, TODAY + timedelta(weeks=1)))

    assert _numbers(one) == _numbers(later)
    assert [each.key for each in one.referrals] == [each.key for each in later.referrals]


def test_every_number_fits_its_check_digit_and_is_given_once(county: County) -> None:
    firsts = [each for each in county.referrals if not each.key.endswith("again")]
    children = [child for each in firsts for child in each.household.children]
    nhs_numbers = [child.nhs_number for child in children if child.nhs_number]
    upns = [child.upn for child in children if child.upn]

    assert all(nhs_number.is_valid(number) and number.startswith("999") for number in nhs_numbers)
    assert all(upn.is_valid(number) for number in upns)
    assert len(set(nhs_numbers)) == len(nhs_numbers) > len(children) * 0.6
    assert len(set(upns)) == len(upns) > len(children) * 0.2
    assert not any(child.upn and child.upn_unknown_reason for child in children)


def test_postcodes_are_the_countys_but_for_those_over_the_border(county: County) -> None:
    beyond = {postcode for _, postcode in BEYOND_THE_COUNTY}
    homes = [each.household.address for each in county.referrals]

    assert all(find_place(home.postcode) for home in homes if home.postcode and home.postcode not in beyond)
    assert not any(find_place(postcode) for postcode in beyond)
    assert {home.area for home in homes} == {"north", "central", "south", None}
    assert 0.02 < sum(home.area is None for home in homes) / len(homes) < 0.15


def test_ages_fit(county: County) -> None:
    for referral in county.referrals:
        received_on = london_day(referral.received_at)
        births = [child.date_of_birth for child in referral.household.children if child.date_of_birth]
        expected = [child.expected_date_of_birth for child in referral.household.children]
        assert 1 <= len(referral.household.children) <= 5
        assert all(born <= received_on and (received_on - born).days < 19 * 366 for born in births)
        assert all(each is None or 0 < (each - received_on).days <= 300 for each in expected)
        adults = [each.date_of_birth for each in referral.household.adults if each.date_of_birth]
        assert all((born - adult).days > 16 * 365 for born in births for adult in adults)


def test_every_state_occurs_in_a_believable_share(county: County) -> None:
    ends = Counter(_end(referral) for referral in county.referrals)

    assert set(ends) == set(DECK)
    assert 0.55 < sum(each.is_accepted for each in county.referrals) / len(county.referrals) < 0.75
    assert ends["assessment"] > ends["thriving_families"] > ends["strategy_discussion"] > ends["transferred"]
    assert 300 < len(county.referrals) < 350
    assert 1 <= sum(each.immediate_danger for each in county.referrals) < 20
    assert any(child.expected_date_of_birth for each in county.referrals for child in each.household.children)


@pytest.mark.parametrize("today", [TODAY, *SMALL_DAYS])
def test_steps_follow_each_other_and_nothing_is_of_today_or_later(today: date) -> None:
    midnight = datetime.combine(today, time(), LONDON)
    referrals = make_county(3, 150, today).referrals
    moments = [each.received_at.timestamp() for each in referrals]

    for each in referrals:
        steps = [each.received_at, each.rated and each.rated.at, each.decided and each.decided.at, midnight]
        instants = [step.timestamp() for step in steps if step]
        assert instants == sorted(instants)
    assert len(set(moments)) == len(moments)
    assert london_day(min(each.received_at for each in referrals)) == today - timedelta(days=OLDEST_DAYS)


def test_some_of_what_waits_is_overdue_and_some_is_not(county: County) -> None:
    waiting = [each for each in county.referrals if not each.decided]
    ages = [(county.today - london_day(each.received_at)).days for each in waiting]

    assert max(ages) <= 9
    assert any(age >= 3 for age in ages)
    assert any(age <= 1 for age in ages)


def test_narratives_are_filled_in(county: County) -> None:
    assert not [each.narrative for each in county.referrals if "{" in each.narrative or len(each.narrative) < 40]
    assert len({each.narrative for each in county.referrals}) > len(county.referrals) * 0.7


def test_workers_have_names_of_their_own_and_families_that_they_may_hold(
    shared_out: tuple[list[Worker], list[Allocation]],
) -> None:
    workers, allocations = shared_out
    key_workers = [each for each in workers if each.role in ("social_worker", "family_support_worker")]

    assert len({each.name for each in workers}) == len({each.subject for each in workers}) == len(workers)
    assert 24 <= len(key_workers) <= 36
    assert {each.area for each in key_workers} == set(TEAMS)
    for each in allocations:
        assert each.worker.area == each.referral.area
        assert each.referral.decided
        if each.referral.decided.outcome != "thriving_families":
            assert each.worker.role == "social_worker"
            assert each.worker.registration_number
        assert each.starts_on >= london_day(each.referral.decided.at)


def test_caseloads_are_near_the_ceiling_with_a_few_over_it_and_some_families_waiting(
    county: County, shared_out: tuple[list[Worker], list[Allocation]]
) -> None:
    workers, allocations = shared_out
    held = _children_held(allocations)
    over = {worker for worker, children in held.items() if children > FIRST_CEILING * worker.fte}
    accepted = [each for each in county.referrals if each.is_accepted]

    key_workers = [each for each in workers if each.role in ("social_worker", "family_support_worker")]
    caseloads = [held[each] for each in key_workers]

    assert 13 <= sum(caseloads) / len(caseloads) <= 20
    assert max(caseloads) - min(caseloads) >= 8
    assert over == {each.worker for each in allocations if each.override_reason}
    assert 1 <= len(over) <= 7
    assert 3 <= len(accepted) - len(allocations) <= 25


def test_a_ceiling_that_a_board_raised_changes_no_allocation_and_somebody_is_over_it_still(
    county: County, shared_out: tuple[list[Worker], list[Allocation]]
) -> None:
    workers, allocations = shared_out
    held = _children_held(allocations)

    assert share_out(county, workers, 40, {}) == allocations
    assert [each for each in held if held[each] > 40 * each.fte] or county.seed != 2015


def test_without_a_terminal_there_is_a_line_for_each_kind_of_thing() -> None:
    output = io.StringIO()
    with progress_on(output) as progress:
        progress.begin("referrals", 2)
        progress.step()
        progress.begin("workers", 1)
    assert output.getvalue() == "   0 s  referrals: 2\n   0 s  workers: 1\n"


def test_what_is_held_already_is_not_shared_out_again(
    county: County, shared_out: tuple[list[Worker], list[Allocation]]
) -> None:
    workers, allocations = shared_out
    held: dict[str, Worker | None] = {each.referral.key: each.worker for each in allocations}

    assert share_out(county, workers, FIRST_CEILING, held) == []


def test_some_families_fare_in_every_way_and_the_smaller_county_fares_the_same(county: County) -> None:
    changes, smaller = make_changes(county), make_changes(make_county(county.seed, 130, TODAY))

    assert {step.pathway for step in changes.steps.values()} >= {
        "child_protection",
        "early_help",
    } or county.seed != 2015
    assert 4 <= len(changes.closed_on) <= 12
    assert len(set(changes.transfers.values())) >= 3
    assert {offer.service for offer in changes.hand_overs.values()} == {"disabled_children", "youth_offending"}
    for small, large in zip(vars(smaller).values(), vars(changes).values(), strict=True):
        assert set(small) <= set(large)
        assert isinstance(small, list) or all(large[key] == value for key, value in small.items())
    moved = [*changes.closed_on, *changes.steps, *changes.transfers, *changes.thriving, *changes.hand_overs]
    assert len(set(moved)) == len(moved)


@pytest.mark.parametrize("today", [TODAY, *SMALL_DAYS])
def test_a_family_is_met_while_it_has_a_key_worker_and_last_of_all(today: date) -> None:
    county = make_county(3, 150, today)
    changes = make_changes(county)
    accepted = [each for each in county.referrals if each.is_accepted]
    lives = {each.key: make_life(county, each, changes.held_until(each.key, today)) for each in accepted}

    assert sum(life is not None for life in lives.values()) > len(accepted) * 0.6
    for referral in accepted:
        if life := lives[referral.key]:
            days = [london_day(each.at) for each in life.contacts]
            last = min(changes.held_until(referral.key, today), today - timedelta(days=1))
            assert start_of(county, referral) <= days[0] <= days[-1] <= last
            assert days == sorted(days)
            assert life.contacts[-1].kind in ("visit", "meeting")
            assert not life.contacts[-1].no_reply
            assert not [each.text for each in life.contacts if "{" in each.text]
            assert all(each.agreed_on <= each.due_on for each in life.actions)


def test_a_centre_has_no_two_activities_in_a_room_at_once() -> None:
    for number in range(8):
        activities = activities_of(number)
        taken = [(each.room, each.weekday, minute) for each in activities for minute in _minutes(each)]
        assert len(set(taken)) == len(taken)
        assert {each.audience for each in activities} == {"partner", "targeted"}
        assert all(datetime.fromisoformat(first_start(each, TODAY)).weekday() == each.weekday for each in activities)
        assert all(datetime.fromisoformat(first_start(each, TODAY)).date() > TODAY for each in activities)


def test_the_day_of_a_county_is_known_by_its_oldest_referral(county: County) -> None:
    assert day_of_county(each.received_at for each in county.referrals) == TODAY
    assert day_of_county([]) == clock.today()


async def test_a_suite_that_is_not_running_is_named_in_one_line(settings: Settings) -> None:
    def refuse(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused", request=request)

    async with httpx.AsyncClient(transport=httpx.MockTransport(refuse), base_url="http://suite:8000") as http:
        with pytest.raises(
            DemoStopped, match=r"^Nothing answers at http://suite:8000: start the suite with `make run`"
        ):
            await fill(Suite(http, settings), 2015, 1, Progress())


async def test_a_key_that_is_missing_or_another_is_named(
    http: httpx.AsyncClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "other"))
    elsewhere = settings_of(SERVICES[0])
    with pytest.raises(DemoStopped, match="There is no signing key"):
        await fill(Suite(http, elsewhere), 2015, 1, Progress())

    create_keys(elsewhere.keys())
    with pytest.raises(DemoStopped, match="runs with another DATA_DIR"):
        await fill(Suite(http, elsewhere), 2015, 1, Progress())


async def test_a_second_run_finds_everything_there(http: httpx.AsyncClient, settings: Settings) -> None:
    first = await _fill(http, settings)
    there = await _what_is_there(http, settings)
    second = await _fill(http, settings)

    assert first.made["referrals"] == len(first.county.referrals) == there["referrals"]
    assert first.made["allocations"] > 0
    assert first.made["activities"] == 56
    assert first.made["families visited"] > 0
    assert first.made["contacts"] >= first.made["families visited"]
    assert first.made["families under the law"] > 0
    assert there["plans"] > 0
    assert not first.notes
    assert +second.made == Counter()
    assert second.county == first.county
    assert second.statuses == first.statuses
    assert await _what_is_there(http, settings) == there


async def test_a_larger_county_is_added_to_a_smaller_one(http: httpx.AsyncClient, settings: Settings) -> None:
    first = await _fill(http, settings, families=4)
    second = await _fill(http, settings)

    assert second.found["referrals"] == len(first.county.referrals)
    assert second.found["workers"] == first.made["workers"]
    there = await _what_is_there(http, settings)
    assert there["referrals"] == len(second.county.referrals)
    assert there["workers"] == len(staff(second.county))


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Of an installation of its own, whatever the environment has."""
    for name in ("BROKER_URL", "ISSUER_URL", "AUDIENCE", "KEYS_DIR", "SECRETS_DIR", "SERVICE_TOKEN_FILE"):
        monkeypatch.delenv(name, raising=False)
    for name in SERVICES:
        monkeypatch.delenv(f"{name.upper()}_DATABASE_URL", raising=False)
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "data"))
    made = settings_of(SERVICES[0])
    create_keys(made.keys())
    return made


@pytest.fixture
async def http(settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the whole suite, which runs in this process with everything that goes on beside the APIs."""
    suite = create_suite()
    async with suite.router.lifespan_context(suite):
        transport = httpx.ASGITransport(app=suite, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://suite") as client:
            yield client


async def _fill(http: httpx.AsyncClient, settings: Settings, families: int = FEW) -> Run:
    return await fill(Suite(http, settings), 2015, families, Progress())


async def _what_is_there(http: httpx.AsyncClient, settings: Settings) -> dict[str, int]:
    suite = Suite(http, settings)
    mash, officer = Person(Role.MASH_MANAGER, "a-manager"), Person(Role.GOVERNANCE_OFFICER, "an-officer")
    statuses = ("submitted", "rated", "awaiting_sign_off", "accepted", "not_accepted", "withdrawn")
    return {
        "referrals": sum([await _count(suite, "/referrals/v1/referrals", mash, status=each) for each in statuses]),
        "workers": await _count(suite, "/casework/v1/workers", COUNTY_MANAGER),
        "cases": await _count(suite, "/casework/v1/cases", COUNTY_MANAGER),
        "closed": await _count(suite, "/casework/v1/cases", COUNTY_MANAGER, status="closed"),
        "teams": await _count(suite, "/casework/v1/early-help", COUNTY_MANAGER, without_lead=False),
        "waiting": await _count(suite, "/casework/v1/cases", COUNTY_MANAGER, unallocated=True),
        "plans": await _count(suite, "/casework/v1/protection-plans", COUNTY_MANAGER),
        "decisions": await _count(suite, "/governance/v1/decisions", officer),
    }


async def _count(suite: Suite, path: str, person: Person, **query: Any) -> int:
    return len([item async for item in suite.every(path, person, **query)])


def _numbers(county: County) -> tuple[str, ...]:
    children = (child for each in county.referrals for child in each.household.children)
    return tuple(child.nhs_number for child in children if child.nhs_number)


def _end(referral: Referral) -> str:
    return referral.decided.outcome if referral.decided else "rated" if referral.rated else "submitted"


def _children_held(allocations: list[Allocation]) -> Counter[Worker]:
    held: Counter[Worker] = Counter()
    for each in allocations:
        held[each.worker] += len(each.referral.household.children)
    return held


def _minutes(activity: Any) -> range:
    begins = time.fromisoformat(activity.begins)
    return range(begins.hour * 60 + begins.minute, begins.hour * 60 + begins.minute + activity.minutes)
