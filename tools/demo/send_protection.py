"""The way of families through the law, step by step, as the social worker and the supervisor record it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from typing import Any

from tools.demo import life_words as words
from tools.demo.changes import Changes
from tools.demo.county import Referral
from tools.demo.protection import Step, make_paths
from tools.demo.run import Run, all_of
from tools.demo.send_casework import CASES, Cases, Ids, person_of
from tools.demo.send_lives import seen_or_not, supervisor_of
from tools.demo.suite_client import Person

CASEWORK = "/casework/v1"
CHAIRS = (("Imogen Tarrant", "demo.imogen.tarrant"), ("Desmond Okonjo", "demo.desmond.okonjo"))
PROFESSIONALS = (
    ("DS Owen Pryce", "police"),
    ("Dr Mina Farouk", "health"),
    ("Tom Okafor", "education"),
    ("Joan Fairweather", "other"),
)


@dataclass
class _Family:
    """A family on its way, and what its later steps name of those before."""

    referral: Referral
    steps: list[Step]
    case: dict[str, Any]
    by: Person
    supervisor: Person
    children: list[dict[str, Any]] = field(default_factory=list)
    discussion_id: str = ""
    enquiry_id: str = ""
    assessment_id: str = ""

    @property
    def child_ids(self) -> list[str]:
        return [child["child_id"] for child in self.children]

    @property
    def present(self) -> list[dict[str, str]]:
        everybody = ((self.by.claims["name"] or "", "social_care"), *PROFESSIONALS)
        return [{"name": name, "agency": agency} for name, agency in everybody]


async def send_protection(run: Run, ids: Ids, cases: Cases, changes: Changes) -> None:
    """Each family's steps in the order of their days; its assessment is sent last, and where that is on record in
    full, so is everything else."""
    families = list(_families(run, ids, cases, changes))
    run.progress.begin("families under the law", len(families))

    async def send(family: _Family) -> None:
        if await _is_sent(run, family):
            run.found["families under the law"] += 1
        else:
            whole = await run.suite.get(f"{CASES}/{family.case['id']}", family.by)
            family.children = whole["children"]
            for number, step in enumerate(family.steps):
                await _send(run, family, step, run.key(family.referral.key, f"law-{number}"))
            run.made["families under the law"] += 1
        run.progress.step()

    await all_of(send, families)


def _families(run: Run, ids: Ids, cases: Cases, changes: Changes) -> Iterable[_Family]:
    workers = {worker_id: worker for worker, worker_id in ids.items()}
    paths = make_paths(run.county, changes)
    for referral in run.county.referrals:
        case, steps = cases.get(referral.key), paths.get(referral.key)
        if case is None or not steps or case["status"] != "open" or case["key_worker"] is None:
            continue
        if worker := workers.get(case["key_worker"]["id"]):
            yield _Family(referral, steps, case, person_of(worker), person_of(supervisor_of(ids, worker)))


async def _is_sent(run: Run, family: _Family) -> bool:
    kinds = {"assessment": "open", "assessment_completion": "completed", "assessment_authorisation": "authorised"}
    wanted = kinds.get(family.steps[-1].kind)
    path = f"{CASES}/{family.case['id']}/assessments"
    there = [each["status"] async for each in run.suite.every(path, family.supervisor)]
    return wanted in there


async def _send(run: Run, family: _Family, step: Step, key: str) -> None:
    """Social workers record what they did; what several decide together, the supervisor records."""
    one, on, suite = f"{CASES}/{family.case['id']}", str(step.on), run.suite
    match step.kind:
        case "discussion":
            body = {**step.facts, "participants": family.present}
            family.discussion_id = (await suite.post(f"{one}/strategy-discussions", family.supervisor, body, key))["id"]
        case "enquiry":
            body = {**step.facts, "strategy_discussion_id": family.discussion_id, "started_on": on}
            family.enquiry_id = (await suite.post(f"{one}/section-47-enquiries", family.by, body, key))["id"]
        case "enquiry_completion":
            path = f"{CASEWORK}/section-47-enquiries/{family.enquiry_id}/completion"
            await suite.post(path, family.by, {**step.facts, "completed_on": on}, key)
        case "conference":
            await suite.post(f"{one}/conferences", family.supervisor, _conference(family, step, key), key)
            run.made["conferences"] += 1
        case "core_group":
            body = {**step.facts, "held_on": on, "present": family.present}
            await suite.post(f"{one}/core-groups", family.by, body, key)
        case "visit":
            await suite.post(f"{one}/visits", family.by, _visit(family, step, key), key)
            run.made["contacts"] += 1
        case "need_plan":
            await suite.post(f"{one}/need-plans", family.by, {**step.facts, "started_on": on}, key)
        case "need_review":
            body = {**step.facts, "kind": "child_in_need", "held_on": on}
            await suite.post(f"{one}/reviews", family.by, body, key)
        case "assessment":
            family.assessment_id = (await suite.post(f"{one}/assessments", family.by, {"started_on": on}, key))["id"]
        case "assessment_completion":
            path = f"{CASEWORK}/assessments/{family.assessment_id}/completion"
            await suite.post(path, family.by, {**step.facts, "completed_on": on}, key)
        case "assessment_authorisation":
            path = f"{CASEWORK}/assessments/{family.assessment_id}/authorisation"
            await suite.post(path, family.supervisor, {"agreed": True, "reason": "The analysis holds"}, key)


def _conference(family: _Family, step: Step, key: str) -> dict[str, Any]:
    random, facts = Random(key), dict(step.facts)
    name, subject = random.choice(CHAIRS)
    body: dict[str, Any] = {
        "kind": facts.pop("kind"),
        "held_on": str(step.on),
        "chair": {"name": name, "subject": subject},
        "present": family.present,
        "quorate": True,
        "reports_shared_on": str(step.on - timedelta(days=3)),
        "views_of_parents": random.choice(words.VIEWS_OF_PARENTS),
    }
    if "reason_late" in facts:
        body["reason_late"] = facts.pop("reason_late")
    if body["kind"] == "initial":
        body["section_47_enquiry_id"], facts["decision"] = family.enquiry_id, "plan"
    if random.random() < 0.1:
        body["dissent"] = words.DISSENT
    return {**body, "children": [{"child_id": child_id, **facts} for child_id in family.child_ids]}


def _visit(family: _Family, step: Step, key: str) -> dict[str, Any]:
    household = family.referral.household
    child, carer = household.children[0].given_name or "the baby", household.adults[0].given_name
    text = step.facts["text"].format(child=child, carer=carer)
    body = {"happened_at": step.facts["at"].isoformat(), "text": text[0].upper() + text[1:], "place": "home"}
    if step.facts["no_reply"]:
        return {**body, "purpose": "child_protection_visit", "no_reply": True}
    seen = seen_or_not(Random(key), family.children, step.on, text)
    unborn = [{"child_id": each, "seen": False, "not_seen_reason": words.NOT_BORN} for each in family.child_ids]
    return {**body, "purpose": "child_protection_visit", "children": seen or unborn}
