"""Situations that end in a strategy discussion (Children Act 1989 s47) or an assessment (s17)."""

from tools.demo.situation import Situation

STRATEGY = (
    Situation(
        ("physical_abuse",),
        ("abuse_or_exploitation", "children_who_need_help"),
        "N1",
        ("2A",),
        (4, 14),
        (
            "{child} came to school with a bruise on the upper arm and said that {other} had grabbed and shaken them."
            " The mark is recorded on a body map. {child} is worried about going home.",
        ),
        urgent=True,
    ),
    Situation(
        ("physical_abuse",),
        ("abuse_or_exploitation", "children_who_need_help"),
        "N1",
        ("3E",),
        (4, 14),
        (
            "Seen in the emergency department with an injury that the account given by {carer} does not explain. A"
            " paediatric opinion has been asked for.",
        ),
        urgent=True,
    ),
    Situation(
        ("domestic_abuse", "emotional_abuse"),
        ("domestic_abuse", "abuse_or_exploitation"),
        "N1",
        ("6",),
        (1, 12),
        (
            "Officers attended after a call from a neighbour. {carer} had a cut lip; {child} was upstairs and heard"
            " what happened. Third attendance in five months. {other} was arrested and has bail conditions.",
            "High-risk domestic abuse notification. {carer} disclosed strangulation. Children present. Referred to"
            " MARAC.",
        ),
        urgent=True,
    ),
    Situation(
        ("neglect", "parental_substance_use"),
        ("substance_use", "children_who_need_help", "health"),
        "N1",
        ("3B", "5D"),
        (0, 9),
        (
            "No food in the house on two visits. {carer} appeared under the influence on both. {child} has missed"
            " immunisations and the last three appointments. Rubbish and animal waste on the floor of the living room.",
        ),
    ),
    Situation(
        ("neglect", "parental_substance_use"),
        ("substance_use", "children_who_need_help", "health"),
        "N1",
        ("2A",),
        (4, 10),
        (
            "{child} arrives hungry, in the same clothes for a week. {carer} was unable to stand when collecting and"
            " there was a smell of alcohol. Earlier support did not hold.",
        ),
    ),
    Situation(
        ("criminal_exploitation", "going_missing"),
        ("antisocial_behaviour_or_youth_crime", "abuse_or_exploitation", "school_attendance"),
        "N1",
        ("6", "5B"),
        (13, 16),
        (
            "{child} was missing for two nights and found at an address in another county with two phones and £340 in"
            " cash. Adults there are known to police for drugs supply.",
        ),
    ),
    Situation(
        ("criminal_exploitation", "going_missing"),
        ("antisocial_behaviour_or_youth_crime", "abuse_or_exploitation", "school_attendance"),
        "N1",
        ("2A",),
        (13, 16),
        (
            "Staff saw {child} getting into a car with adults they did not know, three times this month. New trainers"
            " and phone; {child} will not say from whom. Attendance fell from 91 to 54 per cent.",
        ),
    ),
    Situation(
        ("sexual_exploitation",),
        ("abuse_or_exploitation", "children_who_need_help"),
        "N1",
        ("2A",),
        (12, 16),
        (
            "{child} told a member of staff about an adult met online who asks for pictures and has suggested meeting."
            " The phone has been handed to police with {carer}'s agreement.",
        ),
    ),
    Situation(
        ("sexual_exploitation",),
        ("abuse_or_exploitation", "children_who_need_help"),
        "N1",
        ("3C",),
        (12, 16),
        (
            "Screening tool completed by the school nurse: significant indicators. {child} speaks of an older"
            " boyfriend and of gifts.",
        ),
    ),
    Situation(
        ("neglect", "parental_mental_health"),
        ("health", "abuse_or_exploitation"),
        "N1",
        ("3F",),
        (-1, -1),
        (
            "Pre-birth referral. {carer} booked late and has missed four antenatal appointments. An older child is in"
            " the care of a relative. Community mental health team involved.",
            "Pre-birth referral from midwifery: {carer} discloses continued use of substances and no safe place to"
            " live.",
        ),
    ),
    Situation(
        ("sexual_abuse",),
        ("abuse_or_exploitation",),
        "N1",
        ("2A",),
        (6, 14),
        (
            "{child} made a disclosure to a trusted adult at school. The words were written down as said and no"
            " further questions were asked. {carer} has not been told yet.",
        ),
        urgent=True,
    ),
)

