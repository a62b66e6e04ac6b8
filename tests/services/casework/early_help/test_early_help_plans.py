"""What a Team Around the Family writes: assessments, actions and reviews, with their due days."""

import asyncio
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from services.casework.early_help.common_assessments.models import CommonAssessment
from services.casework.early_help.team_actions.models import TeamAction
from services.casework.early_help.team_reviews.models import TeamReview
from services.casework.record.timescales.models import Timescale
from tests.service_under_test import ServiceUnderTest
from tests.services.casework.early_help.early_help_made import (
    DOMAIN,
    DOMAINS,
    WISHES,
    a_case_with_team,
    a_review,
    ago,
    amina,
    answered,
    day,
    fields_of,
    refusal,
    taf,
)


async def _clocks(casework: ServiceUnderTest, step: str) -> list[Timescale]:
    async with casework.database.read() as session:
        return list(await session.scalars(select(Timescale).where(Timescale.step == step).order_by(Timescale.due_on)))


async def test_an_assessment_is_written_on_by_the_lead_professional_until_it_is_complete(
    casework: ServiceUnderTest,
) -> None:
    case, team = await a_case_with_team(casework)
    school, path = amina(casework), taf(case, "/caf")
    begun = await school.post(path, json={"started_on": ago(3), "domains": {"development": DOMAIN}})
    caf = await answered(begun)
    one = f"{path}/{caf['id']}"
    assert (caf["completed_on"], len(caf["child_ids"]), begun.headers["ETag"]) == (None, 2, '"1"')
    whole: dict[str, Any] = {"started_on": ago(3), "domains": DOMAINS, "wishes": WISHES, "completed_on": ago(0)}
    assert (await school.put(one, json=whole)).status_code == 428
    child = team["children"][0]["child_id"]
    part = {**whole, "completed_on": None, "child_ids": [child]}
    written = await school.put(one, json=part, headers={"If-Match": '"1"'})
    assert (written.status_code, written.json()["child_ids"], written.headers["ETag"]) == (200, [child], '"2"')
    assert refusal(await school.put(one, json=whole, headers={"If-Match": '"1"'})) == (412, "version-changed")
    wrong = {**whole, "completed_on": ago(9)}  # also before it started: an older version comes first
    assert refusal(await school.put(one, json=wrong, headers={"If-Match": '"1"'})) == (412, "version-changed")
    done = await answered(await school.put(one, json=whole, headers={"If-Match": '"2"'}), 200)
    assert (done["completed_on"], done["wishes"]) == (ago(0), WISHES)
    assert refusal(await school.put(one, json=whole, headers={"If-Match": "*"})) == (409, "caf-complete")
    assert (await school.get(one)).json() == done
    [shown] = (await school.get(taf(case))).json()["assessments"]
    assert shown == done
    story = await casework.as_("team_manager").get(f"/families/{case['family_id']}/chronology")
    assert [each["kind"] for each in story.json()["items"]].count("caf_completed") == 1


async def test_a_complete_assessment_has_everything_and_a_refusal_names_what_is_missing(
    casework: ServiceUnderTest,
) -> None:
    case, _ = await a_case_with_team(casework, opened=10)
    whole: dict[str, Any] = {"started_on": ago(5), "domains": DOMAINS, "wishes": WISHES, "completed_on": ago(1)}
    bad: list[tuple[dict[str, Any], tuple[str, str]]] = [
        *(({"domains": {**DOMAINS, name: None}}, (f"/domains/{name}", "needed-to-complete")) for name in DOMAINS),
        ({"wishes": None}, ("/wishes", "needed-to-complete")),
        ({"wishes": {"child": "", "family": "f"}}, ("/wishes/child", "string-too-short")),
        ({"completed_on": ago(6)}, ("/completed_on", "out-of-order")),
        ({"completed_on": ago(-1)}, ("/completed_on", "in-the-future")),
        ({"started_on": ago(11)}, ("/started_on", "out-of-order")),
        ({"child_ids": [case["id"]]}, ("/child_ids/0", "unknown")),
    ]
    for change, expected in bad:
        answer = await amina(casework).post(taf(case, "/caf"), json={**whole, **change})
        assert fields_of(answer) == [expected], change
    assert await casework.count(CommonAssessment) == 0


