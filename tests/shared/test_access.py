"""Who may do what: every route of every service, with every role."""

from collections.abc import Awaitable, Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any, get_args
from uuid import uuid4

import pytest
from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import iter_route_contexts

from services.suite import create_suite
from shared.access import Allow, SignedIn, anyone, guards_of
from shared.auth import Role
from shared.settings import SERVICES, Settings
from tests.conftest import MakeDatabase
from tests.service_under_test import ServiceUnderTest

MASH = {"mash_practitioner", "mash_manager"}
REFERRERS = {"referrer", "partner"}
KEY_WORKERS = {"social_worker", "family_support_worker"}
MANAGERS = {"practice_supervisor", "team_manager", "area_manager"}
STATUTORY = {"social_worker", *MANAGERS}
GOVERNANCE = {"governance_officer", "board_member", "administrator", "performance_analyst", *MANAGERS}
EARLY_HELP = {*KEY_WORKERS, *MANAGERS, *REFERRERS, *MASH}
PUBLIC: set[str] = set()
EVERY_ROLE = {role.value for role in Role}

EVERY_SERVICE: dict[str, set[str]] = {
    "GET /livez": PUBLIC,
    "GET /readyz": PUBLIC,
    "GET /metrics": PUBLIC,
    "GET /docs": PUBLIC,
    "GET /v1/codes": EVERY_ROLE,
}
ROUTES: dict[str, dict[str, set[str]]] = {
    "referrals": {
        "POST /v1/referrals": {*REFERRERS, *MASH},
        "GET /v1/referrals": {*REFERRERS, *MASH},
        "GET /v1/referrals/{referral_id}": {*MASH, "service"},
        "GET /v1/referrals/{referral_id}/outcome": {*REFERRERS, *MASH},
        "POST /v1/referrals/{referral_id}/rating": MASH,
        "POST /v1/referrals/{referral_id}/decision": MASH,
        "POST /v1/referrals/{referral_id}/placement": MASH,
        "GET /v1/referrals/counts": {"mash_manager"},
        "GET /v1/referrals/{referral_id}/changes": MASH,
        "POST /v1/referrals/{referral_id}/amendments": {*REFERRERS, *MASH},
        "POST /v1/referrals/{referral_id}/withdrawal": {*REFERRERS, *MASH},
        "POST /v1/referrals/{referral_id}/withdrawal/decision": MASH,
        "POST /v1/referrals/{referral_id}/organisation": MASH,
        "POST /v1/referrals/{referral_id}/acknowledgement": MASH,
        "POST /v1/referral-drafts": {*REFERRERS, *MASH},
        "GET /v1/referral-drafts": {*REFERRERS, *MASH},
        "GET /v1/referral-drafts/{draft_id}": {*REFERRERS, *MASH},
        "PUT /v1/referral-drafts/{draft_id}": {*REFERRERS, *MASH},
        "DELETE /v1/referral-drafts/{draft_id}": {*REFERRERS, *MASH},
        "POST /v1/referral-drafts/{draft_id}/submission": {*REFERRERS, *MASH},
        "POST /v1/people/search": MASH,
        "GET /v1/children/{child_id}": {*MASH, "service"},
        "GET /v1/families/{family_id}": {*MASH, "service"},
        "POST /v1/children/{child_id}/corrections": MASH,
        "GET /v1/children/{child_id}/corrections": MASH,
        "GET /v1/families/{family_id}/restriction": {"mash_manager", "service"},
        "POST /v1/families/{family_id}/restriction": {"mash_manager"},
        "POST /v1/merges": MASH,
        "POST /v1/merges/{merge_id}/reversal": MASH,
        "GET /v1/referrals/{referral_id}/matches": MASH,
        "POST /v1/referrals/{referral_id}/matches/{child_id}": MASH,
        "POST /v1/referrals/{referral_id}/information-requests": MASH,
        "GET /v1/referrals/{referral_id}/information-requests": MASH,
        "GET /v1/information-requests": {"partner", *MASH},
        "GET /v1/information-requests/{request_id}": {"partner", *MASH},
        "POST /v1/information-requests/{request_id}/response": {"partner", *MASH},
        "PUT /v1/information-requests/{request_id}/response": {"partner", *MASH},
        "GET /v1/referrals/{referral_id}/threshold": MASH,
        "GET /v1/referrals/{referral_id}/decisions": MASH,
        "POST /v1/referrals/{referral_id}/decision/sign-off": {"mash_manager"},
        "POST /v1/consultations": {*REFERRERS, *MASH},
        "GET /v1/consultations": {*REFERRERS, *MASH},
        "GET /v1/consultations/{consultation_id}": {*REFERRERS, *MASH},
        "POST /v1/consultations/{consultation_id}/advice": MASH,
        "GET /v1/link-workers": {*REFERRERS, *MASH, "administrator"},
        "GET /v1/link-workers/{link_worker_id}": {*REFERRERS, *MASH, "administrator"},
        "POST /v1/link-workers": {"mash_manager", "administrator"},
        "PUT /v1/link-workers/{link_worker_id}": {"mash_manager", "administrator"},
    },
    "casework": {
        "GET /v1/early-help": EARLY_HELP,
        "POST /v1/cases/{case_id}/team-around-the-family": {*KEY_WORKERS, *MANAGERS},
        "GET /v1/cases/{case_id}/team-around-the-family": EARLY_HELP,
        "POST /v1/cases/{case_id}/team-around-the-family/members": {*KEY_WORKERS, *MANAGERS},
        "POST /v1/cases/{case_id}/team-around-the-family/members/{member_id}/departure": {*KEY_WORKERS, *MANAGERS},
        "POST /v1/cases/{case_id}/team-around-the-family/lead-professional": {*KEY_WORKERS, *MANAGERS},
        "POST /v1/cases/{case_id}/team-around-the-family/ending": {*KEY_WORKERS, *MANAGERS},
        "POST /v1/cases/{case_id}/link-worker-support": EARLY_HELP,
        "GET /v1/cases/{case_id}/link-worker-support": EARLY_HELP,
        "POST /v1/cases/{case_id}/team-around-the-family/caf": EARLY_HELP,
        "GET /v1/cases/{case_id}/team-around-the-family/caf/{assessment_id}": EARLY_HELP,
        "PUT /v1/cases/{case_id}/team-around-the-family/caf/{assessment_id}": EARLY_HELP,
        "POST /v1/cases/{case_id}/team-around-the-family/actions": EARLY_HELP,
        "POST /v1/cases/{case_id}/team-around-the-family/actions/{action_id}/completion": EARLY_HELP,
        "POST /v1/cases/{case_id}/team-around-the-family/actions/{action_id}/cancellation": EARLY_HELP,
        "POST /v1/cases/{case_id}/team-around-the-family/reviews": EARLY_HELP,
        "POST /v1/cases/{case_id}/escalation": EARLY_HELP,
        "GET /v1/cases/{case_id}/escalations": EARLY_HELP,
        "GET /v1/early-help/escalations/{escalation_id}": {*EARLY_HELP, "service"},
        "POST /v1/cases/{case_id}/hand-overs": {*KEY_WORKERS, *MANAGERS},
        "GET /v1/hand-overs": {*KEY_WORKERS, *MANAGERS, "partner"},
        "GET /v1/hand-overs/{hand_over_id}": {*KEY_WORKERS, *MANAGERS, "partner"},
        "POST /v1/hand-overs/{hand_over_id}/answer": {*MANAGERS, "partner"},
        "POST /v1/hand-overs/{hand_over_id}/revocation": {*KEY_WORKERS, *MANAGERS},
        "POST /v1/workers": {"team_manager", "area_manager", "administrator"},
        "GET /v1/workers": {*MANAGERS, "administrator"},
        "GET /v1/workers/{worker_id}": {*MANAGERS, "administrator"},
        "PUT /v1/workers/{worker_id}": {"team_manager", "area_manager", "administrator"},
        "GET /v1/teams": {*MANAGERS, "administrator"},
        "GET /v1/workers/{worker_id}/posts": {*MANAGERS, "administrator"},
        "DELETE /v1/workers/{worker_id}/posts/{from_on}": {"team_manager", "area_manager", "administrator"},
        "POST /v1/workers/{worker_id}/absences": {*MANAGERS, "administrator"},
        "GET /v1/workers/{worker_id}/absences": {*MANAGERS, "administrator"},
        "GET /v1/workers/{worker_id}/absences/{absence_id}": {*MANAGERS, "administrator"},
        "PUT /v1/workers/{worker_id}/absences/{absence_id}": {*MANAGERS, "administrator"},
        "DELETE /v1/workers/{worker_id}/absences/{absence_id}": {*MANAGERS, "administrator"},
        "GET /v1/caseloads/trend": {*MANAGERS, "performance_analyst"},
        "GET /v1/cases": {*KEY_WORKERS, *MANAGERS},
        "GET /v1/cases/{case_id}": {*KEY_WORKERS, *MANAGERS},
        "GET /v1/cases/{case_id}/standing": {"service"},
        "GET /v1/cases/{case_id}/history": {*KEY_WORKERS, *MANAGERS},
        "GET /v1/pathways": {*KEY_WORKERS, *MANAGERS},
        "POST /v1/cases/{case_id}/pathway": MANAGERS,
        "POST /v1/cases/{case_id}/allocation/ending": MANAGERS,
        "POST /v1/cases/{case_id}/closure": MANAGERS,
        "POST /v1/cases/{case_id}/reopening": MANAGERS,
        "GET /v1/cases-to-join": {"team_manager", "area_manager"},
        "POST /v1/cases/{case_id}/joining": {"team_manager", "area_manager"},
        "POST /v1/cases/{case_id}/move": MANAGERS,
        "GET /v1/families/{family_id}/restriction": {"team_manager", "area_manager", "service"},
        "POST /v1/families/{family_id}/restriction": {"team_manager", "area_manager"},
        "GET /v1/families/{family_id}/access-log": {"team_manager", "area_manager", "administrator"},
        "GET /v1/clocks": {*KEY_WORKERS, *MANAGERS},
        "POST /v1/cases/{case_id}/assessments": STATUTORY,
        "GET /v1/cases/{case_id}/assessments": {*KEY_WORKERS, *MANAGERS},
        "GET /v1/assessments/{assessment_id}": {*KEY_WORKERS, *MANAGERS},
        "POST /v1/assessments/{assessment_id}/completion": STATUTORY,
        "POST /v1/assessments/{assessment_id}/authorisation": MANAGERS,
        "POST /v1/assessments/{assessment_id}/reopening": MANAGERS,
        "POST /v1/cases/{case_id}/strategy-discussions": STATUTORY,
        "GET /v1/cases/{case_id}/strategy-discussions": {*KEY_WORKERS, *MANAGERS},
        "POST /v1/cases/{case_id}/section-47-enquiries": STATUTORY,
        "GET /v1/cases/{case_id}/section-47-enquiries": {*KEY_WORKERS, *MANAGERS},
        "POST /v1/section-47-enquiries/{enquiry_id}/completion": STATUTORY,
        "POST /v1/cases/{case_id}/conferences": STATUTORY,
        "GET /v1/cases/{case_id}/conferences": {*KEY_WORKERS, *MANAGERS},
        "GET /v1/protection-plans": {*KEY_WORKERS, *MANAGERS},
        "GET /v1/protection-plans/figures": {*KEY_WORKERS, *MANAGERS, "performance_analyst"},
        "GET /v1/protection-plans/{plan_id}": {*KEY_WORKERS, *MANAGERS},
        "POST /v1/cases/{case_id}/protection-plans": STATUTORY,
        "POST /v1/protection-plans/{plan_id}/ending": STATUTORY,
        "POST /v1/cases/{case_id}/core-groups": STATUTORY,
        "GET /v1/cases/{case_id}/core-groups": {*KEY_WORKERS, *MANAGERS},
        "POST /v1/cases/{case_id}/need-plans": STATUTORY,
        "GET /v1/cases/{case_id}/need-plans": {*KEY_WORKERS, *MANAGERS},
        "POST /v1/need-plans/{plan_id}/ending": STATUTORY,
        "POST /v1/cases/{case_id}/reviews": {*KEY_WORKERS, *MANAGERS},
        "POST /v1/cases/{case_id}/court-stages": STATUTORY,
        "GET /v1/cases/{case_id}/court-stages": {*KEY_WORKERS, *MANAGERS},
        "GET /v1/cases/{case_id}/protection": {*KEY_WORKERS, *MANAGERS},
        "GET /v1/timescales": {*KEY_WORKERS, *MANAGERS},
        "POST /v1/cases/{case_id}/visits": {*KEY_WORKERS, *MANAGERS},
        "POST /v1/cases/{case_id}/calls": {*KEY_WORKERS, *MANAGERS},
        "POST /v1/cases/{case_id}/meetings": {*KEY_WORKERS, *MANAGERS},
        "POST /v1/cases/{case_id}/notes": {*KEY_WORKERS, *MANAGERS},
        "POST /v1/cases/{case_id}/supervisions": MANAGERS,
        "POST /v1/cases/{case_id}/oversights": MANAGERS,
        "POST /v1/cases/{case_id}/closing-summary": {*KEY_WORKERS, *MANAGERS},
        "GET /v1/cases/{case_id}/contacts": {*KEY_WORKERS, *MANAGERS},
        "GET /v1/contacts/{contact_id}": {*KEY_WORKERS, *MANAGERS},
        "PUT /v1/contacts/{contact_id}": {*KEY_WORKERS, *MANAGERS},
        "POST /v1/cases/{case_id}/actions": {*KEY_WORKERS, *MANAGERS},
        "GET /v1/cases/{case_id}/actions": {*KEY_WORKERS, *MANAGERS},
        "GET /v1/actions": {*KEY_WORKERS, *MANAGERS},
        "GET /v1/actions/{action_id}": {*KEY_WORKERS, *MANAGERS},
        "POST /v1/actions/{action_id}/completion": {*KEY_WORKERS, *MANAGERS},
        "POST /v1/actions/{action_id}/due-day": {*KEY_WORKERS, *MANAGERS},
        "POST /v1/actions/{action_id}/cancellation": {*KEY_WORKERS, *MANAGERS},
        "POST /v1/cases/{case_id}/allocation": MANAGERS,
        "GET /v1/cases/{case_id}/allocation-suggestions": MANAGERS,
        "GET /v1/families/{family_id}/key-workers": {*KEY_WORKERS, *MANAGERS},
        "GET /v1/key-worker-changes": {*MANAGERS, "performance_analyst"},
        "POST /v1/cases/{case_id}/transfers": MANAGERS,
        "GET /v1/cases/{case_id}/transfers": {*KEY_WORKERS, *MANAGERS},
        "GET /v1/transfers": {*KEY_WORKERS, *MANAGERS},
        "GET /v1/transfers/{transfer_id}": {*KEY_WORKERS, *MANAGERS},
        "POST /v1/transfers/{transfer_id}/acceptance": {*KEY_WORKERS, *MANAGERS},
        "POST /v1/transfers/{transfer_id}/rejection": {*KEY_WORKERS, *MANAGERS},
        "POST /v1/transfers/{transfer_id}/revocation": MANAGERS,
        "POST /v1/workers/{worker_id}/caseload-transfer": MANAGERS,
        "GET /v1/children/{child_id}/chronology": {*KEY_WORKERS, *MANAGERS},
        "GET /v1/families/{family_id}/chronology": {*KEY_WORKERS, *MANAGERS},
        "GET /v1/caseloads": {*MANAGERS, "performance_analyst"},
        "GET /v1/me": EVERY_ROLE,
        "POST /v1/families/{family_id}/thriving-families": {*KEY_WORKERS, *MANAGERS},
        "GET /v1/families/{family_id}/thriving-families": {*KEY_WORKERS, *MANAGERS},
        "POST /v1/families/{family_id}/outcome-plan": {*KEY_WORKERS, *MANAGERS},
        "PUT /v1/families/{family_id}/outcome-plan": {*KEY_WORKERS, *MANAGERS},
        "GET /v1/families/{family_id}/outcome-plan": {*KEY_WORKERS, *MANAGERS},
        "POST /v1/families/{family_id}/outcome-plan/reviews": {*KEY_WORKERS, *MANAGERS},
        "POST /v1/families/{family_id}/outcome-plan/progress": {*KEY_WORKERS, *MANAGERS},
        "POST /v1/families/{family_id}/star-readings": {*KEY_WORKERS, *MANAGERS},
        "GET /v1/families/{family_id}/star-readings": {*KEY_WORKERS, *MANAGERS},
        "GET /v1/families/{family_id}/star-readings/progress": {*KEY_WORKERS, *MANAGERS},
        "POST /v1/families/{family_id}/outcome-claims": {*KEY_WORKERS, *MANAGERS},
        "GET /v1/outcome-claims": {*MANAGERS, "performance_analyst"},
        "GET /v1/participation": {*KEY_WORKERS, *MANAGERS, "performance_analyst"},
        "GET /v1/participation/to-ask": {*KEY_WORKERS, *MANAGERS},
        "GET /v1/participation/{child_id}": {*KEY_WORKERS, *MANAGERS},
        "GET /v1/participation/{child_id}/{year_month}": {*KEY_WORKERS, *MANAGERS},
        "PUT /v1/participation/{child_id}/{year_month}": {*KEY_WORKERS, *MANAGERS},
        "GET /v1/ceiling": {*KEY_WORKERS, *MANAGERS, "performance_analyst", "governance_officer", "board_member"},
        "GET /v1/imports/{kind}/columns": {"administrator"},
        "POST /v1/imports/{kind}": {"administrator"},
        "POST /v1/imports/{kind}/check": {"administrator"},
        "GET /v1/imported-cases/{case_id}": {"service"},
        "POST /v1/cases/{case_id}/flags": {*KEY_WORKERS, *MANAGERS},
        "GET /v1/cases/{case_id}/flags": {*KEY_WORKERS, *MANAGERS},
        "GET /v1/families/{family_id}/flags": {*KEY_WORKERS, *MANAGERS},
        "GET /v1/flags/{flag_id}": {*KEY_WORKERS, *MANAGERS},
        "POST /v1/flags/{flag_id}/review": {*KEY_WORKERS, *MANAGERS},
        "GET /v1/ageing-out": {*KEY_WORKERS, *MANAGERS, "performance_analyst"},
    },
    "centres": {
        "GET /v1/centres": PUBLIC,
        "GET /v1/centres/nearest": PUBLIC,
        "GET /v1/centres/{centre_id}": PUBLIC,
        "GET /v1/centres/{centre_id}/timetable": PUBLIC,
        "POST /v1/activities": {"centre_coordinator", "administrator"},
        "GET /v1/activities/{activity_id}": {"centre_coordinator", "administrator"},
        "POST /v1/sessions/{session_id}/bookings": {*KEY_WORKERS, *MANAGERS, "centre_coordinator"},
        "POST /v1/sessions/{session_id}/attendance": {"centre_coordinator"},
        "GET /v1/sessions/{session_id}/attendance": {"centre_coordinator"},
        "POST /v1/crises": EVERY_ROLE,
        "GET /v1/crises": {*KEY_WORKERS, *MANAGERS},
        "GET /v1/crises/{crisis_id}": EVERY_ROLE,
        "POST /v1/crises/{crisis_id}/acknowledgement": {*KEY_WORKERS, *MANAGERS},
    },
    "governance": {
        "GET /v1/bodies": GOVERNANCE,
        "GET /v1/bodies/{body_id}/meetings": GOVERNANCE,
        "POST /v1/bodies/{body_id}/meetings": {"governance_officer", "administrator"},
        "POST /v1/bodies/{body_id}/members": {"governance_officer", "administrator"},
        "POST /v1/proposals": {"governance_officer", "board_member", "area_manager", "team_manager"},
        "GET /v1/proposals/{proposal_id}": GOVERNANCE,
        "GET /v1/meetings/{meeting_id}/agenda": GOVERNANCE,
        "POST /v1/meetings/{meeting_id}/decisions": {"governance_officer", "board_member"},
        "GET /v1/decisions": GOVERNANCE,
    },
}
"""For each route of each service the roles that may call it; none at all means that it is public."""

