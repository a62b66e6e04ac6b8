"""Every event that is published, and who takes it: the one list that buses, documents and tests go by."""

from shared.contracts import casework, centres, governance, referrals
from shared.contracts.event import Event

EVENTS: dict[str, type[Event]] = {
    event.TYPE: event
    for event in (
        referrals.ReferralSubmitted,
        referrals.ReferralRated,
        referrals.ReferralAccepted,
        referrals.ReferralClosed,
        referrals.ReferralWithdrawn,
        referrals.ChildMerged,
        referrals.ChildUnmerged,
        referrals.ChildCorrected,
        referrals.ReferralDecisionOverdue,
        referrals.FamilyRestricted,
        casework.CaseOpened,
        casework.CaseReferralJoined,
        casework.CaseAllocated,
        casework.CasePathwayChanged,
        casework.CaseTransferred,
        casework.CaseClosed,
        casework.CaseReopened,
        casework.CaseJoined,
        casework.CaseChildrenChanged,
        casework.CaseImported,
        casework.FamilyRestricted,
        casework.CaseStandingChanged,
        casework.EarlyHelpEscalated,
        casework.AssessmentCompleted,
        casework.ConferenceHeld,
        casework.ProtectionPlanStarted,
        casework.ProtectionPlanEnded,
        casework.TimescaleMissed,
        casework.CaseloadCeilingExceeded,
        casework.CeilingChanged,
        centres.AttendanceRecorded,
        centres.CrisisRaised,
        centres.CrisisUnanswered,
        centres.CrisisAcknowledged,
        governance.ProposalSubmitted,
        governance.ProposalRouted,
        governance.DecisionMade,
        governance.IssueTabled,
    )
}

_TAKEN_BY: dict[str, tuple[type[Event], ...]] = {
    "casework": (
        referrals.ReferralSubmitted,
        referrals.ReferralRated,
        referrals.ReferralAccepted,
        referrals.ReferralClosed,
        referrals.ReferralWithdrawn,
        referrals.ReferralDecisionOverdue,
        referrals.FamilyRestricted,
        referrals.ChildMerged,
        referrals.ChildUnmerged,
        referrals.ChildCorrected,
        centres.AttendanceRecorded,
        centres.CrisisRaised,
        centres.CrisisUnanswered,
        centres.CrisisAcknowledged,
        governance.DecisionMade,
        governance.IssueTabled,
    ),
    "centres": (
        casework.CaseOpened,
        casework.CaseReferralJoined,
        casework.CasePathwayChanged,
        casework.CaseClosed,
        casework.CaseReopened,
        casework.CaseJoined,
        casework.CaseChildrenChanged,
        casework.CaseImported,
        casework.FamilyRestricted,
        referrals.FamilyRestricted,
        referrals.ChildMerged,
        referrals.ChildUnmerged,
    ),
    "referrals": (
        casework.CaseOpened,
        casework.CaseReferralJoined,
        casework.CaseAllocated,
        casework.CasePathwayChanged,
        casework.CaseTransferred,
        casework.CaseClosed,
        casework.CaseReopened,
        casework.CaseJoined,
        casework.CaseChildrenChanged,
        casework.CaseImported,
        casework.FamilyRestricted,
        casework.CaseStandingChanged,
        casework.EarlyHelpEscalated,
        casework.ProtectionPlanStarted,
        casework.ProtectionPlanEnded,
    ),
    "governance": (
        casework.CaseloadCeilingExceeded,
        casework.CeilingChanged,
        casework.TimescaleMissed,
        referrals.ReferralDecisionOverdue,
        centres.CrisisUnanswered,
    ),
}

SUBSCRIPTIONS: dict[str, tuple[str, ...]] = {
    consumer: tuple(event.TYPE for event in events) for consumer, events in _TAKEN_BY.items()
}
"""For each consuming service, the event types for which it has a reaction."""
