"""Who is eligible by which version of the programme, and when an outcome may be claimed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from dateutil.relativedelta import relativedelta

from services.casework.codes import CRITERIA, NEEDS
from services.casework.record.timescales.rules import due_on

SIX_MONTHS = relativedelta(months=6)

THREE_TERMS = relativedelta(months=12)
"""Three school terms in a row are one school year."""


@dataclass(frozen=True)
class Version:
    """A version of the national programme: which needs meet which criterion, and how long an improvement must last."""

    name: str
    in_force_from: date
    minimum: int
    """Criteria of which a family meets so many, or is not eligible."""
    met_by: Mapping[str, Sequence[str]]
    """For each criterion the needs that meet it; a need that stands nowhere does not count in this version."""
    after_closure: bool
    """Whether the months count from the closure of the case, where the improvement was there before."""
    longer: Mapping[str, relativedelta]
    """Criteria whose improvement must last longer than six months."""

    def criterion_of(self, need: str) -> str | None:
        return next((criterion for criterion, needs in self.met_by.items() if need in needs), None)

    def lasts(self, need: str) -> relativedelta:
        """How long an improvement of this need must have lasted."""
        criterion = self.criterion_of(need)
        return self.longer.get(criterion, SIX_MONTHS) if criterion else SIX_MONTHS


VERSIONS: Mapping[str, Version] = {
    version.name: version
    for version in (
        # Troubled Families, financial framework of March 2012; R§35: two of the three. Its measures differ by problem
        # (attendance over three terms; crime, and work kept, over six months); that every need has improved is ours.
        Version(
            name="2012",
            in_force_from=date(2012, 4, 1),
            minimum=2,
            met_by={
                "school_attendance": ["school_attendance"],
                "adults_out_of_work": ["adults_out_of_work"],
                "antisocial_behaviour_or_youth_crime": ["antisocial_behaviour_or_youth_crime"],
            },
            after_closure=False,
            longer={"school_attendance": THREE_TERMS},
        ),
        # The expanded programme, financial framework of 2015: two of six; "significant and sustained" progress, which
        # each authority's outcome plan put into months: attendance over three terms, the rest six months (local).
        Version(
            name="2015",
            in_force_from=date(2015, 4, 1),
            minimum=2,
            met_by={
                "crime_or_antisocial_behaviour": ["antisocial_behaviour_or_youth_crime"],
                "school_attendance": ["school_attendance"],
                "children_who_need_help": ["children_who_need_help", "early_years", "abuse_or_exploitation"],
                "work_and_finance": ["adults_out_of_work", "finance"],
                "domestic_abuse": ["domestic_abuse"],
                "health": ["health", "substance_use"],
            },
            after_closure=False,
            longer={"school_attendance": THREE_TERMS},
        ),
        # The National Supporting Families Outcome Framework, in use from October 2022: three of ten, every need
        # improved and the improvement kept for six months after closure.
        Version(
            name="2022",
            in_force_from=date(2022, 10, 1),
            minimum=3,
            met_by={
                "education": ["school_attendance"],
                "early_years": ["early_years"],
                "health": ["health"],
                "substance_use": ["substance_use"],
                "family_relationships": ["family_relationships"],
                "abuse_or_exploitation": ["abuse_or_exploitation"],
                "crime": ["antisocial_behaviour_or_youth_crime"],
                "domestic_abuse": ["domestic_abuse"],
                "housing": ["housing"],
                "financial_stability": ["finance", "adults_out_of_work"],
            },
            after_closure=True,
            longer={},
        ),
    )
}
"""The one table of versions, oldest first."""


def version_on(day: date) -> Version | None:
    """The version in force on a day; None before the programme began."""
    begun = [version for version in VERSIONS.values() if version.in_force_from <= day]
    return begun[-1] if begun else None


@dataclass(frozen=True)
class CriterionAssessed:
    """A criterion, and why it is met or not."""

    criterion: str
    because: str


@dataclass(frozen=True)
class Eligibility:
    """What follows for a family from its needs, with every criterion on one side or the other."""

    eligible: bool
    met: tuple[CriterionAssessed, ...]
    not_met: tuple[CriterionAssessed, ...]
    not_counted: tuple[str, ...]
    """Needs that this version has no criterion for."""
    because: str


def assess(version: Version, needs: Iterable[str]) -> Eligibility:
    """Assess a family's needs by the criteria of a version."""
    present = set(needs)
    met, not_met = list[CriterionAssessed](), list[CriterionAssessed]()
    for criterion, meets in version.met_by.items():
        found = [NEEDS[need] for need in meets if need in present]
        listed = "; ".join(found or (NEEDS[need] for need in meets))
        meaning = CRITERIA[version.name][criterion]
        if found:
            met.append(CriterionAssessed(criterion, f"{meaning}: {listed}"))
        else:
            not_met.append(CriterionAssessed(criterion, f"{meaning}: not among the needs ({listed})"))
    count = f"{len(met)} of the {len(version.met_by)} criteria of {version.name}"
    return Eligibility(
        eligible=len(met) >= version.minimum,
        met=tuple(met),
        not_met=tuple(not_met),
        not_counted=tuple(sorted(need for need in present if version.criterion_of(need) is None)),
        because=f"{count} {'is' if len(met) == 1 else 'are'} met, where {version.minimum} are needed",
    )


def next_review_due(from_on: date) -> date:
    """From the day on which the outcome plan was agreed or last reviewed."""
    return due_on("thriving_families_review", from_on)


def improved_since(seen: Iterable[tuple[date, bool]]) -> date | None:
    """Since when a need is better without a break; None where it is not. Of two entries for one day the later in
    the order given holds."""
    since: date | None = None
    for day, improved in sorted(dict(seen).items()):
        since = (since or day) if improved else None
    return since