READING = ("CanRead", "CanCount", "CanSearch")
LOOKS = {"POST /v1/people/search"}
"""What is sent to look for something, because URLs carry no names."""

WITHOUT_DEPENDENCIES = {"GET /openapi.json", "HEAD /openapi.json", "/static"}
"""FastAPI's own description of the API, and the files of its documentation."""


def _found_on(app: FastAPI) -> Iterator[tuple[str, Any]]:
    """Every route with its methods, also those of routers, which FastAPI includes only when they are asked for."""
    for route in iter_route_contexts(app.routes):
        for name in [f"{method} {route.path}" for method in route.methods or ()] or [str(route.path)]:
            yield name, getattr(route, "dependant", None)


def _guards(dependant: Dependant | None) -> Iterator[Any]:
    """What in the tree of dependencies determines who may call."""
    if dependant is None:
        return
    if isinstance(dependant.call, Allow) or dependant.call is anyone:
        yield dependant.call
    for inner in dependant.dependencies:
        yield from _guards(inner)


def _roles_of(guards: list[Any]) -> set[str] | str:
    """The roles that all guards of a route let through: there is at least one, and they agree."""
    roles = {frozenset() if guard is anyone else frozenset(role.value for role in guard.roles) for guard in guards}
    return set(roles.pop()) if len(roles) == 1 else f"{len(roles)} guards"


