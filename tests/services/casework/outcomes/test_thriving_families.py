"""A family's way through Thriving Families against a migrated database, on SQLite and on PostgreSQL."""

from typing import Any
from uuid import UUID

from sqlalchemy import select

from services.casework.cases.restrictions.models import FamilyRestriction
from services.casework.outcomes.thriving_families.models import Assessment, OutcomePlan
from services.casework.record.timescales.models import Timescale
from shared.audit import AuditRow
from tests.service_under_test import ServiceUnderTest
from tests.services.casework.casework_made import an_accepted_referral, let_referrals_answer
from tests.services.casework.outcomes.thriving_families_made import (
    NEEDS_2022,
    a_family,
    a_plan,
    a_planned_family,
    close,
    entries_of,
    improve,
    sent,
    whole_of,
)


async def _clocks(casework: ServiceUnderTest) -> list[tuple[str, str | None, str | None]]:
    """Of each review: when it is due, when it was held, and why it was late."""
    async with casework.database.read() as session:
        rows = await session.scalars(
            select(Timescale).where(Timescale.step == "thriving_families_review").order_by(Timescale.due_on)
        )
        return [
            (row.due_on.isoformat(), row.met_on.isoformat() if row.met_on else None, row.reason_late) for row in rows
        ]


async def test_a_family_is_assessed_by_the_version_of_the_day_and_it_is_kept_why(casework: ServiceUnderTest) -> None:
    case = await a_family(casework)
    body = {"needs": ["school_attendance", "housing"], "assessed_on": "2024-01-15"}
    found = await sent(casework, case, "thriving-families", {**body, "evidence": {"housing": "Eviction in March"}})
    assert (found["version"], found["eligible"]) == ("2022", False)
    assert found["because"] == "2 of the 10 criteria of 2022 are met, where 3 are needed"
    assert [each["criterion"] for each in found["met"]] == ["education", "housing"]
    assert len(found["not_met"]) == 8
    assert found["evidence"] == {"housing": "Eviction in March"}

    earlier = await sent(casework, case, "thriving-families", {**body, "version": 2012})
    assert (earlier["eligible"], earlier["not_counted"]) == (False, ["housing"])
    enough = await sent(casework, case, "thriving-families", {**body, "needs": NEEDS_2022, "assessed_on": "2024-01-20"})
    assert enough["eligible"] is True
    whole = await whole_of(casework, case)
    assert [each["id"] for each in whole["assessments"]] == [enough["id"], earlier["id"], found["id"]]
    assert whole["assessments"][2] == found
    assert whole["obstacle"] == {"code": "no-outcome-plan", "needs": [], "from_on": None}
    assert (await entries_of(casework, case)).count("thriving_families_assessed") == 3


BAD_ASSESSMENTS: list[tuple[dict[str, Any], str, str]] = [
    ({"needs": []}, "/needs", "too-short"),
    ({"needs": ["hunger"]}, "/needs/0", "unknown-code"),
    ({"needs": ["housing", "housing"]}, "/needs", "twice"),
    ({"needs": ["housing"], "evidence": {"Rosalind": "x"}}, "/evidence", "unknown-code"),
    ({"needs": ["housing"], "evidence": {"health": "x"}}, "/evidence", "not-a-need"),
    ({"needs": ["housing"], "version": "2011"}, "/version", "literal-error"),
    ({"needs": ["housing"], "version": "2022", "assessed_on": "2022-09-30"}, "/version", "not-in-force"),
    ({"needs": ["housing"], "assessed_on": "2012-03-31"}, "/assessed_on", "out-of-order"),
    ({"needs": ["housing"], "assessed_on": "2999-01-01"}, "/assessed_on", "in-the-future"),
    ({"needs": ["housing"], "assessed_on": "1999-12-31"}, "/assessed_on", "too-long-ago"),
    ({"needs": ["housing"], "eligible": True}, "/eligible", "extra-forbidden"),
]


