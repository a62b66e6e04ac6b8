"""Who somebody is, and what they hold, on SQLite and on PostgreSQL."""

from tests.service_under_test import ServiceUnderTest
from tests.services.casework.casework_made import a_case, a_worker
from tests.services.casework.lifecycle.pathways_made import allocate


async def test_a_key_worker_sees_who_they_are_and_the_own_caseload_alone(casework: ServiceUnderTest) -> None:
    worker = await allocate(casework, await a_case(casework, children=3), subject="rosalind", fte=0.5)
    await allocate(casework, await a_case(casework, children=2), name="Petra Lark", subject="petra")
    client = casework.as_("social_worker", sub="rosalind", name="R. A.")
    me = (await client.get("/me")).json()
    listed = (await casework.as_("area_manager").get("/caseloads")).json()["items"]
    assert me == {
        "subject": "rosalind",
        "roles": ["social_worker"],
        "area": "south",
        "team": "South 1",
        "worker_id": worker["id"],
        "name": "Rosalind Achebe",
        "caseload": next(each for each in listed if each["worker_id"] == worker["id"]),
    }
    assert (me["caseload"]["children"], me["caseload"]["ceiling"]) == (3, 8)
    assert (await client.get("/caseloads")).status_code == 403


async def test_who_is_no_key_worker_has_no_caseload(casework: ServiceUnderTest) -> None:
    manager = await a_worker(casework, role="team_manager", subject="tess", name="Tess Oyelaran")
    me = (await casework.as_("team_manager", sub="tess", area="north").get("/me")).json()
    assert (me["worker_id"], me["area"], me["name"], me["caseload"]) == (manager["id"], "north", "Tess Oyelaran", None)
    partner = (await casework.as_("partner", sub="amina", name="Amina Osei").get("/me")).json()
    assert partner == {
        "subject": "amina",
        "roles": ["partner"],
        "area": None,
        "team": None,
        "worker_id": None,
        "name": "Amina Osei",
        "caseload": None,
    }
