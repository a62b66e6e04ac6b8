"""A visit leaves no child out unseen, and an amendment loses nothing that it does not name."""

from typing import Any

from shared import clock
from tests.service_under_test import ServiceUnderTest
from tests.services.casework.casework_made import a_worker, an_accepted_referral, let_referrals_answer
from tests.services.casework.record.contacts_made import (
    a_family_with_a_worker,
    a_visit,
    errors_of,
    recorded,
    rosalind,
)
from tests.services.casework.workforce.workers_made import put


async def test_a_visit_names_every_child_or_gives_the_reason(casework: ServiceUnderTest) -> None:
    case = await a_family_with_a_worker(casework, children=3)
    one, *others = case["child_ids"]
    client, path = rosalind(casework), f"/cases/{case['id']}/visits"
    seen = a_visit({"child_ids": [one]})
    refused = await client.post(path, json=seen)
    assert errors_of(refused) == [("/children", "child-left-out")]
    assert refused.json()["children"] == sorted(others)
    made = await client.post(path, json={**seen, "other_children_reason": "I met her at school"})
    assert (made.status_code, made.json()["other_children_reason"]) == (201, "I met her at school")
    needless = await client.post(path, json=a_visit(case, other_children_reason="Nobody was missing"))
    assert errors_of(needless) == [("/other_children_reason", "nobody-left-out")]
    for kind, more in (("calls", {}), ("visits", {"no_reply": True})):
        answer = await client.post(f"/cases/{case['id']}/{kind}", json={**more, "other_children_reason": "r"})
        assert errors_of(answer) == [("/other_children_reason", "not-for-this-kind")]
    assert (await client.post(path, json={"no_reply": True})).status_code == 201


async def test_an_unborn_child_and_one_who_came_later_need_not_be_named(casework: ServiceUnderTest) -> None:
    case = await a_family_with_a_worker(casework, children=1)
    joining = an_accepted_referral(2, family_id=case["family_id"])
    let_referrals_answer(casework, joining)
    url = f"http://referrals/v1/referrals/{joining.referral_id}"
    casework.answers[url]["children"][1] |= {"date_of_birth": None, "expected_date_of_birth": "2030-01-01"}
    await casework.deliver(joining)
    client, path = rosalind(casework), f"/cases/{case['id']}/visits"
    refused = await client.post(path, json=a_visit(case))
    assert refused.json()["children"] == [str(joining.child_ids[0])]
    together = a_visit({"child_ids": [*case["child_ids"], str(joining.child_ids[0])]})
    assert (await client.post(path, json=together)).status_code == 201


async def test_a_child_who_is_not_born_cannot_have_been_seen(casework: ServiceUnderTest) -> None:
    case = await a_family_with_a_worker(casework, children=1)
    joining = an_accepted_referral(2, family_id=case["family_id"])
    let_referrals_answer(casework, joining)
    answers = casework.answers[f"http://referrals/v1/referrals/{joining.referral_id}"]["children"]
    answers[0] |= {"date_of_birth": str(clock.today())}
    answers[1] |= {"date_of_birth": None, "expected_date_of_birth": "2030-01-01"}
    await casework.deliver(joining)
    (born, unborn), client = map(str, joining.child_ids), rosalind(casework)
    path, child = f"/cases/{case['id']}/visits", {"child_id": case["child_ids"][0], "seen": False}
    refused = await client.post(path, json=a_visit(case, children=[child, {"child_id": unborn, "seen": True}]))
    assert errors_of(refused) == [("/children/1/seen", "not-born")]
    assert refused.json()["call"] == f"POST /referrals/v1/children/{unborn}/corrections"
    seen = [child, {"child_id": born, "seen": True}, {"child_id": unborn, "seen": False}]
    visit = await recorded(casework, case, "visits", a_visit(case, children=seen), "rosalind")
    amended = {"children": [child, {"child_id": unborn, "seen": True}], "reason": "r", "other_children_reason": "r"}
    answer = await client.put(f"/contacts/{visit['id']}", json=amended, headers={"If-Match": '"1"'})
    assert errors_of(answer) == [("/children/1/seen", "not-born")]


async def test_what_an_amendment_leaves_out_stays(casework: ServiceUnderTest) -> None:
    case = await a_family_with_a_worker(casework)
    one, _ = case["child_ids"]
    sent: dict[str, Any] = a_visit({"child_ids": [one]}, text="Both well.", other_children_reason="At school")
    visit = await recorded(casework, case, "visits", sent, "rosalind")
    path, client = f"/contacts/{visit['id']}", rosalind(casework)
    kept = ("purpose", "place", "children", "happened_at", "other_children_reason")
    answer = await client.put(path, json={"text": "Well.", "reason": "Slip"}, headers={"If-Match": '"1"'})
    amended = answer.json()
    assert (amended["text"], [amended[name] for name in kept]) == ("Well.", [visit[name] for name in kept])
    emptied = await client.put(path, json={"purpose": None, "reason": "Slip"}, headers={"If-Match": '"2"'})
    assert (emptied.json()["purpose"], emptied.json()["text"]) == (None, "Well.")
    error = {"entered_in_error": True, "reason": "Another family"}
    assert (await client.put(path, json=error, headers={"If-Match": '"3"'})).status_code == 200
    still = (await client.put(path, json={"text": "Other", "reason": "r"}, headers={"If-Match": '"4"'})).json()
    assert (still["entered_in_error"], still["text"]) == (True, "Other")


async def test_a_call_with_professionals_stays_one(casework: ServiceUnderTest) -> None:
    case = await a_family_with_a_worker(casework)
    call = await recorded(casework, case, "calls", {"with_family": False, "text": "The school."}, "rosalind")
    amended = {"text": "The school nurse.", "reason": "Slip"}
    answer = await rosalind(casework).put(f"/contacts/{call['id']}", json=amended, headers={"If-Match": '"1"'})
    assert (answer.json()["with_family"], answer.json()["counts_as_contact"]) == (False, False)


async def test_what_a_change_of_a_worker_leaves_out_stays(casework: ServiceUnderTest) -> None:
    """As of every PUT: a left-out field is not emptied."""
    worker = await a_worker(casework, subject="rosalind", fte=0.6)
    sent = {name: worker[name] for name in ("name", "role", "area")}
    client = casework.as_("area_manager")
    answer = await client.put(f"/workers/{worker['id']}", json=sent, headers={"If-Match": '"1"'})
    assert answer.status_code == 200, answer.text
    assert answer.json() == {**worker, "changes_fallen_away": []}
    assert (await put(casework, worker, team=None)).json()["team"] is None


async def test_what_a_change_of_leave_leaves_out_stays(casework: ServiceUnderTest) -> None:
    worker, today = await a_worker(casework), str(clock.today())
    client, path = casework.as_("area_manager"), f"/workers/{worker['id']}/absences"
    leave = (await client.post(path, json={"kind": "annual", "from_on": today, "last_on": today})).json()
    sent = {"kind": "sick", "from_on": today}
    changed = await client.put(f"{path}/{leave['id']}", json=sent, headers={"If-Match": '"1"'})
    assert changed.json() == {**leave, "kind": "sick"}
