"""What a family below the threshold is offered: the sessions of a real centres service, or none where it is away."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest
from dateutil.relativedelta import relativedelta

from services.referrals.thresholds import queries
from shared import clock
from shared.service_client import ServiceClient
from tests.conftest import MakeDatabase, StartService
from tests.service_under_test import ServiceUnderTest
from tests.services.centres.centres_made import in_days, scheduled
from tests.services.referrals.referrals_sent import a_child, a_decision, answered, rated

MILD: dict[str, Any] = {"concerns": ["young_carer"], "needs": []}
SIGNPOSTED = a_decision(outcome="signposted", level=1, reason="Enough that the centre is near", primary_need=None)


@pytest.fixture
async def centres(referrals: ServiceUnderTest, start: StartService, make_sqlite: MakeDatabase) -> ServiceUnderTest:
    """The centres service, which the referrals service asks."""
    centres = await start("centres", make_sqlite("centres"))
    _ask(referrals, centres.app)
    return centres


def _ask(referrals: ServiceUnderTest, app: Any) -> None:
    referrals.app.state.client = ServiceClient({"centres": "http://centres"}, None, httpx.ASGITransport(app=app))


async def test_below_the_threshold_come_the_open_and_partner_sessions_near_the_family(
    referrals: ServiceUnderTest, centres: ServiceUnderTest
) -> None:
    nearest = (await centres.client().get("/centres/nearest", params={"postcode": "OX14 1AB"})).json()
    there: dict[str, Any] = {"centre_id": nearest["centre"]["id"]}
    partner: dict[str, Any] = {"audience": "partner", "provider": "Health visitors", "title": "Baby clinic"}
    await scheduled(centres, **there, starts_at=in_days(1, "09:00"))
    await scheduled(centres, **there, **partner, starts_at=in_days(1, "11:00"), recurrence="FREQ=WEEKLY;COUNT=6")
    await scheduled(centres, **there, **partner | {"title": "Stay and play", "audience": "open"}, starts_at=in_days(2))
    await scheduled(centres, **partner | {"title": "In another town", "staff": []}, starts_at=in_days(2))
    sent = await rated(referrals, **MILD)
    client, path = referrals.as_("mash_practitioner"), f"/referrals/{sent['id']}"
    threshold = await answered(await client.get(f"{path}/threshold"), 200)
    assert (threshold["level"], threshold["suggested_outcome"]) == (2, "early_help")
    assert threshold["offers_available"] is True
    offers = threshold["offers"]
    assert [offer["title"] for offer in offers] == ["Baby clinic", "Stay and play", *["Baby clinic"] * 3]
    assert {offer["centre"] for offer in offers} == {nearest["centre"]["name"]}
    assert [offers[1][name] for name in ("audience", "maximum_age", "distance_metres")] == [
        "open",
        11,
        nearest["distance_metres"],
    ]
    decided = await answered(await client.post(f"{path}/decision", json=SIGNPOSTED), 200)
    [kept] = (await client.get(f"{path}/decisions")).json()["items"]
    assert decided["offers"] == kept["offers"] == offers
    assert decided["offers_available"] is kept["offers_available"] is True

    await scheduled(centres, **there, **partner, starts_at=in_days(1, "14:00"), recurrence="FREQ=DAILY;COUNT=20")
    another = await rated(referrals, **MILD)
    assert len((await client.get(f"/referrals/{another['id']}/threshold")).json()["offers"]) == 10


async def _refuses(referrals: ServiceUnderTest) -> None:
    referrals.app.state.client = ServiceClient({"centres": "http://127.0.0.1:9"})


async def _hangs(referrals: ServiceUnderTest) -> None:
    async def never(scope: Any, receive: Any, send: Any) -> None:
        # Nothing of ours may be held meanwhile: a slow timetable must not lock anybody's referral.
        assert referrals.database.engine.pool.checkedout() == 0  # type: ignore[attr-defined]
        await asyncio.Event().wait()

    _ask(referrals, never)


async def _answers_something_else(referrals: ServiceUnderTest) -> None:
    transport = httpx.MockTransport(lambda request: httpx.Response(200, json={"centre": "none"}))
    referrals.app.state.client = ServiceClient({"centres": "http://centres"}, None, transport)


async def _is_not_known(referrals: ServiceUnderTest) -> None:
    """As in a process without a setting for where it listens."""


@pytest.mark.parametrize("centres_does", [_refuses, _hangs, _answers_something_else, _is_not_known])
async def test_where_centres_is_away_the_decision_goes_through_and_shows_it(
    referrals: ServiceUnderTest, centres_does: Callable[[ServiceUnderTest], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "CENTRES_ANSWER_WITHIN", 0.2)
    await centres_does(referrals)
    sent = await rated(referrals, **MILD)
    client, path = referrals.as_("mash_practitioner"), f"/referrals/{sent['id']}"
    threshold = await answered(await client.get(f"{path}/threshold"), 200)
    assert (threshold["level"], threshold["offers"], threshold["offers_available"]) == (2, [], False)
    decided = await answered(await client.post(f"{path}/decision", json=SIGNPOSTED), 200)
    assert (decided["status"], decided["offers"], decided["offers_available"]) == ("not_accepted", [], False)
    await referrals.app.state.client.close()


async def test_a_postcode_that_nobody_knows_has_no_offers(
    referrals: ServiceUnderTest, centres: ServiceUnderTest
) -> None:
    sent = await rated(referrals, **MILD, address={"postcode": "SW1A 1AA"})
    threshold = (await referrals.as_("mash_manager").get(f"/referrals/{sent['id']}/threshold")).json()
    assert (threshold["offers"], threshold["offers_available"]) == ([], False)


async def test_offers_fit_the_ages_of_the_children(referrals: ServiceUnderTest, centres: ServiceUnderTest) -> None:
    nearest = (await centres.client().get("/centres/nearest", params={"postcode": "OX14 1AB"})).json()
    partner = {"centre_id": nearest["centre"]["id"], "audience": "partner", "provider": "Health visitors"}
    for day, (title, youngest, oldest) in enumerate([("Babies", 0, 1), ("School", 5, 11), ("Teens", 12, 18)], start=1):
        ages = {"minimum_age": youngest, "maximum_age": oldest, "staff": []}
        await scheduled(centres, **partner, **ages, title=title, starts_at=in_days(day, "09:00"))
    client = referrals.as_("mash_practitioner")
    unborn = {"given_name": "", "date_of_birth": None, "sex": "U"}
    unborn["expected_date_of_birth"] = (clock.today() + timedelta(days=60)).isoformat()
    almost_twelve = (clock.today() + timedelta(days=3) - relativedelta(years=12)).isoformat()
    families = [
        ([a_child()], ["School"]),
        ([a_child(), a_child(given_name="Ida", date_of_birth=clock.today().isoformat())], ["Babies", "School"]),
        ([a_child(**unborn)], ["Babies"]),
        ([a_child(date_of_birth=almost_twelve)], ["School", "Teens"]),
    ]
    for children, titles in families:
        sent = await rated(referrals, **MILD, children=children)
        decided = await answered(await client.post(f"/referrals/{sent['id']}/decision", json=SIGNPOSTED), 200)
        assert [offer["title"] for offer in decided["offers"]] == titles, children
