"""Contacts against a migrated database, on SQLite and on PostgreSQL."""

import asyncio
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

import time_machine
from sqlalchemy import select

from services.casework.allocation.allocations.models import Allocation
from services.casework.cases.cases.models import Case
from services.casework.cases.holdings.actions import settle
from services.casework.cases.restrictions.models import FamilyRestriction
from services.casework.record.chronology.models import ChronologyChild, ChronologyEntry
from services.casework.record.chronology.rules import link_of, title_of
from services.casework.record.contacts.models import Contact, ContactVersion
from shared import clock
from shared.audit import AuditRow
from shared.clock import LONDON
from shared.contracts.referrals import ChildMerged
from tests.service_under_test import ServiceUnderTest
from tests.services.casework.casework_made import a_case, a_worker
from tests.services.casework.record.contacts_made import (
    a_family_with_a_worker,
    a_visit,
    case_of,
    errors_of,
    recorded,
    rosalind,
)


def _london(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LONDON)


async def _entries(casework: ServiceUnderTest, about_id: str) -> list[tuple[ChronologyEntry, set[str]]]:
    async with casework.database.read() as session:
        entries = await session.scalars(select(ChronologyEntry).where(ChronologyEntry.about_id == UUID(about_id)))
        of_child = select(ChronologyChild.child_id)
        return [
            (each, {str(child) for child in await session.scalars(of_child.where(ChronologyChild.entry_id == each.id))})
            for each in entries.all()
        ]


async def test_a_visit_records_of_each_child_whether_it_was_seen_and_alone(casework: ServiceUnderTest) -> None:
    case = await a_family_with_a_worker(casework)
    one, two = case["child_ids"]
    children = [{"child_id": one, "seen": True, "seen_alone": True}, {"child_id": two, "seen": False}]
    sent = {"children": children, "purpose": "direct_work", "place": "home", "text": "She drew her house."}
    visit = await recorded(casework, case, "visits", sent, "rosalind")
    assert visit["children"] == sorted(
        [
            {"child_id": one, "seen": True, "seen_alone": True, "not_seen_reason": None},
            {"child_id": two, "seen": False, "seen_alone": False, "not_seen_reason": None},
        ],
        key=lambda child: str(child["child_id"]),
    )
    assert (visit["kind"], visit["version"], visit["recorded_by"]) == ("visit", 1, "rosalind")
    assert visit["worker"] == {"id": case["worker_id"], "name": "Rosalind Achebe", "role": "social_worker"}
    assert (visit["counts_as_contact"], visit["with_family"], visit["no_reply"]) == (True, True, False)
    now = await case_of(casework, case)
    assert (now["last_contact_on"], now["days_since_last_contact"]) == (clock.today().isoformat(), 0)
    [(entry, about)] = await _entries(casework, visit["id"])
    assert (entry.kind, entry.text, about) == ("contact_visit", sent["text"], {one, two})
    assert (entry.facts["seen"], entry.facts["seen_alone"], entry.facts["purpose"]) == (1, 1, "direct_work")
    assert title_of(entry.kind, entry.facts) == "Visit: 1 of 2 children seen, 1 alone"
    assert link_of(entry.kind, entry.facts, about_id=entry.about_id) == f"/casework/v1/contacts/{visit['id']}"


