"""Who refers: made-up organisations and people, by census source code."""

from dataclasses import dataclass
from random import Random

from tools.demo.names import COMMUNITIES

SCHOOLS = (
    "Ashgrove Lane Primary School",
    "Cloverhill Infant School",
    "Fiddler's Brook Primary School",
    "Hob's Meadow C of E Primary School",
    "Larkspur Hill Primary School",
    "Millbrook Rise Primary School",
    "Old Wharf Junior School",
    "Quarry Bank Primary School",
    "Sallow Green Academy",
    "St Aldate's Field School",
    "Thornbeck Academy",
    "Windrush Bridge School",
)
SURGERIES = ("Barley Street Surgery", "Cotterhill Medical Practice", "Ferry Lane Health Centre", "The Limes Surgery")
NURSERIES_AND_GROUPS = ("Bramble Family Project", "Stepping Stone Outreach", "Kestrel Domestic Abuse Service")


@dataclass(frozen=True)
class Office:
    """A place that refers; `role` is what its people are called."""

    organisations: tuple[str, ...]
    role: str | None
    telephone: bool = True


OFFICES = {
    "1A": Office(("Member of the family",), "Relative"),
    "1B": Office(("Member of the public",), "Neighbour"),
    "1C": Office(("Member of the family",), "Parent"),
    "2A": Office(SCHOOLS, "Designated safeguarding lead"),
    "2B": Office(("County Attendance Service",), "Attendance officer"),
    "3A": Office(SURGERIES, "General practitioner"),
    "3B": Office(("Health Visiting Service, north", "Health Visiting Service, south"), "Health visitor"),
    "3C": Office(("School Health Nursing Service",), "School nurse"),
    "3D": Office(("Children's Community Therapy Service",), "Therapist"),
    "3E": Office(("Ridgeway General Hospital, emergency department",), "Safeguarding nurse"),
    "3F": Office(("Ridgeway General Hospital, maternity unit",), "Specialist midwife"),
    "4": Office(("Four Rivers Housing", "District housing needs team"), "Housing officer"),
    "5A": Office(("Adult Social Care",), "Social worker"),
    "5B": Office(("Youth Justice Service",), "Youth justice officer"),
    "5C": Office(("Neighbouring county's children's services",), "Duty social worker"),
    "5D": Office(("Locality and Community Support Service",), "Link worker"),
    "6": Office(("County Police, protecting vulnerable people unit",), "Police officer"),
    "7": Office(("Probation Service",), "Probation practitioner"),
    "8": Office(NURSERIES_AND_GROUPS, "Family worker"),
    "9": Office(("Anonymous",), None, telephone=False),
}


@dataclass(frozen=True)
class Referrer:
    """Who refers, as the API takes it."""

    name: str
    role: str | None
    organisation: str
    source: str
    email: str | None
    phone: str | None

    @property
    def is_professional(self) -> bool:
        return not self.source.startswith(("1", "9"))


def make_referrer(random: Random, source: str) -> Referrer:
    office = OFFICES[source]
    organisation = random.choice(office.organisations)
    name, phone = "Not given", None
    if office.role is not None:
        community = random.choices(COMMUNITIES, [each.weight for each in COMMUNITIES])[0]
        name = f"{random.choice(community.women + community.men)} {random.choice(community.family_names)}"
    if office.telephone:
        # Numbers that Ofcom keeps free for drama.
        phone = f"01632 960{random.randrange(1000):03}"
    made = Referrer(name, office.role, organisation, source, None, phone)
    if not made.is_professional:
        return made
    domain = "".join(letter for letter in organisation.lower() if letter.isalpha())[:24]
    return Referrer(name, office.role, organisation, source, f"safeguarding@{domain}.example", phone)
