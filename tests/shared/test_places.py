"""Postcodes of the county: every one of the ONS's rows, however it is written."""

import csv
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.places import Area, all_places, find_place, tidy_postcode

SOURCE = Path(__file__).parents[2] / "shared" / "data" / "oxfordshire_postcodes.csv"


def _rows() -> list[list[str]]:
    with SOURCE.open(newline="", encoding="utf-8") as file:
        return list(csv.reader(file))[1:]


@pytest.mark.parametrize(
    ("postcode", "district", "area"),
    [
        ("OX16 5QB", "E07000177", Area.NORTH),  # Banbury
        ("OX26 6JU", "E07000177", Area.NORTH),  # Bicester
        ("OX28 6JS", "E07000181", Area.NORTH),  # Witney
        ("OX1 1ND", "E07000178", Area.CENTRAL),  # County Hall
        ("OX4 6HW", "E07000178", Area.CENTRAL),  # Blackbird Leys
        ("OX11 8RJ", "E07000179", Area.SOUTH),  # Didcot
        ("OX14 1AB", "E07000180", Area.SOUTH),  # Abingdon
    ],
)
def test_a_postcode_gives_district_and_area(postcode: str, district: str, area: Area) -> None:
    place = find_place(postcode)
    assert place is not None
    assert (place.district, place.area) == (district, area)


def test_every_row_is_found_with_its_district_and_position() -> None:
    rows = _rows()
    found = [find_place(postcode) for postcode, *_ in rows]
    rows_found = [[p.postcode, p.district, str(p.easting), str(p.northing)] for p in found if p]
    assert len(rows) == 38_821
    assert rows_found == rows
    assert len(all_places()) == len(rows)


def test_each_of_the_five_districts_is_in_one_of_the_three_areas() -> None:
    areas = {(place.district, place.area) for place in all_places()}
    assert Counter(area for _, area in areas) == {Area.NORTH: 2, Area.CENTRAL: 1, Area.SOUTH: 2}


@given(row=st.sampled_from(_rows()), data=st.data())
def test_spacing_and_case_make_no_difference(row: list[str], data: st.DataObject) -> None:
    compact = row[0].replace(" ", "")
    spaces = data.draw(st.lists(st.sampled_from(["", " ", "  ", "\t"]), min_size=len(compact), max_size=len(compact)))
    letters = [data.draw(st.sampled_from([letter.lower(), letter])) for letter in compact]
    written = "".join(space + letter for space, letter in zip(spaces, letters, strict=True))
    place = find_place(written + data.draw(st.sampled_from(["", " "])))
    assert place is not None
    assert place.postcode == row[0]
    assert tidy_postcode(written).replace(" ", "") == compact
    assert tidy_postcode(written)[-4] == " "


@pytest.mark.parametrize(
    "postcode", ["SW1A 1AA", "RG9 1AZ9", "OX1", "OX14 1A", "OX14-1AB", "", " ", "0X14 1AB", "ＯＸ14 1AB"]
)
def test_what_is_not_a_postcode_of_the_county_has_no_place(postcode: str) -> None:
    assert find_place(postcode) is None


@given(text=st.text(max_size=12))
def test_no_text_makes_it_fail(text: str) -> None:
    place = find_place(text)
    assert place is None or place.postcode.replace(" ", "") == "".join(text.split()).upper()


def test_a_distance_is_in_metres() -> None:
    place = all_places()[0]
    assert place.metres_to(place.easting + 300, place.northing - 400) == 500
