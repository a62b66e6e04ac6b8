"""Where made-up families live: real postcodes of the county, more of them where more families are referred."""

from collections import defaultdict
from functools import cache
from random import Random

from shared.places import Place, all_places

SECTORS: tuple[tuple[str, str, int], ...] = (
    ("OX16 0", "Banbury", 8),
    ("OX16 1", "Banbury", 6),
    ("OX16 2", "Banbury", 4),
    ("OX16 3", "Banbury", 4),
    ("OX16 9", "Banbury", 6),
    ("OX15 4", "Bloxham", 2),
    ("OX17 3", "Adderbury", 1),
    ("OX26 2", "Bicester", 5),
    ("OX26 4", "Bicester", 4),
    ("OX26 6", "Bicester", 4),
    ("OX5 1", "Kidlington", 3),
    ("OX5 2", "Kidlington", 3),
    ("OX28 1", "Witney", 3),
    ("OX28 5", "Witney", 3),
    ("OX28 6", "Witney", 3),
    ("OX18 1", "Carterton", 3),
    ("OX18 3", "Carterton", 3),
    ("OX7 5", "Chipping Norton", 3),
    ("OX29 4", "Eynsham", 2),
    ("OX7 3", "Charlbury", 1),
    ("OX4 6", "Blackbird Leys, Oxford", 14),
    ("OX4 7", "Greater Leys, Oxford", 8),
    ("OX4 4", "Rose Hill, Oxford", 10),
    ("OX4 3", "Cowley, Oxford", 7),
    ("OX4 2", "Cowley, Oxford", 6),
    ("OX4 1", "East Oxford", 4),
    ("OX3 9", "Barton, Oxford", 9),
    ("OX3 8", "Sandhills, Oxford", 6),
    ("OX3 0", "Marston, Oxford", 3),
    ("OX2 7", "Cutteslowe, Oxford", 3),
    ("OX2 0", "Botley Road, Oxford", 2),
    ("OX14 1", "Abingdon", 4),
    ("OX14 2", "Abingdon", 4),
    ("OX14 3", "Abingdon", 4),
    ("OX11 7", "Didcot", 6),
    ("OX11 8", "Didcot", 5),
    ("OX11 6", "Didcot", 4),
    ("OX10 7", "Berinsfield", 4),
    ("OX10 0", "Wallingford", 2),
    ("OX12 7", "Grove", 2),
    ("OX12 9", "Wantage", 3),
    ("SN7 7", "Faringdon", 3),
    ("OX9 3", "Thame", 2),
    ("RG9 1", "Henley-on-Thames", 1),
    ("OX49 5", "Watlington", 1),
    ("OX44 7", "Chalgrove", 1),
)
"""Postcode sector, town, and how many of about two hundred families live there."""

BEYOND_THE_COUNTY = (
    ("Brackley", "NN13 9ZZ"),
    ("Swindon", "SN3 9ZZ"),
    ("Reading", "RG30 9ZZ"),
    ("Aylesbury", "HP19 9ZZ"),
)
"""Towns over the border, with postcodes that nobody has."""


@cache
def _places_of_sectors() -> dict[str, list[Place]]:
    places: dict[str, list[Place]] = defaultdict(list)
    for place in all_places():
        places[place.postcode[:-2]].append(place)
    return places


def choose_home(random: Random) -> tuple[str, Place]:
    """A town and one of its postcodes."""
    sector, town, _ = random.choices(SECTORS, [weight for _, _, weight in SECTORS])[0]
    return town, random.choice(_places_of_sectors()[sector])
