"""Which entry of a chronology an event of another service makes, and each entry as a sentence."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any
from uuid import UUID, uuid5

from services.casework.codes import ENTRIES
from shared.clock import LONDON
from shared.contracts.centres import AttendanceRecorded, CrisisAcknowledged, CrisisRaised, CrisisUnanswered
from shared.contracts.event import Event, Received
from shared.contracts.governance import IssueTabled
from shared.contracts.referrals import (
    ChildCorrected,
    ReferralAccepted,
    ReferralClosed,
    ReferralDecisionOverdue,
    ReferralRated,
    ReferralSubmitted,
    ReferralWithdrawn,
)

Facts = Mapping[str, Any]


@dataclass(frozen=True)
class EntryOfEvent:
    """The entry that an event makes. `family_id` is None where the event names children alone, as a crisis may."""

    kind: str
    at: datetime
    about_id: UUID
    family_id: UUID | None
    child_ids: list[UUID]
    referral_id: UUID | None = None
    facts: Facts = field(default_factory=dict)


def entry_of(event: Received[Any]) -> EntryOfEvent | None:
    """What an event puts into a family's chronology; None where it names neither the family nor a child."""
    made = _entry_of(event)
    return made if made and (made.family_id or made.child_ids) else None


def _entry_of(event: Received[Any]) -> EntryOfEvent | None:
    data: Any = event.data
    match data:
        case ReferralSubmitted():
            kind, at, about_id = "referral_submitted", data.received_at, data.referral_id
        case ReferralRated():
            kind, at, about_id = "referral_rated", data.rated_at, _nth(event)
        case ReferralAccepted():
            kind, at, about_id = "referral_accepted", data.decided_at, data.referral_id
        case ReferralClosed():
            kind, at, about_id = "referral_closed", data.decided_at, data.referral_id
        case ReferralWithdrawn():
            kind, at, about_id = "referral_withdrawn", data.withdrawn_at, data.referral_id
        case ReferralDecisionOverdue():
            kind, at, about_id = "referral_decision_overdue", data.decision_due_at, _nth(event)
        case ChildCorrected() if not data.of_former_record:
            kind = "child_born" if data.kind == "birth" else "child_corrected"
            return EntryOfEvent(kind, data.corrected_at, _nth(event), data.family_id, [data.child_id])
        case AttendanceRecorded():
            kind, at, about_id = "session_attendance", data.starts_at, data.attendance_id
        case CrisisRaised():
            kind, at, about_id = "crisis_raised", data.raised_at, data.crisis_id
        case CrisisUnanswered():
            kind, at, about_id = "crisis_unanswered", data.due_at, data.crisis_id
        case CrisisAcknowledged():
            kind, at, about_id = "crisis_acknowledged", data.acknowledged_at, data.crisis_id
        case IssueTabled():
            kind, at, about_id = "issue_tabled", event.time, data.issue_id
        case _:
            return None
    referral_id = getattr(data, "referral_id", None)
    if isinstance(data, IssueTabled) and data.kind == "decision_overdue":
        referral_id = data.about_id
    return EntryOfEvent(kind, at, about_id, data.family_id, data.child_ids, referral_id, _facts_of(data))


def _nth(event: Received[Any]) -> UUID:
    """The fact itself has no id: it is the nth event about its subject, by whichever delivery it comes."""
    return uuid5(event.data.subject, str(event.sequence))


FACTS = {
    ReferralSubmitted: ("source", "area", "immediate_danger", "rating_due_at", "decision_due_at"),
    ReferralRated: ("rating", "decision_due_at"),
    ReferralAccepted: ("outcome", "level", "area"),
    ReferralClosed: ("outcome", "level", "area"),
    ReferralWithdrawn: ("rating", "immediate_danger", "area"),
    ReferralDecisionOverdue: ("rating", "immediate_danger"),
    AttendanceRecorded: ("session_id", "centre_id", "audience", "attended"),
    CrisisRaised: ("area", "due_at"),
    CrisisUnanswered: ("area",),
    CrisisAcknowledged: ("area", "in_time"),
    IssueTabled: ("kind", "about_id", "body", "meeting_id", "meeting_on"),
}
"""What an entry keeps of each event, beside whose story it is."""


def _facts_of(data: Event) -> Facts:
    kept: Facts = data.model_dump(mode="json", include=set(FACTS[type(data)]))
    return {"issue" if name == "kind" else name: value for name, value in kept.items()}


TITLES = {
    "referral_submitted": "A referral was received",
    "referral_rated": "The referral was rated {rating}",
    "referral_accepted": "The referral was accepted: {outcome}",
    "referral_closed": "No case was opened: {outcome}",
    "referral_withdrawn": "The referral was withdrawn",
    "child_born": "The birth of the child was recorded",
    "child_corrected": "The record of the child was corrected",
    "referral_decision_overdue": "The decision on the referral was overdue",
    "case_stepped_up": "The family was stepped up from {pathway_before} to {pathway}",
    "case_stepped_down": "The family was stepped down from {pathway_before} to {pathway}",
    "case_reopened": "The family's case was opened again for {pathway}",
    "contact_visit": "Visit: {seen} of {children} children seen, {seen_alone} alone",
    "action_agreed": "An action was agreed, due {due_on}",
    "action_moved": "An action was moved from {due_before} to {due_on}",
    "assessment_started": "An assessment was started, due {due_on}",
    "assessment_completed": "The assessment was completed: {outcome}",
    "strategy_discussion_held": "A strategy discussion was held: {outcome}",
    "enquiry_started": "A section 47 enquiry began ({enquiry_kind}); its conference is due {conference_due_on}",
    "enquiry_completed": "The section 47 enquiry was completed: {outcome}",
    "conference_held": "A child protection conference ({conference_kind}) was held: {plans} of {children} with a plan",
    "protection_plan_started": "A child protection plan began: {category}",
    "protection_plan_ended": "The child protection plan ended after {days} days: {end_reason}",
    "court_stage_reached": "Before the court: {stage}",
    "session_attendance": "{attended} {audience} of a centre",
    "crisis_raised": "A crisis was raised",
    "crisis_unanswered": "A crisis was not acknowledged in time",
    "crisis_acknowledged": "A duty worker took the crisis up",
    "issue_tabled": "{issue} was put on the agenda of the {body} of {meeting_on}",
}
"""An entry in a sentence, where its facts make it plainer than the meaning of its code does."""

