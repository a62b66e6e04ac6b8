"""One story per child and per family, from all four services, on SQLite and on PostgreSQL."""

import asyncio
import random
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import time_machine
from sqlalchemy import select

from services.casework.cases.cases.models import CaseReferral
from services.casework.cases.restrictions.models import FamilyRestriction
from services.casework.record.chronology.actions import record_entry
from services.casework.record.chronology.models import ChronologyEntry
from shared import clock
from shared.audit import AuditRow
from shared.contracts.event import Event
from shared.contracts.referrals import ChildMerged, ChildUnmerged, ReferralAccepted
from tests.service_under_test import ServiceUnderTest
from tests.services.casework.casework_made import a_worker, an_accepted_referral, let_referrals_answer
from tests.services.casework.record.chronology_made import (
    ago,
    all_four,
    attendance,
    chronology_of_child,
    chronology_of_family,
    closed,
    crisis,
    rated,
    submitted,
    tabled,
    unanswered,
)


async def _received(casework: ServiceUnderTest, *events: Event) -> None:
    for event in events:
        if isinstance(event, ReferralAccepted):
            let_referrals_answer(casework, event)
        await casework.deliver(event)


def _kinds(entries: list[dict[str, Any]]) -> list[str]:
    return [entry["kind"] for entry in entries]


async def test_one_story_from_four_services_newest_first(casework: ServiceUnderTest) -> None:
    accepted = an_accepted_referral(2, decided_at=ago(6))
    await _received(casework, *all_four(accepted))
    first, second = accepted.child_ids
    story = await chronology_of_child(casework, first)
    assert [(entry["source"], entry["title"]) for entry in story] == [
        ("governance", "The overdue decision was put on the agenda of the Core Group of 4 March 2026"),
        ("centres", "A duty worker took the crisis up"),
        ("centres", "A crisis was not acknowledged in time"),
        ("centres", "A crisis was raised"),
        ("centres", "Came to a targeted session of a centre"),
        ("casework", "The family's case was opened"),
        ("referrals", "The referral was accepted: assessment (s17)"),
        ("referrals", "The decision on the referral was overdue"),
        ("referrals", "The referral was rated red"),
        ("referrals", "A referral was received"),
    ]
    assert story[-1]["link"] == f"/referrals/v1/referrals/{accepted.referral_id}"
    assert story[5]["link"] == f"/casework/v1/cases/{story[5]['case_id']}"
    assert story[0]["referral_id"] == str(accepted.referral_id)
    assert await chronology_of_family(casework, accepted.family_id) == story
    of_second = await chronology_of_child(casework, second)
    assert [entry["id"] for entry in of_second] == [
        entry["id"] for entry in story if entry["source"] != "centres" or entry["kind"] != "session_attendance"
    ]


async def test_in_whatever_order_and_however_often_it_is_received_the_story_is_the_same(
    casework: ServiceUnderTest,
) -> None:
    accepted = an_accepted_referral(2, decided_at=ago(6))
    let_referrals_answer(casework, accepted)
    deliveries = [(event, str(uuid4())) for event in all_four(accepted)]
    shuffled = deliveries * 2
    random.Random(4).shuffle(shuffled)
    for event, event_id in shuffled:
        await casework.deliver(event, event_id=event_id)
    story = await chronology_of_family(casework, accepted.family_id)
    assert sorted(_kinds(story)) == sorted(
        [
            *("issue_tabled", "crisis_acknowledged", "crisis_unanswered", "crisis_raised", "session_attendance"),
            "case_opened",
            *("referral_accepted", "referral_decision_overdue", "referral_rated", "referral_submitted"),
        ]
    )
    times = [datetime.fromisoformat(entry["at"]) for entry in story]
    assert times == sorted(times, reverse=True)


