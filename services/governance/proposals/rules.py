"""Which bodies a proposal goes through and why, and what must be done before it may be approved.

The bodies and what each decides: the programme's page "Structure and governance".
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

from services.governance.bodies.rules import (
    CABINET,
    CORE_GROUP,
    COUNTY_COUNCIL_MANAGEMENT_TEAM,
    DIRECTORATE_LEADERSHIP_TEAM,
    PROGRAMME_BOARD,
)

Tick = Literal[
    "day_to_day",
    "communications",
    "service_detail",
    "wider_or_fundamental",
    "for_county_management_team",
    "for_cabinet",
    "closes_or_moves_centre",
    "significant_change_to_centre",
    "affects_people",
]
"""What its proposer ticks about a proposal's impact."""

RouteRole = Literal["decides", "critical_friend", "noted"]
State = Literal["routed", "approved", "in_force", "superseded", "rejected", "referred_back"]

ENDS_IN: dict[str, State] = {"rejected": "rejected", "referred_back": "referred_back"}
"""The outcomes after which no further body takes the proposal in this round."""

CORE_GROUPS: dict[str, str] = {
    "day_to_day": "it is day-to-day management",
    "communications": "it concerns communications",
    "service_detail": "it is a detail of the service",
    "affects_people": "it affects people, and no wider impact is ticked",
    "set_caseload_ceiling": "the caseload ceiling is a detail of the service",
}
PROGRAMME_BOARDS: dict[str, str] = {
    "wider_or_fundamental": "its impact is wider or more fundamental",
    "closes_or_moves_centre": "closing or moving a centre has a wider, more fundamental impact",
    "significant_change_to_centre": "a significant change to a centre has a wider, more fundamental impact",
}
TO_HIGHER_BODIES: dict[str, tuple[str, str]] = {
    "for_county_management_team": (COUNTY_COUNCIL_MANAGEMENT_TEAM, "It is for the County Council Management Team"),
    "for_cabinet": (CABINET, "It is for Cabinet, which decides key proposals"),
}
PASSES_LEADERSHIP_FIRST = (
    "Every proposal to the County Council Management Team or Cabinet is first approved by the Directorate Leadership"
    " Team, the directorate's most senior authority"
)

NEXT_HIGHER = {CORE_GROUP: PROGRAMME_BOARD, PROGRAMME_BOARD: DIRECTORATE_LEADERSHIP_TEAM}
"""To which body each may refer a proposal up."""

CONSULTED_ON = (
    "Closing or moving a centre, or a significant change to its services, needs a completed public consultation"
    " (Childcare Act 2006 s5D)"
)
CONSIDERED = (
    "Closing, moving or significantly changing a centre needs four considerations on record: proper consultation, the"
    " extent of need, whether the centres suffice and, if not, whether more are practicable (cabinet report of 2015,"
    " paragraph 84)"
)
ASSESSED = (
    "A proposal that affects people needs a service and community impact assessment over the protected characteristics"
    " (Equality Act 2010 s149)"
)


@dataclass(frozen=True)
class Step:
    """One body on a proposal's route."""

    body: str
    role: RouteRole
    because: str


def route_for(ticks: Collection[str], effect: str | None) -> list[Step]:
    """The bodies in the order in which they take a proposal; none without a tick and without an effect."""
    facts = {*ticks, effect} if effect else set(ticks)
    wider, own = _reasons(PROGRAMME_BOARDS, facts), _reasons(CORE_GROUPS, facts)
    higher = [Step(body, "decides", because) for tick, (body, because) in TO_HIGHER_BODIES.items() if tick in facts]
    route: list[Step] = []
    if wider:
        route.append(Step(PROGRAMME_BOARD, "decides", wider))
    elif own and (not higher or facts & (CORE_GROUPS.keys() - {"affects_people"})):
        route.append(Step(CORE_GROUP, "decides", own))
    if higher:
        route.append(Step(DIRECTORATE_LEADERSHIP_TEAM, "decides", PASSES_LEADERSHIP_FIRST))
    return route + higher


def _reasons(known: dict[str, str], facts: Collection[str]) -> str:
    reasons = "; ".join(reason for fact, reason in known.items() if fact in facts)
    return reasons[:1].upper() + reasons[1:]


def gates_for(ticks: Collection[str]) -> dict[str, str]:
    """What must be passed before an approval, each with the reason."""
    gates: dict[str, str] = {}
    if {"closes_or_moves_centre", "significant_change_to_centre"} & set(ticks):
        gates |= {"public_consultation": CONSULTED_ON, "four_considerations": CONSIDERED}
    if "affects_people" in ticks:
        gates["impact_assessment"] = ASSESSED
    return gates