NO_REPLY = {"contact_visit": "A visit: nobody was there", "contact_call": "A call: nobody answered"}
"""Where somebody tried to reach the family and did not."""

IN_A_SENTENCE: Mapping[tuple[str, Any], str] = {
    ("attended", True): "Came to",
    ("attended", False): "Did not come to",
    ("audience", "targeted"): "a targeted session",
    ("audience", "partner"): "a partner's session",
    ("audience", "open"): "an open session",
    ("pathway", "thriving_families"): "Thriving Families",
    ("pathway_before", "thriving_families"): "Thriving Families",
    ("outcome", "strategy_discussion"): "strategy discussion (s47)",
    ("outcome", "assessment"): "assessment (s17)",
    ("outcome", "thriving_families"): "Thriving Families support",
    ("outcome", "transferred"): "transferred to another authority",
    ("outcome", "section_47"): "section 47 enquiry",
    ("category", "NEG"): "neglect",
    ("category", "PHY"): "physical abuse",
    ("category", "SAB"): "sexual abuse",
    ("category", "EMO"): "emotional abuse",
    ("issue", "decision_overdue"): "The overdue decision",
    ("issue", "crisis_unanswered"): "The crisis that nobody acknowledged",
    ("body", "core_group"): "Core Group",
}
"""Codes of facts as they read in a sentence, where that is not the code without its underscores."""


def title_of(kind: str, facts: Facts) -> str:
    """The entry as a sentence; else the meaning of its code, where it has no sentence or lacks a fact that it needs."""
    meaning = ENTRIES.get(kind) or kind.replace("_", " ").capitalize()
    if facts.get("entered_in_error"):
        return f"{meaning} (entered in error)"
    if facts.get("no_reply"):
        return NO_REPLY.get(kind, meaning)
    try:
        return TITLES.get(kind, meaning).format_map(
            {name: _in_a_sentence(name, value) for name, value in facts.items()}
        )
    except (LookupError, ValueError):
        return meaning


def _in_a_sentence(name: str, value: Any) -> str:
    if (name.endswith("_on") or name == "due_before") and isinstance(value, str):
        day = date.fromisoformat(value)
        return f"{day.day} {day:%B %Y}"
    read = IN_A_SENTENCE.get((name, value)) if isinstance(value, str | bool) else None
    return read or str(value).replace("_", " ")


AFTER_THE_START = ("completed", "authorised", "given_back", "reopened")

LINKS = {
    "referral_submitted": "/referrals/v1/referrals/{referral_id}",
    "referral_rated": "/referrals/v1/referrals/{referral_id}",
    "referral_accepted": "/referrals/v1/referrals/{referral_id}",
    "referral_closed": "/referrals/v1/referrals/{referral_id}",
    "referral_withdrawn": "/referrals/v1/referrals/{referral_id}",
    "referral_decision_overdue": "/referrals/v1/referrals/{referral_id}",
    "session_attendance": "/centres/v1/sessions/{session_id}/attendance",
    "crisis_raised": "/centres/v1/crises/{about_id}",
    "crisis_unanswered": "/centres/v1/crises/{about_id}",
    "crisis_acknowledged": "/centres/v1/crises/{about_id}",
    "issue_tabled": "/governance/v1/meetings/{meeting_id}/agenda",
    **{kind: "/casework/v1/contacts/{about_id}" for kind in ENTRIES if kind.startswith("contact_")},
    **{kind: "/casework/v1/actions/{about_id}" for kind in ENTRIES if kind.startswith("action_")},
    "action_moved": "/casework/v1/actions/{action_id}",
    "assessment_started": "/casework/v1/assessments/{about_id}",
    **{f"assessment_{what}": "/casework/v1/assessments/{assessment_id}" for what in AFTER_THE_START},
    "protection_plan_started": "/casework/v1/protection-plans/{about_id}",
    "protection_plan_ended": "/casework/v1/protection-plans/{about_id}",
}

WORKERS = ("worker_id", "worker_id_before")


def workers_in(facts: Facts) -> list[UUID]:
    """The workers of whom an entry's facts have the id."""
    return [UUID(facts[name]) for name in WORKERS if facts.get(name)]


OF_A_CASE = "/casework/v1/cases/{case_id}"


def link_of(kind: str, facts: Facts, **ids: UUID | None) -> str | None:
    """Where the record of the thing itself stands, as the gateway has it; by default the case's."""
    link = LINKS.get(kind) or (OF_A_CASE if ids.get("case_id") else None)
    return link and link.format_map({**facts, **ids})


def day_begins(day: date) -> datetime:
    """The instant at which a day begins in London."""
    return datetime.combine(day, time.min, LONDON)
