"""Thriving Families: assessments, outcome plans, star readings and progress over time."""

from datetime import date, timedelta
from random import Random
from typing import Any

from tools.demo import life_words as words
from tools.demo.changes import Changes
from tools.demo.county import Referral
from tools.demo.run import Run, all_of
from tools.demo.send_casework import Cases, Ids, person_of
from tools.demo.suite_client import Person
from tools.demo.teams import start_of

FAMILIES = "/casework/v1/families"
FOUND_LATER = ("family_relationships", "health", "finance", "school_attendance", "housing")
"""Needs that an assessment finds beside those of the referral; with three of them a family is eligible (2022)."""
ENOUGH_NEEDS = 3
STARS = ("family_routine", "boundaries_and_behaviour", "emotional_needs", "home_and_money", "progress_to_work")
STAR_EVERY = timedelta(weeks=6)
MOST_STARS = 3
ADULTS = {"Mother": "mother", "Father": "father", "Grandmother": "grandparent"}
NOT_ELIGIBLE_EVERY = 7


async def send_outcomes(run: Run, ids: Ids, cases: Cases, changes: Changes) -> None:
    """Progress is sent last: a family for which there is some has been sent whole."""
    workers = {worker_id: worker for worker, worker_id in ids.items()}
    referrals = {each.key: each for each in run.county.referrals}
    run.progress.begin("outcomes of families", len(changes.thriving))

    async def send(numbered: tuple[int, str]) -> None:
        number, key = numbered
        run.progress.step()
        case = cases.get(key)
        worker = workers.get(case["key_worker"]["id"]) if case and case["key_worker"] else None
        if case is None or worker is None:
            return
        outcomes = _Outcomes(run, referrals[key], f"{FAMILIES}/{case['family_id']}", person_of(worker), case)
        (run.found if await outcomes.sent_already() else run.made)["outcome plans"] += 1
        if not outcomes.found:
            await outcomes.send(all_needs=number % NOT_ELIGIBLE_EVERY > 0)

    await all_of(send, enumerate(changes.thriving))


class _Outcomes:
    """One family's part in Thriving Families, recorded by its key worker."""

    def __init__(self, run: Run, referral: Referral, path: str, by: Person, case: dict[str, Any]) -> None:
        self._run, self._referral, self._path, self._by = run, referral, path, by
        self._random = Random(f"{run.county.seed}/outcomes/{referral.key}")
        begun = max(start_of(run.county, referral), date.fromisoformat(case["opened_on"]))
        self._assessed_on = max(begun, run.county.today - timedelta(days=190)) + timedelta(days=5)
        self.found = False

    async def sent_already(self) -> bool:
        family = await self._run.suite.get(f"{self._path}/thriving-families", self._by)
        assessed, plan = family["assessments"], family["plan"]
        not_eligible = bool(assessed) and not assessed[0]["eligible"]
        self.found = not_eligible or bool(plan and any(need["progress"] for need in plan["needs"]))
        return self.found

    async def send(self, *, all_needs: bool) -> None:
        needs = list(self._referral.situation.needs)
        if all_needs:
            needs += [each for each in FOUND_LATER if each not in needs][: max(1, ENOUGH_NEEDS + 1 - len(needs))]
        else:
            needs = needs[: ENOUGH_NEEDS - 1]
        evidence = {need: words.EVIDENCE[need] for need in needs if need in words.EVIDENCE}
        body = {"needs": needs, "evidence": evidence, "assessed_on": str(self._assessed_on)}
        assessment = await self._send("thriving-families", body, "assessment")
        if assessment["eligible"]:
            await self._read_stars()
            await self._agree_plan(needs)

    async def _read_stars(self) -> None:
        """Where the first carer stands, every six weeks: mostly a little better than the time before."""
        person = {"adult": ADULTS.get(self._referral.household.adults[0].relationship, "carer")}
        values = {domain: self._random.randrange(2, 6) for domain in STARS}
        for number in range(MOST_STARS):
            read_on = self._assessed_on + number * STAR_EVERY
            if read_on >= self._run.county.today:
                return
            body = {"person": person, "read_on": str(read_on), "readings": values}
            await self._send("star-readings", body, f"star-{number}")
            self._run.made["star readings"] += 1
            values = {
                each: max(1, min(10, value + self._random.choice((-1, 0, 1, 1, 2)))) for each, value in values.items()
            }

    def _moved(self, value: int) -> int:
        return max(1, min(10, value + self._random.choice((-1, 0, 1, 1, 2))))

    async def _agree_plan(self, needs: list[str]) -> None:
        agreed_on, today = self._assessed_on + timedelta(days=9), self._run.county.today
        child, family = self._random.choice(words.WISHES)
        wishes = {"wishes_of_child": child, "wishes_of_family": family}
        outcome, measure = words.GOAL
        by_on = str(agreed_on + timedelta(days=180))
        goals = [{"need": need, "outcome": outcome, "measure": measure, "by_on": by_on} for need in needs]
        await self._send("outcome-plan", {"agreed_on": str(agreed_on), "goals": goals, **wishes}, "plan")
        due_on = agreed_on
        while (due_on := due_on + timedelta(weeks=8)) < today and self._random.random() < 0.85:
            review = {"held_on": str(due_on), "notes": "Gone through goal by goal; two are nearer.", **wishes}
            await self._send("outcome-plan/reviews", review, f"review-{due_on}")
        seen_on = str(min(agreed_on + timedelta(days=40), today - timedelta(days=1)))
        for need, improved in zip(needs, (True, False), strict=False):
            evidence = "School and family both see it." if improved else "As it was; a new appointment is made."
            body = {"need": need, "improved": improved, "evidence": evidence, "seen_on": seen_on}
            await self._send("outcome-plan/progress", body, f"progress-{need}")

    async def _send(self, what: str, body: dict[str, Any], name: str) -> Any:
        key = self._run.key(self._referral.key, "outcomes", name)
        return await self._run.suite.post(f"{self._path}/{what}", self._by, body, key)