async def test_each_rating_is_an_entry_and_a_corrected_attendance_is_one_that_stands_as_received_last(
    casework: ServiceUnderTest,
) -> None:
    accepted = an_accepted_referral()
    came = attendance(accepted.family_id, accepted.child_ids)
    await _received(casework, accepted)
    await casework.deliver(rated(accepted), sequence=2)
    await casework.deliver(rated(accepted, rating="green"), sequence=3)
    await casework.deliver(came.model_copy(update={"child_ids": [], "attended": False}), sequence=3)
    await casework.deliver(came, sequence=1)  # late: an older fact
    story = await chronology_of_family(casework, accepted.family_id)
    titles = {entry["title"] for entry in story if entry["kind"] in ("referral_rated", "session_attendance")}
    assert titles == {
        "Did not come to a targeted session of a centre",
        "The referral was rated red",
        "The referral was rated green",
    }
    assert "session_attendance" not in _kinds(await chronology_of_child(casework, accepted.child_ids[0]))
    await casework.deliver(came.model_copy(update={"audience": "open"}), sequence=4)
    [entry] = [
        entry
        for entry in await chronology_of_child(casework, accepted.child_ids[0])
        if entry["kind"] == "session_attendance"
    ]
    assert (entry["title"], entry["child_ids"]) == (
        "Came to an open session of a centre",
        [str(accepted.child_ids[0])],
    )


async def test_corrections_received_at_one_moment_leave_the_last(casework: ServiceUnderTest) -> None:
    accepted = an_accepted_referral(6)
    await _received(casework, accepted)
    came = attendance(accepted.family_id, [])
    corrected = [came.model_copy(update={"child_ids": accepted.child_ids[:number]}) for number in range(1, 7)]
    await asyncio.gather(*(casework.deliver(each, sequence=number) for number, each in enumerate(corrected, 1)))
    [entry] = await chronology_of_family(casework, accepted.family_id, kind="session_attendance")
    assert entry["child_ids"] == sorted(map(str, accepted.child_ids))


async def test_what_came_before_the_case_is_shown_once_there_is_one(casework: ServiceUnderTest) -> None:
    accepted = an_accepted_referral()
    await _received(casework, submitted(accepted))
    client = casework.as_("area_manager")
    for path in (f"/children/{accepted.child_ids[0]}/chronology", f"/families/{accepted.family_id}/chronology"):
        assert (await client.get(path)).status_code == 404
    await _received(casework, accepted)
    assert _kinds(await chronology_of_family(casework, accepted.family_id))[-1] == "referral_submitted"


async def test_what_is_about_no_known_family_is_in_nobodys_story(casework: ServiceUnderTest) -> None:
    accepted = an_accepted_referral()
    over_ceiling = tabled(accepted, kind="caseload_ceiling_exceeded", about_id=uuid4(), family_id=None, child_ids=[])
    old_rating = rated(accepted, family_id=None, child_ids=[])
    await _received(casework, over_ceiling, old_rating, crisis(accepted, family_id=None, child_ids=[]))
    assert await casework.count(ChronologyEntry) == 0


async def test_a_crisis_of_a_child_whose_family_nobody_named_is_in_its_story(casework: ServiceUnderTest) -> None:
    accepted, unknown = an_accepted_referral(2), uuid4()
    await _received(casework, accepted)
    raised = crisis(accepted, family_id=None, child_ids=accepted.child_ids[:1])
    await _received(casework, raised, unanswered(raised), crisis(accepted, family_id=None, child_ids=[unknown]))
    merge = {"merge_id": uuid4(), "surviving_child_id": unknown, "merged_child_id": accepted.child_ids[1]}
    await casework.deliver(ChildMerged(**merge, merged_at=clock.now()))
    await _received(casework, crisis(accepted, family_id=None, child_ids=[unknown]))
    story = await chronology_of_family(casework, accepted.family_id, source="centres")
    assert sorted((entry["kind"], entry["child_ids"]) for entry in story) == sorted(
        [
            ("crisis_raised", [str(accepted.child_ids[0])]),
            ("crisis_raised", [str(unknown)]),
            ("crisis_unanswered", [str(accepted.child_ids[0])]),
        ]
    )


