"""What key workers write down about families, in the words of the work. Texts may name {child} and {carer}."""

VISITS = {
    "strategy_discussion": (
        "{child} showed me the bedroom and said that it is quieter at home. Bruise seen last week has faded as the"
        " hospital said it would. {carer} kept to the agreement about who is in the house.",
        "Unannounced. {carer} was home with the children, who had eaten. {child} spoke with me alone in the kitchen and"
        " would like to see the grandparents more. Safety plan gone through again line by line.",
        "Saw the children after school. {child} was tired and said little. {carer} found the week hard and had rung the"
        " helpline as agreed. Fridge and beds seen.",
    ),
    "assessment": (
        "{child} drew the three houses with me: worries about shouting, good about the new school bag. {carer} agreed"
        " that we speak to the school together.",
        "Talked with {carer} about sleep and routines. {child} was seen alone for a while and wants football on"
        " Saturdays back. Home is cold in two rooms; landlord to be rung.",
        "{carer} had kept two of three appointments. {child} is eating better, says the school. Chronology gone through"
        " with the family, who corrected two dates.",
    ),
    "thriving_families": (
        "Looked at the mornings together; made a chart with {child}. {carer} has an appointment with the"
        " work coach on Thursday.",
        "{child} was in school nine days of ten. {carer} proud of it. Letter to the housing association written"
        " together.",
        "Played a board game with the children while {carer} filled in the form for free school meals. {child} told me"
        " about a new friend.",
    ),
}
VISITS_TO_THE_YOUNG = (
    "{child} played on the floor between us and went to {carer} for comfort. Bottles, beds and sleeping place seen.",
    "{child} slept for most of it, and was seen awake before I left. {carer} tired; health visitor comes on Monday.",
    "Went to the stay and play with {carer} and {child}. New words since last time. {carer} asked about nursery hours.",
)
"""Where the eldest is too young to say much."""
UNBORN = (
    "Met {carer} at the antenatal clinic with the midwife. Bag for hospital is packed; cot is there. {carer} asks who"
    " comes home with them after the birth.",
    "Parents' wishes for the birth plan written down. {carer} has kept all appointments since the last meeting.",
    "{carer} showed the cot and the corner of the room for it. Grandmother was there and will stay the first weeks.",
)
NOT_SEEN = ("At swimming with the school", "With the grandparents for the night", "Went out of the back door")
NOT_BORN = "Not born yet: the mother was seen"
NO_REPLY = (
    "Nobody opened; curtains drawn. Card left, and text sent to {carer}.",
    "Rang the bell twice at the agreed time. A neighbour said that they went out. Rang {carer}: no answer.",
)
CALLS = (
    "Rang {carer}, who was on the way to work. A difficult weekend, nobody hurt. Visit brought forward.",
    "{carer} rang to say that {child} has the place at the breakfast club.",
    "Short call with {carer} to agree the next visit, after school so that {child} is there.",
)
CALLS_WITH_PROFESSIONALS = (
    "School: {child} came every day this week, late twice. Will ring again on Friday.",
    "Health visitor has weighed the youngest: on the line. She sees the family again in a fortnight.",
)
NOTES = (
    "Letter from the surgery put on file: {child} has a first appointment with the therapist.",
    "Grandmother has offered weekends. To be asked of {carer}, and of {child}, at the next visit.",
    "Genogram brought up to date with what {carer} told at the last visit.",
)
SUPERVISIONS = (
    "Gone through with the key worker. What has changed for {child}? More visits when {child} is at home; danger"
    " statement to be written anew. Look again in four weeks.",
    "Progress is slow and real. Agreed to plan the ending with {carer} so that it does not come as a surprise.",
)
ACTIONS = (
    ("Ask the landlord in writing about damp and heating", None),
    ("Refer {child} to the young carers' group", None),
    ("Write the plan in words that {child} can read, and leave a copy", None),
    ("Send the attendance of the last half term", "Head of year, the children's school"),
    ("Book the two-year review of the youngest", "Health visitor"),
    ("Ring the debt adviser and take the letters along", "The children's mother"),
)
FLAGS = (
    ("dog", "Large dog, loose in the hall. Ring before you come, so that it is shut away."),
    ("no_lone_visits", "{carer}'s former partner may turn up and has shouted at staff. Visit in twos."),
    ("communication_need", "{carer} does not read letters easily: ring, and explain what is in them."),
    ("missing_risk", "{child} has stayed out for a night twice. Grab pack is with the police."),
    ("domestic_abuse_do_not_ring", "Do not ring or leave messages: {carer} is reached through the school alone."),
)
LATE = "Key worker was off sick; the family knew."

