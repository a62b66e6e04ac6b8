"""What partners are asked and answer, by table and against a migrated database, on SQLite and on PostgreSQL."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from services.referrals.information_requests import actions, rules
from services.referrals.information_requests.models import InformationRequest
from services.referrals.information_requests.queries import answers_for
from shared import clock
from shared.audit import AuditRow
from tests.service_under_test import ServiceUnderTest
from tests.services.referrals.referrals_sent import a_child, a_decision, answered, fields_of, rated, submitted

HEALTH = "Oxford Health NHS Foundation Trust"
LONG_AGO = {"received_at": "2026-01-05T09:00:00Z"}
ANSWER = {"risk": "medium", "summary": "Two missed appointments."}


def a_request(**changes: Any) -> dict[str, Any]:
    return {"partner": HEALTH, "lawful_basis": "consent", "questions": ["Is he seen by you?"], **changes}


async def _asked(referrals: ServiceUnderTest, sent: dict[str, Any], **changes: Any) -> dict[str, Any]:
    client = referrals.as_("mash_practitioner", sub="maria")
    path = f"/referrals/{sent['id']}/information-requests"
    return await answered(await client.post(path, json=a_request(**changes)))


NAMES = {"given_name": "Barnabas", "family_name": "Quillfeather"}


async def test_the_list_of_the_mash_names_the_children_as_they_are_known_now_and_the_look_is_one_row(
    referrals: ServiceUnderTest,
) -> None:
    first, second = await rated(referrals), await rated(referrals, children=[a_child(given_name="Barnabus")])
    for sent in (first, second):
        await _asked(referrals, sent)
    known = second["children"][0]["child_id"]
    same = {"matched_child_id": known, "reason": "The same child"}
    path = f"/referrals/{first['id']}/matches/{first['children'][0]['child_id']}"
    maria = referrals.as_("mash_practitioner", sub="maria")
    await answered(await maria.post(path, json=same), 200)
    items = (await maria.get("/information-requests", headers={"Access-Reason": "chasing"})).json()["items"]
    one = {"child_id": known, **NAMES, "given_name": "Barnabus"}
    assert [each["children"] for each in items] == [[one], [one]]
    await maria.get("/information-requests", params={"status": "lapsed"})
    async with referrals.database.read() as session:
        rows = await session.scalars(select(AuditRow).where(AuditRow.entity_id == "information_requests"))
        [look] = rows.all()
    assert (look.subject, look.action, look.reason) == ("maria", "information_requests_look", "chasing")
    assert set(look.facts["request_ids"]) == {each["id"] for each in items}


async def _audited(referrals: ServiceUnderTest, entity_id: str) -> list[tuple[str, str]]:
    async with referrals.database.read() as session:
        rows = await session.scalars(select(AuditRow).where(AuditRow.entity_id == entity_id).order_by(AuditRow.id))
    return [(row.subject, row.action) for row in rows.all()]


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("asked", "rating", "decision_due", "due"),
    [
        ("2026-01-05T09:00", "red", "2026-01-05T13:00", "2026-01-05T11:00"),
        ("2026-01-05T12:00", "red", "2026-01-05T13:00", "2026-01-05T13:00"),  # not after the decision
        ("2026-01-05T13:30", "red", "2026-01-05T13:00", "2026-01-05T13:30"),  # overdue: at once
        ("2026-01-05T16:30", "amber", "2026-01-06T17:00", "2026-01-05T20:30"),
        ("2026-01-09T10:00", "green", "2026-01-14T17:00", "2026-01-12T17:00"),  # over a weekend
        ("2026-04-02T10:00", None, "2026-04-09T16:00", "2026-04-07T16:00"),  # over Easter and into summer time
    ],
)
def test_answer_due_by(asked: str, rating: str | None, decision_due: str, due: str) -> None:
    assert rules.answer_due_by(_at(asked), rating, False, _at(decision_due)) == _at(due)


INSTANTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC))


@given(
    asked_at=INSTANTS,
    rating=st.sampled_from(["red", "amber", "green", None]),
    danger=st.booleans(),
    decision_due_at=INSTANTS,
)
def test_an_answer_is_due_after_the_question_and_before_the_decision(
    asked_at: datetime, rating: str | None, danger: bool, decision_due_at: datetime
) -> None:
    due_at = rules.answer_due_by(asked_at, rating, danger, decision_due_at)
    assert asked_at <= due_at <= max(asked_at, decision_due_at)


async def test_a_partner_sees_and_answers_what_it_was_asked_and_nothing_else(referrals: ServiceUnderTest) -> None:
    sent = await rated(referrals, "red", narrative="Barnabas is hungry.", children=[a_child(nhs_number="9434765919")])
    asked = await _asked(referrals, sent, lawful_basis="safeguarding_s47", override_reason="Father would harm him")
    assert asked["status"] == "open"
    assert asked["asked_at"] < asked["due_at"] <= sent["decision_due_at"]
    partner = referrals.as_("partner", sub="nurse", organisation=" oxford\u00a0health NHS foundation\u2011trust\u200b")
    [listed] = (await partner.get("/information-requests")).json()["items"]
    assert set(listed) == {
        *("id", "reference", "partner", "lawful_basis", "questions", "children", "asked_at", "due_at", "status"),
        *("late", "chased_count", "last_chased_at", "answered_at", "risk", "summary"),
        "basis_withdrawn",
        "former_answers",
    }
    who = {"given_name": "Barnabas", "family_name": "Quillfeather"}
    assert listed["children"] == [{**who, "date_of_birth": "2016-05-04", "expected_date_of_birth": None}]
    path = f"/information-requests/{asked['id']}"
    look = await partner.get(path, headers={"Access-Reason": "to answer"})
    assert (look.json(), look.headers["ETag"]) == (listed, '"1"')

    for claims in ({"organisation": "Thames Valley Police"}, {}):
        stranger = referrals.as_("partner", sub="stranger", **claims)
        assert (await stranger.get("/information-requests")).json() == {"items": [], "next": None}
        assert (await stranger.get(path)).status_code == 404
        assert (await stranger.post(f"{path}/response", json=ANSWER)).status_code == 404
    assert (await partner.get(f"/referrals/{sent['id']}/information-requests")).status_code == 403
    assert (await referrals.as_("referrer", organisation=HEALTH).get(path)).status_code == 403

    response = await partner.post(f"{path}/response", json=ANSWER)
    shown = await answered(response, 200)
    assert response.headers["ETag"] == '"2"'
    assert (shown["status"], shown["risk"], shown["late"]) == ("answered", "medium", False)
    again = await partner.post(f"{path}/response", json=ANSWER)
    assert (again.status_code, again.json()["code"]) == (409, "already-answered")
    assert (await partner.get("/information-requests")).json()["items"] == []
    assert len((await partner.get("/information-requests", params={"status": "answered"})).json()["items"]) == 1
    async with referrals.database.read() as session:
        [answer] = await answers_for(session, (await session.scalars(select(InformationRequest.referral_id))).one())
    assert (answer.partner, answer.risk) == (HEALTH, "medium")
    mash = referrals.as_("mash_manager", sub="noel")
    [whole] = (await mash.get(f"/referrals/{sent['id']}/information-requests")).json()["items"]
    named = [{"child_id": each["child_id"], **NAMES} for each in sent["children"]]
    assert asked["children"] == whole["children"] == named
    assert (whole["answered_by"], whole["summary"], whole["recorded_by_mash"]) == ("nurse", ANSWER["summary"], False)
    looked, refused = ("nurse", "information_request_look"), ("stranger", "look_refused")
    assert await _audited(referrals, asked["id"]) == [
        ("maria", "information_request_ask"),
        *[looked] * 2,
        *[refused] * 4,
        ("nurse", "information_request_answer"),
        looked,
    ]
    assert ("noel", "information_requests_look") in await _audited(referrals, sent["id"])


async def test_the_mash_writes_down_what_came_by_telephone_and_sees_its_own_area(referrals: ServiceUnderTest) -> None:
    sent = await submitted(referrals, **LONG_AGO)
    asked = await _asked(referrals, sent, questions="One question", asked_at="2026-01-05T10:00:00Z")
    assert (asked["questions"], asked["due_at"]) == (["One question"], "2026-01-06T17:00:00Z")
    path = f"/information-requests/{asked['id']}"
    early = {**ANSWER, "answered_at": "2026-01-05T09:59:59Z"}
    mash = referrals.as_("mash_practitioner", sub="maria", area="south")
    assert fields_of(await mash.post(f"{path}/response", json=early)) == ["/answered_at"]
    by_partner = await referrals.as_("partner", organisation=HEALTH).post(f"{path}/response", json=early)
    assert fields_of(by_partner) == ["/answered_at"]
    elsewhere = referrals.as_("mash_practitioner", area="north")
    assert (await elsewhere.get("/information-requests")).json()["items"] == []
    assert (await elsewhere.get(path)).status_code == 404
    [listed] = (await mash.get("/information-requests", params={"status": "late"})).json()["items"]
    assert (listed["late"], "questions" in listed, "summary" in listed) == (True, False, False)
    by_telephone = {**ANSWER, "answered_at": "2026-01-05T15:00:00Z"}
    answers = await asyncio.gather(*(mash.post(f"{path}/response", json=by_telephone) for _ in range(3)))
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409]
    whole = (await mash.get(path)).json()
    assert (whole["recorded_by_mash"], whole["answered_at"]) == (True, "2026-01-05T15:00:00Z")


async def test_of_a_restricted_family_only_the_named_see_what_was_asked(referrals: ServiceUnderTest) -> None:
    sent = await submitted(referrals)
    asked = await _asked(referrals, sent)
    manager = referrals.as_("mash_manager", sub="maria")
    restricted = await manager.post(
        f"/families/{sent['family_id']}/restriction", json={"subjects": ["maria"], "reason": "Staff of the county"}
    )
    assert restricted.status_code == 200, restricted.text
    for sub, seen in (("maria", 1), ("noel", 0)):
        client = referrals.as_("mash_manager", sub=sub)
        assert len((await client.get("/information-requests")).json()["items"]) == seen
        status = 200 if seen else 404
        assert (await client.get(f"/information-requests/{asked['id']}")).status_code == status
        assert (await client.get(f"/referrals/{sent['id']}/information-requests")).status_code == status
    partner = referrals.as_("partner", organisation=HEALTH)
    assert len((await partner.get("/information-requests")).json()["items"]) == 1


async def test_no_partner_is_asked_after_the_decision_but_a_late_answer_is_taken(referrals: ServiceUnderTest) -> None:
    sent = await rated(referrals)
    asked = await _asked(referrals, sent)
    mash, partner = referrals.as_("mash_manager"), referrals.as_("partner", organisation=HEALTH)
    await answered(await mash.post(f"/referrals/{sent['id']}/decision", json=a_decision()), 200)
    refused = await mash.post(f"/referrals/{sent['id']}/information-requests", json=a_request())
    assert (refused.status_code, refused.json()["present_status"]) == (409, "accepted")
    [lapsed] = (await partner.get("/information-requests", params={"status": "lapsed"})).json()["items"]
    assert (lapsed["status"], lapsed["late"]) == ("lapsed", False)
    assert (await partner.get("/information-requests")).json()["items"] == []
    shown = await answered(await partner.post(f"/information-requests/{asked['id']}/response", json=ANSWER), 200)
    assert shown["status"] == "answered"
    unknown = await mash.post(f"/referrals/{asked['id']}/information-requests", json=a_request())
    assert unknown.status_code == 404


async def test_bad_requests_and_answers_name_the_field_and_store_nothing(referrals: ServiceUnderTest) -> None:
    sent = await submitted(referrals, **LONG_AGO)
    mash, path = referrals.as_("mash_practitioner"), f"/referrals/{sent['id']}/information-requests"
    bad: list[tuple[dict[str, Any], str]] = [
        ({"lawful_basis": "curiosity"}, "/lawful_basis"),
        ({"lawful_basis": "public_task"}, "/override_reason"),
        ({"lawful_basis": "public_task", "override_reason": "  "}, "/override_reason"),
        ({"override_reason": "With consent there is none"}, "/override_reason"),
        ({"partner": " "}, "/partner"),
        ({"questions": []}, "/questions"),
        ({"questions": ["Yes?", ""]}, "/questions/1"),
        ({"asked_at": "2026-01-05T08:59:59Z"}, "/asked_at"),
        ({"asked_at": "2999-01-01T00:00:00Z"}, "/asked_at"),
        ({"due_at": "2026-01-05T12:00:00Z"}, "/due_at"),
    ]
    for change, field in bad:
        assert fields_of(await mash.post(path, json=a_request(**change))) == [field]
    assert await referrals.count(InformationRequest) == 0
    asked = await _asked(referrals, sent)
    bad = [({"risk": "huge"}, "/risk"), ({"summary": ""}, "/summary"), ({"why": 1}, "/why")]
    for change, field in bad:
        refused = await mash.post(f"/information-requests/{asked['id']}/response", json={**ANSWER, **change})
        assert fields_of(refused) == [field]
    assert fields_of(await mash.get("/information-requests", params={"status": "x"})) == ["/status"]


async def test_the_late_are_chased_once_a_day_until_nobody_waits(referrals: ServiceUnderTest) -> None:
    sent, decided = await rated(referrals, **LONG_AGO), await rated(referrals, **LONG_AGO)
    late = [(await _asked(referrals, sent, asked_at=f"2026-01-05T09:0{n}:00Z"))["id"] for n in range(3)]
    lapsed = (await _asked(referrals, decided, asked_at="2026-01-05T10:00:00Z"))["id"]
    punctual = (await _asked(referrals, await rated(referrals)))["id"]
    mash = referrals.as_("mash_manager")
    await answered(await mash.post(f"/referrals/{decided['id']}/decision", json=a_decision()), 200)
    await answered(await mash.post(f"/information-requests/{late[0]}/response", json=ANSWER), 200)

    async def chase() -> int:
        async with referrals.database.begin() as session:
            return await actions.chase_late_answers(session)

    events = len(await referrals.events())
    assert sorted(await asyncio.gather(chase(), chase())) == [0, 3]
    assert await chase() == 0
    with time_machine.travel(clock.now() + timedelta(hours=23, minutes=58), tick=False):
        assert await chase() == 1  # the punctual one: it is late by now, and the others were chased this day
    with time_machine.travel(clock.now() + timedelta(hours=24, minutes=1), tick=False):
        assert await chase() == 2
    partner = referrals.as_("partner", organisation=HEALTH)
    seen = {each["id"]: each for each in (await partner.get("/information-requests")).json()["items"]}
    assert [(seen[key]["late"], seen[key]["chased_count"]) for key in late[1:]] == [(True, 2), (True, 2)]
    assert seen[late[1]]["last_chased_at"] is not None
    looks = [await mash.get(f"/information-requests/{each}") for each in (late[0], late[1], lapsed)]
    assert [look.json()["chased_count"] for look in looks] == [0, 2, 0]
    assert [look.headers["ETag"] for look in looks] == ['"2"', '"3"', '"1"']
    assert punctual in seen
    chased = [each for each in await _audited(referrals, late[1]) if each[1] == "information_request_chase"]
    assert chased == [("referrals", "information_request_chase")] * 2
    assert len(await referrals.events()) == events


async def test_a_rating_that_sets_the_decision_earlier_brings_the_answer_forward(referrals: ServiceUnderTest) -> None:
    sent = await submitted(referrals)
    before = await _asked(referrals, sent)
    rating = {"rating": "red", "reason": "A bruise"}
    client = referrals.as_("mash_practitioner")
    await answered(await client.post(f"/referrals/{sent['id']}/rating", json=rating), 200)
    for expected in (1, 0):
        async with referrals.database.begin() as session:
            assert await actions.bring_answers_forward(session) == expected
    look = await client.get(f"/information-requests/{before['id']}")
    after = look.json()
    assert look.headers["ETag"] == '"2"'
    due_at = datetime.fromisoformat(before["asked_at"]) + rules.RED_ANSWERED_WITHIN
    assert datetime.fromisoformat(after["due_at"]) == due_at
