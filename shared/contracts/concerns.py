"""What a referral or an escalation may be about, and what a family needs: codes that two services take."""

from shared.codes import Codes

CONCERNS: Codes = {
    "physical_abuse": "Physical abuse",
    "emotional_abuse": "Emotional abuse",
    "sexual_abuse": "Sexual abuse",
    "sexual_exploitation": "Child sexual exploitation",
    "criminal_exploitation": "Child criminal exploitation",
    "neglect": "Neglect",
    "domestic_abuse": "Domestic abuse in the household",
    "parental_mental_health": "Mental health of a parent or carer",
    "parental_substance_use": "Drug or alcohol use by a parent or carer",
    "child_mental_health": "Mental health of the child",
    "child_substance_use": "Drug or alcohol use by the child",
    "self_harm": "Self-harm",
    "disability": "Disability of the child or of a parent",
    "going_missing": "Going missing",
    "young_carer": "Young carer",
    "homelessness": "Homelessness",
    "radicalisation": "Radicalisation",
    "female_genital_mutilation": "Female genital mutilation",
    "forced_marriage": "Forced marriage",
    "trafficking": "Trafficking",
    "unaccompanied_asylum_seeker": "Unaccompanied asylum seeker",
    "family_breakdown": "Family breakdown",
    "other": "Another concern, described in the narrative",
}

NEEDS: Codes = {
    "school_attendance": "School attendance",
    "adults_out_of_work": "Adults out of work",
    "antisocial_behaviour_or_youth_crime": "Anti-social behaviour or youth crime",
    "early_years": "Early years development",
    "health": "Mental or physical health",
    "substance_use": "Substance use",
    "family_relationships": "Family relationships",
    "abuse_or_exploitation": "Abuse or exploitation",
    "domestic_abuse": "Domestic abuse",
    "housing": "Housing",
    "finance": "Financial stability",
    "children_who_need_help": "Children who need help",
}