@pytest.mark.parametrize("service", SERVICES)
def test_every_route_is_guarded_as_in_the_table(service: str, tmp_path: Path) -> None:
    app = import_module(f"services.{service}.app").create_app(Settings(service=service, DATA_DIR=tmp_path))
    found = {name: _roles_of(list(_guards(dependant))) for name, dependant in _found_on(app)}
    for name in WITHOUT_DEPENDENCIES:
        assert found.pop(name) == "0 guards"
    assert found == {**EVERY_SERVICE, **ROUTES[service]}


@pytest.mark.parametrize("service", SERVICES)
def test_each_permission_is_named_for_reading_or_for_writing_and_never_does_both(service: str, tmp_path: Path) -> None:
    app = import_module(f"services.{service}.app").create_app(Settings(service=service, DATA_DIR=tmp_path))
    access = vars(import_module(f"services.{service}.access"))
    named = {name: get_args(each)[1].dependency for name, each in access.items() if name.startswith("Can")}
    reads: dict[Allow, set[bool]] = {}
    for route, dependant in _found_on(app):
        for guard in guards_of(dependant) if dependant else ():
            reads.setdefault(guard, set()).add(route.startswith("GET") or route in LOOKS)
    assert {guard: does for guard, does in reads.items() if len(does) > 1} == {}
    assert reads.keys() - named.values() <= {get_args(SignedIn)[1].dependency}
    for name, guard in named.items():
        assert reads.get(guard) == {name.startswith(READING)}, f"{name} reads: {reads.get(guard)}"


