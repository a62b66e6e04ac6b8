"""Whatever anybody does on the statutory path in whatever order, the census's rules hold over the whole record, what is
refused changes nothing, and what is shown agrees with a naive recount."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID, uuid4

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from services.casework.cases.cases.models import Case
from services.casework.lifecycle.pathways.rules import ORDER
from services.casework.protection.assessments.models import AssessmentConclusion, StatutoryAssessment
from services.casework.protection.conferences.models import Conference, ConferenceChild
from services.casework.protection.core_groups.models import CoreGroup, CoreGroupChild
from services.casework.protection.court_stages.models import CourtStage
from services.casework.protection.court_stages.rules import LAWFUL
from services.casework.protection.enquiries.models import Enquiry, EnquiryChild
from services.casework.protection.need_plans.models import NeedPlan, NeedPlanChild, NeedReview
from services.casework.protection.protection_plans.models import ProtectionPlan
from services.casework.protection.strategy_discussions.models import StrategyDiscussion
from services.casework.record.timescales.models import Timescale
from services.casework.tables import Table
from shared import clock
from shared.contracts.referrals import ChildMerged, ChildUnmerged
from shared.merged_children import surviving_ids
from tests.service_under_test import ServiceUnderTest
from tests.services.casework.casework_made import an_accepted_referral
from tests.services.casework.protection.protection_made import PRESENT, WISHES, Json, ago

WRITTEN: tuple[type[Table], ...] = (
    StatutoryAssessment,
    AssessmentConclusion,
    StrategyDiscussion,
    Enquiry,
    Conference,
    ProtectionPlan,
    CoreGroup,
    NeedPlan,
    NeedReview,
    CourtStage,
    Timescale,
)
ROLES = ("practice_supervisor", "team_manager", "social_worker", "family_support_worker", "partner", "board_member")
DEEDS = (
    "assessment",
    "completion",
    "authorisation",
    "discussion",
    "enquiry",
    "enquiry_end",
    "initial",
    "initial",
    "review",
    "core_group",
    "need_plan",
    "need_plan_end",
    "need_review",
    "court",
    "from_elsewhere",
    "plan_end",
    "visit",
    "merge",
    "unmerge",
    "closure",
)
FOLLOWS = {"enquiry": "discussion", "initial": "enquiry", "review": "initial", "core_group": "initial"}
"""Whose children a deed is about, mostly: else hardly one would be lawful."""
BEGUN = [("discussion", 72, [0, 1], "practice_supervisor", 1), ("enquiry", 71, [0, 1], "practice_supervisor", 1)]
ACT = st.tuples(
    st.sampled_from(DEEDS),
    st.integers(0, 70),
    st.lists(st.integers(0, 3), min_size=1, max_size=3, unique=True),
    st.sampled_from(("practice_supervisor",) * 8 + ROLES),
    st.integers(0, 20),
)


class Family:
    """Three children and an unborn one, with what was made for them so far."""

    def __init__(self, casework: ServiceUnderTest) -> None:
        self.casework = casework
        self.children = [uuid4() for _ in range(4)]
        self.made: dict[str, list[str]] = defaultdict(list)
        self.about: dict[str, list[str]] = {}
        self.merges = 0

    async def open(self) -> None:
        accepted = an_accepted_referral(child_ids=self.children)
        at = accepted.received_at - timedelta(days=75)
        accepted = accepted.model_copy(update={"received_at": at, "decided_at": at})
        expected = (ago(0) + timedelta(weeks=10)).isoformat()
        names: Json = {"given_name": "Child", "family_name": "Quillfeather"}
        children = [
            {**names, "child_id": str(each), "date_of_birth": "2016-05-04", "expected_date_of_birth": None}
            for each in self.children[:3]
        ]
        unborn = {**names, "child_id": str(self.children[3]), "date_of_birth": None, "expected_date_of_birth": expected}
        url = f"http://referrals/v1/referrals/{accepted.referral_id}"
        self.casework.answers[url] = {"area": "south", "children": [*children, unborn]}
        await self.casework.deliver(accepted)
        asked = {"referral": str(accepted.referral_id)}
        [case] = (await self.casework.as_("area_manager").get("/cases", params=asked)).json()["items"]
        self.case_id = case["id"]

    def last(self, kind: str) -> str:
        return self.made[kind][-1] if self.made[kind] else str(uuid4())

    async def do(self, deed: str, days: int, children: list[int], role: str, choice: int) -> int:
        """The status of the answer; 0 where it is no call."""
        if deed in ("merge", "unmerge"):
            await self._merge(deed, children)
            return 0
        named = self.about.get(FOLLOWS.get(deed, ""), []) if choice % 4 else []
        named = named or [str(self.children[each]) for each in children]
        path, body = _CALLS[deed](self, ago(days).isoformat(), named, choice)
        answer = await self.casework.as_(role, sub=f"somebody {choice % 2}").post(path, json=body)
        assert answer.status_code in (200, 201, 403, 404, 409, 422), answer.text
        if answer.status_code == 201:
            self._remember(deed, answer.json(), named)
        return answer.status_code

    def _remember(self, deed: str, made: Json, named: list[str]) -> None:
        self.made[deed].append(made["id"])
        self.about[deed] = named
        for each in made.get("children", []):
            if isinstance(each, dict) and each.get("plan_id"):
                self.made["from_elsewhere"].append(each["plan_id"])

    async def _merge(self, deed: str, children: list[int]) -> None:
        """As the front door does: never two of whom each has a plan in force."""
        one, other = self.children[children[0]], self.children[(children[0] + 1) % 4]
        self.merges += 1
        if deed == "unmerge":
            merge: Any = ChildUnmerged(
                merge_id=uuid4(), surviving_child_id=one, merged_child_id=other, unmerged_at=clock.now()
            )
        else:
            async with self.casework.database.read() as session:
                answers = await surviving_ids(session, self.children)
                if answers[one] == answers[other] or await _both_have(session, answers, one, other):
                    return
            merge = ChildMerged(
                merge_id=uuid4(),
                surviving_child_id=answers[one],
                merged_child_id=answers[other],
                merged_at=clock.now(),
            )
        await self.casework.deliver(merge, sequence=self.merges)


async def _both_have(session: Any, answers: dict[UUID, UUID], one: UUID, other: UUID) -> bool:
    """Whether two records each have something open, of which a child has one."""
    has: dict[UUID, set[str]] = defaultdict(set)
    open_ones = (
        select(ProtectionPlan.child_id).where(ProtectionPlan.ended_on.is_(None)),
        select(EnquiryChild.child_id).where(EnquiryChild.ended_on.is_(None)),
        select(NeedPlanChild.child_id).where(NeedPlanChild.ended_on.is_(None)),
    )
    for rows in open_ones:
        for child_id in await session.scalars(rows):
            has[answers.get(child_id, child_id)].add("open")
    assessments = select(StatutoryAssessment).options(
        selectinload(StatutoryAssessment.children), selectinload(StatutoryAssessment.conclusions)
    )
    ended = select(ProtectionPlan.child_id), select(NeedPlanChild.child_id)
    for rows in ended:
        for child_id in await session.scalars(rows):
            has[answers.get(child_id, child_id)].add("had")
    for each in await session.scalars(assessments):
        for child in each.children:
            has[answers.get(child.child_id, child.child_id)].add("open" if each.status == "open" else "assessed")
    return bool(has[answers[one]] and has[answers[other]])


def _decisions(children: Iterable[str], *choices: str) -> list[Json]:
    made = []
    for number, child in enumerate(children):
        decision = choices[number % len(choices)]
        category = {"category": "NEG"} if decision == "plan" else {}
        reason = {"reason": "x"} if decision in ("no_plan", "end") else {}
        made.append({"child_id": child, "decision": decision, **category, **reason})
    return made


def _conference(family: Family, kind: str, day: str, children: list[Json], **more: Any) -> tuple[str, Json]:
    chair = {"name": "Imogen Tarrant", "subject": "imogen"}
    body = {"kind": kind, "held_on": day, "chair": chair, "present": PRESENT, "quorate": True, "children": children}
    return f"/cases/{family.case_id}/conferences", {**body, **more}


_CALLS: dict[str, Callable[[Family, str, list[str], int], tuple[str, Json]]] = {
    "assessment": lambda f, day, who, n: (f"/cases/{f.case_id}/assessments", {"children": who, "started_on": day}),
    "completion": lambda f, day, who, n: (
        f"/assessments/{f.last('assessment')}/completion",
        {
            "completed_on": day,
            "factors": ["16A", "21"] if n == 0 else ["16A"],
            "outcome": "child_in_need_plan",
            "analysis": "x",
            "wishes": WISHES,
            "reason_late": "x" if n % 2 else None,
        },
    ),
    "authorisation": lambda f, day, who, n: (
        f"/assessments/{f.last('assessment')}/authorisation",
        {"agreed": n % 3 > 0, "reason": "x"},
    ),
    "discussion": lambda f, day, who, n: (
        f"/cases/{f.case_id}/strategy-discussions",
        {
            "held_at": f"{day}T00:30:00Z",
            "children": who,
            "participants": PRESENT[: 2 if n == 0 else 3],
            "outcome": "section_47",
            "reason": "x",
        },
    ),
    "enquiry": lambda f, day, who, n: (
        f"/cases/{f.case_id}/section-47-enquiries",
        {"strategy_discussion_id": f.last("discussion"), "children": who, "started_on": day, "kind": "single"},
    ),
    "enquiry_end": lambda f, day, who, n: (
        f"/section-47-enquiries/{f.last('enquiry')}/completion",
        {"completed_on": day, "outcome": "conference" if n % 2 else "not_substantiated", "reason": "x"},
    ),
    "initial": lambda f, day, who, n: _conference(
        f,
        "initial",
        day,
        _decisions(who, "plan", "no_plan" if n % 3 == 0 else "plan"),
        section_47_enquiry_id=f.last("enquiry"),
    ),
    "review": lambda f, day, who, n: _conference(f, "review", day, _decisions(who, "end" if n % 2 else "continue")),
    "core_group": lambda f, day, who, n: (
        f"/cases/{f.case_id}/core-groups",
        {"held_on": day, "children": who if n % 2 else [], "quorate": n % 3 > 0, "present": PRESENT},
    ),
    "need_plan": lambda f, day, who, n: (
        f"/cases/{f.case_id}/need-plans",
        {"children": who, "started_on": day, "goals": ["x"]},
    ),
    "need_plan_end": lambda f, day, who, n: (
        f"/need-plans/{f.last('need_plan')}/ending",
        {"ended_on": day, "reason": "x"},
    ),
    "need_review": lambda f, day, who, n: (
        f"/cases/{f.case_id}/reviews",
        {"kind": "child_in_need", "held_on": day, "outcome": "end" if n % 3 == 0 else "continue", "notes": "x"},
    ),
    "court": lambda f, day, who, n: (
        f"/cases/{f.case_id}/court-stages",
        {
            "stage": (stage := sorted({each for lawful in LAWFUL.values() for each in lawful})[n % 7]),
            "on": day,
            "children": who,
            **({"order": "care_order"} if stage.endswith("order") else {}),
        },
    ),
    "from_elsewhere": lambda f, day, who, n: (
        f"/cases/{f.case_id}/protection-plans",
        {"child_id": who[0], "started_on": day, "category": "PHY"},
    ),
    "plan_end": lambda f, day, who, n: (
        f"/protection-plans/{f.last('from_elsewhere')}/ending",
        {"ended_on": day, "reason": "moved_out", "text": "x"},
    ),
    "visit": lambda f, day, who, n: (
        f"/cases/{f.case_id}/visits",
        {
            "happened_on": day,
            "purpose": "child_protection_visit",
            "children": [{"child_id": each, "seen": n % 3 > 0} for each in who],
            "other_children_reason": "x",
        },
    ),
    "closure": lambda f, day, who, n: (f"/cases/{f.case_id}/closure", {"closed_on": day, "reason": "RC7"}),
}


@settings(max_examples=8, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
@given(acts=st.lists(ACT, min_size=12, max_size=30), begun=st.booleans(), in_order=st.booleans())
async def test_the_rules_of_the_census_hold_whatever_is_done(
    casework: ServiceUnderTest, acts: list[tuple[str, int, list[int], str, int]], begun: bool, in_order: bool
) -> None:
    family = Family(casework)
    await family.open()
    if in_order:
        acts = sorted(acts, key=lambda act: -act[1])
    for act in [*(BEGUN if begun else []), *acts]:
        before = await _counts(casework)
        status = await family.do(*act)
        if status >= 400:
            assert await _counts(casework) == before, act
        await _holds(casework, family, act)


async def _counts(casework: ServiceUnderTest) -> list[int]:
    async with casework.database.read() as session:
        return [await session.scalar(select(func.count()).select_from(table)) or 0 for table in WRITTEN]


async def _holds(casework: ServiceUnderTest, family: Family, act: object) -> None:
    """The rules of the census, over all rows of this family."""
    case_id = UUID(family.case_id)
    async with casework.database.read() as session:
        answers = await surviving_ids(session, family.children)
        case = await session.get_one(Case, case_id)
        plans = (await session.scalars(select(ProtectionPlan).where(ProtectionPlan.case_id == case_id))).all()
        need_rows = select(NeedPlanChild).join(NeedPlan).where(NeedPlan.case_id == case_id)
        need = (await session.scalars(need_rows.options(selectinload(NeedPlanChild.plan)))).all()
        enquiry_rows = select(EnquiryChild).join(Enquiry).where(Enquiry.case_id == case_id)
        enquiries = (await session.scalars(enquiry_rows)).all()
        held = select(Conference).where(Conference.case_id == case_id).options(selectinload(Conference.children))
        conferences = (await session.scalars(held)).all()
        met = select(CoreGroupChild.plan_id, CoreGroup.held_on).join(CoreGroup).where(CoreGroup.case_id == case_id)
        core_groups = (await session.execute(met)).all()
        due = (await session.scalars(select(Timescale).where(Timescale.case_id == case_id))).all()

    stretches = [(answers[each.child_id], each.started_on, each.ended_on) for each in plans]
    assert _at_most_one_open(stretches), ("8935", act)
    assert _without_overlap(stretches), ("8940", act)
    assert all(each.ended_on is None or each.ended_on > each.started_on for each in plans), ("8840", act)
    in_need = [(answers[each.child_id], each.plan.started_on, each.ended_on) for each in need]
    assert _at_most_one_open(in_need), ("4004", act)
    assert _without_overlap(in_need), ("4014", act)
    on_plan = {child for child, _, ended_on in stretches if ended_on is None}
    assert not on_plan & {child for child, _, ended_on in in_need if ended_on is None}, ("4001", act)
    assert _at_most_one_open([(answers[each.child_id], date.min, each.ended_on) for each in enquiries]), ("8890", act)
    by_id = {plan.id: plan for plan in plans}
    for conference in conferences:
        assert conference.kind != "initial" or conference.held_on.weekday() < 5, ("8875", act)
        for child in conference.children:
            _agrees(conference, child, by_id)
    asked = ["child_in_need"] * any(each.ended_on is None for each in need)
    asked += ["child_protection"] * (bool(on_plan) or any(each.ended_on is None for each in enquiries))
    assert case.status == "open" or not asked, ("8867", act)
    assert all(ORDER.index(case.pathway) >= ORDER.index(each) for each in asked), (case.pathway, asked, act)
    for plan in plans:
        days = sorted(each.held_on for each in core_groups if each.plan_id == plan.id)
        turns = sorted((each for each in due if each.about_id == plan.id and each.step == "core_group"), key=_number)
        assert [each.met_on for each in turns[: len(days)]] == days, act
        assert [each.due_on for each in turns[1:]] == [day + timedelta(weeks=6) for day in days], act
        assert all(each.ended_on == plan.ended_on for each in turns[len(days) :]), act
        last = plan.ended_on or date.max
        assert all(each.met_on is None or each.met_on <= last for each in due if each.about_id == plan.id), act
    await _list_agrees(casework, len(on_plan))


def _number(row: Timescale) -> int:
    return row.number


def _agrees(conference: Conference, child: ConferenceChild, plans: dict[UUID, ProtectionPlan]) -> None:
    if child.decision == "plan" and child.plan_id:
        assert plans[child.plan_id].started_on == conference.held_on, "2885"
    if conference.kind == "review" and child.plan_id:
        assert conference.held_on > plans[child.plan_id].started_on, "8841"


def _at_most_one_open(stretches: list[tuple[UUID, date, date | None]]) -> bool:
    open_ones = [child for child, _, ended_on in stretches if ended_on is None]
    return len(open_ones) == len(set(open_ones))


def _without_overlap(stretches: list[tuple[UUID, date, date | None]]) -> bool:
    ordered = sorted(stretches, key=lambda each: (each[0], each[1], each[2] or date.max))
    return all(one[0] != other[0] or (one[2] is not None and one[2] <= other[1]) for one, other in pairwise(ordered))


async def _list_agrees(casework: ServiceUnderTest, in_force: int) -> None:
    """The figures are those of the list, and the list is that of the rows, here over every family of the test."""
    manager = casework.as_("area_manager")
    figures = (await manager.get("/protection-plans/figures")).json()
    listed, after = list[Json](), None
    while True:
        page = (
            await manager.get("/protection-plans", params={"limit": 200, **({"after": after} if after else {})})
        ).json()
        listed += page["items"]
        if (after := page["next"]) is None:
            break
    assert figures["plans"] == len(listed) == await _open_plans(casework)
    assert sum(figures["by_category"].values()) == sum(figures["by_duration"].values()) == len(listed)
    assert len(listed) >= in_force


async def _open_plans(casework: ServiceUnderTest) -> int:
    async with casework.database.read() as session:
        rows = select(func.count()).select_from(ProtectionPlan).where(ProtectionPlan.ended_on.is_(None))
        return await session.scalar(rows) or 0