async def test_an_amendment_is_a_new_version_and_the_former_one_stays(casework: ServiceUnderTest) -> None:
    with time_machine.travel(_london("2026-03-01T12:00"), tick=False):
        case = await a_family_with_a_worker(casework)
    one, two = case["child_ids"]
    with time_machine.travel(_london("2026-03-20T12:00"), tick=False):
        early = await recorded(casework, case, "calls", {"happened_on": "2026-03-05"}, "rosalind")
        sent = a_visit(case, text="Both well.", happened_at=_london("2026-03-19T16:00").isoformat())
        visit = await recorded(casework, case, "visits", sent, "rosalind")
        assert early["happened_at"] is None
        assert (await case_of(casework, case))["days_since_last_contact"] == 1
        children = [{"child_id": one, "seen": True}]
        amended = {"children": children, "text": "Only one was there.", "happened_on": "2026-03-18", "reason": "Slip"}
        left_out = await rosalind(casework).put(f"/contacts/{visit['id']}", json=amended, headers={"If-Match": '"1"'})
        assert (errors_of(left_out), left_out.json()["children"]) == ([("/children", "child-left-out")], [two])
        amended["other_children_reason"] = "At a friend's"
        path, client = f"/contacts/{visit['id']}", rosalind(casework)
        assert (await client.put(path, json=amended)).status_code == 428
        answer = await client.put(path, json=amended, headers={"If-Match": '"1"'})
        assert (answer.status_code, answer.headers["ETag"]) == (200, '"2"')
        assert (await client.put(path, json=amended, headers={"If-Match": '"1"'})).status_code == 412
        whole = (await casework.as_("area_manager", sub="boss").get(path)).json()
        assert whole == answer.json()
        first, second = whole["versions"]
        assert (first["text"], len(first["children"]), first["reason"]) == ("Both well.", 2, None)
        assert first["happened_at"] == "2026-03-19T16:00:00Z"
        assert (second["text"], second["reason"], second["number"]) == ("Only one was there.", "Slip", 2)
        assert whole.items() >= {"happened_on": "2026-03-18", "happened_at": None, "recorded_by": "rosalind"}.items()
        only = {"child_id": one, "seen": True, "seen_alone": False, "not_seen_reason": None}
        assert whole["children"] == [only]
        assert (await case_of(casework, case))["days_since_last_contact"] == 2
        [(entry, about)] = await _entries(casework, visit["id"])
        assert (entry.text, entry.facts["version"], about) == ("Only one was there.", 2, {one})
        assert clock.london_day(entry.at) == date(2026, 3, 18)

        nobody = {"no_reply": True, "reason": "It was the house next door"}
        kept = (await client.put(path, json=nobody, headers={"If-Match": '"2"'})).json()
        assert (kept["happened_on"], {child["seen"] for child in kept["children"]}) == ("2026-03-18", {False})
        assert {child["child_id"] for child in kept["children"]} == {one, two}
        assert (await case_of(casework, case))["last_contact_on"] == "2026-03-05"
    assert [await casework.count(table) for table in (Contact, ContactVersion)] == [2, 4]


async def test_what_was_entered_in_error_counts_for_nothing_and_is_still_there(casework: ServiceUnderTest) -> None:
    case = await a_family_with_a_worker(casework)
    visit = await recorded(casework, case, "visits", a_visit(case, text="Of another family"), "rosalind")
    amended = a_visit(case, reason="It was another family", text="Of another family", entered_in_error=True)
    path = f"/contacts/{visit['id']}"
    answer = await rosalind(casework).put(path, json=amended, headers={"If-Match": '"1"'})
    assert (answer.json()["entered_in_error"], answer.json()["counts_as_contact"]) == (True, False)
    assert (await case_of(casework, case))["last_contact_on"] is None
    [(entry, _)] = await _entries(casework, visit["id"])
    assert (entry.text, entry.facts["entered_in_error"]) == (None, True)
    [listed] = (await rosalind(casework).get(f"/cases/{case['id']}/contacts")).json()["items"]
    assert listed["entered_in_error"] is True


async def test_who_made_it_amends_it_and_supervisors_do_and_nobody_else(casework: ServiceUnderTest) -> None:
    case = await a_family_with_a_worker(casework)
    other = await a_worker(casework, name="Duty Worker", subject="duty")
    boss = casework.as_("practice_supervisor", sub="boss")
    for_other = a_visit(case, worker_id=other["id"])
    answer = await boss.post(f"/cases/{case['id']}/visits", json=for_other)
    assert (answer.json()["worker"]["name"], answer.json()["recorded_by"]) == ("Duty Worker", "boss")
    refused = await rosalind(casework).post(f"/cases/{case['id']}/visits", json=for_other)
    assert errors_of(refused) == [("/worker_id", "not-your-own")]
    own = await rosalind(casework).post(
        f"/cases/{case['id']}/visits", json=for_other | {"worker_id": case["worker_id"]}
    )
    assert own.status_code == 201
    unknown = await boss.post(f"/cases/{case['id']}/visits", json=for_other | {"worker_id": str(uuid4())})
    assert errors_of(unknown) == [("/worker_id", "unknown")]
    path, amended = f"/contacts/{answer.json()['id']}", a_visit(case, reason="A slip")
    refused = await rosalind(casework).put(path, json=amended, headers={"If-Match": '"1"'})
    assert (refused.status_code, refused.json()["code"]) == (403, "not-the-author")
    by_supervisor = await casework.as_("team_manager").put(path, json=amended, headers={"If-Match": '"1"'})
    assert by_supervisor.json()["versions"][1]["recorded_by"] != "boss"
    assert (by_supervisor.json()["recorded_by"], by_supervisor.json()["worker"]["name"]) == ("boss", "Duty Worker")


