"""The lists of codes that the referrals service takes, and the route that publishes them.

The census's own are the DfE's children in need code sets.
"""

from typing import Any

from shared.access import SignedIn
from shared.codes import Codes
from shared.contracts import concerns
from shared.web import topic_router

router = topic_router("codes")

SEXES: Codes = {"F": "Female", "M": "Male", "U": "Not known or unborn"}

SOURCES: Codes = {
    "1A": "INDIVIDUAL - family member, relative or carer",
    "1B": "INDIVIDUAL - acquaintance (including neighbours and child minders)",
    "1C": "INDIVIDUAL - self",
    "1D": "INDIVIDUAL - other (including strangers)",
    "2A": "SCHOOLS",
    "2B": "EDUCATION SERVICES",
    "3A": "HEALTH SERVICES - general practitioner (GP)",
    "3B": "HEALTH SERVICES - health visitor",
    "3C": "HEALTH SERVICES - school nurse",
    "3D": "HEALTH SERVICES - other primary health services",
    "3E": "HEALTH SERVICES - A&E (accident and emergency department)",
    "3F": "HEALTH SERVICES - other (for example hospice)",
    "4": "HOUSING - local authority housing or housing association",
    "5A": "LA SERVICES - social care for example adults social care services",
    "5B": "LA SERVICES - other internal (department other than social care in local authorities, for example, youth offending (excluding housing))",
    "5C": "LA SERVICES - external, for example, from another local authority's adults social care services",
    "5D": "LA SERVICES - early help",
    "6": "POLICE",
    "7": "OTHER LEGAL AGENCY - including courts, probation, immigration, CAFCASS (Children and Family Court Advisory and Support Service) or prison",
    "8": "OTHER - including children's centres, independent agency providers or voluntary organisations",
    "9": "ANONYMOUS",
    "10": "UNKNOWN",
}
"""Source of referral, census item N00103."""

ETHNICITIES: Codes = {
    "WBRI": "White British",
    "WIRI": "White Irish",
    "WIRT": "Traveller of Irish heritage",
    "WOTH": "Any other White background",
    "WROM": "Gypsy/Roma",
    "MWBC": "White and Black Caribbean",
    "MWBA": "White and Black African",
    "MWAS": "White and Asian",
    "MOTH": "Any other mixed background",
    "AIND": "Indian",
    "APKN": "Pakistani",
    "ABAN": "Bangladeshi",
    "AOTH": "Any other Asian background",
    "BCRB": "Caribbean",
    "BAFR": "African",
    "BOTH": "Any other black background",
    "CHNE": "Chinese",
    "OOTH": "Any other ethnic group",
    "REFU": "Refused",
    "NOBT": "Information not yet obtained",
}

DISABILITIES: Codes = {
    "NONE": "No disability",
    "MOB": "Mobility",
    "HAND": "Hand function",
    "PC": "Personal care",
    "INC": "Incontinence",
    "COMM": "Communication",
    "LD": "Learning",
    "HEAR": "Hearing",
    "VIS": "Vision",
    "BEH": "Behaviour",
    "CON": "Consciousness",
    "AUT": "Autism",
    "DDA": "Other",
}

PRIMARY_NEEDS: Codes = {
    "N1": "Abuse or neglect",
    "N2": "Child's disability",
    "N3": "Parental disability or illness",
    "N4": "Family in acute stress",
    "N5": "Family dysfunction",
    "N6": "Socially unacceptable behaviour",
    "N7": "Low income",
    "N8": "Absent parenting",
    "N9": "Cases other than children in need",
    "N0": "Not stated",
}
"""Primary need, census item N00101."""

UPN_UNKNOWN_REASONS: Codes = {
    "UN1": "Child is not yet of school age and has no UPN",
    "UN2": "Child has never attended a maintained school in England",
    "UN3": "Child is educated outside of England",
    "UN4": "Child is newly in need (one week before end of collection period)",
    "UN5": "Sources collating UPNs reflect discrepancies",
    "UN6": "As the guide to the children in need census defines it",
    "UN7": "Referral with no further action",
}

CONCERNS: Codes = concerns.CONCERNS

NEEDS: Codes = concerns.NEEDS

RATINGS: Codes = {
    "red": "Decision within 4 hours",
    "amber": "Decision within 1 working day",
    "green": "Decision within 3 working days",
}

OUTCOMES: Codes = {
    "strategy_discussion": "Strategy discussion under section 47: a case opens on the child protection pathway",
    "assessment": "Assessment under section 17: a case opens on the child in need pathway",
    "thriving_families": "Thriving Families support: a case opens on that pathway",
    "early_help": "Early help with the support of a link worker",
    "signposted": "Signposted to other services",
    "transferred": "Transferred to another authority",
    "no_further_action": "No further action",
}

LEVELS: Codes = {
    "1": "Universal",
    "2": "Early help",
    "3": "Complex: Thriving Families or child in need",
    "4": "Child protection or court",
}

LAWFUL_BASES: Codes = {
    "consent": "The family agreed",
    "safeguarding_s47": "Enquiries into significant harm: Children Act 1989 s47",
    "safeguarding_s17": "Safeguarding and promoting the welfare of a child in need: Children Act 1989 s17",
    "vital_interests": "Vital interests of the child or of another person: UK GDPR article 6(1)(d)",
    "legal_obligation": "Another legal obligation: UK GDPR article 6(1)(c)",
    "public_task": "A task in the public interest: UK GDPR article 6(1)(e)",
    "crime_prevention": "Prevention or detection of crime: Data Protection Act 2018, schedule 2, paragraph 2",
}
"""By which right a partner is asked for information; each but consent overrides it and needs a reason."""

PARTNER_RISKS: Codes = {
    "high": "High risk in the partner's own view",
    "medium": "Medium risk",
    "low": "Low risk",
    "none": "No risk, or nothing known",
}

ALL: dict[str, Codes] = {
    "sexes": SEXES,
    "sources": SOURCES,
    "ethnicities": ETHNICITIES,
    "disabilities": DISABILITIES,
    "upn_unknown_reasons": UPN_UNKNOWN_REASONS,
    "concerns": CONCERNS,
    "needs": NEEDS,
    "ratings": RATINGS,
    "outcomes": OUTCOMES,
    "levels": LEVELS,
    "primary_needs": PRIMARY_NEEDS,
    "lawful_bases": LAWFUL_BASES,
    "partner_risks": PARTNER_RISKS,
}


@router.get("/codes")
async def list_codes(actor: SignedIn) -> dict[str, dict[str, Any]]:
    """Every list of codes that this service takes, with the meaning of each code."""
    return {name: dict(each) for name, each in ALL.items()}
