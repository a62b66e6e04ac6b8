"""Situations that end in Thriving Families support, in early help, or without a service."""

from tools.demo.situation import Situation

THRIVING = (
    Situation(
        ("child_mental_health",),
        ("school_attendance", "adults_out_of_work", "health"),
        "N5",
        ("2A", "2B"),
        (7, 15),
        (
            "Attendance of {child} is 61 per cent this term. {carer} has been out of work for two years and would like"
            " help with both. Penalty notices have changed nothing.",
            "{child} has not been in school since half term because of anxiety. {carer} lost a job through it. The"
            " family agreed to Thriving Families support at a TAF meeting.",
        ),
    ),
    Situation(
        ("other",),
        ("antisocial_behaviour_or_youth_crime", "family_relationships"),
        "N6",
        ("6", "4"),
        (11, 16),
        (
            "Community protection warning after complaints from four neighbours in {town}. {child} is out until late"
            " with older children. {carer} asks for help with boundaries.",
        ),
    ),
    Situation(
        ("other",),
        ("antisocial_behaviour_or_youth_crime", "family_relationships"),
        "N6",
        ("5B",),
        (11, 16),
        ("Youth justice triage: first offence of criminal damage. The family was present and wants support.",),
    ),
    Situation(
        ("homelessness",),
        ("housing", "finance", "adults_out_of_work"),
        "N7",
        ("4", "8"),
        (1, 12),
        (
            "Rent arrears of £2,900 and an overcrowded flat; {carer} is waiting for a first payment of benefit. Family"
            " uses the food bank weekly. Children well cared for.",
        ),
    ),
    Situation(
        ("homelessness",),
        ("housing", "finance", "adults_out_of_work"),
        "N7",
        ("1C", "8", "3A"),
        (1, 12),
        ("{carer} asks for help with debts and a damp flat. {child}'s asthma has become worse this winter.",),
    ),
    Situation(
        ("domestic_abuse",),
        ("domestic_abuse", "family_relationships", "school_attendance"),
        "N1",
        ("2A", "8", "5D"),
        (4, 13),
        (
            "{carer} left an abusive relationship last year. {child} is angry at home and in class. Play therapy has"
            " ended; the school and {carer} ask for support for the whole family.",
        ),
    ),
    Situation(
        ("parental_mental_health", "young_carer"),
        ("health", "children_who_need_help", "school_attendance"),
        "N3",
        ("2A", "3A", "8"),
        (8, 15),
        (
            "{child} looks after the household in the mornings and is late three days in five. {carer} lives with"
            " bipolar disorder and has good and bad weeks.",
            "{child} cooks and does {carer}'s medication. Proud of it, and tired. {carer} agrees that it has become"
            " too much.",
        ),
    ),
    Situation(
        ("parental_substance_use",),
        ("substance_use", "finance"),
        "N3",
        ("8", "3A", "5D"),
        (3, 13),
        (
            "{carer} has been in recovery for eight months and wants to keep it so. Debts, and no routine since moving"
            " to {town}. Extended family is far away.",
        ),
    ),
    Situation(
        ("disability",),
        ("early_years", "health", "family_relationships"),
        "N4",
        ("3B", "5D", "8"),
        (1, 6),
        (
            "{child} is waiting for an autism assessment. {carer} is isolated and does not drive. Would value help at"
            " home with routines and a place at a group.",
        ),
    ),
)

EARLY_HELP = (
    Situation(
        ("young_carer",),
        ("children_who_need_help",),
        "N9",
        ("2A", "3C"),
        (8, 15),
        (
            "{child} helps {carer} after an operation and has begun to miss clubs. Family copes; {child} would like to"
            " talk.",
        ),
    ),
    Situation(
        ("other",),
        ("early_years",),
        "N9",
        ("3B", "5D", "8"),
        (1, 4),
        (
            "Speech delay at the two-year review and difficult nights. {carer} would like advice and to meet other"
            " parents.",
            "{carer} finds it hard to leave the house and knows nobody in {town} yet. Warm and attentive with {child}.",
        ),
    ),
    Situation(
        ("family_breakdown",),
        ("family_relationships",),
        "N9",
        ("2A",),
        (6, 14),
        (
            "Parents of {child} separated in the autumn. {child} is tearful on Mondays. School has a TAF and asks for"
            " the link worker.",
        ),
    ),
)

SIGNPOSTED = (
    Situation(
        ("other",),
        ("finance",),
        "N9",
        ("3A", "8", "1C"),
        (0, 12),
        (
            "{carer} asks where to get help with heating costs and school uniform. No concern about the care of the"
            " children.",
        ),
    ),
    Situation(
        ("disability",),
        (),
        "N9",
        ("1C", "3A"),
        (4, 13),
        ("{carer} asks what support there is while {child} waits for an ADHD assessment.",),
    ),
    Situation(
        ("other",),
        ("housing",),
        "N9",
        ("8", "1A"),
        (0, 9),
        ("Family new to {town}; {carer} asks about nursery places, a dentist and English lessons.",),
    ),
)

NO_FURTHER_ACTION = (
    Situation(
        ("other",),
        (),
        "N9",
        ("9", "1B"),
        (1, 11),
        (
            "Anonymous caller hears a child crying in the evenings. No name or further detail; health visitor and"
            " school have no concerns.",
            "Neighbour reports shouting over a weekend. Family had a party. No earlier contacts.",
        ),
    ),
    Situation(
        ("other",),
        (),
        "N9",
        ("6",),
        (3, 15),
        ("Police notification for information: {child} was a witness to a road accident. Parents are supportive.",),
    ),
    Situation(
        ("other",),
        (),
        "N9",
        ("3E",),
        (3, 15),
        ("Accidental fall from a trampoline; explained by all in the same way; for information.",),
    ),
)

TRANSFERRED = (
    Situation(
        ("neglect",),
        ("children_who_need_help",),
        "N1",
        ("3E", "6", "5C"),
        (2, 12),
        (
            "Family was visiting relatives in {town}; their home is in another authority, which is involved already.",
            "{carer} moved away with the children at the weekend. The new address is outside the county.",
        ),
    ),
)