STEP_REASONS = {
    "child_protection": "A second injury, and the agreement was not kept: strategy discussion held today.",
    "court": "The plan has not kept the children safe. Legal planning meeting agreed to issue.",
    "child_in_need": "The conference ended the plan: risks have gone down and stayed down. Support goes on.",
    "thriving_families": "No longer in need under section 17; debts and attendance still need somebody.",
    "early_help": "The school leads from here with the Team Around the Family, and the family agrees.",
}
CLOSURES = (
    ("RC7", "What the family set out to do is done. They know how to come back."),
    ("RC8", "Assessment finished: no needs that others do not meet already."),
    ("RC9", "Assessment finished; the school goes on with early help, and the family agrees."),
    ("RC5", "The family moved; the new authority confirmed by telephone and in writing that it has the case."),
    ("RC7", "Six months of steady progress. Last visit was a goodbye with cake."),
)
TRANSFER_REASONS = (
    "The family has moved nearer to the other team, and this worker starts a course.",
    "Needs somebody who has experience with teenagers and groups.",
    "Caseload is to come down before leave begins.",
)
REJECTION = "No room for two more school runs this month. Please ask again in four weeks."
HAND_OVERS = {
    "disabled_children": ("disability", "What is left are needs from the disability: short breaks and equipment."),
    "youth_offending": ("offending", "Second caution in three months; would like to work with somebody alone."),
}
REFUSAL = "Does not reach our threshold on the reports that there are. Please ask the community paediatrician first."

EVIDENCE = {
    "school_attendance": "Attendance below 90 per cent in two terms running",
    "adults_out_of_work": "No adult has worked for a year",
    "finance": "Rent arrears, and a prepayment meter that runs out",
    "housing": "Three in one bedroom; notice to leave served",
    "health": "Treatment for low mood has begun; a long wait for the child",
    "family_relationships": "Rows most evenings, as all of them say",
    "domestic_abuse": "Two call-outs by the police last year",
    "antisocial_behaviour_or_youth_crime": "Community protection warning",
    "substance_use": "Drinking every evening, by own account",
    "early_years": "Two-year review: behind in speech",
    "abuse_or_exploitation": "Spends time with older people who buy things",
}
GOAL = ("Better, and seen to be so by the family and by who works with them", "What school, landlord or surgery say")
WISHES = (
    ("I want mum to shout less and come to watch me play.", "One person to ring, and no more letters in red."),
    ("To have my own bed.", "To be in work by the summer, and for mornings to be calm."),
    ("I want to go to school with my friends.", "That nobody gives up on us half way."),
)

DISCUSSED = (
    "The account of the injury does not fit what the doctor saw, and nobody else was in the house.",
    "Third report in ten weeks; what was agreed with the family did not hold.",
    "The child said clearly what happens at home, and is afraid of going back.",
)
DISCUSSED_ONLY = "Police and health know of nothing new: the assessment goes on, and looks at this too."
ENQUIRY_FOUND = {
    "conference": "The harm is substantiated and likely to go on: a conference is to decide.",
    "substantiated_no_conference": "It happened, and will not go on: the adult has left, and the family keeps to it.",
    "not_substantiated": "Medical and accounts agree with an accident. Support is offered all the same.",
}
CONFERENCE_LATE = "No interpreter could be had for the first date."
PLAN_ENDS = "The risks have gone down and stayed down for three months; support goes on under a child in need plan."
NO_PLAN = "Old enough to keep safe, and lives with an aunt during the week."
VIEWS_OF_PARENTS = (
    "It was hard to hear all of it at once. We want to keep to the plan.",
    "We do not think that it is as bad as the report says, but we will work with it.",
)
DISSENT = "The father does not agree that there is a plan: he says that the school exaggerates."
CORE_GROUP_LATE = "The health visitor was ill, and the school was closed."
CORE_GROUPS = (
    "Plan gone through line by line. Attendance is up; bedtimes are not yet what was agreed.",
    "Grandmother joins from now on. Drug service reports two clean tests. Next: the beds.",
    "Parents came late. School worried about Mondays. Visits to be unannounced once a fortnight.",
)
PROTECTION_VISITS = (
    "Seen at home. {child} showed me the room and spoke with me alone: it is quieter in the evenings.",
    "Unannounced. {carer} was home, food in the house, beds made. {child} was doing homework at the table.",
    "After school. {child} said little and stayed close to {carer}. Plan gone through, one line was not kept.",
    "{carer} had been at the appointment as agreed. {child} would like to see the cousins again.",
)
GOALS = (
    "Somebody is with the children in the evening",
    "Everybody is at school on time, every day",
    "Appointments at the surgery are kept",
    "There is a bed for each child",
    "Arguments stay out of the children's hearing",
)
NEED_REVIEWS = (
    "Better, as the school says too; the evenings are not yet.",
    "The same as last time. What is agreed is written more simply, and everybody has a copy.",
    "A step back after the move; the grandparents help at weekends.",
)
NEED_PLAN_ENDS = "What was agreed has been reached, and the school goes on looking."
ANALYSES = (
    "The children are loved, and often alone with things that are too big for them. With help in the evening it can"
    " go well.",
    "What worries us is the pattern rather than the day: each time it is said to be the last.",
    "Much is good. What is missing is somebody who notices early when it goes wrong, and whom the family rings.",
)
