"""What families are referred for and what is decided: situations, levels, ratings and words that belong together."""

from tools.demo.family_support import EARLY_HELP, NO_FURTHER_ACTION, SIGNPOSTED, THRIVING, TRANSFERRED
from tools.demo.section_47_and_17 import ASSESSMENT, STRATEGY
from tools.demo.situation import Situation

SITUATIONS: dict[str, tuple[Situation, ...]] = {
    "strategy_discussion": STRATEGY,
    "assessment": ASSESSMENT,
    "thriving_families": THRIVING,
    "early_help": EARLY_HELP,
    "signposted": SIGNPOSTED,
    "no_further_action": NO_FURTHER_ACTION,
    "transferred": TRANSFERRED,
}
"""By what is decided in the end."""

LEVELS = {
    "strategy_discussion": (4,),
    "assessment": (3,),
    "thriving_families": (3,),
    "early_help": (2,),
    "signposted": (1, 2),
    "no_further_action": (1, 2),
    "transferred": (2, 3),
}

RATINGS = {
    "strategy_discussion": ("red", "red", "amber"),
    "assessment": ("amber", "amber", "green", "red"),
    "thriving_families": ("green", "green", "amber"),
    "early_help": ("green",),
    "signposted": ("green",),
    "no_further_action": ("green", "green", "amber"),
    "transferred": ("amber", "green"),
}

RATING_REASONS = {
    "red": ("Risk of significant harm now; children seen today.", "A child may not be safe tonight."),
    "amber": ("Concern is serious; no sign of immediate danger.", "Needs checks with health and school tomorrow."),
    "green": ("No sign of harm; support may be needed.", "Adults at home are working with services."),
}

DECISION_REASONS = {
    "strategy_discussion": (
        "Reasonable cause to suspect significant harm. Strategy discussion with police and health within 24 hours.",
        "Threshold of section 47 met on the information shared by police and school.",
    ),
    "assessment": (
        "Unlikely to reach a reasonable standard of health or development without services: section 17 assessment.",
        "Several unmet needs over time and earlier support did not hold. Parents agree to an assessment.",
    ),
    "thriving_families": (
        "Meets the Thriving Families criteria and the family agrees to whole-family support.",
        "More than two of the criteria are met; no need for a social worker at present.",
    ),
    "early_help": (
        "Level 2: Team Around the Family with the school as lead professional, supported by the link worker.",
        "Needs can be met by early help; family agrees.",
    ),
    "signposted": (
        "Advice given; family directed to the centre's partner sessions and to the benefits adviser.",
        "No threshold met. Details of local services sent to the family.",
    ),
    "no_further_action": (
        "Checks with health and school raise no concern.",
        "Information only; nothing suggests that a child needs services.",
    ),
    "transferred": ("The family lives in another authority; its front door has confirmed receipt.",),
}

OVERRIDE_REASONS = (
    "Nobody else in the team has experience of this kind of work; one case closes at the end of the month.",
    "The worker knows this family from earlier; a change of worker would do harm. To be looked at again in four weeks.",
    "Cover for sickness in the team. Agreed in supervision, with two visits taken over by a colleague.",
)

NO_CONSENT_REASONS = (
    "Asking might have put the child at more risk.",
    "The parents could not be reached, and waiting was not safe.",
)
