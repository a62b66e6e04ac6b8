"""The lists of codes that the casework service takes and gives, and the route that publishes them."""

from services.casework.census_codes import ABUSE_CATEGORIES, ASSESSMENT_FACTORS
from shared.access import SignedIn
from shared.codes import Codes
from shared.contracts import concerns
from shared.web import topic_router

router = topic_router("codes")

PATHWAYS: Codes = {
    "early_help": "Early help with a lead professional",
    "thriving_families": "Thriving Families support",
    "child_in_need": "Child in need (Children Act 1989 s17)",
    "child_protection": "Child protection (Children Act 1989 s47)",
    "court": "Court proceedings",
}

WORKER_ROLES: Codes = {
    "social_worker": "Social worker, key worker on every pathway",
    "family_support_worker": "Family support worker, key worker on early help and Thriving Families",
    "practice_supervisor": "Practice supervisor",
    "team_manager": "Team manager",
    "area_manager": "Area manager",
}

AREAS: Codes = {
    "north": "Cherwell and West Oxfordshire",
    "central": "Oxford City",
    "south": "South Oxfordshire and Vale of White Horse",
}

ABSENCES: Codes = {
    "annual": "Annual leave",
    "sick": "Sickness absence",
    "parental": "Maternity, paternity, adoption or shared parental leave",
    "other": "Other leave",
}

CLOSURES: Codes = {
    "RC1": "Adopted",
    "RC2": "Died",
    "RC3": "Child arrangements order",
    "RC4": "Special guardianship order",
    "RC5": "Transferred to services of another local authority",
    "RC6": "Transferred to adult social care services",
    "RC7": "Services ceased for any other reason, including child no longer in need",
    "RC8": "Case closed after assessment, no further action",
    "RC9": "Case closed after assessment, referred to early help",
}
"""Why a case is closed, as in the children in need census."""

CONCERNS: Codes = concerns.CONCERNS

TEAM_ENDINGS: Codes = {
    "reviewed": "The last review found that it is not needed any more",
    "consent_withdrawn": "The family does not agree to early help any more",
    "stepped_up": "A key worker and another plan have taken its place",
    "moved_away": "The family has left the county",
    "joined": "Two cases of the family became one, and the other has a Team Around the Family",
    "other": "Other",
}
"""Why a Team Around the Family ended."""

LINK_WORKER_SUPPORT: Codes = {
    "advice": "Advice to a professional",
    "team_started": "Helped to bring the Team Around the Family together",
    "assessment": "Helped with the Common Assessment Framework",
    "meeting": "Came to a meeting",
    "training": "Training or coaching",
    "signposting": "Put in touch with another service",
    "other": "Other",
}

HAND_OVER_SERVICES: Codes = {
    "looked_after": "Looked After Children Service",
    "leaving_care": "Leaving Care Service",
    "disabled_children": "Disabled Children Service",
    "youth_offending": "Youth Offending Service",
}
"""The services that the programme leaves unchanged; a partner's `organisation` is one of these codes or names."""

HAND_OVER_REASONS: Codes = {
    "became_looked_after": "The child became looked after",
    "leaves_care": "The young person leaves care",
    "disability": "The needs that remain come from a disability",
    "offending": "The young person offends, or is on the edge of it",
    "other": "Other",
}

ASSESSMENT_OUTCOMES: Codes = {
    "child_in_need_plan": "Support under a child in need plan",
    "strategy_discussion": "A strategy discussion (s47)",
    "thriving_families": "Thriving Families support",
    "early_help": "Early help with a lead professional",
    "other_service": "Another service is asked",
    "no_further_action": "No further action",
}
"""What an assessment under s17 concludes."""

COURT_ORDERS: Codes = {
    "emergency_protection_order": "Emergency protection order (s44)",
    "interim_care_order": "Interim care order (s38)",
    "interim_supervision_order": "Interim supervision order (s38)",
    "care_order": "Care order (s31)",
    "supervision_order": "Supervision order (s35)",
    "placement_order": "Placement order (Adoption and Children Act 2002 s21)",
    "special_guardianship_order": "Special guardianship order (s14A)",
    "child_arrangements_order": "Child arrangements order (s8)",
    "other": "Another order",
    "no_order": "No order (s1(5))",
}
"""What the court made, of the Children Act 1989 where no other act is named."""

