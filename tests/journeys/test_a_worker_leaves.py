"""A whole caseload moves while the suite is killed, and a family that is referred again joins the case that it has."""

import asyncio
import threading
from contextlib import suppress
from typing import Any

import httpx
import pytest

from tests.eventually import eventually
from tests.journeys.running_suite import Caller, RunningSuite, running
from tests.services.referrals.referrals_sent import a_child, a_decision, a_referral

SIBLINGS = [a_child(given_name=name) for name in ("Barnabas", "Clemency")]


def _accepted(mash: Caller, children: list[dict[str, Any]], matched: list[dict[str, Any]] | None = None) -> Any:
    """A referral with the MASH's decision; its children are matched to known ones, where some are given."""
    sent = mash.post("/referrals/v1/referrals", a_referral(children=children))
    for child, known in zip(sent["children"], matched or [], strict=False):
        path = f"/referrals/v1/referrals/{sent['id']}/matches/{child['child_id']}"
        mash.post(path, {"matched_child_id": known["child_id"], "reason": "The same child"})
    mash.post(f"/referrals/v1/referrals/{sent['id']}/rating", {"rating": "red", "reason": "r"})
    mash.post(f"/referrals/v1/referrals/{sent['id']}/decision", a_decision(outcome="assessment"))
    return sent


def _worker(manager: Caller, name: str) -> str:
    worker = {"name": name, "role": "social_worker", "area": "south", "team": "South 1", "registration_number": name}
    return str(manager.post("/casework/v1/workers", worker)["id"])


def _cases(manager: Caller) -> dict[str, Any]:
    return {case["referral_id"]: case for case in manager.get("/casework/v1/cases", limit="200")["items"]}


def _summary(manager: Caller, by: str) -> dict[str, Any]:
    answer = manager.get("/casework/v1/caseloads", by=by)
    assert sum(item["children"] for item in answer["items"]) == answer["summary"]["children"]
    summary: dict[str, Any] = answer["summary"]
    return summary


@pytest.mark.timeout(240)
async def test_a_caseload_moves_as_a_whole_or_not_at_all_when_the_suite_is_killed(suite: RunningSuite) -> None:
    with running(suite):
        mash, manager = suite.as_("mash_manager"), suite.as_("area_manager")
        leaving, *others = [_worker(manager, name) for name in ("Ada", "Bea", "Cora")]
        families = [_accepted(mash, SIBLINGS) for _ in range(6)]
        await eventually(lambda: len(_cases(manager)) == len(families), within=60)
        for case in _cases(manager).values():
            manager.post(f"/casework/v1/cases/{case['id']}/allocation", {"worker_id": leaving})
        path = f"/casework/v1/workers/{leaving}/caseload-transfer"

        def held_by() -> set[str]:
            return {case["key_worker"]["id"] for case in _cases(manager).values()}

        for milliseconds in (3, 12, 40):
            if held_by() != {leaving}:
                break
            plan = manager.post(path, {"reason": "Leaves", "preview": True})
            assert plan["complete"]
            asked = threading.Thread(target=_ask_whatever_comes, args=(manager, path, plan["plan"]))
            asked.start()
            await asyncio.sleep(milliseconds / 1000)  # the moment of the power cut, not a wait for anything
            suite.kill()
            asked.join()
            suite.start()
            assert held_by() in ({leaving}, set(others)), "moved in part"
            for by in ("worker", "team", "area", "county"):
                assert _summary(manager, by).items() >= {"children": 12, "families": 6, "unallocated": 0}.items()
        if held_by() == {leaving}:
            plan = manager.post(path, {"reason": "Leaves", "preview": True})
            manager.post(path, {"reason": "Leaves", "plan": plan["plan"]})
        assert held_by() == set(others)
        assert _summary(manager, "worker").items() >= {"workers": 3, "minimum": 0, "maximum": 6, "mean": 4}.items()


def _ask_whatever_comes(manager: Caller, path: str, plan: str) -> None:
    with suppress(httpx.HTTPError):  # the suite is killed meanwhile
        manager.post(path, {"reason": "Leaves", "plan": plan})


async def test_a_family_that_is_referred_again_joins_its_case_and_counts_once(suite: RunningSuite) -> None:
    with running(suite):
        mash, manager = suite.as_("mash_manager"), suite.as_("area_manager")
        first = _accepted(mash, SIBLINGS[:1])
        case = await eventually(lambda: _cases(manager).get(first["id"]))
        worker = _worker(manager, "Ada")
        manager.post(f"/casework/v1/cases/{case['id']}/allocation", {"worker_id": worker})
        again = _accepted(mash, SIBLINGS, matched=first["children"])
        assert again["family_id"] != first["family_id"]

        def joined() -> Any:
            return next((each for each in _cases(manager).values() if each["child_count"] == 2), None)

        whole = await eventually(joined)
        assert (whole["id"], whole["key_worker"]["id"]) == (case["id"], worker)
        assert len(_cases(manager)) == 1
        shown = manager.get(f"/casework/v1/cases/{case['id']}")
        names = {child["given_name"] for child in shown["children"]}
        assert names == {"Barnabas", "Clemency"}
        summary = _summary(manager, "worker")
        assert summary.items() >= {"children": 2, "families": 1, "unallocated": 0}.items()