ASSESSMENT = (
    Situation(
        ("neglect",),
        ("children_who_need_help", "housing", "early_years"),
        "N1",
        ("3B", "4"),
        (1, 7),
        (
            "Home conditions have become worse over three visits: mould in the bedroom, little bedding, no safety"
            " gate. {carer} is tired and accepts that help is needed.",
        ),
    ),
    Situation(
        ("neglect",),
        ("children_who_need_help", "housing", "early_years"),
        "N1",
        ("2A",),
        (5, 10),
        (
            "{child} is often late, unwashed and hungry. School has offered breakfast and a TAF; {carer} came to one"
            " of four meetings.",
        ),
    ),
    Situation(
        ("neglect",),
        ("children_who_need_help", "housing", "early_years"),
        "N1",
        ("3B",),
        (2, 3),
        (
            "Two- to three-year review: {child}'s weight has dropped by two centiles and speech is delayed. Missed the"
            " paediatric clinic twice.",
        ),
    ),
    Situation(
        ("parental_mental_health",),
        ("health", "children_who_need_help"),
        "N3",
        ("3A",),
        (0, 12),
        (
            "{carer} was seen with low mood and is not sleeping. No plan to harm, but {carer} says that the children"
            " 'would be better off'. {other} works away. Crisis team informed.",
        ),
    ),
    Situation(
        ("parental_mental_health",),
        ("health", "children_who_need_help"),
        "N3",
        ("5A",),
        (0, 12),
        (
            "Adult mental health services report that {carer} was admitted for a short stay. {child} stays with a"
            " neighbour, which cannot go on beyond the week.",
        ),
    ),
    Situation(
        ("domestic_abuse",),
        ("domestic_abuse", "family_relationships"),
        "N1",
        ("6",),
        (6, 13),
        (
            "Verbal argument between {carer} and {other}, separated since the spring, at handover of the children."
            " {child} was upset and rang 999. Second call this year.",
        ),
    ),
    Situation(
        ("domestic_abuse",),
        ("domestic_abuse", "family_relationships"),
        "N1",
        ("8",),
        (2, 13),
        (
            "{carer} has come to the refuge outreach service. Controlling behaviour over several years; the children"
            " have changed school once already.",
        ),
    ),
    Situation(
        ("self_harm", "child_mental_health"),
        ("health", "school_attendance"),
        "N4",
        ("3E",),
        (12, 16),
        (
            "{child} attended the emergency department after an overdose of paracetamol; medically fit. {child} speaks"
            " of arguments at home and does not want to go back tonight.",
        ),
    ),
    Situation(
        ("self_harm", "child_mental_health"),
        ("health", "school_attendance"),
        "N4",
        ("2A", "3C"),
        (12, 16),
        (
            "Cuts to the forearm seen in PE. {child} has been on the waiting list for CAMHS for seven months. {carer}"
            " asks for help with keeping {child} safe at home.",
        ),
    ),
    Situation(
        ("disability",),
        ("health", "family_relationships"),
        "N2",
        ("2A", "1C", "3A"),
        (3, 15),
        (
            "{child} has autism and a learning disability, sleeps four hours a night and has begun to hit younger"
            " children. {carer} gave up work and is at the end of their strength. Asks for short breaks.",
        ),
    ),
    Situation(
        ("disability",),
        ("health", "family_relationships"),
        "N2",
        ("3D",),
        (3, 15),
        (
            "Discharge planning after surgery: {child} will need two carers for transfers. The home is a first-floor"
            " flat without a lift.",
        ),
    ),
    Situation(
        ("homelessness",),
        ("housing", "finance"),
        "N7",
        ("4", "8"),
        (0, 14),
        (
            "Family found intentionally homeless; notice ends in nine days. {carer} has no recourse to public funds"
            " and two weeks of savings left.",
        ),
    ),
    Situation(
        ("homelessness",),
        ("housing", "finance"),
        "N7",
        ("4", "8"),
        (4, 14),
        (
            "Family of {child} living in one room of a friend's house in {town} since the landlord sold. School is an"
            " hour away by bus.",
        ),
    ),
    Situation(
        ("family_breakdown", "going_missing"),
        ("family_relationships", "school_attendance"),
        "N5",
        ("1A", "2A"),
        (13, 16),
        (
            "{carer} says that {child} may no longer live at home after a fight with {other}. {child} slept at"
            " friends' houses for four nights. Grandparents could help for a week.",
        ),
    ),
    Situation(
        ("family_breakdown", "going_missing"),
        ("family_relationships", "school_attendance"),
        "N5",
        ("6",),
        (13, 16),
        (
            "{child} reported missing five times since the summer, back each time by morning. Return interviews"
            " declined.",
        ),
    ),
    Situation(
        ("parental_substance_use",),
        ("substance_use", "children_who_need_help"),
        "N3",
        ("7",),
        (1, 12),
        (
            "Probation reports that {carer} tested positive and has missed two appointments. {child} was with {carer}"
            " at the last one and was well presented.",
        ),
    ),
    Situation(
        ("parental_substance_use",),
        ("substance_use", "children_who_need_help"),
        "N3",
        ("8", "3A"),
        (4, 12),
        (
            "{carer} asked the treatment service for help after a relapse and agrees to this referral. {other} does"
            " the school run at present.",
        ),
    ),
    Situation(
        ("unaccompanied_asylum_seeker",),
        ("children_who_need_help", "health"),
        "N8",
        ("6", "5B"),
        (15, 17),
        (
            "{child} was found by officers at a motorway service area and says that they are under 18 and alone. An"
            " interpreter is needed. No relatives in the United Kingdom are known.",
        ),
    ),
)