async def test_a_bad_assessment_names_its_field_and_keeps_nothing(casework: ServiceUnderTest) -> None:
    case = await a_family(casework)
    for body, field, code in BAD_ASSESSMENTS:
        refused = await sent(casework, case, "thriving-families", body, 422)
        assert [(each["field"], each["code"]) for each in refused["errors"]] == [(field, code)]
        assert "Rosalind" not in str(refused)
    assert await casework.count(Assessment) == 0


async def test_only_an_eligible_family_gets_a_plan_with_a_goal_for_each_need(casework: ServiceUnderTest) -> None:
    case = await a_family(casework)
    path = f"/families/{case['family_id']}/outcome-plan"
    manager = casework.as_("team_manager")
    assert (await manager.get(path)).status_code == 404
    assert (await sent(casework, case, "outcome-plan", a_plan(NEEDS_2022), 409))["code"] == "not-eligible"
    await sent(casework, case, "thriving-families", {"needs": ["housing"], "assessed_on": "2024-01-15"})
    assert (await sent(casework, case, "outcome-plan", a_plan(["housing"]), 409))["code"] == "not-eligible"
    await sent(casework, case, "thriving-families", {"needs": NEEDS_2022, "assessed_on": "2024-01-15"})
    bad: list[tuple[dict[str, Any], str, str]] = [
        (a_plan(NEEDS_2022[:2]), "/goals", "need-missing"),
        (a_plan([*NEEDS_2022, "health"]), "/goals/3/need", "not-a-need"),
        (a_plan([*NEEDS_2022, "housing"]), "/goals/3/need", "twice"),
        (a_plan(NEEDS_2022, agreed_on="2024-01-14"), "/agreed_on", "out-of-order"),
        (a_plan(NEEDS_2022, agreed_on="2024-12-02"), "/goals/0/by_on", "out-of-order"),
        (a_plan(NEEDS_2022, wishes_of_child=" "), "/wishes_of_child", "string-too-short"),
    ]
    for body, field, code in bad:
        errors = (await sent(casework, case, "outcome-plan", body, 422))["errors"]
        assert [(each["field"], each["code"]) for each in errors] == [(field, code)]
    assert await casework.count(OutcomePlan) == 0
    made = await sent(casework, case, "outcome-plan", a_plan(NEEDS_2022))
    assert (made["next_review_due_on"], made["version"]) == ("2024-03-28", "2022")
    again = await sent(casework, case, "outcome-plan", a_plan(NEEDS_2022), 409)
    assert again["code"] == "outcome-plan-exists"
    shown = await manager.get(path)
    assert (shown.json(), shown.headers["ETag"]) == (made, '"1"')


async def test_a_plan_is_changed_by_who_has_read_it_and_then_rests_on_the_latest_assessment(
    casework: ServiceUnderTest,
) -> None:
    case = await a_planned_family(casework)
    path, manager = f"/families/{case['family_id']}/outcome-plan", casework.as_("team_manager")
    await improve(casework, case, "2024-03-01", *NEEDS_2022)
    more = [*NEEDS_2022, "health"]
    newer = await sent(casework, case, "thriving-families", {"needs": more, "assessed_on": "2024-04-01"})
    refused = await sent(casework, case, "outcome-claims", {}, 409)
    assert refused["code"] == "outcome-plan-out-of-date"
    changed = a_plan(more, agreed_on="2024-04-02")
    assert (await manager.put(path, json=changed)).status_code == 428
    assert (await manager.put(path, json=changed, headers={"If-Match": '"2"'})).status_code == 412
    answer = await manager.put(path, json=changed, headers={"If-Match": '"1"'})
    assert (answer.status_code, answer.headers["ETag"], answer.json()["assessment_id"]) == (200, '"2"', newer["id"])
    assert [each["improved_since"] for each in answer.json()["needs"]] == ["2024-03-01"] * 3 + [None]
    refused = await sent(casework, case, "outcome-claims", {}, 409)
    assert (refused["code"], refused["needs"]) == ("need-not-improved", ["health"])