ENTRIES: Codes = {
    "case_opened": "The family's case was opened",
    "case_imported": "The family is open since this day; its case came from an older system",
    "case_allocated": "The family has a key worker",
    "case_allocation_ended": "The lead professional holds the family, and the key worker does not any more",
    "case_transferred": "The family has another key worker",
    "flag_set": "A warning flag was set",
    "flag_kept": "A warning flag was reviewed and still stands",
    "flag_ended": "A warning flag was reviewed and ended",
    "case_referral_joined": "A referral was accepted for the family and joined its case",
    "case_stepped_up": "The family was stepped up to a more intensive pathway",
    "case_stepped_down": "The family was stepped down to a less intensive pathway",
    "case_joined": "Two open cases of the family became one",
    "case_joining_reversed": "Two cases that had become one are two again: their families are not one",
    "case_closed": "The family's case was closed",
    "case_reopened": "The family's case was opened again",
    "case_moved": "The family lives in another area",
    "contact_visit": "The family was visited, or nobody was there",
    "contact_call": "A call with the family or about it",
    "contact_meeting": "A meeting with the family or about it",
    "contact_note": "A note about the family",
    "contact_supervision": "The case was gone through in supervision",
    "contact_management_oversight": "A manager looked at the case and wrote down what follows",
    "contact_closing_summary": "The closing summary of the case was written",
    "action_agreed": "An action was agreed",
    "action_done": "An action was done",
    "action_cancelled": "An action was cancelled",
    "action_moved": "An action was moved to another day",
    "referral_submitted": "A referral was received at the front door",
    "referral_rated": "A referral was rated red, amber or green",
    "referral_accepted": "It was decided that the family is to have a case",
    "referral_closed": "It was decided that no case is opened",
    "referral_withdrawn": "A referral was taken back before it was decided",
    "child_born": "The birth of an unborn child was recorded",
    "child_corrected": "The record of a child was corrected at the front door",
    "referral_decision_overdue": "A referral had no decision by the time by which it was due",
    "session_attendance": "It was recorded who came to a session of a centre",
    "crisis_raised": "A crisis was raised",
    "crisis_unanswered": "Nobody acknowledged a crisis by its due time",
    "crisis_acknowledged": "A duty worker took a crisis up",
    "issue_tabled": "Something about the family's case was put on a board's agenda",
    "thriving_families_assessed": "The family was held against the criteria of Thriving Families",
    "outcome_plan_agreed": "An outcome plan was agreed with the family",
    "outcome_plan_reviewed": "The outcome plan was reviewed",
    "outcome_claimed": "The outcome of Thriving Families was claimed",
    "early_help_team_started": "A Team Around the Family began",
    "lead_professional_named": "The Team Around the Family has a lead professional",
    "caf_completed": "A Common Assessment Framework was completed",
    "early_help_reviewed": "The Team Around the Family held a review",
    "early_help_team_ended": "The Team Around the Family ended",
    "early_help_escalated": "Those around the family asked the front door for more",
    "link_worker_supported": "The link worker supported those around the family",
    "hand_over_offered": "A child was offered to another service",
    "hand_over_accepted": "Another service took a child over",
    "hand_over_refused": "Another service did not take a child over",
    "hand_over_revoked": "The offer of a child to another service was taken back",
    "assessment_started": "An assessment under s17 was started",
    "assessment_completed": "An assessment was completed",
    "assessment_authorised": "The conclusion of an assessment was authorised",
    "assessment_given_back": "The conclusion of an assessment was not agreed, and it is open again",
    "assessment_reopened": "An assessment was opened again",
    "strategy_discussion_held": "A strategy discussion was held",
    "enquiry_started": "A section 47 enquiry began",
    "enquiry_completed": "A section 47 enquiry was completed",
    "conference_held": "A child protection conference was held",
    "protection_plan_started": "A child protection plan began",
    "protection_plan_ended": "A child protection plan ended",
    "core_group_held": "The core group met",
    "need_plan_started": "A child in need plan began",
    "need_review_held": "A child in need plan was reviewed",
    "need_plan_ended": "A child in need plan ended",
    "court_stage_reached": "A stage of the way to court was reached",
}
"""What an entry of a chronology may be about."""

