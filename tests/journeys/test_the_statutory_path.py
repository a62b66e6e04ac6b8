"""Five siblings from the front door to protection plans, and what their visits that nobody made become."""

from datetime import timedelta
from typing import Any

import pytest

from shared import clock
from tests.eventually import eventually
from tests.journeys.running_suite import Caller, RunningSuite, running
from tests.journeys.walked import a_targeted_session, agenda_of_core_group, case_of, is_booked
from tests.services.casework.protection.protection_made import PRESENT, a_conference, a_weekday, ago, for_a_plan
from tests.services.referrals.referrals_sent import a_child, a_decision, a_referral

CASEWORK = "/casework/v1"
NAMES = ("Barnabas", "Araminta", "Silas", "Philippa", "Amos")


@pytest.mark.timeout(240)
async def test_a_plan_that_a_conference_began_stands_after_a_power_cut_and_what_is_missed_reaches_the_board(
    suite: RunningSuite,
) -> None:
    with running(suite):
        manager, supervisor = suite.as_("area_manager"), suite.as_("practice_supervisor")
        family_id = _referred(suite.as_("mash_practitioner"))
        case = await eventually(lambda: case_of(manager, family_id), within=60)
        one = f"{CASEWORK}/cases/{case['id']}"
        child_ids = [child["child_id"] for child in manager.get(one)["children"]]
        held_on = _conference_held(supervisor, one, child_ids)
        suite.kill()
        suite.start()  # its timers look at once for what was missed

        whole = manager.get(f"{one}/protection")
        plans = {each["child_id"]: each["plan"] for each in whole["children"]}
        assert {(plan["category"], plan["started_on"]) for plan in plans.values()} == {("NEG", held_on)}
        assert set(plans) == set(child_ids)
        assert manager.get(one)["pathway"] == "child_protection"
        assert manager.get(f"{CASEWORK}/protection-plans/figures")["plans"] == len(NAMES)
        due = manager.get(f"{CASEWORK}/timescales", case=case["id"], step="protection_visit", overdue="true")["items"]
        assert {each["child_id"] for each in due} == set(child_ids)

        def missed() -> Any:
            return [each for each in agenda_of_core_group(manager) if each.get("step") == "protection_visit"]

        [item] = await eventually(missed, within=60)
        assert (item["kind"], item["area"], item["missed_in_28_days"]) == ("timescales_missed", "south", 5)

        coordinator = suite.as_("centre_coordinator")
        session_id = a_targeted_session(coordinator)
        await eventually(lambda: is_booked(coordinator, session_id, family_id), within=60)
        path = f"{CASEWORK}/children/{child_ids[0]}/chronology"
        story = manager.get(path, limit="200")["items"]
        steps = [entry["kind"] for entry in story if entry["source"] == "casework"]
        assert {"strategy_discussion_held", "enquiry_started", "conference_held", "protection_plan_started"} <= {*steps}
        assert steps.count("protection_plan_started") == 1
        assert "referral_accepted" in [entry["kind"] for entry in story if entry["source"] == "referrals"]


def _referred(mash: Caller) -> str:
    received_at = clock.now() - timedelta(days=60)
    children = [a_child(given_name=name, date_of_birth=f"20{12 + n}-02-11") for n, name in enumerate(NAMES)]
    sent = mash.post("/referrals/v1/referrals", a_referral(received_at=received_at.isoformat(), children=children))
    path = f"/referrals/v1/referrals/{sent['id']}"
    decided_at = (received_at + timedelta(hours=3)).isoformat()
    rated = {"rating": "red", "reason": "Two accounts that do not fit", "rated_at": decided_at}
    mash.post(f"{path}/rating", rated)
    mash.post(f"{path}/decision", a_decision(outcome="strategy_discussion", level=4, decided_at=decided_at))
    return str(sent["family_id"])


def _conference_held(supervisor: Caller, one: str, child_ids: list[str]) -> str:
    """On a day from which the first visits were due within the last 28 days."""
    discussed = {"participants": PRESENT, "outcome": "section_47", "reason": "Two accounts that do not fit"}
    discussion = supervisor.post(f"{one}/strategy-discussions", {**discussed, "held_at": f"{ago(45)}T10:00:00Z"})
    begun = {"strategy_discussion_id": discussion["id"], "started_on": ago(45).isoformat(), "kind": "joint"}
    enquiry = supervisor.post(f"{one}/section-47-enquiries", begun)
    held_on = a_weekday(ago(30))
    decided = [for_a_plan(child_id) for child_id in child_ids]
    late = {"reason_late": "No interpreter could be had"}
    supervisor.post(f"{one}/conferences", a_conference(held_on, decided, section_47_enquiry_id=enquiry["id"], **late))
    return held_on.isoformat()
