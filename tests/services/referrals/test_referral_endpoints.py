"""The referrals endpoints against a migrated database, on SQLite and on PostgreSQL."""

import asyncio
import json
from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from services.referrals.people.models import Child
from services.referrals.referrals.models import Referral, ReferralChange
from shared import clock, outbox
from shared.audit import AuditRow
from shared.contracts.referrals import ReferralSubmitted
from shared.idempotency import KeptAnswer
from shared.outbox import OutboxRow
from tests.service_under_test import ServiceUnderTest
from tests.services.referrals.referrals_sent import a_child, a_decision, a_referral


async def _submitted(referrals: ServiceUnderTest, **changes: Any) -> dict[str, Any]:
    answer = await referrals.as_("mash_practitioner").post("/referrals", json=a_referral(**changes))
    assert answer.status_code == 201, answer.text
    sent: dict[str, Any] = answer.json()
    return sent


async def _rated(referrals: ServiceUnderTest, **changes: Any) -> dict[str, Any]:
    sent = await _submitted(referrals, **changes)
    rating = {"rating": "amber", "reason": "Persistent hunger"}
    answer = await referrals.as_("mash_practitioner").post(f"/referrals/{sent['id']}/rating", json=rating)
    assert answer.status_code == 200, answer.text
    return sent


def _field_of(answer: httpx.Response) -> list[str]:
    assert answer.headers["content-type"] == "application/problem+json"
    return [error["field"] for error in answer.json()["errors"]]


async def test_a_referral_is_placed_by_its_postcode_and_starts_its_clocks(referrals: ServiceUnderTest) -> None:
    client = referrals.as_("referrer", organisation="Larkmead School")
    answer = await client.post("/referrals", json=a_referral())
    receipt = answer.json()
    assert answer.status_code == 201
    assert (receipt["area"], receipt["district"]) == ("south", "E07000180")
    assert receipt["postcode_status"] == "in_county"
    assert receipt["status"] == "submitted"
    assert receipt["received_at"] == receipt["recorded_at"]
    assert receipt["received_at"] < receipt["rating_due_at"] < receipt["decision_due_at"]
    [event] = await referrals.events(ReferralSubmitted)
    assert str(event.subject) == receipt["id"]
    assert await referrals.count(Child) == len(receipt["children"]) == 1


async def test_the_same_key_gives_the_same_answer_and_one_referral(referrals: ServiceUnderTest) -> None:
    client = referrals.as_("referrer")
    answers = [
        await client.post("/referrals", json=a_referral(), headers={"Idempotency-Key": "on-the-bus"}) for _ in range(3)
    ]
    assert [answer.status_code for answer in answers] == [201, 201, 201]
    assert answers[0].json() == answers[1].json() == answers[2].json()
    assert await referrals.count(Referral) == 1
    assert len(await referrals.events()) == 1


