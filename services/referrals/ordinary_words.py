"""Words that English writes with a capital letter and that name no child: a search for names passes over them.

No word stands here alone that is common as a given or a family name.
"""

import re

_POSTCODE_AREAS = """
    AB AL B BA BB BD BH BL BN BR BS BT CA CB CF CH CM CO CR CT CV CW DA DD DE DG DH DL DN DT DY E EC EH EN EX FK
    FY G GL GU GY HA HD HG HP HR HS HU HX IG IM IP IV JE KA KT KW KY L LA LD LE LL LN LS LU M ME MK ML N NE NG
    NN NP NR NW OL OX PA PE PH PL PO PR RG RH RM S SA SE SG SK SL SM SN SO SP SR SS ST SW SY TA TD TF TN TQ TR
    TS TW UB W WA WC WD WF WN WR WS WV YO ZE
"""
_INSTITUTIONS = """
    school academy college nursery preschool hospital surgery clinic centre practice trust council university
    church mosque police foundation library infirmary
    street road avenue crescent terrace
"""
_ORDINARY = """
    a an the my our his her their its your this that these those he she they we i it you one two three some any
    all both each every many several no not yes and but or so if in on at by for from with without to of as into
    over under about after before during since until while when where who whom whose what which why how because
    although though however also then there here now today yesterday tomorrow recently currently previously
    finally lately usually sometimes often additionally unfortunately generally last next is are was were be
    been has have had do does did can could should would might must please thank thanks hello dear hi

    mum mother dad father parent parents carer carers child children pupil pupils student students baby sibling
    siblings brother brothers sister sisters family families grandmother grandfather grandparents gran nan nana
    auntie uncle cousin stepfather stepmother stepdad stepmum partner foster adoptive teacher teachers staff
    nurse midwife doctor deputy headteacher principal governor governors colleague class form tutor assistant
    learning mentor inclusion attendance pastoral

    monday tuesday wednesday thursday friday saturday sunday january february march july september october
    november december easter christmas christmas ramadan eid diwali year years key stage reception half term
    spring autumn winter week morning afternoon

    social worker workers officer visitor designated safeguarding lead link manager practitioner coordinator
    therapist psychologist psychiatrist counsellor consultant paediatrician registrar children's people's
    education educational health healthcare mental care special needs need support service services team around
    early help intervention protection plan conference assessment strengths thriving strategy consultation names
    referral multi-agency agency hub front door single local authority county district city borough government
    department home office court act section working together domestic abuse violence safety adult adults
    community youth justice offending probation housing association benefit universal credit free meals premium
    welfare online internet disability disorder syndrome autism autistic spectrum attention deficit
    hyperactivity foetal alcohol type diabetes epilepsy trauma anxiety depression female genital mutilation
    sexual exploitation criminal neglect emotional physical county lines going missing return interview primary
    secondary infant junior independent

    cafcass ofsted camhs senco marac childline barnardo's nspcc samaritans kooth snapchat instagram tiktok
    whatsapp facebook youtube roblox fortnite minecraft google xbox playstation zoom microsoft discord

    asian british welsh scottish european african caribbean indian pakistani bangladeshi chinese polish romanian
    bulgarian albanian ukrainian russian syrian afghan iranian iraqi somali nigerian portuguese spanish italian
    turkish kurdish arabic urdu punjabi bengali roma gypsy traveller travellers muslim islam hindu sikh jewish
    buddhist catholic roman

    uk england wales scotland ireland britain europe oxford oxfordshire banbury bicester abingdon didcot witney
    kidlington carterton wantage faringdon thame buckinghamshire berkshire gloucestershire northamptonshire
    warwickshire wiltshire swindon london birmingham northern southern central
"""
_AMBIGUOUS = """
    black east english french head irish north page south west white young
"""
_PHRASES = """
    rose hill | blackbird leys | chipping norton | milton keynes | high wycombe | henley on thames | vale of
    white horse | thames valley | john radcliffe | horton general | churchill hospital | oxford brookes |
    northern ireland | united kingdom | cowley road | banbury road | iffley road | bonfire night | may day | new
    year | new year's day | boxing day | good friday | christmas day | christmas eve | mother's day | father's
    day | down syndrome | down's syndrome | ehlers danlos | citizens advice | women's aid | home-start | sure
    start | action for children | save the children | donnington doorstep | turning point | victim support |
    kingdom hall | red cross | child and adolescent | forest school | saturday club | breakfast club | after
    school club
"""

POSTCODE_AREAS = frozenset(_POSTCODE_AREAS.split())
"""The letters that a UK postcode begins with."""
INSTITUTIONS = frozenset(_INSTITUTIONS.split())
"""What the name of a place or of a street ends with: the words before it belong to it."""
ORDINARY_WORDS = frozenset(_ORDINARY.split()) | INSTITUTIONS
AMBIGUOUS_WORDS = frozenset(_AMBIGUOUS.split())
"""Ordinary by themselves, and a family name after a given one: `White British`, `Jamie White`."""
PHRASES = re.compile(
    r"\b(?:" + "|".join(re.escape(" ".join(each.split())) for each in _PHRASES.split("|")) + r")\b", re.IGNORECASE
)
"""Places, organisations and days; read as one word without a capital letter."""
