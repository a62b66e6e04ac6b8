"""Whatever is done with a case in whatever order, it stands as in a small model of the rules, and so does history."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from services.casework.lifecycle.openings.rules import PATHWAY_AFTER
from services.casework.lifecycle.pathways.rules import LAWFUL, ORDER
from shared import clock
from shared.contracts.casework import CaseClosed, CasePathwayChanged, CaseReferralJoined, CaseReopened
from shared.contracts.event import Event
from tests.service_under_test import ServiceUnderTest
from tests.services.casework.casework_made import a_case
from tests.services.casework.lifecycle.pathways_made import case_of, days_ago, history_of, post, referred_again

STEPS = {(step.before, step.after) for step in LAWFUL}
PATHWAYS = st.sampled_from(ORDER)
DAYS = st.integers(-1, 12)
DEEDS = st.one_of(
    st.tuples(st.just("pathway"), PATHWAYS, DAYS),
    st.tuples(st.just("closure"), st.just("RC7"), DAYS),
    st.tuples(st.just("reopening"), PATHWAYS, DAYS),
    st.tuples(st.just("referral"), st.sampled_from(sorted(PATHWAY_AFTER)), st.integers(0, 12)),
)


ENTERS = ("thriving_families", "child_in_need", "child_protection")


@dataclass
class Model:
    """The rules of a case that nobody holds, once more and by hand; the last element of `steps` is how it stands."""

    steps: list[tuple[str, date]]
    joined: list[date] = field(default_factory=list)
    events: list[type[Event]] = field(default_factory=list)

    @property
    def is_open(self) -> bool:
        return self.steps[-1][0] != "closed"

    @property
    def pathway(self) -> str:
        return next(pathway for pathway, _ in reversed(self.steps) if pathway != "closed")

    @property
    def last_fact_on(self) -> date:
        return max(self.steps[-1][1], *self.joined, date.min)

    def refusal(self, deed: str, what: str, day: date) -> str | None:
        """The code of the problem that there must be."""
        if deed == "reopening" and self.is_open:
            return "case-not-closed"
        if deed != "reopening" and not self.is_open:
            return "case-closed"
        if deed in ("pathway", "reopening") and self.pathway == "early_help" and what in ENTERS:
            return "front-door-decides"
        changes = (self.pathway, what) in STEPS
        if (deed == "pathway" and not changes) or (deed == "reopening" and not changes and what != self.pathway):
            return "not-a-lawful-step"
        if day > clock.today():
            return "in-the-future"
        if day < (self.last_fact_on if deed != "pathway" else self.steps[-1][1]):
            return "out-of-order"
        return None

    def do(self, deed: str, what: str, day: date) -> None:
        events: dict[str, type[Event]] = {
            "pathway": CasePathwayChanged,
            "closure": CaseClosed,
            "reopening": CaseReopened,
        }
        self.steps.append(("closed" if deed == "closure" else what, day))
        self.events.append(events[deed])

    def join(self, outcome: str, day: date) -> None:
        day = max(day, self.last_fact_on)
        self.joined.append(day)
        self.events.append(CaseReferralJoined)
        asked = PATHWAY_AFTER[outcome]
        if ORDER.index(asked) > ORDER.index(self.pathway):
            self.steps.append((asked, day))
            self.events.append(CasePathwayChanged)


@settings(max_examples=12, phases=[Phase.generate])
@given(start=st.sampled_from(sorted(PATHWAY_AFTER)[1:]), deeds=st.lists(DEEDS, min_size=3, max_size=8))
async def test_a_case_goes_the_way_of_the_model(
    casework: ServiceUnderTest, start: str, deeds: list[tuple[str, str, int]]
) -> None:
    case = await a_case(casework, outcome=start, decided_at=clock.now() - timedelta(days=10))
    model, before = Model([(PATHWAY_AFTER[start], days_ago(10))]), len(await casework.events())
    for deed, what, days in deeds:
        if deed == "referral":
            if model.is_open:  # else it opens another case
                at = clock.now() - timedelta(days=days)
                await referred_again(casework, case["family_id"], what, decided_at=at)
                model.join(what, days_ago(days))
            continue
        expected = model.refusal(deed, what, days_ago(days))
        answer = await post(casework, f"/cases/{case['id']}/{deed}", **_a_body(deed, what, days_ago(days)))
        problem = answer.json() if answer.is_error else None
        assert (problem and _code_of(problem)) == expected, (deed, what, days, model.steps)
        if expected is None:
            model.do(deed, what, days_ago(days))
    await _agrees(casework, case["id"], model, before)


async def _agrees(casework: ServiceUnderTest, case_id: str, model: Model, before: int) -> None:
    shown, history = await case_of(casework, case_id), await history_of(casework, {"id": case_id})
    steps = [(each["pathway"], date.fromisoformat(each["from_on"])) for each in history["steps"]]
    assert steps == model.steps
    assert (shown["status"] == "open") == model.is_open
    assert shown["pathway"] == model.pathway
    assert shown["closed_on"] == (None if model.is_open else model.steps[-1][1].isoformat())
    assert len(shown["children"]) == 1 + len(model.joined)
    assert [type(event) for event in (await casework.events())[before:]] == model.events


def _a_body(deed: str, what: str, day: date) -> dict[str, Any]:
    if deed == "closure":
        return {"closed_on": day, "reason": what}
    dated = "from_on" if deed == "pathway" else "reopened_on"
    return {"pathway": what, "reason": "Reviewed", dated: day}


def _code_of(problem: dict[str, Any]) -> str:
    code: str = problem["errors"][0]["code"] if problem["code"] == "invalid" else problem["code"]
    return code