async def test_the_same_key_at_the_same_moment_gives_one_referral(referrals: ServiceUnderTest) -> None:
    client = referrals.as_("referrer")
    headers = {"Idempotency-Key": "impatient"}
    answers = await asyncio.gather(*(client.post("/referrals", json=a_referral(), headers=headers) for _ in range(5)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert await referrals.count(Referral) == 1


async def test_a_key_belongs_to_a_body_a_caller_and_a_success(referrals: ServiceUnderTest) -> None:
    headers = {"Idempotency-Key": "k"}
    client = referrals.as_("referrer", sub="one")
    failed = await client.post("/referrals", json=a_referral(children=[]), headers=headers)
    assert failed.status_code == 422
    first = await client.post("/referrals", json=a_referral(), headers=headers)
    assert first.status_code == 201
    other_body = await client.post("/referrals", json=a_referral(narrative="Another"), headers=headers)
    assert (other_body.status_code, other_body.json()["code"]) == (422, "idempotency-key-reused")
    other_caller = await referrals.as_("referrer", sub="two").post("/referrals", json=a_referral(), headers=headers)
    assert other_caller.json()["id"] != first.json()["id"]
    assert await referrals.count(KeptAnswer) == 2


async def test_a_commit_that_fails_gives_no_201(referrals: ServiceUnderTest, monkeypatch: pytest.MonkeyPatch) -> None:
    # A constraint that is checked at commit, and broken: the database itself refuses, after everything else went well.
    async with referrals.database.begin() as session:
        connection = await session.connection()
        await connection.exec_driver_sql("CREATE TABLE parents (id INTEGER PRIMARY KEY)")
        await connection.exec_driver_sql(
            "CREATE TABLE orphans (parent INTEGER REFERENCES parents (id) DEFERRABLE INITIALLY DEFERRED)"
        )
    recorded = outbox.record

    async def record_and_orphan(session: Any, event: Any) -> None:
        await recorded(session, event)
        await (await session.connection()).exec_driver_sql("INSERT INTO orphans VALUES (1)")

    monkeypatch.setattr(outbox, "record", record_and_orphan)
    answer = await referrals.as_("referrer").post("/referrals", json=a_referral(), headers={"Idempotency-Key": "k"})
    assert answer.status_code == 500
    assert answer.json()["code"] == "internal-error"
    assert [await referrals.count(table) for table in (Referral, OutboxRow, KeptAnswer, AuditRow)] == [0, 0, 0, 0]


async def test_an_earlier_receipt_is_for_the_mash_and_starts_the_clocks(referrals: ServiceUnderTest) -> None:
    earlier = a_referral(received_at="2026-01-05T20:00:00Z")  # a Monday evening
    refused = await referrals.as_("referrer").post("/referrals", json=earlier)
    assert (refused.status_code, _field_of(refused)) == (422, ["/received_at"])
    receipt = (await referrals.as_("mash_practitioner").post("/referrals", json=earlier)).json()
    assert receipt["rating_due_at"] == "2026-01-06T17:00:00Z"
    assert receipt["decision_due_at"] == "2026-01-08T17:00:00Z"


async def test_no_step_is_dated_before_the_one_it_follows(referrals: ServiceUnderTest) -> None:
    client = referrals.as_("mash_practitioner")
    sent = await _submitted(referrals, received_at="2026-01-05T09:00:00Z")
    path = f"/referrals/{sent['id']}"
    rating = {"rating": "red", "reason": "r", "rated_at": "2026-01-05T08:59:59Z"}
    assert _field_of(await client.post(f"{path}/rating", json=rating)) == ["/rated_at"]
    rating["rated_at"] = "2026-01-05T10:00:00Z"
    rated = await client.post(f"{path}/rating", json=rating)
    assert rated.json()["decision_due_at"] == "2026-01-05T13:00:00Z"
    early = a_decision(decided_at="2026-01-05T09:30:00Z")
    assert _field_of(await client.post(f"{path}/decision", json=early)) == ["/decided_at"]
    future = a_decision(decided_at=(clock.now() + timedelta(hours=1)).isoformat())
    assert _field_of(await client.post(f"{path}/decision", json=future)) == ["/decided_at"]


@pytest.mark.parametrize("postcode", ["SW1A 1AA", "ZZ99 9ZZ", "not one that anybody knows", "X", "OX141AB"])
async def test_an_unknown_postcode_is_accepted_and_marked(referrals: ServiceUnderTest, postcode: str) -> None:
    receipt = await _submitted(referrals, address={"lines": [], "postcode": postcode})
    known = postcode == "OX141AB"
    assert receipt["postcode_status"] == ("in_county" if known else "not_found")
    assert receipt["area"] == ("south" if known else None)


async def test_a_referral_without_an_area_is_seen_by_all_until_it_is_placed(referrals: ServiceUnderTest) -> None:
    sent = await _submitted(referrals, address={})
    assert sent["postcode_status"] == "none"
    north, south = referrals.as_("mash_manager", area="north"), referrals.as_("mash_manager", area="south")
    path = f"/referrals/{sent['id']}"
    assert [(await client.get(path)).status_code for client in (north, south)] == [200, 200]
    placed = await north.post(f"{path}/placement", json={"area": "south", "reason": "Lives in Didcot"})
    assert placed.json()["area"] == "south"
    assert [(await client.get(path)).status_code for client in (north, south)] == [404, 200]
    rating = {"rating": "green", "reason": "No hurry"}
    assert (await south.post(f"{path}/rating", json=rating)).status_code == 200
    assert (await south.post(f"{path}/decision", json=a_decision())).status_code == 200
    late = await south.post(f"{path}/placement", json={"area": "north", "reason": "Moved"})
    assert (late.status_code, late.json()["code"]) == (409, "referral-already-decided")


BAD_REFERRALS: list[tuple[dict[str, Any], str]] = [
    ({"children": [a_child(date_of_birth=None)]}, "/children/0/date_of_birth"),
    ({"children": [a_child(expected_date_of_birth="2026-12-24")]}, "/children/0/date_of_birth"),
    ({"children": [a_child(), a_child(date_of_birth="2019-02-29")]}, "/children/1/date_of_birth"),
    ({"children": [a_child(date_of_birth="2999-01-01")]}, "/children/0/date_of_birth"),
    ({"children": [a_child(date_of_birth="1980-01-01")]}, "/children/0/date_of_birth"),
    (
        {"children": [a_child(date_of_birth=None, expected_date_of_birth="2009-01-01", sex="U")]},
        "/children/0/expected_date_of_birth",
    ),
    ({"children": [a_child(nhs_number="9434765918")]}, "/children/0/nhs_number"),
    ({"children": [a_child(nhs_number="943476591")]}, "/children/0/nhs_number"),
    ({"children": [a_child(upn="A123456789012")]}, "/children/0/upn"),
    ({"children": [a_child(sex="X")]}, "/children/0/sex"),
    ({"children": [a_child(ethnicity="MARTIAN")]}, "/children/0/ethnicity"),
    ({"children": []}, "/children"),
    ({"children": [a_child(family_name="Quill\0feather")]}, "/children/0/family_name"),
    ({"children": [a_child(family_name="\ud800")]}, "/children/0/family_name"),
    ({"narrative": "a\0b"}, "/narrative"),
    ({"concerns": ["boredom"]}, "/concerns/0"),
    ({"concerns": [], "needs": [], "narrative": "  "}, "/narrative"),
    ({"referrer": {"name": "A", "organisation": "B", "source": "77"}}, "/referrer/source"),
    ({"consent": {"given": False}}, "/consent/override_reason"),
    ({"received_at": "2999-01-01T00:00:00Z"}, "/received_at"),
    ({"received_at": "2026-01-01T00:00:00"}, "/received_at"),
    ({"chidlren": []}, "/chidlren"),
    ({"Barnabas Quillfeather": []}, ""),
    ({"children": [a_child(date_of_birth=1462320000)]}, "/children/0/date_of_birth"),
    ({"received_at": 1767225600}, "/received_at"),
    ({"address": {"lines": [], "postcode": "x" * 41}}, "/address/postcode"),
]


@pytest.mark.parametrize(
    ("change", "field"), BAD_REFERRALS, ids=[f"{n}{field}" for n, (_, field) in enumerate(BAD_REFERRALS)]
)
async def test_bad_input_names_the_field_and_stores_nothing(
    referrals: ServiceUnderTest, change: dict[str, Any], field: str
) -> None:
    body = json.dumps(a_referral(**change))
    client = referrals.as_("mash_practitioner")
    answer = await client.post("/referrals", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 422
    assert field in _field_of(answer)
    assert "Quillfeather" not in answer.text
    assert [await referrals.count(table) for table in (Referral, Child, OutboxRow)] == [0, 0, 0]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32"])
async def test_text_in_another_encoding_is_refused_before_a_nul_slips_through(
    referrals: ServiceUnderTest, encoding: str
) -> None:
    body = json.dumps(a_referral(narrative="a\0b")).encode(encoding)
    headers = {"Content-Type": "application/json"}
    answer = await referrals.as_("referrer").post("/referrals", content=body, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (400, "not-json-in-utf-8")
    assert await referrals.count(Referral) == 0


async def test_a_nul_at_the_bottom_of_a_deep_pit_is_refused(referrals: ServiceUnderTest) -> None:
    body = '{"narrative": ' + "[" * 950 + '"\\u0000"' + "]" * 950 + "}"
    headers = {"Content-Type": "application/json"}
    answer = await referrals.as_("referrer").post("/referrals", content=body, headers=headers)
    assert answer.status_code in (400, 422)


async def test_a_kept_answer_is_for_the_same_role_and_organisation_only(referrals: ServiceUnderTest) -> None:
    headers = {"Idempotency-Key": "k"}
    one = referrals.as_("referrer", sub="same", organisation="Larkmead School")
    first = await one.post("/referrals", json=a_referral(), headers=headers)
    again = await one.post("/referrals", json=a_referral(), headers=headers)
    assert again.headers["ETag"] == first.headers["ETag"] == '"1"'
    assert again.headers["Idempotency-Replayed"] == "true"
    elsewhere = a_referral(referrer={**a_referral()["referrer"], "organisation": "Elsewhere"})
    other = await referrals.as_("referrer", sub="same", organisation="Elsewhere").post(
        "/referrals", json=elsewhere, headers=headers
    )
    assert other.json()["id"] != first.json()["id"]
    unfit = await referrals.as_("social_worker", sub="same").post("/referrals", json=a_referral(), headers=headers)
    assert unfit.status_code == 403


async def test_a_body_over_one_mebibyte_is_refused(referrals: ServiceUnderTest) -> None:
    answer = await referrals.as_("referrer").post("/referrals", json=a_referral(narrative="a" * (1 << 20)))
    assert (answer.status_code, answer.json()["code"]) == (413, "content-too-large")
    assert await referrals.count(Referral) == 0


async def test_a_valid_nhs_number_and_upn_are_kept_without_spaces(referrals: ServiceUnderTest) -> None:
    await _submitted(referrals, children=[a_child(nhs_number="943 476 5919", upn="B801200005001")])
    async with referrals.database.read() as session:
        child = await session.scalar(select(Child))
    assert child is not None
    assert (child.nhs_number, child.upn) == ("9434765919", "B801200005001")


async def test_an_unborn_child_has_an_expected_date(referrals: ServiceUnderTest) -> None:
    expected = (clock.today() + timedelta(days=90)).isoformat()
    unborn = a_child(given_name="", date_of_birth=None, expected_date_of_birth=expected, sex="U")
    sent = await _submitted(referrals, children=[unborn])
    whole = (await referrals.as_("mash_manager").get(f"/referrals/{sent['id']}")).json()
    assert whole["children"][0]["expected_date_of_birth"] == expected


async def test_a_referrers_own_list_is_one_however_the_organisation_is_typed(referrals: ServiceUnderTest) -> None:
    school = "St Mary's C-of-E School"
    own = referrals.as_("referrer", sub="a", organisation=school)
    body = a_referral()
    sent = await own.post("/referrals", json={**body, "referrer": {**body["referrer"], "organisation": school}})
    for organisation in ("ST MARY’S C of E School", "St\u00a0Marys C\u2011of\u2011E School\u200b"):
        colleague = referrals.as_("referrer", sub="b", organisation=organisation)
        [listed] = (await colleague.get("/referrals")).json()["items"]
        assert listed["id"] == sent.json()["id"]
    stranger = referrals.as_("referrer", sub="c", organisation="St Mark's C-of-E School")
    assert (await stranger.get("/referrals")).json()["items"] == []
    assert (await referrals.as_("referrer", sub="c", organisation="\u200b").get("/referrals")).status_code == 401


async def test_a_referrer_sees_the_own_organisations_and_no_others(referrals: ServiceUnderTest) -> None:
    own = referrals.as_("referrer", sub="a", organisation="Larkmead School")
    sent = (await own.post("/referrals", json=a_referral())).json()
    colleague = referrals.as_("referrer", sub="b", organisation="Larkmead School")
    stranger = referrals.as_("referrer", sub="c", organisation="Elsewhere School")
    path = f"/referrals/{sent['id']}/outcome"
    assert (await colleague.get(path)).json()["reference"] == sent["reference"]
    assert (await stranger.get(path)).status_code == 404
    assert [len((await client.get("/referrals")).json()["items"]) for client in (own, colleague, stranger)] == [1, 1, 0]
    moved = referrals.as_("referrer", sub="a", organisation="Elsewhere School")
    assert (await moved.get(path)).status_code == 404
    item = (await own.get("/referrals")).json()["items"][0]
    assert "immediate_danger" not in item
    assert (await own.get(f"/referrals/{sent['id']}")).status_code == 403


async def test_a_look_is_on_record_with_its_reason_and_a_refused_one_too(referrals: ServiceUnderTest) -> None:
    sent = await _submitted(referrals)
    path = f"/referrals/{sent['id']}"
    await referrals.as_("mash_manager", sub="maria").get(path, headers={"Access-Reason": "strategy discussion"})
    assert (await referrals.as_("mash_manager", sub="noel", area="north").get(path)).status_code == 404
    async with referrals.database.read() as session:
        rows = (await session.scalars(select(AuditRow).order_by(AuditRow.id))).all()
    looks = [(row.subject, row.action, row.reason) for row in rows if row.entity_id == sent["id"]]
    assert ("maria", "referral_look", "strategy discussion") in looks
    assert ("noel", "look_refused", None) in looks


async def test_the_queue_is_in_order_of_danger_and_then_of_what_is_due(referrals: ServiceUnderTest) -> None:
    late = await _submitted(referrals, received_at="2026-01-05T09:00:00Z")
    new = await _submitted(referrals)
    danger = await _submitted(referrals, immediate_danger=True)
    client = referrals.as_("mash_practitioner")
    seen: list[str] = []
    following: str | None = None
    for _ in range(3):
        page = (
            await client.get("/referrals", params={"limit": 1, **({"after": following} if following else {})})
        ).json()
        seen += [item["id"] for item in page["items"]]
        following = page["next"]
    assert seen == [danger["id"], late["id"], new["id"]]
    assert following is None
    overdue = (await client.get("/referrals", params={"overdue": "true"})).json()
    assert [item["id"] for item in overdue["items"]] == [late["id"]]


@pytest.mark.parametrize(
    "query", [{"colour": "red"}, {"limit": "201"}, {"limit": "0"}, {"after": "%%"}, {"status": "x"}]
)
async def test_a_list_refuses_what_it_does_not_know(referrals: ServiceUnderTest, query: dict[str, str]) -> None:
    answer = await referrals.as_("mash_manager").get("/referrals", params=query)
    assert (answer.status_code, _field_of(answer)) == (422, [f"/{next(iter(query))}"])


async def test_every_step_stands_in_the_change_log(referrals: ServiceUnderTest) -> None:
    sent = await _rated(referrals)
    await referrals.as_("mash_manager").post(f"/referrals/{sent['id']}/decision", json=a_decision())
    async with referrals.database.read() as session:
        steps = (await session.scalars(select(ReferralChange.step).order_by(ReferralChange.at))).all()
    assert steps == ["submit", "rate", "decide"]