async def test_a_review_is_due_every_eight_weeks_from_the_last(casework: ServiceUnderTest) -> None:
    case = await a_planned_family(casework)
    review = {"wishes_of_child": "A dog", "wishes_of_family": "The same", "notes": "He goes to school"}
    to = "outcome-plan/reviews"
    early = await sent(casework, case, to, {**review, "held_on": "2024-01-31"}, 422)
    assert early["errors"][0]["field"] == "/held_on"
    first = await sent(casework, case, to, {**review, "held_on": "2024-03-28"})
    assert first["next_due_on"] == "2024-05-23"
    await sent(casework, case, to, {**review, "held_on": "2024-06-01", "reason_late": "Illness"})
    out_of_order = await sent(casework, case, to, {**review, "held_on": "2024-05-31"}, 422)
    assert out_of_order["errors"][0]["code"] == "out-of-order"
    assert await _clocks(casework) == [
        ("2024-03-28", "2024-03-28", None),
        ("2024-05-23", "2024-06-01", "Illness"),
        ("2024-07-27", None, None),
    ]
    plan = (await whole_of(casework, case))["plan"]
    assert [each["held_on"] for each in plan["reviews"]] == ["2024-06-01", "2024-03-28"]
    assert plan["next_review_due_on"] == "2024-07-27"
    assert (await entries_of(casework, case)).count("outcome_plan_reviewed") == 2


async def test_progress_is_written_down_and_what_got_worse_is_better_no_more(casework: ServiceUnderTest) -> None:
    case = await a_planned_family(casework)
    to, seen = "outcome-plan/progress", {"need": "housing", "improved": True, "evidence": "A new flat"}
    await sent(casework, case, to, {**seen, "seen_on": "2024-03-01"})
    await sent(casework, case, to, {**seen, "seen_on": "2024-02-20"})
    [_, housing, _] = (await whole_of(casework, case))["plan"]["needs"]
    assert (housing["improved_since"], len(housing["progress"])) == ("2024-02-20", 2)
    await sent(casework, case, to, {**seen, "improved": False, "seen_on": "2024-05-01"})
    [_, housing, _] = (await whole_of(casework, case))["plan"]["needs"]
    assert (housing["improved_since"], len(housing["progress"])) == (None, 3)
    for change, field in (
        ({"need": "health"}, "/need"),
        ({"seen_on": "2024-01-14"}, "/seen_on"),
        ({"evidence": ""}, "/evidence"),
    ):
        refused = await sent(casework, case, to, {**seen, **change}, 422)
        assert [each["field"] for each in refused["errors"]] == [field]
    unplanned = await a_family(casework)
    assert (await sent(casework, unplanned, to, seen, 409))["code"] == "no-outcome-plan"


async def test_a_closed_case_takes_progress_and_no_plan(casework: ServiceUnderTest) -> None:
    case = await a_planned_family(casework)
    await close(casework, case, "2024-06-01")
    await improve(casework, case, "2024-07-01", "housing")
    review = {"wishes_of_child": "A dog", "wishes_of_family": "The same", "notes": "He goes to school"}
    assert (await sent(casework, case, "outcome-plan/reviews", review, 409))["code"] == "case-closed"
    path, body = f"/families/{case['family_id']}/outcome-plan", a_plan(NEEDS_2022)
    assert (await sent(casework, case, "outcome-plan", body, 409))["code"] == "case-closed"
    changed = await casework.as_("team_manager").put(path, json=body, headers={"If-Match": "*"})
    assert (changed.status_code, changed.json()["code"]) == (409, "case-closed")


