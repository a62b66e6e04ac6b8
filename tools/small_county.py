"""A few families' way through all four services, so that nearly every table gets rows: what a dump is made from."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, TypeVar
from uuid import uuid4

import httpx

from shared import clock
from shared.clock import LONDON
from tests.journeys.running_suite import RunningSuite
from tests.services.casework.early_help.early_help_made import DOMAINS, SCHOOL, WISHES, a_member, a_review, a_team, ago
from tests.services.casework.imports.imports_made import a_case_row, a_file, a_worker_row, an_allocation_row
from tests.services.casework.outcomes.thriving_families_made import a_plan
from tests.services.casework.protection.protection_made import PRESENT, a_conference, a_weekday, for_a_plan
from tests.services.centres.centres_made import BANBURY, in_days
from tests.services.governance.boards import a_decision as a_boards_decision
from tests.services.governance.boards import a_proposal
from tests.services.referrals.referrals_sent import a_child, a_decision, a_referral
from tests.services.referrals.test_information_requests import a_request
from tests.services.referrals.test_link_workers import a_link_worker

T = TypeVar("T")
Json = dict[str, Any]

CASEWORK, CENTRES, FRONT_DOOR, BOARDS = (f"/{each}/v1" for each in ("casework", "centres", "referrals", "governance"))
OLD = 400
"""Days ago, so that there is time for what takes a year."""
NEEDS = ["health", "finance"]
"""Enough by the criteria of 2015, by which a claim is made while the case is open."""


class People:
    """The people who call, and what came of their calls so far."""

    def __init__(self, suite: RunningSuite) -> None:
        self._suite = suite
        self._clients: dict[str, httpx.Client] = {}

    def as_(self, role: str, **claims: str) -> httpx.Client:
        """Somebody with this role; what is refused is raised."""
        known_by = " ".join((role, *claims.values()))
        if known_by not in self._clients:
            self._clients[known_by] = httpx.Client(
                base_url=self._suite.url,
                headers={"Authorization": f"Bearer {self._suite.token(role, **claims)}"},
                event_hooks={"response": [_raise_where_refused]},
                timeout=60,
            )
        return self._clients[known_by]

    def post(self, role: str, path: str, body: Json, **claims: str) -> Any:
        once = {"Idempotency-Key": str(uuid4())}
        return self.as_(role, **claims).post(path, json=body, headers=once).json()

    def put(self, role: str, path: str, body: Json, **claims: str) -> Any:
        """Replace what is there, as it was read."""
        etag = self.as_(role, **claims).get(path).headers["ETag"]
        return self.as_(role, **claims).put(path, json=body, headers={"If-Match": etag}).json()

    def get(self, role: str, path: str, **query: str) -> Any:
        return self.as_(role).get(path, params=query).json()

    def close(self) -> None:
        for client in self._clients.values():
            client.close()


def _raise_where_refused(response: httpx.Response) -> None:
    if response.is_error:
        response.read()
        raise AssertionError(f"{response.request.method} {response.request.url}: {response.text}")


def fill(suite: RunningSuite, *, attended: bool = True) -> None:
    """Everything, in the order in which it would happen. `attended` waits up to a minute, until a session has begun."""
    people = People(suite)
    try:
        _ask_the_front_door(people)
        old, children = _an_old_family(people)
        case = _case_of(people, old["family_id"])
        worker = _give_to_a_worker(people, case)
        _record_work(people, case, worker, children)
        _record_outcomes(people, case)
        _share_with_others(people, case, worker, children)
        _protect(people)
        _early_help(people)
        _import(people)
        _two_cases_of_one_family(people)
        _at_a_centre(people, case, children, attended)
        _at_the_boards(people)
        _restrict(people)
    finally:
        people.close()


def _until(condition: Callable[[], T | None], within: float = 60) -> T:
    """What follows by event is there a moment later."""
    end = time.monotonic() + within
    while not (found := condition()):
        if time.monotonic() > end:
            raise AssertionError("What should follow by event is not there")
        time.sleep(0.1)
    return found


def _case_of(people: People, family_id: str) -> Json:
    def found() -> Json | None:
        cases: list[Json] = people.get("area_manager", f"{CASEWORK}/cases", limit="200")["items"]
        return next((case for case in cases if case["family_id"] == family_id), None)

    return _until(found)


def _ask_the_front_door(people: People) -> None:
    people.post("mash_manager", f"{FRONT_DOOR}/link-workers", a_link_worker())
    question = "A child of 7 comes to school hungry."
    asked = {"organisation": SCHOOL, "role": "Teacher", "question": question, "immediate_harm": False}
    for _ in ("answered", "waits"):
        made = people.post("referrer", f"{FRONT_DOOR}/consultations", asked, organisation=SCHOOL)
    advice = {"advice": "Talk to the family first", "refer": False}
    people.post("mash_practitioner", f"{FRONT_DOOR}/consultations/{made['id']}/advice", advice)
    half = {"narrative": "Barnabas comes", "children": [{"given_name": "Barnabas"}]}
    people.post("referrer", f"{FRONT_DOOR}/referral-drafts", half, organisation=SCHOOL)


def _decide(people: People, sent: Json, rating: str = "amber", **changes: Any) -> None:
    one = f"{FRONT_DOOR}/referrals/{sent['id']}"
    rated = {"rating": rating, "reason": "Hungry every day"}
    if "decided_at" in changes:
        rated["rated_at"] = changes["decided_at"]
    people.post("mash_practitioner", f"{one}/rating", rated)
    people.post("mash_manager", f"{one}/decision", a_decision(**changes), subject="noel")


def _an_old_family(people: People) -> tuple[Json, list[str]]:
    """Referred long ago, and again lately: the front door merges what are the same children."""
    received = clock.now() - timedelta(days=OLD)
    grown = (clock.today() - timedelta(days=17 * 365 + 60)).isoformat()
    children = [a_child(), a_child(given_name="Philippa", sex="F", date_of_birth=grown)]
    body = a_referral(children=children, received_at=received.isoformat())
    old = people.post("mash_practitioner", f"{FRONT_DOOR}/referrals", body)
    asked = people.post("mash_practitioner", f"{FRONT_DOOR}/referrals/{old['id']}/information-requests", a_request())
    answer = {"risk": "medium", "summary": "Two missed appointments."}
    request = f"{FRONT_DOOR}/information-requests/{asked['id']}"
    people.post("mash_practitioner", f"{request}/response", answer)
    mash = people.as_("mash_practitioner")
    read = {"If-Match": mash.get(request).headers["ETag"]}
    corrected = {**answer, "summary": "Three missed appointments.", "reason": "Counted anew"}
    mash.put(f"{request}/response", json=corrected, headers=read)
    decided_at = (received + timedelta(hours=3)).isoformat()
    _decide(people, old, outcome="thriving_families", level=3, decided_at=decided_at)
    again = people.post("referrer", f"{FRONT_DOOR}/referrals", a_referral(children=children), organisation=SCHOOL)
    ids = [child["child_id"] for child in old["children"]]
    for known, child in zip(ids, again["children"], strict=True):
        same = {"matched_child_id": known, "reason": "The same child"}
        people.post("mash_manager", f"{FRONT_DOOR}/referrals/{again['id']}/matches/{child['child_id']}", same)
    signed = a_referral(concerns=["physical_abuse"], children=[a_child(given_name="Clemency", sex="F")])
    below = people.post("mash_practitioner", f"{FRONT_DOOR}/referrals", signed)
    _decide(people, below, "red", outcome="early_help", level=2, reason="The bruise is explained by the hospital")
    agreed = {"agreed": True, "reason": "The hospital's letter is clear"}
    people.post("mash_manager", f"{FRONT_DOOR}/referrals/{below['id']}/decision/sign-off", agreed, subject="maria")
    corrected = {"ethnicity": "AIND", "reason": "The mother rang"}
    people.post("mash_practitioner", f"{FRONT_DOOR}/children/{ids[0]}/corrections", corrected)
    return old, ids


def _give_to_a_worker(people: People, case: Json) -> Json:
    """Over the ceiling, so that the Core Group hears of it."""
    worker = {"name": "Rosalind Achebe", "role": "social_worker", "area": "south", "team": "South 1"}
    sent = {**worker, "registration_number": "SW12345", "fte": 0.1, "subject": "rosalind", "joined_on": ago(OLD + 30)}
    made: Json = people.post("administrator", f"{CASEWORK}/workers", sent)
    given = {"worker_id": made["id"], "starts_on": ago(OLD - 20), "override_reason": "Knows the family"}
    people.post("area_manager", f"{CASEWORK}/cases/{case['id']}/allocation", given)
    leave = {"kind": "annual", "from_on": ago(-20), "last_on": ago(-25)}
    people.post("area_manager", f"{CASEWORK}/workers/{made['id']}/absences", leave)
    return made


def _record_work(people: People, case: Json, worker: Json, children: list[str]) -> None:
    one = f"{CASEWORK}/cases/{case['id']}"
    seen = [{"child_id": child_id, "seen": True} for child_id in children]
    visit = {"children": seen, "purpose": "family_support", "place": "home", "text": "All at home."}
    made = people.post("area_manager", f"{one}/visits", visit)
    note = people.post("area_manager", f"{one}/notes", {"text": "The school rang."})
    amended = {"text": "The school rang twice.", "reason": "A second call"}
    people.put("area_manager", f"{CASEWORK}/contacts/{note['id']}", amended)
    action = {"what": "Ask the school", "due_on": ago(-7), "owner_worker_id": worker["id"], "contact_id": made["id"]}
    agreed = people.post("area_manager", f"{one}/actions", action)
    moved = {"due_on": ago(-21), "reason": "The school is closed for a week"}
    people.post("area_manager", f"{CASEWORK}/actions/{agreed['id']}/due-day", moved)
    flag = {"kind": "dog", "text": "A large dog at the back", "set_on": ago(60), "review_on": ago(-30)}
    flagged = people.post("area_manager", f"{one}/flags", flag)
    review = {"keep": True, "review_on": ago(-90), "reason": "It is still there"}
    people.post("area_manager", f"{CASEWORK}/flags/{flagged['id']}/review", review)
    path = f"{CASEWORK}/participation/{children[1]}/{(clock.today().replace(day=1) - timedelta(days=1)):%Y-%m}"
    answer = {"status": "education", "source": "young_person", "asked_on": ago(0)}
    people.as_("area_manager").put(path, json=answer)


def _record_outcomes(people: People, case: Json) -> None:
    def post(to: str, body: Json) -> None:
        people.post("team_manager", f"{CASEWORK}/families/{case['family_id']}/{to}", body)

    post("thriving-families", {"version": "2015", "needs": NEEDS, "assessed_on": ago(OLD - 20)})
    plan = a_plan(NEEDS, agreed_on=ago(OLD - 30))
    post("outcome-plan", {**plan, "goals": [{**goal, "by_on": ago(OLD - 200)} for goal in plan["goals"]]})
    for days in (OLD - 40, OLD - 90):
        readings = {"safety": 3 if days == OLD - 40 else 6, "family_routine": 4}
        post("star-readings", {"person": {"adult": "mother"}, "read_on": ago(days), "readings": readings})
    for need in NEEDS:
        post(
            "outcome-plan/progress",
            {"need": need, "improved": True, "evidence": "The register", "seen_on": ago(OLD - 100)},
        )
    wishes = {"wishes_of_child": "A dog", "wishes_of_family": "The same"}
    post("outcome-plan/reviews", {**wishes, "notes": "He goes to school", "held_on": ago(OLD - 80)})
    post("outcome-claims", {"version": "2015"})


def _share_with_others(people: People, case: Json, worker: Json, children: list[str]) -> None:
    """A transfer and a hand-over that wait for their answer."""
    other = {"name": "Hettie Roan", "role": "social_worker", "area": "south", "team": "South 2", "fte": 1}
    made = people.post("administrator", f"{CASEWORK}/workers", {**other, "registration_number": "SW12346"})
    one = f"{CASEWORK}/cases/{case['id']}"
    people.post("area_manager", f"{one}/transfers", {"worker_id": made["id"], "reason": "Nearer to the family"})
    offer = {
        "service": "youth_offending",
        "child_ids": children[1:],
        "reason": "offending",
        "text": "Charged last week",
    }
    people.post("team_manager", f"{one}/hand-overs", offer)


def _protect(people: People) -> None:
    """Of two brothers one has a protection plan and is before the court, the other a child in need plan."""
    received = clock.now() - timedelta(days=60)
    brothers = [a_child(given_name="Silas"), a_child(given_name="Amos", date_of_birth="2019-02-11")]
    body = a_referral(children=brothers, concerns=["neglect"], received_at=received.isoformat())
    sent = people.post("mash_practitioner", f"{FRONT_DOOR}/referrals", body)
    decided_at = (received + timedelta(hours=3)).isoformat()
    _decide(people, sent, "red", outcome="strategy_discussion", level=4, decided_at=decided_at)
    case = _case_of(people, sent["family_id"])
    first, second = (child["child_id"] for child in case["children"])

    def post(to: str, body: Json, role: str = "practice_supervisor") -> Json:
        made: Json = people.post(role, f"{CASEWORK}/{to}", body)
        return made

    one = f"cases/{case['id']}"
    assessment = post(f"{one}/assessments", {"started_on": ago(58)})
    found: Json = {"factors": ["16A"], "outcome": "child_in_need_plan", "analysis": "Alone at night", "wishes": WISHES}
    post(f"assessments/{assessment['id']}/completion", {**found, "completed_on": ago(40)})
    post(f"assessments/{assessment['id']}/authorisation", {"agreed": True}, "area_manager")
    decided = {"participants": PRESENT, "outcome": "section_47", "reason": "Two accounts that do not fit"}
    discussion = post(f"{one}/strategy-discussions", {**decided, "held_at": f"{ago(50)}T10:00:00Z"})
    enquiry = {"strategy_discussion_id": discussion["id"], "started_on": ago(50), "kind": "joint"}
    follows = post(f"{one}/section-47-enquiries", enquiry)["id"]
    decisions = [for_a_plan(first), {"child_id": second, "decision": "no_plan", "reason": "Safe with his aunt"}]
    held_on = a_weekday(clock.today() - timedelta(days=38))
    post(f"{one}/conferences", a_conference(held_on, decisions, section_47_enquiry_id=follows))
    post(f"{one}/core-groups", {"held_on": ago(30), "quorate": True, "present": PRESENT})
    post(f"{one}/need-plans", {"children": [second], "started_on": ago(35), "goals": ["School every day"]})
    post(f"{one}/reviews", {"kind": "child_in_need", "held_on": ago(20), "outcome": "continue", "notes": "Better"})
    post(f"{one}/court-stages", {"stage": "letter_before_proceedings", "on": ago(10), "children": [first]})


def _early_help(people: People) -> None:
    """A school leads a Team Around the Family, and escalates when it worries again."""
    body = a_referral(children=[a_child(given_name="Ebenezer"), a_child(given_name="Dorcas", sex="F")])
    sent = people.post("mash_practitioner", f"{FRONT_DOOR}/referrals", body)
    _decide(people, sent, "green", outcome="early_help", level=2)
    case = _case_of(people, sent["family_id"])
    one = f"{CASEWORK}/cases/{case['id']}"
    support = {"link_worker": "Rosa Marsh", "kind": "advice", "text": "Whom to ask to the first meeting"}
    people.post("practice_supervisor", f"{one}/link-worker-support", support)
    members = a_team(a_member(lead=True, subject="amina"), a_member(name="Bel Ashworth", role="Health visitor"))
    team = people.post("team_manager", f"{one}/team-around-the-family", members)
    school: Json = {"subject": "amina", "organisation": SCHOOL}
    first, second = (member["id"] for member in team["members"])
    caf = {"started_on": ago(0), "domains": DOMAINS, "wishes": WISHES, "completed_on": ago(0)}
    people.post("partner", f"{one}/team-around-the-family/caf", caf, **school)
    action = {"owner_id": second, "what": "Ask the nursery for a place", "due_on": ago(-14)}
    people.post("partner", f"{one}/team-around-the-family/actions", action, **school)
    people.post("partner", f"{one}/team-around-the-family/reviews", a_review(first, second), **school)
    lead = {"member_id": second, "reason": "Knows the family better"}
    people.post("team_manager", f"{one}/team-around-the-family/lead-professional", lead)
    worry = {"concerns": ["neglect"], "narrative": "Nobody was at home again.", "immediate_danger": False}
    made = people.post("team_manager", f"{one}/escalation", worry)
    _until(lambda: people.get("team_manager", f"{CASEWORK}/early-help/escalations/{made['id']}").get("referral_id"))


def _import(people: People) -> None:
    files = {"workers": [a_worker_row()], "cases": [a_case_row(address="12 Ock Street")]}
    for kind, rows in {**files, "allocations": [an_allocation_row()]}.items():
        csv = {"Content-Type": "text/csv"}
        people.as_("administrator").post(f"{CASEWORK}/imports/{kind}", content=a_file(rows), headers=csv)


def _two_cases_of_one_family(people: People) -> None:
    """Known as one family only when both are open: one pair is joined, and another is on the list."""
    for surname in ("Underhill", "Overbury"):
        cases, children = [], []
        for given in ("Gwendolen", "Gwendolyn"):
            child = a_child(given_name=given, family_name=surname, sex="F", date_of_birth="2017-03-09")
            referral = a_referral(children=[child])
            sent = people.post("mash_practitioner", f"{FRONT_DOOR}/referrals", referral)
            _decide(people, sent, outcome="assessment", level=3)
            cases.append(_case_of(people, sent["family_id"]))
            children.append(sent["children"][0]["child_id"])
            people.post("area_manager", f"{CASEWORK}/cases/{cases[-1]['id']}/notes", {"text": "The school rang."})
        merge = {"surviving_child_id": children[0], "merged_child_id": children[1], "reason": "One girl"}
        people.post("mash_practitioner", f"{FRONT_DOOR}/merges", merge)
        first, second = sorted(case["id"] for case in cases)
        listed = _until(lambda: people.get("area_manager", f"{CASEWORK}/cases-to-join")["items"])
        if surname == "Underhill":
            joined = {"case_id": second, "reason": "One girl was referred twice"}
            people.post("area_manager", f"{CASEWORK}/cases/{first}/joining", joined)
        assert len(listed) == 1


def _at_a_centre(people: People, case: Json, children: list[str], attended: bool) -> None:
    centre = people.get("centre_coordinator", f"{CENTRES}/centres/{BANBURY}")
    activity = {
        **{"centre_id": BANBURY, "title": "Cooking together", "audience": "targeted", "provider": "council"},
        **{"minutes": 45, "capacity": 8, "staff": ["w-17"]},
    }

    def session(room: int, starts_at: str) -> str:
        sent = {**activity, "room_id": centre["rooms"][room]["id"], "starts_at": starts_at}
        return str(people.post("centre_coordinator", f"{CENTRES}/activities", sent)["sessions"][0]["id"])

    booked = session(0, in_days(7))
    now = datetime.now(LONDON).replace(tzinfo=None)
    begins = (now + timedelta(seconds=65)).replace(second=0, microsecond=0)
    held = session(1, begins.isoformat())
    people.post("centre_coordinator", f"{CENTRES}/sessions/{booked}/bookings", {"family_id": case["family_id"]})
    if attended:
        time.sleep((begins - now).total_seconds() + 1)
        came = {"family_id": case["family_id"], "attended": True, "child_ids": children[:1]}
        people.post("centre_coordinator", f"{CENTRES}/sessions/{held}/attendance", {"families": [came]})
    for words in ("They were thrown out", "A row in the night"):
        crisis = {"narrative": words, "family_id": case["family_id"], "child_ids": children[:1]}
        raised = people.post("centre_coordinator", f"{CENTRES}/crises", crisis)
    people.post("team_manager", f"{CENTRES}/crises/{raised['id']}/acknowledgement", {"text": "Rang at once"})


def _at_the_boards(people: People) -> None:
    """The Core Group raises the ceiling, and another proposal waits."""
    [group] = [
        each
        for each in people.get("area_manager", f"{BOARDS}/bodies", limit="200")["items"]
        if each["key"] == "core_group"
    ]
    member = {"name": "Olga Penhale", "subject": "olga", "role": "chair"}
    people.post("governance_officer", f"{BOARDS}/bodies/{group['id']}/members", member)
    called = {"held_on": clock.today().isoformat(), "reason": "It cannot wait"}
    meeting = people.post("governance_officer", f"{BOARDS}/bodies/{group['id']}/meetings", called)
    waiting = a_proposal(
        title="More rooms", kind="service", effect=None, impact={"service_detail": True, "affects_people": True}
    )
    proposals = [people.post("area_manager", f"{BOARDS}/proposals", each) for each in (waiting, a_proposal())]
    decided = a_boards_decision(proposals[1])
    people.post("governance_officer", f"{BOARDS}/meetings/{meeting['id']}/decisions", decided)
    _until(lambda: people.get("area_manager", f"{CASEWORK}/ceiling")["children"] == 18)


def _restrict(people: People) -> None:
    """A family of staff's own, at the front door and in casework."""
    sent = people.post(
        "mash_practitioner", f"{FRONT_DOOR}/referrals", a_referral(children=[a_child(given_name="Araminta")])
    )
    _decide(people, sent)
    _case_of(people, sent["family_id"])
    named = {"subjects": ["maria"], "reason": "Staff's own family"}
    people.post("mash_manager", f"{FRONT_DOOR}/families/{sent['family_id']}/restriction", named, subject="maria")
    people.post("team_manager", f"{CASEWORK}/families/{sent['family_id']}/restriction", named, subject="maria")
