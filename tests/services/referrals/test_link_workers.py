"""Link workers against a migrated database, on SQLite and on PostgreSQL."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select

from services.referrals.link_workers.models import LinkedOrganisation, LinkWorker
from services.referrals.link_workers.queries import link_worker_of
from shared.audit import AuditRow
from shared.database import Database
from shared.migrations import migrate
from shared.organisations import organisation_key
from tests.conftest import MakeEmpty
from tests.service_under_test import ServiceUnderTest
from tests.services.referrals.referrals_sent import answered, fields_of

BEFORE_ONE_KEY = "0011"


def a_link_worker(**changes: Any) -> dict[str, Any]:
    return {
        "name": "Rosa Marsh",
        "area": "south",
        "organisations": ["Larkmead School", "The Abbey Medical Practice"],
        "email": "rosa.marsh@county.example",
        "phone": "01865 815000",
        **changes,
    }


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Larkmead School", " LARKMEAD  school\u00a0", True),
        ("Larkmead School", "Lark Mead School", True),
        ("Café Straße", "CAFE\u0301 STRASSE", True),
        ("Larkmead School", "Larkmead Schools", False),
        ("St Mary's C-of-E School", "St. Mary’s C of E School", False),
        ("St Mary's C-of-E School", "ST MARY’S C of\u00a0E\u200b School", True),
        ("St Mary's", "St Marys", True),
        ("St Mary's", "St Marks", False),
        ("Practice K-1-2", "Practice K‑1–2", True),
        ("Practice K-1-2", "Practice K-12", False),
    ],
)
def test_organisation_key(one: str, other: str, same: bool) -> None:
    assert (organisation_key(one) == organisation_key(other)) is same


async def test_a_school_finds_its_link_worker_however_it_is_written(referrals: ServiceUnderTest) -> None:
    manager = referrals.as_("mash_manager", sub="maria")
    rosa = await answered(await manager.post("/link-workers", json=a_link_worker()))
    ahmed = a_link_worker(name="Ahmed Rahman", area="north", organisations=[], email=None, phone=None)
    await answered(await referrals.as_("administrator").post("/link-workers", json=ahmed))
    school = referrals.as_("referrer")

    async def found(**query: str) -> list[str]:
        page = (await school.get("/link-workers", params=query)).json()
        return [each["name"] for each in page["items"]]

    assert await found() == ["Ahmed Rahman", "Rosa Marsh"]
    assert await found(area="south") == ["Rosa Marsh"]
    assert await found(organisation="larkmead SCHOOL ") == ["Rosa Marsh"]
    assert await found(organisation="Larkmead") == []
    assert (await school.get(f"/link-workers/{rosa['id']}")).json() == rosa
    assert rosa["organisations"] == ["Larkmead School", "The Abbey Medical Practice"]
    async with referrals.database.read() as session:
        known, unknown = await link_worker_of(session, "larkmeadschool"), await link_worker_of(session, "Elsewhere")
        audited = (await session.scalars(select(AuditRow.action).where(AuditRow.entity_id == rosa["id"]))).all()
    assert (known and known.name, unknown, audited) == ("Rosa Marsh", None, ["link_worker_add"])
    assert (await school.post("/link-workers", json=ahmed)).status_code == 403
    assert (await referrals.as_("mash_practitioner").post("/link-workers", json=ahmed)).status_code == 403
    assert (await referrals.as_("board_member").get("/link-workers")).status_code == 403


async def test_an_organisation_has_one_link_worker_at_a_time(referrals: ServiceUnderTest) -> None:
    manager = referrals.as_("mash_manager")
    body = a_link_worker(organisations=["A School", "a school", "B School"])
    answers = await asyncio.gather(*(manager.post("/link-workers", json=body) for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]
    assert (await referrals.count(LinkWorker), await referrals.count(LinkedOrganisation)) == (1, 2)
    again = await manager.post("/link-workers", json=a_link_worker(organisations=["C School", "B  SCHOOL"]))
    assert (again.status_code, again.json()["code"]) == (409, "organisation-has-link-worker")
    assert fields_of(again) == ["/organisations/1"]

    [first] = [answer.json() for answer in answers if answer.status_code == 201]
    path = f"/link-workers/{first['id']}"
    left = a_link_worker(organisations=["A SCHOOL", "D School"])
    assert (await manager.put(path, json=left)).status_code == 428
    assert (await manager.put(path, json=left, headers={"If-Match": '"9"'})).status_code == 412
    changed = await manager.put(path, json=left, headers={"If-Match": '"1"'})
    assert (changed.json()["organisations"], changed.headers["ETag"]) == (["A SCHOOL", "D School"], '"2"')
    moved = await answered(await manager.post("/link-workers", json=a_link_worker(organisations=["B School"])))
    taken = a_link_worker(organisations=["A SCHOOL", "B School"])
    assert fields_of(await manager.put(path, json=taken, headers={"If-Match": '"2"'})) == ["/organisations/1"]
    assert (await manager.get(path)).json()["organisations"] == ["A SCHOOL", "D School"]
    assert moved["organisations"] == ["B School"]
    assert (await manager.put(f"{path[:-1]}g", json=left, headers={"If-Match": "*"})).status_code == 422


async def test_bad_details_name_the_field_and_store_nothing(referrals: ServiceUnderTest) -> None:
    manager = referrals.as_("mash_manager")
    bad: list[tuple[dict[str, Any], str]] = [
        ({"name": " "}, "/name"),
        ({"area": "east"}, "/area"),
        ({"organisations": ["A", ""]}, "/organisations/1"),
        ({"email": "rosa"}, "/email"),
        ({"phone": "ring me"}, "/phone"),
        ({"team": "x"}, "/team"),
    ]
    for change, field in bad:
        assert fields_of(await manager.post("/link-workers", json=a_link_worker(**change))) == [field]
    assert await referrals.count(LinkWorker) == 0


async def test_an_organisation_has_one_link_worker_however_its_apostrophe_is_typed(referrals: ServiceUnderTest) -> None:
    manager = referrals.as_("mash_manager", sub="maria")
    await answered(await manager.post("/link-workers", json=a_link_worker(organisations=["St Mary's School"])))
    other = a_link_worker(name="Ahmed Rahman", organisations=["Elsewhere", "ST MARY’S\u00a0School"])
    refused = await manager.post("/link-workers", json=other)
    assert (refused.status_code, fields_of(refused)) == (409, ["/organisations/1"])
    found = await referrals.as_("referrer").get("/link-workers", params={"organisation": "St Mary\u02bcs School"})
    assert [each["name"] for each in found.json()["items"]] == ["Rosa Marsh"]


async def test_keys_are_made_anew_and_of_two_spellings_the_first_has_the_link_worker(make_empty: MakeEmpty) -> None:
    url = make_empty()
    await migrate("referrals", url, BEFORE_ONE_KEY)
    before = {"stmary'sschool": "St Mary's School", "stmary’sschool": "St Mary’s School", "zoë": "Zoë"}
    database = Database(url)
    async with database.begin() as session:
        for key, name in before.items():
            link_worker = LinkWorker(id=uuid4(), name=name, area="south", linked=[])
            session.add(link_worker)
            await session.flush()
            session.add(LinkedOrganisation(organisation_key=key, name=name, link_worker_id=link_worker.id))
    await database.close()
    await migrate("referrals", url)
    database = Database(url)
    async with database.read() as session:
        rows = (await session.scalars(select(LinkedOrganisation))).all()
        found = [await link_worker_of(session, name) for name in ("St Marys School", "Zoe")]
    await database.close()
    assert {row.name: row.organisation_key for row in rows} == {
        "St Mary's School": "stmarysschool",
        "St Mary’s School": "stmarysschool 1",  # still in the list of its link worker, for somebody to look at
        "Zoë": "zoe",
    }
    assert [each and each.name for each in found] == ["St Mary's School", "Zoë"]
