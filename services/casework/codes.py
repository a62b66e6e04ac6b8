"""The lists of codes that the casework service takes and gives."""

from shared.codes import Codes

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

ENTRIES: Codes = {
    "case_opened": "The family's case was opened",
    "case_allocated": "The family has a key worker",
}
"""What an entry of a chronology may be about."""

STEPS: Codes = {
    "action": "Something that somebody is to do by a day",
}
"""What may fall due."""

ALL: dict[str, Codes] = {
    "pathways": PATHWAYS,
    "worker_roles": WORKER_ROLES,
    "areas": AREAS,
    "entries": ENTRIES,
    "steps": STEPS,
}
