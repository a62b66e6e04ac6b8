"""A county's open cases come from an older system in three files, and whoever is referred next is known already."""

from collections.abc import Mapping
from typing import Any

import pytest

from tests.eventually import eventually
from tests.journeys.running_suite import Caller, RunningSuite, running
from tests.services.casework.imports.imports_made import a_case_row, a_file, a_worker_row, an_allocation_row
from tests.services.referrals.referrals_sent import a_child, a_decision, a_referral

FILES: Mapping[str, list[dict[str, str]]] = {
    "workers": [
        a_worker_row(old_reference="W0", name="Ottoline Before", left_on="2025-06-29"),
        a_worker_row(subject="rosalind"),
    ],
    "cases": [
        a_case_row(nhs_number="943 476 5919", address="12 Ock Street"),
        a_case_row(child_reference="K2", given_name="Araminta", address="12 Ock Street"),
        a_case_row(case_reference="C2", child_reference="K3", given_name="Clemency", area="south", postcode=""),
        a_case_row(case_reference="C3", child_reference="K4", given_name="Dorcas", area="north", pathway="early_help"),
    ],
    "allocations": [
        an_allocation_row(worker_reference="W0", ended_on="2025-06-30"),
        an_allocation_row(starts_on="2025-06-30"),
    ],
}


def _send(caller: Caller, step: str = "") -> list[tuple[int, int]]:
    """The files in their order: of each, how many rows are new and how many were there."""
    answers = [caller.post_csv(f"/casework/v1/imports/{kind}{step}", a_file(rows)) for kind, rows in FILES.items()]
    return [(answer["added"], answer["already_there"]) for answer in answers]


def _summary(manager: Caller, **query: str) -> Any:
    return manager.get("/casework/v1/caseloads", **query)["summary"]


@pytest.mark.timeout(120)
async def test_open_cases_of_an_older_system_go_on_here(suite: RunningSuite) -> None:
    with running(suite):
        administrator, manager, mash = (suite.as_(role) for role in ("administrator", "area_manager", "mash_manager"))
        assert _send(administrator) == [(2, 0), (4, 0), (2, 0)]
        assert _send(administrator) == [(0, 2), (0, 4), (0, 2)]
        assert _send(administrator, "/check") == [(0, 2), (0, 4), (0, 2)]

        for by in ("worker", "team", "area", "county"):
            numbers = {"workers": 1, "children": 2, "families": 1, "unallocated": 1}
            assert _summary(manager, by=by).items() >= numbers.items()
        assert _summary(manager, by="worker", as_at="2025-06-29").items() >= {"children": 2, "unallocated": 1}.items()
        [waiting] = manager.get("/casework/v1/cases", unallocated="true")["items"]
        assert (waiting["opened_on"], waiting["child_count"]) == ("2025-02-03", 1)
        [mine] = suite.as_("social_worker", subject="rosalind").get("/casework/v1/cases")["items"]

        def found() -> Any:
            known = {"nhs_number": "9434765919"}
            return mash.post("/referrals/v1/people/search", known)["items"]

        [barnabas] = await eventually(found, within=30)
        assert (barnabas["family_id"], barnabas["given_name"]) == (mine["family_id"], "Barnabas")
        await eventually(lambda: found()[0]["siblings"], within=30)

        newborn = a_child(given_name="Ebenezer", date_of_birth="2024-05-04")
        sent = mash.post("/referrals/v1/referrals", a_referral(children=[a_child(), newborn]))
        one = f"/referrals/v1/referrals/{sent['id']}"
        same = {"matched_child_id": barnabas["child_id"], "reason": "The same child"}
        mash.post(f"{one}/matches/{sent['children'][0]['child_id']}", same)
        rated = mash.post(f"{one}/rating", {"rating": "red", "reason": "r"})

        def known_at_the_front_door() -> Any:
            [queued] = mash.get("/referrals/v1/referrals", status=rated["status"])["items"]
            return queued["open_cases"] and queued["open_cases"][0]["key_worker"] and queued["open_cases"]

        [open_case] = await eventually(known_at_the_front_door, within=30)
        assert open_case["case_id"] == mine["id"]
        assert open_case["key_worker"] == {name: mine["key_worker"][name] for name in ("id", "name")}
        mash.post(f"{one}/decision", a_decision(outcome="strategy_discussion", level=4))

        def joined() -> Any:
            case = manager.get(f"/casework/v1/cases/{mine['id']}")
            return case if case["child_count"] == 3 else None

        case = await eventually(joined, within=30)
        assert (case["pathway"], case["key_worker"]["id"]) == ("child_protection", mine["key_worker"]["id"])
        assert {child["given_name"] for child in case["children"]} == {"Barnabas", "Araminta", "Ebenezer"}
        assert _summary(manager, by="worker").items() >= {"children": 3, "families": 1, "unallocated": 1}.items()
        assert len(manager.get("/casework/v1/cases")["items"]) == len({"C1", "C2", "C3"})
