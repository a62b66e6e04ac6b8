"""After the closing: the last key worker reads on, what lapsed is shown and taken up again, actions have another day.

On SQLite and on PostgreSQL.
"""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
import time_machine
from pydantic import ValidationError

from services.casework.settings import READ_AFTER_CLOSURE, CaseworkSettings, read_after_closure
from shared import clock
from tests.service_under_test import ServiceUnderTest
from tests.services.casework.casework_made import a_case, a_worker
from tests.services.casework.lifecycle.pathways_made import allocate, close, days_ago, done, refused

SUMMARY = {"text": "Ella goes to school every day."}


def _days_later(days: int) -> time_machine.travel:
    return time_machine.travel(datetime.combine(clock.today() + timedelta(days=days), time(12), UTC), tick=False)


async def _held(casework: ServiceUnderTest) -> dict[str, Any]:
    case = await a_case(casework, outcome="thriving_families", decided_at=clock.now() - timedelta(days=30))
    await allocate(casework, case, subject="rosalind")
    return case


async def _reads(casework: ServiceUnderTest, case: dict[str, Any], subject: str = "rosalind") -> bool:
    client = casework.as_("social_worker", sub=subject)
    statuses = {
        (await client.get(path)).status_code
        for path in (f"/cases/{case['id']}", f"/families/{case['family_id']}/chronology")
    }
    found = (await client.get("/cases", params={"family": case["family_id"]})).json()["items"]
    assert statuses == ({200} if found else {404})
    return bool(found)


async def test_who_held_the_family_to_the_end_reads_on_for_28_days_and_nobody_else(casework: ServiceUnderTest) -> None:
    case = await _held(casework)
    await close(casework, case)
    assert READ_AFTER_CLOSURE.days == 28
    assert await _reads(casework, case)
    assert not await _reads(casework, case, "noel")
    for days, reads in ((28, True), (29, False)):
        with _days_later(days):
            assert await _reads(casework, case) is reads


