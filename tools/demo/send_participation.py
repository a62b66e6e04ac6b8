"""What young people after compulsory schooling do, month by month; of some it is not known, and some were not asked."""

from datetime import date
from random import Random
from typing import Any

from dateutil.relativedelta import relativedelta

from tools.demo.run import COUNTY_MANAGER, Run, all_of

PARTICIPATION = "/casework/v1/participation"
MONTHS = 3
USUALLY = (
    "education",
    "education",
    "education",
    "education",
    "education",
    "training",
    "employment",
    "not_participating",
)
NOT_KNOWN, NOT_ASKED = 0.1, 0.15
SOURCES = {
    "education": "school_or_college",
    "training": "employer_or_provider",
    "employment": "young_person",
    "not_participating": "parent_or_carer",
    "not_known": "nobody_reached",
}


async def send_participation(run: Run) -> None:
    """Answers for this month and the two before it; what has been answered is left."""
    months = [run.county.today.replace(day=1) - relativedelta(months=back) for back in reversed(range(MONTHS))]
    run.progress.begin("participation", len(months))
    for month in months:
        asked = run.suite.every(f"{PARTICIPATION}/to-ask", COUNTY_MANAGER, month=f"{month:%Y-%m}")
        people = [each async for each in asked if each["status"] == "not_asked"]

        async def answer(person: dict[str, Any], month: date = month) -> None:
            status = _status(run, person, month)
            if status is None:
                return
            asked_on = max(month, min(run.county.today, month.replace(day=20)))
            body = {"status": status, "source": SOURCES[status], "asked_on": str(asked_on)}
            await run.suite.put(f"{PARTICIPATION}/{person['child_id']}/{month:%Y-%m}", COUNTY_MANAGER, body)
            run.made["participation answers"] += 1

        await all_of(answer, people)
        run.progress.step()


def _status(run: Run, person: dict[str, Any], month: date) -> str | None:
    """What the young person does; None where nobody asks, which is the same in every run."""
    known_by = f"{run.county.seed}/participation/{person['given_name']} {person['family_name']}"
    usually = Random(known_by).choice(USUALLY)
    chance = Random(f"{known_by}/{month}").random()
    if chance < NOT_ASKED:
        return None
    return "not_known" if chance < NOT_ASKED + NOT_KNOWN else usually