async def test_a_former_key_workers_contacts_stay_theirs(casework: ServiceUnderTest) -> None:
    case = await a_family_with_a_worker(casework)
    visit = await recorded(casework, case, "visits", a_visit(case), "rosalind")
    successor = await a_worker(casework, name="Successor", subject="sue")
    async with casework.database.begin() as session:
        held = (await session.scalars(select(Allocation))).one()
        held.ended_on = clock.today()
        facts = {"children": 2, "ceiling": 16, "allocated_by": "boss", "allocated_at": clock.now()}
        now = {"worker_id": UUID(successor["id"]), "starts_on": clock.today()}
        session.add(Allocation(case_id=held.case_id, **now, **facts))
        await settle(session, [await session.get_one(Case, held.case_id)])
    client, path = casework.as_("social_worker", sub="sue"), f"/contacts/{visit['id']}"
    whole = (await client.get(path)).json()
    assert (whole["worker"]["name"], whole["recorded_by"]) == ("Rosalind Achebe", "rosalind")
    theirs = {"worker": case["worker_id"]}
    [listed] = (await client.get(f"/cases/{case['id']}/contacts", params=theirs)).json()["items"]
    assert listed["id"] == visit["id"]
    amended = a_visit(case, reason="A slip")
    answer = await client.put(path, json=amended, headers={"If-Match": '"1"'})
    assert (answer.status_code, answer.json()["code"]) == (403, "not-the-author")
    assert (await rosalind(casework).get(path)).status_code == 404
    assert (await case_of(casework, case))["days_since_last_contact"] == 0


async def test_supervision_is_for_supervisors_and_a_stranger_sees_nothing(casework: ServiceUnderTest) -> None:
    case = await a_family_with_a_worker(casework)
    made = await recorded(casework, case, "supervisions", {"text": "See them weekly."}, "practice_supervisor")
    for path in ("supervisions", "oversights"):
        refused = await rosalind(casework).post(f"/cases/{case['id']}/{path}", json={"text": "x"})
        assert (refused.status_code, refused.json()["code"]) == (403, "role-missing")
    assert (await rosalind(casework).get(f"/contacts/{made['id']}")).status_code == 200
    amended = {"text": "x", "reason": "y"}
    answer = await rosalind(casework).put(f"/contacts/{made['id']}", json=amended, headers={"If-Match": '"1"'})
    assert answer.status_code == 403
    strangers = casework.as_("social_worker", sub="another"), casework.as_("team_manager", area="north")
    for stranger in strangers:
        for path in (f"/contacts/{made['id']}", f"/cases/{case['id']}/contacts"):
            assert (await stranger.get(path)).status_code == 404
        assert (await stranger.post(f"/cases/{case['id']}/visits", json=a_visit(case))).status_code == 404
        answer = await stranger.put(f"/contacts/{made['id']}", json=amended, headers={"If-Match": '"1"'})
        assert answer.status_code == 404
    async with casework.database.begin() as session:
        session.add(FamilyRestriction(family_id=UUID(case["family_id"]), source="casework", subject="named"))
    assert (await rosalind(casework).get(f"/contacts/{made['id']}")).status_code == 404
    assert (await casework.as_("area_manager", sub="named").get(f"/contacts/{made['id']}")).status_code == 200
    assert await casework.count(ContactVersion) == 1


async def test_contacts_are_listed_newest_first_and_by_kind_child_and_worker(casework: ServiceUnderTest) -> None:
    with time_machine.travel(_london("2026-03-01T12:00"), tick=False):
        case = await a_family_with_a_worker(casework)
    one, two = case["child_ids"]
    await recorded(casework, case, "visits", a_visit(case, happened_on="2026-03-03"), "rosalind")
    for_one = {"children": [{"child_id": one}], "text": "About one", "happened_on": "2026-03-04"}
    await recorded(casework, case, "notes", for_one)
    await recorded(casework, case, "calls", {"happened_on": "2026-03-02"})
    client = casework.as_("area_manager", sub="boss")
    path, reason = f"/cases/{case['id']}/contacts", {"Access-Reason": "complaint"}

    async def days(**query: Any) -> list[str]:
        answer = await client.get(path, params=query, headers=reason)
        return [item["happened_on"][-2:] for item in answer.json()["items"]]

    assert await days() == ["04", "03", "02"]
    assert await days(kind="note") == ["04"]
    assert await days(child=two) == ["03", "02"]
    assert await days(child=one, kind="visit") == ["03"]
    assert await days(worker=case["worker_id"]) == ["03"]
    first = (await client.get(path, params={"limit": 2})).json()
    rest = (await client.get(path, params={"limit": 2, "after": first["next"]})).json()
    assert ([item["happened_on"][-2:] for item in rest["items"]], rest["next"]) == (["02"], None)
    async with casework.database.read() as session:
        looks = select(AuditRow.reason).where(AuditRow.subject == "boss", AuditRow.action == "contacts_look")
        rows = await session.scalars(looks.where(AuditRow.entity_id == case["id"]).order_by(AuditRow.id))
    assert rows.all() == ["complaint"] * 5 + [None] * 2