async def test_an_action_falls_due_and_is_done_or_cancelled_once(casework: ServiceUnderTest) -> None:
    case, team = await a_case_with_team(casework, started=20)
    school, path = amina(casework), taf(case, "/actions")
    owner = team["members"][1]["id"]
    sent = {"owner_id": owner, "what": "Ask for a place in the breakfast club", "agreed_on": ago(9), "due_on": ago(2)}
    bad: list[tuple[dict[str, Any], tuple[str, str]]] = [
        ({"due_on": ago(10)}, ("/due_on", "out-of-order")),
        ({"agreed_on": ago(21)}, ("/agreed_on", "out-of-order")),
        ({"agreed_on": ago(-1), "due_on": ago(-2)}, ("/agreed_on", "in-the-future")),
        ({"owner_id": case["id"]}, ("/owner_id", "unknown")),
    ]
    for change, expected in bad:
        assert fields_of(await school.post(path, json={**sent, **change})) == [expected]
    assert await casework.count(TeamAction) == 0
    late, needless = [await answered(await school.post(path, json=sent)) for _ in range(2)]
    early = await school.post(f"{path}/{late['id']}/completion", json={"done_on": ago(10)})
    assert fields_of(early) == [("/done_on", "out-of-order")]
    done = {"done_on": ago(1), "text": "Goes every day", "reason_late": "The club was full"}
    completed = await answered(await school.post(f"{path}/{late['id']}/completion", json=done), 200)
    assert (completed["done_on"], completed["text"]) == (ago(1), "Goes every day")
    cancelled = await school.post(f"{path}/{needless['id']}/cancellation", json={"reason": "Moved school"})
    shown = cancelled.json()
    assert (shown["cancelled_on"], shown["cancellation_reason"], shown["text"]) == (ago(0), "Moved school", None)
    for each in (late, needless):
        for way, body in (("completion", done), ("cancellation", {"reason": "r"})):
            assert refusal(await school.post(f"{path}/{each['id']}/{way}", json=body)) == (409, "action-over")
    clocks = {str(each.about_id): each for each in await _clocks(casework, "taf_action")}
    assert (clocks[late["id"]].met_on, clocks[late["id"]].reason_late) == (day(ago(1)), "The club was full")
    assert (clocks[needless["id"]].met_on, clocks[needless["id"]].ended_on) == (None, day(ago(0)))
    assert (await school.post(f"{path}/{case['id']}/completion", json=done)).status_code == 404


async def test_each_review_sets_the_day_of_the_next_and_the_late_one_stays_late(casework: ServiceUnderTest) -> None:
    case, team = await a_case_with_team(casework, started=70)
    first, nurse = (each["id"] for each in team["members"])
    school, path = amina(casework), taf(case, "/reviews")
    held = await answered(await school.post(path, json=a_review(first, nurse, held_on=ago(10), reason_late="Illness")))
    assert (held["number"], day(held["due_on"])) == (1, day(ago(70)) + timedelta(weeks=8))
    shown = (await school.get(taf(case))).json()
    assert day(shown["next_review_due_on"]) == day(ago(10)) + timedelta(weeks=8)
    assert (await answered(await school.post(path, json=a_review(first, outcome="step_up"))))["number"] == 2
    met, on_time, still = await _clocks(casework, "taf_review")
    assert (met.met_on, met.due_on, met.reason_late) == (day(ago(10)), day(ago(14)), "Illness")
    assert (on_time.met_on, still.met_on) == (day(ago(0)), None)
    assert (await school.get("/early-help")).json()["items"][0]["review_overdue"] is False


async def test_a_review_records_who_came_and_what_child_and_family_wish(casework: ServiceUnderTest) -> None:
    case, team = await a_case_with_team(casework, started=20)
    bad: list[tuple[dict[str, Any], tuple[str, str]]] = [
        ({"held_on": ago(21)}, ("/held_on", "out-of-order")),
        ({"held_on": ago(-1)}, ("/held_on", "in-the-future")),
        ({"attended": []}, ("/attended", "too-short")),
        ({"wishes": {"child": "c"}}, ("/wishes/family", "missing")),
        ({"outcome": "wait"}, ("/outcome", "literal-error")),
    ]
    for change, expected in bad:
        sent = a_review(team["members"][0]["id"], **change)
        assert fields_of(await amina(casework).post(taf(case, "/reviews"), json=sent)) == [expected]
    assert await casework.count(TeamReview) == 0