async def test_pages_hold_every_entry_once_and_filters_narrow_them(casework: ServiceUnderTest) -> None:
    accepted = an_accepted_referral(decided_at=ago(6))
    await _received(casework, *all_four(accepted))
    child, client = accepted.child_ids[0], casework.as_("team_manager")
    whole = [entry["id"] for entry in await chronology_of_child(casework, child)]
    seen: list[str] = []
    params: dict[str, Any] = {"limit": 2}
    while params:
        page = (await client.get(f"/children/{child}/chronology", params=params)).json()
        seen += [entry["id"] for entry in page["items"]]
        params = {"limit": 2, "after": page["next"]} if page["next"] else {}
    assert seen == whole
    family = accepted.family_id
    assert _kinds(await chronology_of_family(casework, family, kind="crisis_raised")) == ["crisis_raised"]
    assert len(await chronology_of_family(casework, family, source="referrals")) == 4
    came_on = clock.london_day(ago(3)).isoformat()
    assert _kinds(await chronology_of_family(casework, family, **{"from": came_on, "to": came_on})) == [
        "session_attendance"
    ]
    for wrong in ({"kind": "gossip"}, {"source": "neighbours"}, {"to": "9999-12-31"}, {"colour": "red"}):
        assert (await client.get(f"/children/{child}/chronology", params=wrong)).status_code == 422


async def test_of_two_entries_of_one_moment_the_later_recorded_is_the_newer(casework: ServiceUnderTest) -> None:
    accepted = an_accepted_referral()
    await _received(casework, accepted)
    about: dict[str, Any] = {"family_id": accepted.family_id, "child_ids": accepted.child_ids}
    async with casework.database.begin() as session:
        for _ in range(6):
            await record_entry(session, "case_allocated", clock.today() - timedelta(days=90), about_id=uuid4(), **about)
    async with casework.database.read() as session:
        recorded = await session.execute(select(ChronologyEntry.id, ChronologyEntry.recorded_at))
    order = [str(row.id) for row in sorted(recorded, key=lambda row: row.recorded_at, reverse=True)]
    story = await chronology_of_family(casework, accepted.family_id, kind="case_allocated")
    assert [entry["id"] for entry in story] == [each for each in order if each in {entry["id"] for entry in story}]
    assert {entry["at"][11:16] for entry in story} <= {"11:00", "12:00"}  # noon in London
    assert len(story) == 6


async def test_a_merged_child_has_one_story_by_any_id_and_two_again_after_a_reversal(
    casework: ServiceUnderTest,
) -> None:
    old, new = an_accepted_referral(decided_at=ago(40)), an_accepted_referral(decided_at=ago(6))
    await _received(casework, submitted(old), old, submitted(new), new)
    [before], [after] = old.child_ids, new.child_ids
    apart = [await chronology_of_child(casework, child) for child in (before, after)]
    merge = {"merge_id": uuid4(), "surviving_child_id": before, "merged_child_id": after}
    await casework.deliver(ChildMerged(**merge, merged_at=clock.now()), sequence=1)
    one, same = [await chronology_of_child(casework, child) for child in (before, after)]
    assert one == same
    assert {entry["id"] for entry in one} == {entry["id"] for story in apart for entry in story}
    assert {child for entry in one for child in entry["child_ids"]} == {str(before)}
    await casework.deliver(ChildUnmerged(**merge, unmerged_at=clock.now()), sequence=2)
    assert [await chronology_of_child(casework, child) for child in (before, after)] == apart


async def test_an_entry_under_both_ids_of_a_merged_child_is_there_once(casework: ServiceUnderTest) -> None:
    accepted = an_accepted_referral(2)
    await _received(casework, accepted)
    kept, merged = accepted.child_ids
    merge = {"merge_id": uuid4(), "surviving_child_id": kept, "merged_child_id": merged}
    await casework.deliver(ChildMerged(**merge, merged_at=clock.now()))
    story = await chronology_of_child(casework, merged)
    assert _kinds(story) == ["case_opened", "referral_accepted"]
    assert [entry["child_ids"] for entry in story] == [[str(kept)]] * 2


async def test_a_family_that_the_index_had_twice_has_one_story(casework: ServiceUnderTest) -> None:
    accepted, other = an_accepted_referral(decided_at=ago(6)), an_accepted_referral()
    await _received(casework, accepted, submitted(other))
    async with casework.database.begin() as session:
        case_id = await session.scalar(select(CaseReferral.case_id))
        joined = {"case_id": case_id, "outcome": "assessment", "decided_at": clock.now()}
        session.add(CaseReferral(referral_id=other.referral_id, family_id=other.family_id, **joined))
    story = await chronology_of_family(casework, accepted.family_id)
    assert _kinds(story) == ["case_opened", "referral_accepted", "referral_submitted"]
    assert await chronology_of_family(casework, other.family_id) == story
    assert story[-1]["link"]


