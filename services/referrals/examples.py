"""What is sent to the referrals service, as its description shows it, with made-up people.

`tests/services/referrals/test_examples.py` sends each of them.
"""

from typing import Any

Example = dict[str, Any]

REFERRAL: Example = {
    "referrer": {
        "name": "Amina Osei",
        "role": "Designated safeguarding lead",
        "organisation": "Larkmead School",
        "source": "2A",
        "email": "amina.osei@larkmead.example",
        "phone": "01235 520141",
    },
    "address": {"lines": ["12 Ock Street", "Abingdon"], "postcode": "OX14 1AB"},
    "children": [
        {
            "given_name": "Barnabas",
            "family_name": "Quillfeather",
            "date_of_birth": "2016-05-04",
            "sex": "M",
            "ethnicity": "WBRI",
            "nhs_number": "9434765919",
        }
    ],
    "adults": [{"given_name": "Petronella", "family_name": "Quillfeather", "relationship": "mother"}],
    "concerns": ["neglect"],
    "needs": ["school_attendance"],
    "narrative": "Barnabas has come to school hungry since September and was not fetched twice this week.",
    "immediate_danger": False,
    "consent": {"given": True},
}
DRAFT: Example = {
    "narrative": "Barnabas has come to school hungry since September",
    "children": [{"given_name": "Barnabas", "family_name": "Quillfeather"}],
    "address": {"postcode": "OX14"},
}
AMENDMENT: Example = {
    "changes": {
        "narrative": "Barnabas has come to school hungry since September. He slept at a neighbour's house last night.",
        "concerns": ["neglect", "domestic_abuse"],
        "adults": [{"given_name": "Josiah", "family_name": "Pennyworth", "relationship": "mother's partner"}],
    },
    "reason": "The class teacher spoke with Barnabas this morning",
}
WITHDRAWAL: Example = {"reason": "Sent twice: the other referral stands"}
WITHDRAWAL_DECISION: Example = {"accepted": False, "reason": "The bruise was seen by the school nurse: it stands"}
ACKNOWLEDGEMENT: Example = {"method": "telephone", "text": "Spoke with the safeguarding lead, who will ring at three."}
RATING: Example = {"rating": "amber", "reason": "Hungry for weeks, and an adult who is not known to anybody"}
PLACEMENT: Example = {"area": "south", "reason": "The family moved in with the grandmother in Didcot"}

ORGANISATION: Example = {"organisation": "Larkmead School", "reason": "Rung back at the school's own number"}

INFORMATION_REQUEST: Example = {
    "partner": "Oxford Health NHS Foundation Trust",
    "lawful_basis": "safeguarding_s17",
    "override_reason": "The mother could not be reached in time",
    "questions": ["Is Barnabas seen by you?", "Were appointments missed in the last year?"],
}
PARTNER_ANSWER: Example = {"risk": "medium", "summary": "Two appointments were missed in autumn; his weight is low."}
CORRECTED_ANSWER: Example = {
    "risk": "high",
    "summary": "Two appointments were missed in autumn, and a third one yesterday; his weight is low.",
    "reason": "The clinic's list was not complete",
}
DECISION: Example = {
    "outcome": "assessment",
    "level": 3,
    "reason": "Neglect over months that the school's support has not changed",
    "primary_need": "N1",
}
SIGNATURE: Example = {"agreed": True, "reason": "The hospital's letter explains the injury"}

CONSULTATION: Example = {
    "organisation": "Larkmead School",
    "role": "Class teacher",
    "concerns": ["young_carer"],
    "question": "A boy of 11 cares for his mother and is often late. Should we refer, or support the family ourselves?",
    "immediate_harm": False,
}
ADVICE: Example = {
    "advice": "Speak with the mother first and offer the young carers group; refer if he misses more school.",
    "refer": False,
}
LINK_WORKER: Example = {
    "name": "Rosa Marsh",
    "area": "south",
    "organisations": ["Larkmead School", "The Abbey Medical Practice"],
    "email": "rosa.marsh@county.example",
    "phone": "01865 815000",
}

PEOPLE_SEARCH: Example = {
    "given_name": "Barnabus",
    "family_name": "Quilfeather",
    "birth_year": 2016,
    "address": {"lines": ["Ock Street"]},
}
MATCH_ANSWER: Example = {
    "matched_child_id": "5b0d6f0e-6f0b-4c57-9c53-8a1f5a0c2d11",
    "reason": "The same NHS number, and the mother confirms it",
}
CORRECTION: Example = {
    "given_name": "Philippa",
    "date_of_birth": "2026-02-03",
    "reason": "Born: the midwife rang",
}
MERGE: Example = {
    "surviving_child_id": "5b0d6f0e-6f0b-4c57-9c53-8a1f5a0c2d11",
    "merged_child_id": "c1a9e3b4-27d8-4b7e-8f60-d2f4a6b8c0e2",
    "reason": "The school confirms that both are the same boy",
}
REVERSAL: Example = {"reason": "They are cousins of one name"}
RESTRICTION: Example = {
    "subjects": ["maria.lopez@county.example", "noel.hart@county.example"],
    "reason": "A grandparent works for the service",
}