def test_the_suite_adds_a_front_page_and_its_health_and_no_other_way_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    suite = create_suite()
    own = {"GET /", "GET /livez", "GET /readyz"}
    assert {name for name, _ in _found_on(suite)} == {*own, *(f"/{service}" for service in SERVICES)}


def _with_ids(path: str) -> str:
    return "/".join(str(uuid4()) if part.startswith("{") else part for part in path.split("/"))


BROKEN_JSON = {"content": b"{", "headers": {"Content-Type": "application/json"}}
BODIES: list[dict[str, Any]] = [{}, {"json": {}}, {"json": {"a": "\0"}}, {"json": []}, BROKEN_JSON]


@pytest.mark.parametrize("service", SERVICES)
async def test_a_role_that_a_route_does_not_name_is_refused_and_one_that_it_names_is_not(
    start: Callable[[str, str], Awaitable[ServiceUnderTest]], make_sqlite: MakeDatabase, service: str
) -> None:
    running = await start(service, make_sqlite(service))
    wrong: list[str] = []
    for role in EVERY_ROLE:
        client = running.as_(role)
        for route, allowed in {**EVERY_SERVICE, **ROUTES[service]}.items():
            for body in BODIES if not route.startswith("GET") else [{}]:
                method, _, path = route.partition(" ")
                answer = await client.request(method, f"http://service{_with_ids(path)}", **body)
                refused = role not in allowed and allowed != PUBLIC
                if (answer.status_code == 403) != refused or answer.status_code in (401, 500, 503):
                    wrong.append(f"{role} {route} {body}: {answer.status_code}")
    assert wrong == []


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize("header", [{}, {"Authorization": "Bearer x.y.z"}], ids=["no token", "a bad token"])
async def test_without_a_good_token_nothing_is_open_but_what_is_public(
    start: Callable[[str, str], Awaitable[ServiceUnderTest]],
    make_sqlite: MakeDatabase,
    service: str,
    header: dict[str, str],
) -> None:
    client = (await start(service, make_sqlite(service))).client(header)
    wrong: list[str] = []
    for route, allowed in {**EVERY_SERVICE, **ROUTES[service]}.items():
        method, _, path = route.partition(" ")
        for body in BODIES:
            answer = await client.request(method, f"http://service{_with_ids(path)}", **body)
            if (answer.status_code == 401) != (allowed != PUBLIC):
                wrong.append(f"{route} {body}: {answer.status_code}")
    assert wrong == []


async def test_a_role_of_ours_beside_others_is_enough_and_a_token_without_one_is_not(
    start: Callable[[str, str], Awaitable[ServiceUnderTest]], make_sqlite: MakeDatabase
) -> None:
    referrals = await start("referrals", make_sqlite("referrals"))
    both: Any = ["board_member", "mash_manager"]
    none: Any = ["superuser"]
    assert (await referrals.as_("referrer", roles=both).get("/referrals")).status_code == 200
    assert (await referrals.as_("referrer", roles=none).get("/codes")).status_code == 403
