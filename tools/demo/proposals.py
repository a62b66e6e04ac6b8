"""A few proposals before the boards, in different states."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Decision:
    outcome: str
    reason: str
    conditions: str | None = None


@dataclass(frozen=True)
class Proposal:
    """A proposal, and what the Core Group decides on it today, if anything."""

    key: str
    title: str
    summary: str
    kind: str
    workstream: str
    impact: tuple[str, ...]
    decision: Decision | None = None
    effect: dict[str, Any] | None = field(default=None)


PROPOSALS = (
    Proposal(
        "case-discussion",
        "Weekly case discussion in every area team",
        "Each area team keeps one hour a week in which a practice supervisor and two key workers look at a family whose"
        " plan has not moved for six weeks.",
        "service",
        "Model and service",
        ("day_to_day",),
        Decision("approved", "Tried for a term in the central area and valued by workers."),
    ),
    Proposal(
        "letters",
        "One plain letter to families about who their key worker is",
        "A single letter in plain English, with translations on request, replaces the four that families get now.",
        "communications",
        "Model and service",
        ("communications", "service_detail"),
        Decision(
            "approved_with_conditions",
            "Families asked for it.",
            "Two families from each area read the draft before it is used.",
        ),
    ),
    Proposal(
        "evenings",
        "An evening of supervision each month in place of an afternoon",
        "Part-time workers miss most afternoon sessions; an evening would be within their hours.",
        "staffing",
        "HR",
        ("day_to_day",),
        Decision("deferred", "The Staff Advisory Group is to be asked first."),
    ),
    Proposal(
        "ceiling",
        "A caseload ceiling of 18 children until two vacancies are filled",
        "Families wait for a key worker. Eighteen children for a full-time worker would let every one be allocated; the"
        " reports on overrides show where it is passed already.",
        "staffing",
        "HR",
        ("service_detail",),
        effect={"kind": "set_caseload_ceiling", "children": 18},
    ),
    Proposal(
        "witney",
        "Move the Witney centre to the former library",
        "The lease ends next year. The library has level access, a garden and three more rooms, ten minutes away.",
        "property",
        "Property",
        ("closes_or_moves_centre", "affects_people", "for_cabinet"),
    ),
)
