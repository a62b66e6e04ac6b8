"""Where the centres are, for everybody."""

import pytest

from shared.places import find_place
from tests.service_under_test import ServiceUnderTest
from tests.services.centres.centres_made import BANBURY

NAMES_BY_AREA = {
    "north": ["Banbury", "Bicester", "Witney"],
    "central": ["Oxford – Barton/Sandhills", "Oxford – Blackbird Leys", "Oxford – Rose Hill/Littlemore"],
    "south": ["Abingdon", "Didcot"],
}


async def test_the_eight_centres_are_there_from_the_first_start(centres: ServiceUnderTest) -> None:
    page = (await centres.client().get("/centres")).json()
    assert page["next"] is None
    by_area = {area: [c["name"] for c in page["items"] if c["area"] == area] for area in NAMES_BY_AREA}
    assert by_area == NAMES_BY_AREA
    for centre in page["items"]:
        place = find_place(centre["postcode"])
        assert place is not None
        assert (place.district, place.area) == (centre["district"], centre["area"])
        assert (place.easting, place.northing) == (centre["easting"], centre["northing"])
        assert [room["confidential"] for room in centre["rooms"]].count(True) == 1
        assert len(centre["rooms"]) == 3
        assert set(centre["rooms"][0]) == {"id", "name", "capacity", "confidential"}


async def test_the_list_is_paged(centres: ServiceUnderTest) -> None:
    first = (await centres.client().get("/centres", params={"limit": 5})).json()
    second = (await centres.client().get("/centres", params={"limit": 5, "after": first["next"]})).json()
    assert (len(first["items"]), len(second["items"]), second["next"]) == (5, 3, None)
    assert len({centre["id"] for centre in first["items"] + second["items"]}) == 8


async def test_one_centre_has_an_etag(centres: ServiceUnderTest) -> None:
    answer = await centres.client().get(f"/centres/{BANBURY}")
    assert (answer.status_code, answer.headers["ETag"], answer.json()["name"]) == (200, '"1"', "Banbury")


@pytest.mark.parametrize(
    "path", ["/centres/{unknown}", "/centres/{unknown}/timetable"], ids=["centre", "timetable of a centre"]
)
async def test_an_unknown_centre_is_404(centres: ServiceUnderTest, path: str) -> None:
    answer = await centres.client().get(path.format(unknown="00000000-0000-4000-8000-000000000000"))
    assert (answer.status_code, answer.json()["code"]) == (404, "not-found")


@pytest.mark.parametrize(
    ("postcode", "name"),
    [
        ("OX16 5QB", "Banbury"),
        ("ox14 1ab", "Abingdon"),
        ("OX109EG", "Didcot"),
        ("OX3 7LF", "Oxford – Barton/Sandhills"),
    ],
)
async def test_the_nearest_centre_to_a_postcode(centres: ServiceUnderTest, postcode: str, name: str) -> None:
    found = (await centres.client().get("/centres/nearest", params={"postcode": postcode})).json()
    distances = [each["distance_metres"] for each in found["nearest"]]
    assert found["centre"]["name"] == name
    assert found["nearest"][0] == {"centre": found["centre"], "distance_metres": found["distance_metres"]}
    assert distances == sorted(distances)
    assert len(distances) == 3
    assert found["distance_metres"] == 0 if name == "Banbury" else 0 < found["distance_metres"] < 20_000


@pytest.mark.parametrize("postcode", ["SW1A 1AA", "not one", ""])
async def test_a_postcode_outside_the_county_has_no_nearest_centre(centres: ServiceUnderTest, postcode: str) -> None:
    answer = await centres.client().get("/centres/nearest", params={"postcode": postcode})
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == ["/postcode"]


async def test_the_codes_are_published(centres: ServiceUnderTest) -> None:
    codes = (await centres.as_("referrer").get("/codes")).json()
    assert set(codes) == {"audiences", "booking_statuses", "crisis_statuses"}