STEPS: Codes = {
    "action": "Something that somebody is to do by a day",
    "flag_review": "Review of a warning flag, on the day that was set, at most 12 months ahead (local)",
    "thriving_families_review": "Review of the outcome plan of Thriving Families, every 8 weeks",
    "taf_action": "An action of the Team Around the Family",
    "taf_review": "A review of the Team Around the Family",
    "hand_over_answer": "The answer of the service to which a child was offered",
    "assessment": "The assessment under s17 is completed",
    "strategy_discussion": "The strategy discussion that the front door decided on is held",
    "initial_conference": "The initial child protection conference",
    "transfer_in_conference": "The conference about a child who came with a plan of another authority",
    "core_group": "The core group of a child's protection plan",
    "review_conference": "The review child protection conference",
    "protection_visit": "The child is seen under a child protection plan",
    "need_review": "The child in need plan is reviewed",
    "pre_proceedings": "Pre-proceedings come to their end",
    "care_proceedings": "Care proceedings come to their end",
}
"""What may fall due."""

CONTACT_KINDS: Codes = {
    "visit": "A visit, with whether each child was seen, and seen alone",
    "call": "A telephone or video call",
    "meeting": "A meeting",
    "note": "A note",
    "supervision": "The case in the supervision of its worker",
    "management_oversight": "A supervisor's or manager's own look at the case",
    "closing_summary": "What was reached in a closed case, and what stays to be known",
}

CONTACT_PURPOSES: Codes = {
    "child_protection_visit": "Visit under a child protection plan",
    "child_in_need_visit": "Visit under a child in need plan",
    "assessment": "For an assessment",
    "direct_work": "Direct work with a child",
    "family_support": "Support that was agreed with the family",
    "planning": "Planning or reviewing with the family or professionals",
    "information": "Asking for information or giving it",
    "crisis": "Answering a crisis",
    "introduction": "A new key worker comes to know the family",
    "ending": "Ending the work with the family",
    "other": "Something else",
}

CONTACT_PLACES: Codes = {
    "home": "At the family's home",
    "school": "At a school, college or nursery",
    "centre": "At a Children and Family Centre",
    "office": "At an office of the council",
    "partner": "At a partner's, such as a hospital or the police",
    "community": "Elsewhere out and about",
    "online": "By video",
    "other": "Somewhere else",
}

NEEDS: Codes = concerns.NEEDS
"""`outcomes/thriving_families/rules.py` has which criteria each need meets."""

CRITERIA: dict[str, Codes] = {
    "2012": {
        "school_attendance": "Children who do not attend school",
        "adults_out_of_work": "Adults out of work",
        "antisocial_behaviour_or_youth_crime": "Anti-social behaviour or youth crime",
    },
    "2015": {
        "crime_or_antisocial_behaviour": "Parents or children involved in crime or anti-social behaviour",
        "school_attendance": "Children who do not attend school regularly",
        "children_who_need_help": "Children of all ages who need help",
        "work_and_finance": "Adults out of work or at risk of financial exclusion",
        "domestic_abuse": "Families affected by domestic abuse",
        "health": "Parents or children with a range of health problems",
    },
    "2022": {
        "education": "Getting a good education",
        "early_years": "Good early years development",
        "health": "Improved mental and physical health",
        "substance_use": "Better managed substance use",
        "family_relationships": "Improved family relationships",
        "abuse_or_exploitation": "Children safe from abuse and exploitation",
        "crime": "Families diverted from crime",
        "domestic_abuse": "Safe from domestic abuse",
        "housing": "Secure housing",
        "financial_stability": "Financial stability",
    },
}
"""The criteria of Thriving Families in each version of the national programme."""