async def _restrict(casework: ServiceUnderTest, family_id: UUID, *subjects: str) -> None:
    async with casework.database.begin() as session:
        for subject in subjects:
            session.add(FamilyRestriction(family_id=family_id, source="casework", subject=subject))


async def test_a_restricted_family_has_a_story_for_the_named_alone(casework: ServiceUnderTest) -> None:
    accepted = an_accepted_referral()
    await _received(casework, *all_four(accepted))
    await _restrict(casework, accepted.family_id, "nadia")
    paths = (f"/children/{accepted.child_ids[0]}/chronology", f"/families/{accepted.family_id}/chronology")
    for path in paths:
        assert (await casework.as_("area_manager", sub="nadia").get(path)).status_code == 200
        assert (await casework.as_("area_manager", sub="other").get(path)).status_code == 404


async def test_a_childs_story_leaves_out_the_restricted_family_and_the_words_of_one_that_is_elsewhere(
    casework: ServiceUnderTest,
) -> None:
    here, elsewhere = an_accepted_referral(decided_at=ago(6)), an_accepted_referral(2, area="north")
    hidden = an_accepted_referral(area="north")
    child = here.child_ids[0]
    await _received(casework, here, elsewhere, hidden, closed(hidden))
    for other in (elsewhere.child_ids[0], hidden.child_ids[0]):
        merge = {"merge_id": uuid4(), "surviving_child_id": child, "merged_child_id": other}
        await casework.deliver(ChildMerged(**merge, merged_at=clock.now()))
    await _restrict(casework, hidden.family_id, "nadia")
    async with casework.database.begin() as session:
        whose: dict[str, Any] = {"family_id": elsewhere.family_id, "child_ids": elsewhere.child_ids}
        await record_entry(
            session, "case_allocated", clock.now(), about_id=uuid4(), text="Grandmother was ill", **whose
        )
    story = await chronology_of_child(casework, child, "team_manager", area="south", sub="other")
    by_family = {
        family: [entry for entry in story if entry["family_id"] == str(family)]
        for family in (here.family_id, elsewhere.family_id, hidden.family_id)
    }
    assert [len(entries) for entries in by_family.values()] == [2, 3, 0]
    for entry in by_family[elsewhere.family_id]:
        assert (entry["text"], entry["facts"], entry["link"]) == (None, {}, None)
        assert entry["child_ids"] == [str(child)]
        assert entry["title"]
    both = await chronology_of_child(casework, child, sub="nadia")
    assert len(both) == 8
    [written] = [entry for entry in both if entry["text"]]
    assert (written["text"], len(written["child_ids"])) == ("Grandmother was ill", 2)


async def test_a_key_worker_reads_the_story_of_the_own_family_and_of_no_other(casework: ServiceUnderTest) -> None:
    mine, other = an_accepted_referral(), an_accepted_referral()
    await _received(casework, mine, other)
    worker = await a_worker(casework, subject="rosalind")
    manager = casework.as_("team_manager")
    cases = {each["referral_id"]: each["id"] for each in (await manager.get("/cases")).json()["items"]}
    allocated = await manager.post(
        f"/cases/{cases[str(mine.referral_id)]}/allocation", json={"worker_id": worker["id"]}
    )
    assert allocated.status_code == 201
    story = await chronology_of_child(casework, mine.child_ids[0], "social_worker", sub="rosalind")
    assert _kinds(story)[0] == "case_allocated"
    me = casework.as_("social_worker", sub="rosalind")
    assert (await me.get(f"/children/{other.child_ids[0]}/chronology")).status_code == 404
    assert (await me.get(f"/families/{other.family_id}/chronology")).status_code == 404