async def test_of_a_restricted_family_and_in_another_area_nothing_is_seen(casework: ServiceUnderTest) -> None:
    needs = ["health", "finance"]
    case = await a_planned_family(casework, needs, "2015")
    await improve(casework, case, "2024-03-10", *needs)
    await sent(casework, case, "outcome-claims", {})
    async with casework.database.begin() as session:
        session.add(FamilyRestriction(family_id=UUID(case["family_id"]), source="casework", subject="named"))
    base = f"/families/{case['family_id']}"
    bodies = {
        "thriving-families": {"needs": needs},
        "outcome-plan": a_plan(needs),
        "outcome-plan/progress": {"need": "health", "improved": True, "evidence": "x"},
        "star-readings": {"person": {"adult": "mother"}, "readings": {"safety": 5}},
        "outcome-claims": {},
    }
    for claims in ({"sub": "named", "area": "north"}, {"sub": "somebody"}):
        client = casework.as_("team_manager", **claims)
        for path in ("thriving-families", "outcome-plan", "star-readings", "star-readings/progress"):
            assert (await client.get(f"{base}/{path}")).status_code == 404
        for path, body in bodies.items():
            assert (await client.post(f"{base}/{path}", json=body)).status_code == 404
        changed = await client.put(f"{base}/outcome-plan", json=a_plan(needs), headers={"If-Match": "*"})
        assert changed.status_code == 404
        assert (await client.get("/outcome-claims")).json()["summary"]["claims"] == 0
    named = casework.as_("team_manager", sub="named")
    assert (await named.get("/outcome-claims")).json()["summary"]["claims"] == 1


async def test_a_joined_family_is_known_by_either_id_and_every_look_is_on_record(casework: ServiceUnderTest) -> None:
    case = await a_planned_family(casework)
    joined = an_accepted_referral(joined_family_ids=[case["family_id"]])
    let_referrals_answer(casework, joined)
    await casework.deliver(joined)
    client = casework.as_("team_manager", sub="tess")
    path = f"/families/{joined.family_id}/thriving-families"
    shown = await client.get(path, headers={"Access-Reason": "to review"})
    assert shown.json()["family_id"] == case["family_id"]
    assert len(shown.json()["assessments"]) == 1
    async with casework.database.read() as session:
        looks = select(AuditRow).where(AuditRow.subject == "tess")
        [look] = (await session.scalars(looks)).all()
    assert (look.action, look.entity_id, look.reason) == ("thriving_families_look", case["family_id"], "to review")


async def test_the_review_falls_due_from_the_day_of_the_plan_also_where_that_is_changed(
    casework: ServiceUnderTest,
) -> None:
    case = await a_planned_family(casework)
    assert await _clocks(casework) == [("2024-03-28", None, None)]
    client, path = casework.as_("team_manager"), f"/families/{case['family_id']}/outcome-plan"
    for agreed_on, due_on in (("2024-02-15", "2024-04-11"), (None, "2024-04-11")):
        changed = await client.put(path, json=a_plan(NEEDS_2022, agreed_on=agreed_on), headers={"If-Match": "*"})
        assert (changed.status_code, changed.json()["next_review_due_on"]) == (200, due_on), changed.text
        assert await _clocks(casework) == [(due_on, None, None)]
    review = {"wishes_of_child": "c", "wishes_of_family": "f", "notes": "s", "held_on": "2024-03-01"}
    await sent(casework, case, "outcome-plan/reviews", review)
    changed = await client.put(path, json=a_plan(NEEDS_2022, agreed_on="2024-03-05"), headers={"If-Match": "*"})
    assert changed.json()["next_review_due_on"] == "2024-04-26"
    held = [("2024-04-11", "2024-03-01", None), ("2024-04-26", None, None)]
    assert await _clocks(casework) == held


async def test_the_next_review_falls_due_again_when_the_case_is_reopened(casework: ServiceUnderTest) -> None:
    case = await a_planned_family(casework)
    review = {"wishes_of_child": "c", "wishes_of_family": "f", "notes": "s", "held_on": "2024-03-01"}
    await sent(casework, case, "outcome-plan/reviews", review)
    await close(casework, case, "2024-04-10")
    client = casework.as_("area_manager")
    assert (await client.get("/timescales")).json()["items"] == []
    again = {"pathway": "thriving_families", "reason": "Again", "reopened_on": "2024-04-12"}
    answer = await client.post(f"/cases/{case['id']}/reopening", json=again)
    assert answer.status_code == 200, answer.text
    [due] = (await client.get("/timescales")).json()["items"]
    assert (due["step"], due["due_on"]) == ("thriving_families_review", "2024-04-26")