STAR_DOMAINS: Codes = {
    "physical_health": "Physical health",
    "wellbeing": "The parent's own well-being",
    "emotional_needs": "Meeting the children's emotional needs",
    "safety": "Keeping the children safe",
    "social_networks": "Social networks",
    "education_and_learning": "Education and learning",
    "boundaries_and_behaviour": "Boundaries and behaviour",
    "family_routine": "Family routine",
    "home_and_money": "Home and money",
    "progress_to_work": "Progress to work",
}
"""The ten areas of an outcome star (R§36), those of the Family Star Plus, which was made for Troubled Families."""

ADULTS: Codes = {
    "mother": "Mother",
    "father": "Father",
    "step_parent": "Step-parent, or a parent's partner",
    "grandparent": "Grandparent",
    "carer": "Another carer",
    "other_adult": "Another adult of the household",
}
"""Whose reading of an outcome star it is, where it is not a child's; with a number where there are several."""

PARTICIPATION: Codes = {
    "education": "In education",
    "employment": "In employment",
    "training": "In training, apprenticeships included",
    "not_participating": "Not in education, employment or training",
    "not_known": "Asked, and not known",
}
"""What a young person after compulsory schooling does in a month (R§47)."""

PARTICIPATION_SOURCES: Codes = {
    "young_person": "The young person",
    "parent_or_carer": "A parent or carer",
    "school_or_college": "A school or college",
    "employer_or_provider": "An employer or training provider",
    "other_service": "Another service",
    "nobody_reached": "Nobody could be reached",
}
"""Who gave the answer."""

FLAGS: Codes = {
    "violent_to_staff": "Somebody of the household has been violent to staff or threatened it",
    "no_lone_visits": "Visit in twos",
    "dog": "A dangerous dog at the address",
    "weapons": "Weapons at the address",
    "address_confidential": "The family's address must not become known",
    "contact_prohibited": "A court order forbids somebody to come near a child",
    "domestic_abuse_do_not_ring": "Ringing or writing may put somebody in danger: only as agreed",
    "self_harm_risk": "Risk of suicide or serious self-harm",
    "missing_risk": "Goes missing, or may",
    "exploitation_risk": "At risk of sexual or criminal exploitation",
    "abduction_risk": "May be taken out of the country or away",
    "hospital_alert": "Hospitals and midwives are asked to ring when the child or mother comes",
    "infection": "An infection at the address that visitors must know of",
    "communication_need": "Needs an interpreter, signing, large print or another way to communicate",
    "other": "Something else that whoever works with the family must know",
}
"""What a warning flag warns of."""

ALL: dict[str, Codes] = {
    "pathways": PATHWAYS,
    "worker_roles": WORKER_ROLES,
    "areas": AREAS,
    "absences": ABSENCES,
    "closures": CLOSURES,
    "concerns": CONCERNS,
    "team_endings": TEAM_ENDINGS,
    "link_worker_support": LINK_WORKER_SUPPORT,
    "hand_over_services": HAND_OVER_SERVICES,
    "hand_over_reasons": HAND_OVER_REASONS,
    "entries": ENTRIES,
    "steps": STEPS,
    "contact_kinds": CONTACT_KINDS,
    "contact_purposes": CONTACT_PURPOSES,
    "contact_places": CONTACT_PLACES,
    "needs": NEEDS,
    **{f"thriving_families_{version}": criteria for version, criteria in CRITERIA.items()},
    "star_domains": STAR_DOMAINS,
    "adults": ADULTS,
    "participation": PARTICIPATION,
    "participation_sources": PARTICIPATION_SOURCES,
    "flags": FLAGS,
    "assessment_factors": ASSESSMENT_FACTORS,
    "assessment_outcomes": ASSESSMENT_OUTCOMES,
    "abuse_categories": ABUSE_CATEGORIES,
    "court_orders": COURT_ORDERS,
}


@router.get("/codes")
async def list_codes(actor: SignedIn) -> dict[str, dict[str, str]]:
    """Every list of codes that this service takes, with the meaning of each code."""
    return {name: dict(each) for name, each in ALL.items()}