@pytest.mark.parametrize("of", ["children", "families"])
async def test_a_look_is_on_record_with_its_reason_and_a_refused_one_too(casework: ServiceUnderTest, of: str) -> None:
    accepted = an_accepted_referral()
    await _received(casework, accepted)
    whose = accepted.child_ids[0] if of == "children" else accepted.family_id
    headers = {"Access-Reason": "supervision"}
    assert (await casework.as_("area_manager").get(f"/{of}/{whose}/chronology", headers=headers)).status_code == 200
    assert (await casework.as_("social_worker").get(f"/{of}/{whose}/chronology")).status_code == 404
    async with casework.database.read() as session:
        rows = await session.scalars(select(AuditRow).where(AuditRow.entity_id == str(whose)).order_by(AuditRow.id))
        looks = [(row.action, row.entity, row.reason) for row in rows]
    entity = "child" if of == "children" else "family"
    assert looks == [("chronology_look", entity, "supervision"), ("look_refused", entity, None)]


async def test_the_facts_of_a_day_stand_in_the_order_of_recording_and_a_back_dated_one_on_its_day(
    casework: ServiceUnderTest,
) -> None:
    with time_machine.travel("2026-03-10T09:00:00Z", tick=True):
        accepted = an_accepted_referral()
        await _received(casework, accepted)
        worker = await a_worker(casework, subject="rosalind")
        [case] = (await casework.as_("area_manager").get("/cases")).json()["items"]
    with time_machine.travel("2026-03-12T15:00:00Z", tick=True):
        boss = casework.as_("area_manager")
        sent = {"worker_id": worker["id"], "starts_on": "2026-03-11"}
        assert (await boss.post(f"/cases/{case['id']}/allocation", json=sent)).status_code == 201
        assert (await boss.post(f"/cases/{case['id']}/calls", json={})).status_code == 201
        closure = {"closed_on": "2026-03-12", "reason": "RC7"}
        assert (await boss.post(f"/cases/{case['id']}/closure", json=closure)).status_code == 200
    story = await chronology_of_family(casework, accepted.family_id)
    assert [(entry["kind"], entry["at"][:13]) for entry in story] == [
        ("case_closed", "2026-03-12T15"),
        ("contact_call", "2026-03-12T15"),
        ("case_allocated", "2026-03-11T12"),
        ("case_opened", "2026-03-10T09"),
        ("referral_accepted", "2026-03-10T09"),
    ]


async def test_a_family_that_comes_again_has_the_story_of_its_children_from_before(casework: ServiceUnderTest) -> None:
    before = an_accepted_referral(2, decided_at=ago(6))
    await _received(casework, submitted(before), before)
    boss = casework.as_("area_manager")
    [case] = (await boss.get("/cases")).json()["items"]
    note_of_then = {"text": "Grandmother was ill"}
    assert (await boss.post(f"/cases/{case['id']}/notes", json=note_of_then)).status_code == 201
    closure = {"closed_on": clock.today().isoformat(), "reason": "RC7"}
    assert (await boss.post(f"/cases/{case['id']}/closure", json=closure)).status_code == 200
    refused, again = an_accepted_referral(), an_accepted_referral()
    await _received(casework, submitted(refused), closed(refused), again)
    child, sibling = before.child_ids
    for other in (refused.child_ids[0], again.child_ids[0]):
        merge = {"merge_id": uuid4(), "surviving_child_id": child, "merged_child_id": other}
        await casework.deliver(ChildMerged(**merge, merged_at=clock.now()))
    worker = await a_worker(casework, subject="rosalind")
    [case] = (await boss.get("/cases")).json()["items"]
    given = await boss.post(f"/cases/{case['id']}/allocation", json={"worker_id": worker["id"]})
    assert given.status_code == 201, given.text
    me = casework.as_("social_worker", sub="rosalind")
    story = (await me.get(f"/families/{again.family_id}/chronology")).json()["items"]
    assert story == (await me.get(f"/children/{child}/chronology")).json()["items"]
    assert sorted(_kinds(story)) == sorted(
        [
            *("referral_submitted", "referral_accepted", "case_opened", "contact_note", "case_closed"),
            *("referral_submitted", "referral_closed", "referral_accepted", "case_opened", "case_allocated"),
        ]
    )
    [written] = [entry for entry in story if entry["text"]]
    assert (written["text"], set(written["child_ids"])) == ("Grandmother was ill", {str(child), str(sibling)})
    await _restrict(casework, before.family_id, "nadia")
    story = (await me.get(f"/families/{again.family_id}/chronology")).json()["items"]
    assert str(before.family_id) not in {entry["family_id"] for entry in story}
    assert len(story) == 5