async def test_what_two_members_finish_at_one_moment_is_finished_once(casework: ServiceUnderTest) -> None:
    case, team = await a_case_with_team(casework, started=20)
    first, path = team["members"][0]["id"], taf(case, "/actions")
    sent = {"owner_id": first, "what": "Ask for a place", "due_on": ago(0)}
    action = await answered(await amina(casework).post(path, json=sent))
    bel = casework.as_("partner", sub="bel", organisation="Oxford Health")
    done = await asyncio.gather(
        *(each.post(f"{path}/{action['id']}/completion", json={}) for each in (amina(casework), bel, amina(casework)))
    )
    assert sorted(each.status_code for each in done) == [200, 409, 409]
    last = a_review(first, outcome="close")
    held = await asyncio.gather(*(each.post(taf(case, "/reviews"), json=last) for each in (amina(casework), bel)))
    assert sorted(each.status_code for each in held) == [201, 409]
    assert await casework.count(TeamReview) == 1


async def test_with_the_last_review_the_team_ends(casework: ServiceUnderTest) -> None:
    case, team = await a_case_with_team(casework, started=20)
    first = team["members"][0]["id"]
    changed = {"member_id": team["members"][1]["id"], "from_on": ago(3), "reason": "r"}
    await answered(await casework.as_("team_manager").post(taf(case, "/lead-professional"), json=changed))
    early = a_review(first, held_on=ago(5), outcome="close")
    assert fields_of(await amina(casework).post(taf(case, "/reviews"), json=early)) == [("/held_on", "out-of-order")]
    await answered(await amina(casework).post(taf(case, "/reviews"), json={**early, "outcome": "continue"}))
    unknown = await amina(casework).post(taf(case, "/reviews"), json=a_review(first, case["id"]))
    assert fields_of(unknown) == [("/attended/1", "unknown")]
    await answered(await amina(casework).post(taf(case, "/reviews"), json=a_review(first, outcome="close")))
    shown = (await amina(casework).get(taf(case))).json()
    assert (shown["ended_on"], shown["end_reason"], shown["lead_professional"]) == (ago(0), "reviewed", None)
    assert ([each["until_on"] for each in shown["leads"]], shown["case_status"]) == ([ago(3), ago(0)], "open")
    assert [each.met_on for each in await _clocks(casework, "taf_review")] == [day(ago(5)), day(ago(0))]
    again = await amina(casework).post(taf(case, "/reviews"), json=a_review(first))
    assert refusal(again) == (409, "team-ended")


async def test_a_team_outlives_its_case_and_falls_due_again_when_that_is_reopened(casework: ServiceUnderTest) -> None:
    case, team = await a_case_with_team(casework, started=20)
    manager, owner = casework.as_("area_manager"), team["members"][0]["id"]
    for words, due_on in (("Ask for a place", ago(-9)), ("Ask the surgery", ago(-8))):
        agreed = {"owner_id": owner, "what": words, "due_on": due_on}
        action = await answered(await manager.post(taf(case, "/actions"), json=agreed))
    await answered(await manager.post(taf(case, f"/actions/{action['id']}/completion"), json={}), 200)
    before = (await manager.get("/timescales", params={"within_days": 90})).json()["items"]
    assert [(each["step"], each["due_on"]) for each in before] == [
        ("taf_action", ago(-9)),
        ("taf_review", team["next_review_due_on"]),
    ]
    one, again = f"/cases/{case['id']}", {"pathway": "early_help", "reason": "Again", "reopened_on": ago(0)}
    await answered(await manager.post(f"{one}/closure", json={"closed_on": ago(0), "reason": "RC7"}), 200)
    assert (await manager.get("/timescales", params={"within_days": 90})).json()["items"] == []
    await answered(await manager.post(f"{one}/reopening", json=again), 200)
    after = (await manager.get("/timescales", params={"within_days": 90})).json()["items"]
    assert [(each["step"], each["due_on"]) for each in after] == [(each["step"], each["due_on"]) for each in before]
    await answered(await amina(casework).post(taf(case, "/reviews"), json=a_review(owner)))
    met = [each.met_on for each in await _clocks(casework, "taf_review")]
    assert met == [day(ago(0)), None]
    ended = {"closed_on": ago(0), "reason": "RC7"}
    await answered(await manager.post(taf(case, "/ending"), json={"reason": "moved_away", "text": "w"}), 200)
    await answered(await manager.post(f"{one}/closure", json=ended), 200)
    await answered(await manager.post(f"{one}/reopening", json=again), 200)
    assert (await manager.get("/timescales", params={"within_days": 90})).json()["items"] == []
