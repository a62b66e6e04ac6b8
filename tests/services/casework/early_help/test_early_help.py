"""The Team Around the Family: its start and end, who is of it, who leads it, and who may see it."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import time_machine
from sqlalchemy import select

from services.casework.cases.restrictions.models import FamilyRestriction
from services.casework.early_help.family_teams.models import FamilyTeam, LeadProfessional
from services.casework.early_help.family_teams.queries import has_lead_professional
from services.casework.early_help.link_worker_support.models import LinkWorkerSupport
from services.casework.record.timescales.models import Timescale
from shared import clock
from shared.audit import AuditRow
from tests.service_under_test import ServiceUnderTest
from tests.services.casework.casework_made import a_case, a_worker
from tests.services.casework.early_help.early_help_made import (
    SCHOOL,
    a_case_with_team,
    a_member,
    a_review,
    a_team,
    ago,
    amina,
    an_early_help_case,
    answered,
    day,
    fields_of,
    refusal,
    taf,
)


async def _leads(casework: ServiceUnderTest, case: dict[str, Any]) -> bool:
    async with casework.database.read() as session:
        return await has_lead_professional(session, UUID(case["id"]))


async def test_a_team_starts_with_a_schools_lead_professional_and_its_review_falls_due(
    casework: ServiceUnderTest,
) -> None:
    case = await an_early_help_case(casework, children=2)
    manager = casework.as_("team_manager", sub="boss")
    assert refusal(await manager.get(taf(case))) == (404, "no-team-around-the-family")
    assert not await _leads(casework, case)
    lead = a_member(lead=True, subject="amina", email="a.osei@larkmead.example")
    team = await answered(await manager.post(taf(case), json=a_team(lead, a_member(name="Bel"), started_on=ago(7))))
    assert team["lead_professional"]["organisation"] == SCHOOL
    assert (len(team["members"]), len(team["children"]), team["case_status"]) == (2, 2, "open")
    assert day(team["next_review_due_on"]) == day(ago(7)) + timedelta(weeks=8)
    assert await _leads(casework, case)
    [due] = (await manager.get("/timescales", params={"within_days": "49"})).json()["items"]
    assert (due["step"], due["due_on"], due["case_id"]) == ("taf_review", team["next_review_due_on"], case["id"])
    assert (await manager.get("/timescales", params={"within_days": "48"})).json()["items"] == []
    again = await manager.post(taf(case), json=a_team())
    assert refusal(again) == (409, "team-exists")
    story = (await manager.get(f"/families/{case['family_id']}/chronology")).json()["items"]
    assert {"early_help_team_started", "lead_professional_named"} < {entry["kind"] for entry in story}


async def test_what_is_wrong_with_a_new_team_is_named_and_nothing_is_stored(casework: ServiceUnderTest) -> None:
    case = await an_early_help_case(casework, opened=10)
    manager = casework.as_("team_manager")
    lead, _late = a_member(lead=True), {"given_by": "The mother", "given_on": ago(2)}
    bad: list[tuple[dict[str, Any], tuple[str, str]]] = [
        (a_team(lead, lead), ("/members", "one-lead")),
        (a_team(started_on=ago(-1)), ("/started_on", "in-the-future")),
        (a_team(started_on=ago(11)), ("/started_on", "out-of-order")),
        (
            a_team(started_on=ago(3), consent={"given_by": "m", "given_on": ago(2)}),
            ("/consent/given_on", "out-of-order"),
        ),
        (a_team(a_member(worker_id=case["id"])), ("/members/0/worker_id", "unknown")),
        (a_team(a_member(worker_id=case["id"], subject="x")), ("/members/0/subject", "worker-or-subject")),
        (a_team(a_member(joined_on=ago(1))), ("/members/0/joined_on", "out-of-order")),
        (a_team(a_member(name=" ")), ("/members/0/name", "name-without-letters")),
    ]
    for sent, expected in bad:
        assert fields_of(await manager.post(taf(case), json=sent)) == [expected]
    without = a_team()
    del without["consent"]
    assert fields_of(await manager.post(taf(case), json=without)) == [("/consent", "missing")]
    assert await casework.count(FamilyTeam) == 0


async def test_there_is_one_lead_professional_at_a_time_and_every_change_is_dated(casework: ServiceUnderTest) -> None:
    case, team = await a_case_with_team(casework, started=20)
    manager, path = casework.as_("team_manager"), taf(case, "/lead-professional")
    first, nurse = (each["id"] for each in team["members"])
    assert refusal(await manager.post(path, json={"member_id": first})) == (409, "leads-already")
    bad: list[tuple[dict[str, Any], tuple[str, str]]] = [
        ({"from_on": ago(3)}, ("/reason", "needed")),
        ({"from_on": ago(21), "reason": "r"}, ("/from_on", "out-of-order")),
        ({"from_on": ago(-1), "reason": "r"}, ("/from_on", "in-the-future")),
        ({"member_id": case["id"], "reason": "r"}, ("/member_id", "unknown")),
    ]
    for change, expected in bad:
        assert fields_of(await manager.post(path, json={"member_id": nurse, **change})) == [expected]
    sent = {"member_id": nurse, "from_on": ago(3), "reason": "The child left the school"}
    changed = await answered(await manager.post(path, json=sent))
    assert changed["lead_professional"]["id"] == nurse
    assert [(each["member_id"], each["from_on"], each["until_on"]) for each in changed["leads"]] == [
        (first, ago(20), ago(3)),
        (nurse, ago(3), None),
    ]
    away = taf(case, f"/members/{nurse}/departure")
    assert refusal(await manager.post(away, json={})) == (409, "leads-the-team")
    early = await manager.post(taf(case, f"/members/{first}/departure"), json={"left_on": ago(21)})
    assert fields_of(early) == [("/left_on", "out-of-order")]
    left = await answered(await manager.post(taf(case, f"/members/{first}/departure"), json={}), 200)
    assert next(each for each in left["members"] if each["id"] == first)["left_on"] == ago(0)
    back = await manager.post(path, json={"member_id": first, "reason": "r"})
    assert fields_of(back) == [("/member_id", "unknown")]
    assert (await manager.post(taf(case, f"/members/{first}/departure"), json={})).status_code == 404
    late = await answered(await manager.post(taf(case, "/members"), json=a_member(name="Cy")))
    assert next(each for each in late["members"] if each["name"] == "Cy")["joined_on"] == ago(0)
    early = await manager.post(taf(case, "/members"), json=a_member(joined_on=ago(21)))
    assert fields_of(early) == [("/joined_on", "out-of-order")]


async def test_of_two_lead_professionals_named_at_one_moment_one_leads(casework: ServiceUnderTest) -> None:
    case = await an_early_help_case(casework)
    manager = casework.as_("team_manager")
    sent = a_team(*(a_member(name=name) for name in ("Ann", "Bel", "Cy", "Di")))
    answers = await asyncio.gather(*(manager.post(taf(case), json=sent) for _ in range(3)))
    assert sorted(each.status_code for each in answers) == [201, 409, 409]
    team = next(each.json() for each in answers if each.status_code == 201)
    assert team["lead_professional"] is None
    assert not await _leads(casework, case)
    named = await asyncio.gather(
        *(
            manager.post(taf(case, "/lead-professional"), json={"member_id": each["id"], "reason": "r"})
            for each in team["members"]
        )
    )
    assert {each.status_code for each in named} == {201}
    async with casework.database.read() as session:
        leads = (await session.scalars(select(LeadProfessional))).all()
    assert sum(each.until_on is None for each in leads) == 1
    assert len(leads) == 4


async def test_who_is_named_sees_the_team_and_nothing_else_of_the_case(casework: ServiceUnderTest) -> None:
    case, _ = await a_case_with_team(casework)
    other, _ = await a_case_with_team(casework, subject=None)
    school = casework.as_("partner", sub="colleague", organisation="LARKMEAD school")
    health = casework.as_("referrer", sub="bel", organisation="Oxford Health")
    seen = await amina(casework).get(taf(case), headers={"Access-Reason": "to prepare the review"})
    assert "family_id" not in seen.json()
    assert seen.headers["ETag"] == '"1"'
    assert (await school.get(taf(case))).status_code == 404, "the school's member is named as a person"
    assert (await school.get(taf(other))).status_code == 200, "nobody is named: the school is"
    assert [(await health.get(taf(each))).status_code for each in (case, other)] == [200, 200]
    for stranger in (
        casework.as_("partner", sub="x", organisation="Another School"),
        casework.as_("partner", sub="x"),
        casework.as_("mash_manager", sub="x", organisation=SCHOOL),
        casework.as_("social_worker", sub="x"),
        casework.as_("team_manager", area="north"),
    ):
        assert (await stranger.get(taf(case))).status_code == 404
        assert (await stranger.get("/early-help")).json()["items"] == []
        for path in ("/link-worker-support", "/escalations"):
            assert (await stranger.get(f"/cases/{case['id']}{path}")).status_code == 404
    assert (await amina(casework).get(f"/cases/{case['id']}")).status_code == 403
    assert (await amina(casework).post(taf(case, "/members"), json=a_member())).status_code == 403
    async with casework.database.read() as session:
        rows = await session.execute(select(AuditRow.action, AuditRow.reason).where(AuditRow.subject == "amina"))
        assert ("early_help_look", "to prepare the review") in [tuple(row) for row in rows]


async def test_our_own_worker_may_lead_and_a_link_worker_may_be_of_the_team(casework: ServiceUnderTest) -> None:
    case = await an_early_help_case(casework)
    worker = await a_worker(casework, role="family_support_worker", subject="fay", name="Fay")
    own = a_member(name="Fay", organisation="Family Support Service", worker_id=worker["id"], lead=True)
    link = a_member(name="Lin", role="Link worker", organisation="LCSS", subject="lin")
    await answered(await casework.as_("team_manager").post(taf(case), json=a_team(own, link)))
    for client in (casework.as_("family_support_worker", sub="fay"), casework.as_("mash_practitioner", sub="lin")):
        assert (await client.get(taf(case))).status_code == 200
    [mine] = (await casework.as_("social_worker", sub="fay").get("/early-help", params={"mine": "true"})).json()[
        "items"
    ]
    assert mine["lead_professional"]["worker_id"] == worker["id"]
    assert (await casework.as_("mash_practitioner", sub="lin").get("/early-help?mine=true")).json()["items"] == []


async def test_of_a_restricted_family_also_members_must_be_named(casework: ServiceUnderTest) -> None:
    case, _ = await a_case_with_team(casework)
    async with casework.database.begin() as session:
        session.add(FamilyRestriction(family_id=UUID(case["family_id"]), source="casework", subject="amina"))
    bel = casework.as_("partner", sub="bel", organisation="Oxford Health")
    for client, status, listed in ((amina(casework), 200, 1), (bel, 404, 0), (casework.as_("team_manager"), 404, 0)):
        assert (await client.get(taf(case))).status_code == status
        assert len((await client.get("/early-help")).json()["items"]) == listed


async def test_managers_list_who_has_no_lead_and_whose_review_is_late(casework: ServiceUnderTest) -> None:
    alone = await an_early_help_case(casework, opened=90)
    on_the_day, _ = await a_case_with_team(casework, opened=80, started=56)
    late, _ = await a_case_with_team(casework, opened=70, started=57)
    need = await a_case(casework)
    manager = casework.as_("team_manager", area="south")

    async def listed(**query: str) -> list[str]:
        answer = await casework.as_("team_manager", area="south").get("/early-help", params=query)
        return [each["case_id"] for each in (await answered(answer, 200))["items"]]

    assert await listed() == [alone["id"], on_the_day["id"], late["id"]]
    assert await listed(without_lead="true") == [alone["id"]]
    assert await listed(without_lead="false") == [on_the_day["id"], late["id"]]
    assert await listed(review_overdue="true") == [late["id"]]
    assert await listed(review_overdue="false") == [alone["id"], on_the_day["id"]]
    assert await listed(lead_organisation="larkmead SCHOOL", limit="1") == [on_the_day["id"]]
    assert await listed(lead_organisation="Oxford Health") == []
    assert await listed(area="north") == []
    await answered(await manager.post(taf(need), json=a_team(a_member())))
    assert await listed(without_lead="true") == [alone["id"], need["id"]]
    assert (await manager.get("/early-help", params={"lead": "Amina"})).status_code == 422
    with time_machine.travel(clock.now() + timedelta(days=1), tick=False):
        assert await listed(review_overdue="true") == [on_the_day["id"], late["id"]]
    page = (await manager.get("/early-help", params={"limit": "2"})).json()
    rest = (await manager.get("/early-help", params={"limit": "2", "after": page["next"]})).json()
    assert [each["case_id"] for each in rest["items"]] == [late["id"], need["id"]]


async def test_a_team_ends_when_the_family_does_not_agree_any_more_and_may_start_again(
    casework: ServiceUnderTest,
) -> None:
    case, team = await a_case_with_team(casework, started=30)
    manager = casework.as_("team_manager")
    action = {"owner_id": team["members"][0]["id"], "what": "Breakfast club", "due_on": ago(-7)}
    await answered(await amina(casework).post(taf(case, "/actions"), json=action))
    ending = {"reason": "consent_withdrawn", "text": "The mother does not agree any more", "ended_on": ago(31)}
    assert fields_of(await manager.post(taf(case, "/ending"), json=ending)) == [("/ended_on", "out-of-order")]
    ended = await answered(await manager.post(taf(case, "/ending"), json={**ending, "ended_on": ago(2)}), 200)
    assert (await amina(casework).get(taf(case))).status_code == 404, "the family does not agree to it any more"
    assert (ended["ended_on"], ended["lead_professional"], ended["next_review_due_on"]) == (ago(2), None, None)
    assert not await _leads(casework, case)
    async with casework.database.read() as session:
        clocks = (await session.scalars(select(Timescale))).all()
    assert {(each.step, each.ended_on) for each in clocks} == {("taf_review", day(ago(2))), ("taf_action", day(ago(2)))}
    for path, sent in (("/actions", action), ("/members", a_member()), ("/ending", ending)):
        assert refusal(await manager.post(taf(case, path), json=sent)) == (409, "team-ended")
    early = await manager.post(taf(case), json=a_team(started_on=ago(3)))
    assert fields_of(early) == [("/started_on", "out-of-order")]
    anew = await answered(await manager.post(taf(case), json=a_team(a_member(lead=True), started_on=ago(2))))
    assert anew["id"] != team["id"]
    assert await _leads(casework, case)


async def test_the_link_workers_support_is_on_record_before_there_is_a_team(casework: ServiceUnderTest) -> None:
    case = await an_early_help_case(casework, opened=10)
    path, manager = f"/cases/{case['id']}/link-worker-support", casework.as_("practice_supervisor")
    support = {"link_worker": "Lin Marsh", "kind": "advice", "text": "Whom to ask to the first meeting"}
    for change, expected in (
        ({"given_on": ago(11)}, ("/given_on", "out-of-order")),
        ({"given_on": ago(-1)}, ("/given_on", "in-the-future")),
        ({"kind": "magic"}, ("/kind", "unknown-code")),
    ):
        assert fields_of(await manager.post(path, json={**support, **change})) == [expected]
    assert await casework.count(LinkWorkerSupport) == 0
    for n in (3, 9):
        await answered(await manager.post(path, json={**support, "given_on": ago(n)}))
    found = (await manager.get(path)).json()["items"]
    assert [each["given_on"] for each in found] == [ago(9), ago(3)]
    story = (await manager.get(f"/families/{case['family_id']}/chronology")).json()["items"]
    assert sum(entry["kind"] == "link_worker_supported" for entry in story) == 2


async def test_a_case_that_steps_down_to_early_help_and_is_closed_leaves_its_team_readable(
    casework: ServiceUnderTest,
) -> None:
    case = await a_case(casework, decided_at=clock.now() - timedelta(days=30), outcome="thriving_families")
    manager = casework.as_("team_manager")
    down = {"pathway": "early_help", "reason": "All is well"}
    await answered(await manager.post(taf(case), json=a_team(a_member(lead=True, subject="amina"))))
    stepped = await manager.post(f"/cases/{case['id']}/pathway", json=down)
    assert stepped.json()["pathway"] == "early_help", stepped.text
    closed = {"reason": "RC7", "closed_on": ago(0)}
    await answered(await manager.post(f"/cases/{case['id']}/closure", json=closed), 200)
    team = (await amina(casework).get(taf(case))).json()
    assert (team["case_status"], team["next_review_due_on"]) == ("closed", None)
    assert (await manager.get("/early-help")).json()["items"] == []
    assert refusal(await manager.post(taf(case, "/members"), json=a_member())) == (409, "case-closed")


async def test_nothing_is_written_for_a_case_that_one_may_not_see(casework: ServiceUnderTest) -> None:
    case, team = await a_case_with_team(casework)
    member = team["members"][1]["id"]
    elsewhere = casework.as_("team_manager", area="north")
    everything: dict[str, dict[str, Any]] = {
        "": a_team(),
        "/members": a_member(),
        f"/members/{member}/departure": {},
        "/lead-professional": {"member_id": member, "reason": "r"},
        "/ending": {"reason": "other", "text": "w"},
        "/caf": {"started_on": ago(0)},
        "/actions": {"owner_id": member, "what": "w", "due_on": ago(0)},
        "/reviews": a_review(member),
    }
    for path, sent in everything.items():
        assert (await elsewhere.post(taf(case, path), json=sent)).status_code == 404, path
    shown = (await casework.as_("team_manager").get(taf(case))).json()
    assert shown == team
