"""Referrals as they are sent, with made-up people."""

from typing import Any


def a_referral(**changes: Any) -> dict[str, Any]:
    """A referral as a school sends it; `changes` replace its parts."""
    return {
        "referrer": {
            "name": "Amina Osei",
            "role": "Designated safeguarding lead",
            "organisation": "Larkmead School",
            "source": "2A",
            "email": "dsl@larkmead.example",
            "phone": "01235 520141",
        },
        "address": {"lines": ["12 Ock Street"], "postcode": "OX14 1AB"},
        "children": [a_child()],
        "adults": [{"given_name": "Petronella", "family_name": "Quillfeather", "relationship": "mother"}],
        "concerns": ["neglect"],
        "needs": ["school_attendance"],
        "narrative": "Barnabas comes to school hungry.",
        "immediate_danger": False,
        "consent": {"given": True},
        **changes,
    }


def a_child(**changes: Any) -> dict[str, Any]:
    return {
        "given_name": "Barnabas",
        "family_name": "Quillfeather",
        "date_of_birth": "2016-05-04",
        "sex": "M",
        "ethnicity": "WBRI",
        **changes,
    }


def a_decision(**changes: Any) -> dict[str, Any]:
    return {"outcome": "assessment", "level": 3, "reason": "Needs an assessment", "primary_need": "N1", **changes}