REFUSED: list[tuple[str, dict[str, Any], tuple[str, str]]] = [
    ("visits", {"children": []}, ("/children", "missing")),
    (
        "visits",
        {"children": [{"child_id": str(UUID(int=7)), "seen": True}]},
        ("/children/0/child_id", "not-of-this-case"),
    ),
    ("visits", {"happened_at": "2126-03-01T10:00:00Z"}, ("/happened_at", "in-the-future")),
    ("visits", {"happened_on": "2126-03-01"}, ("/happened_on", "in-the-future")),
    ("visits", {"happened_on": "2026-02-28"}, ("/happened_on", "out-of-order")),
    ("visits", {"happened_at": "2026-02-28T23:59:59Z"}, ("/happened_at", "out-of-order")),
    ("visits", {"happened_at": "0001-01-01T00:00:00+14:00"}, ("/happened_at", "too-long-ago")),
    (
        "visits",
        {"happened_at": "2026-03-01T10:00:00Z", "happened_on": "2026-03-01"},
        ("/happened_on", "day-or-instant"),
    ),
    ("visits", {"happened_on": 20260301}, ("/happened_on", "iso-8601")),
    ("visits", {"purpose": "tea"}, ("/purpose", "unknown-code")),
    ("visits", {"place": "moon"}, ("/place", "unknown-code")),
    ("visits", {"seen": True}, ("/seen", "extra-forbidden")),
    ("visits", {"text": " "}, ("/text", "string-too-short")),
    ("notes", {}, ("/children/0/seen", "not-for-this-kind")),
    ("calls", {}, ("/place", "not-for-this-kind")),
]


async def test_what_breaks_a_rule_is_refused_and_changes_nothing(casework: ServiceUnderTest) -> None:
    with time_machine.travel(_london("2026-03-01T12:00"), tick=False):
        case = await a_case(casework)
    children = (await case_of(casework, case))["children"]
    right = a_visit({"child_ids": [child["child_id"] for child in children]}, text="x")
    for kind, change, wrong in REFUSED:
        answer = await casework.as_("area_manager").post(f"/cases/{case['id']}/{kind}", json=right | change)
        assert wrong in errors_of(answer)
    assert [await casework.count(table) for table in (Contact, ContactVersion)] == [0, 0]
    assert (await case_of(casework, case))["last_contact_on"] is None


async def test_a_child_is_named_once_and_by_any_of_its_ids(casework: ServiceUnderTest) -> None:
    one, two, known = uuid4(), uuid4(), uuid4()
    case = await a_case(casework, child_ids=[one, two])
    for child, into in ((one, known), (two, known)):
        merge = {"merge_id": uuid4(), "merged_child_id": child, "surviving_child_id": into}
        await casework.deliver(ChildMerged(**merge, merged_at=clock.now()))
    for child in (one, two, known):
        visit = await recorded(casework, case, "visits", a_visit({"child_ids": [str(child)]}))
        assert [each["child_id"] for each in visit["children"]] == [str(known)]
    visit = await recorded(casework, case, "calls", {})
    assert [each["child_id"] for each in visit["children"]] == [str(known)]
    client, path = casework.as_("area_manager"), f"/cases/{case['id']}"
    twice = await client.post(f"{path}/visits", json=a_visit({"child_ids": [str(known), str(two)]}))
    assert errors_of(twice) == [("/children/1/child_id", "twice")]
    for child in (one, known):
        assert len((await client.get(f"{path}/contacts", params={"child": str(child)})).json()["items"]) == 4
    whole = (await client.get(f"/contacts/{visit['id']}")).json()
    assert [each["child_id"] for each in whole["versions"][0]["children"]] == [str(known)]


async def test_two_amendments_at_one_moment_make_one_version_and_a_412(casework: ServiceUnderTest) -> None:
    case = await a_case(casework)
    note = await recorded(casework, case, "notes", {"text": "x"})
    sent = {"text": "y", "reason": "z"}
    answers = await asyncio.gather(
        *(
            casework.as_("area_manager").put(f"/contacts/{note['id']}", json=sent, headers={"If-Match": '"1"'})
            for _ in range(3)
        )
    )
    assert sorted(answer.status_code for answer in answers) == [200, 412, 412]
    assert await casework.count(ContactVersion) == 2


async def test_a_visit_sent_twice_from_a_bad_connection_is_there_once(casework: ServiceUnderTest) -> None:
    case = await a_family_with_a_worker(casework)
    client, path, key = rosalind(casework), f"/cases/{case['id']}/visits", {"Idempotency-Key": "in-the-car"}
    first, again = [await client.post(path, json=a_visit(case), headers=key) for _ in range(2)]
    assert first.json() == again.json()
    assert await casework.count(Contact) == 1