@pytest.fixture
def a_week_of_reading(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("CASEWORK_READ_AFTER_CLOSURE_DAYS", "7")
    read_after_closure.cache_clear()
    yield
    read_after_closure.cache_clear()


@pytest.mark.usefixtures("a_week_of_reading")
async def test_for_how_long_is_a_setting_and_its_last_day_ends_in_london(casework: ServiceUnderTest) -> None:
    """In summer, when midnight in London is 23:00 in UTC."""
    with time_machine.travel(datetime(2026, 7, 1, 12, tzinfo=UTC), tick=False):
        case = await _held(casework)
        await close(casework, case)
    for at, reads in ((datetime(2026, 7, 8, 22, 59, tzinfo=UTC), True), (datetime(2026, 7, 8, 23, tzinfo=UTC), False)):
        with time_machine.travel(at, tick=False):
            assert await _reads(casework, case) is reads
            path = f"/cases/{case['id']}/closing-summary"
            written = await casework.as_("social_worker", sub="rosalind").post(path, json=SUMMARY)
            assert written.status_code == (201 if reads else 404)


@pytest.mark.parametrize("days", ["-1", "367", "a month"])
def test_a_setting_that_is_no_such_number_of_days_is_refused(monkeypatch: pytest.MonkeyPatch, days: str) -> None:
    monkeypatch.setenv("CASEWORK_READ_AFTER_CLOSURE_DAYS", days)
    with pytest.raises(ValidationError):
        CaseworkSettings()


async def test_who_gave_the_family_away_before_does_not_read_on(casework: ServiceUnderTest) -> None:
    case = await _held(casework)
    other = await a_worker(casework, name="Petra Lark", subject="petra")
    sent = {"worker_id": other["id"], "at_once": True, "starts_on": days_ago(2), "reason": "Sick leave"}
    await done(casework, f"/cases/{case['id']}/transfers", **sent)
    await close(casework, case)
    assert (await _reads(casework, case, "petra"), await _reads(casework, case)) == (True, False)


async def test_the_last_key_worker_writes_the_closing_summary(casework: ServiceUnderTest) -> None:
    case = await _held(casework)
    path = f"/cases/{case['id']}/closing-summary"
    worker = casework.as_("social_worker", sub="rosalind")
    early = await worker.post(path, json=SUMMARY)
    assert (early.status_code, early.json()["code"]) == (409, "case-not-closed")
    await close(casework, case)
    before = await worker.post(path, json=SUMMARY | {"happened_on": days_ago(1).isoformat()})
    assert before.json()["errors"][0]["code"] == "out-of-order"
    made = await worker.post(path, json=SUMMARY)
    assert made.status_code == 201, made.text
    contacts = (await worker.get(f"/cases/{case['id']}/contacts", params={"kind": "closing_summary"})).json()["items"]
    assert [each["text"] for each in contacts] == [SUMMARY["text"]]
    story = (await worker.get(f"/families/{case['family_id']}/chronology")).json()["items"]
    assert [each["kind"] for each in story[:2]] == ["contact_closing_summary", "case_closed"]
    with _days_later(29):
        assert (await casework.as_("social_worker", sub="rosalind").post(path, json=SUMMARY)).status_code == 404
        assert (await casework.as_("team_manager").post(path, json=SUMMARY)).status_code == 201


async def _agreed(casework: ServiceUnderTest, case: dict[str, Any], days: int = 5) -> dict[str, Any]:
    due_on = clock.today() + timedelta(days=days)
    return await done(casework, f"/cases/{case['id']}/actions", what="Ring the school", owner="Aunt", due_on=due_on)


async def test_a_closure_answers_what_lapses_and_a_reopening_offers_it_again(casework: ServiceUnderTest) -> None:
    case = await _held(casework)
    action, cancelled = await _agreed(casework, case), await _agreed(casework, case)
    await done(casework, f"/actions/{cancelled['id']}/cancellation", reason="Not needed")
    review_on = clock.today() + timedelta(days=30)
    await done(casework, f"/cases/{case['id']}/flags", kind="dog", text="A dog", review_on=review_on)
    closed = await close(casework, case)
    assert [each["step"] for each in closed["lapsed"]] == ["action", "flag_review"]
    assert closed["lapsed"][0]["about_id"] == action["id"]
    due_on = clock.today() + timedelta(days=9)
    move: dict[str, Any] = {"due_on": due_on, "reason": "They are back"}
    assert await refused(casework, f"/actions/{action['id']}/due-day", **move) == (409, "case-closed")
    sent = {"reopened_on": clock.today(), "pathway": "child_in_need", "reason": "Closed too early"}
    opened = await done(casework, f"/cases/{case['id']}/reopening", **sent)
    assert [each["step"] for each in opened["timescales"]] == ["flag_review"]
    assert [each["id"] for each in opened["lapsed_actions"]] == [action["id"]]
    again = await done(casework, f"/actions/{action['id']}/due-day", **move)
    assert (again["status"], again["due_on"], again["ended_on"]) == ("due", due_on.isoformat(), None)


async def test_an_action_is_moved_with_a_reason_and_every_day_stays_on_record(casework: ServiceUnderTest) -> None:
    case = await _held(casework)
    action = await _agreed(casework, case)
    path = f"/actions/{action['id']}/due-day"
    later = clock.today() + timedelta(days=12)
    moved = await done(casework, path, due_on=later, reason="The school is closed")
    assert moved["version"] > action["version"]
    [move] = moved["moves"]
    assert (move["due_before"], move["due_on"], move["reason"], move["moved_by"]) == (
        action["due_on"],
        later.isoformat(),
        "The school is closed",
        "team_manager",
    )
    due = (await casework.as_("team_manager").get("/actions")).json()["items"]
    assert [each["due_on"] for each in due] == [later.isoformat()]
    story = (await casework.as_("team_manager").get(f"/families/{case['family_id']}/chronology")).json()["items"]
    assert story[0]["title"].startswith("An action was moved from ")
    assert story[0]["link"] == f"/casework/v1/actions/{action['id']}"
    assert await refused(casework, path, due_on=later, reason="x") == (422, "same-day")
    assert await refused(casework, path, due_on=days_ago(1), reason="x") == (422, "in-the-past")
    far = clock.today() + timedelta(days=800)
    assert await refused(casework, path, due_on=far, reason="x") == (422, "too-far-ahead")
    await done(casework, f"/actions/{action['id']}/completion")
    assert await refused(casework, path, due_on=clock.today(), reason="x") == (409, "action-not-open")


async def test_of_a_move_and_a_completion_at_one_moment_none_is_lost(casework: ServiceUnderTest) -> None:
    action = await _agreed(casework, await _held(casework))
    client = casework.as_("team_manager")
    sent = {"due_on": (clock.today() + timedelta(days=9)).isoformat(), "reason": "x"}
    answers = await asyncio.gather(
        client.post(f"/actions/{action['id']}/due-day", json=sent),
        client.post(f"/actions/{action['id']}/completion", json={}),
    )
    assert answers[1].status_code == 200
    assert answers[0].status_code in (200, 409)
    shown = (await client.get(f"/actions/{action['id']}")).json()
    assert shown["status"] == "met"
    assert len(shown["moves"]) == (answers[0].status_code == 200)
