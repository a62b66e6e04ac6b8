"""Which steps are lawful between pathways, stated once in one table, and what follows from it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from shared.contracts.casework import Pathway

ORDER: Sequence[Pathway] = ("early_help", "thriving_families", "child_in_need", "child_protection", "court")
"""From the least to the most intensive: a step to the right is up."""

Direction = Literal["up", "down"]


@dataclass(frozen=True)
class LawfulStep:
    """From one pathway straight to another, and by what right."""

    before: Pathway
    after: Pathway
    because: str
    decided_by: Literal["service", "front_door"] = "service"
    """Whether the service steps the family, or the MASH decides so on a referral that joins its case."""

    @property
    def direction(self) -> Direction:
        return "up" if ORDER.index(self.after) > ORDER.index(self.before) else "down"


LAWFUL: Sequence[LawfulStep] = (
    LawfulStep(
        "early_help",
        "thriving_families",
        "The family meets the criteria of Thriving Families (R§35, R§47)",
        "front_door",
    ),
    LawfulStep(
        "early_help", "child_in_need", "Early help does not suffice: assessment under s17 (WT, R§47)", "front_door"
    ),
    LawfulStep(
        "early_help",
        "child_protection",
        "Significant harm is suspected: s47 from wherever the family is (WT)",
        "front_door",
    ),
    LawfulStep("thriving_families", "child_in_need", "A child is in need: assessment under s17 (WT)"),
    LawfulStep(
        "thriving_families", "child_protection", "Significant harm is suspected: s47 from wherever the family is (WT)"
    ),
    LawfulStep("child_in_need", "child_protection", "Significant harm is suspected: strategy discussion and s47 (WT)"),
    LawfulStep("child_in_need", "court", "An order is applied for, or the court directs a report (s31, s37)"),
    LawfulStep("child_protection", "court", "The plan does not keep the child safe: proceedings (s31; WT)"),
    LawfulStep("court", "child_protection", "Proceedings end without an order and the plan goes on (WT)"),
    LawfulStep("court", "child_in_need", "A supervision order, or no order: support goes on under s17 (s35; WT)"),
    LawfulStep("child_protection", "child_in_need", "A plan that ends is followed by a child in need plan (WT, OX)"),
    LawfulStep("child_in_need", "thriving_families", "No longer in need under s17, the family still is (R§36)"),
    LawfulStep(
        "child_in_need", "early_help", "A Team Around the Family and its lead professional take over (WT, R§47)"
    ),
    LawfulStep(
        "thriving_families", "early_help", "A Team Around the Family and its lead professional take over (R§47)"
    ),
)
"""What is not here is no step: from child protection and court nobody goes below child in need at once, and nobody
comes before a court who was not in need. No family enters the Family Support Service but through the front door (R§32):
up from early help leads an escalation, which becomes a referral. Closing is lawful from every pathway: a family may
move away on any day."""


@dataclass(frozen=True)
class OpenStep:
    """Something of the law that is open in a case, and the call that ends it."""

    kind: Literal["assessment", "section_47_enquiry", "protection_plan", "need_plan", "pre_proceedings", "proceedings"]
    id: UUID
    call: str
    child_ids: frozenset[UUID]
    """Under the ids that they have in the case."""
    pathway: Pathway | None = None
    """Where the family is while this is open; None: on any pathway of the service."""
    census_rule: str | None = None
    """Of the children in need census, which refuses an episode that is closed while this is open."""


def pathway_of(steps: Iterable[OpenStep]) -> Pathway | None:
    """Where the family is by what is open: court before child protection, that before child in need."""
    return max((each.pathway for each in steps if each.pathway), key=ORDER.index, default=None)


def is_higher(pathway: str, than: str) -> bool:
    return ORDER.index(pathway) > ORDER.index(than)


def higher_of(one: str, other: str) -> Pathway:
    """On which of two pathways two cases of one family go on as one."""
    return max((pathway for pathway in ORDER if pathway in (one, other)), key=ORDER.index)


def lawful_steps(pathway: str) -> list[Pathway]:
    """Where the service may step a family, up or down."""
    return [step.after for step in LAWFUL if step.before == pathway and step.decided_by == "service"]


def is_for_the_front_door(before: str, after: str) -> bool:
    """Whether this step is lawful, and the MASH's to decide."""
    return any((step.before, step.after, step.decided_by) == (before, after, "front_door") for step in LAWFUL)


def direction_of(before: str, after: str) -> Direction | None:
    """None where there is no such lawful step."""
    return next((step.direction for step in LAWFUL if (step.before, step.after) == (before, after)), None)


def lawful_reopenings(closed_on_pathway: str) -> list[Pathway]:
    """A case is reopened on its pathway or on one that is a lawful step from it: closing is no way round the table."""
    return [pathway for pathway in ORDER if pathway in {closed_on_pathway, *lawful_steps(closed_on_pathway)}]


def pathway_with(present: str, asked: Pathway) -> Pathway | None:
    """Where a referral that joins a case takes the family: up, where it asks for more than there is, never down."""
    return asked if direction_of(present, asked) == "up" else None
