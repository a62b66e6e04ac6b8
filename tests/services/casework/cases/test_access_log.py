"""Who looked at a family's record can be listed, on SQLite and on PostgreSQL."""

from typing import Any
from uuid import UUID, uuid4

from shared import clock
from shared.contracts.referrals import ChildMerged
from tests.service_under_test import ServiceUnderTest
from tests.services.casework.casework_made import a_case
from tests.services.casework.lifecycle.pathways_made import allocate, case_of, referred_again, step


async def _log(
    casework: ServiceUnderTest, family_id: str, role: str = "team_manager", sub: str = "tess", **query: Any
) -> list[dict[str, Any]]:
    answer = await casework.as_(role, sub=sub).get(f"/families/{family_id}/access-log", params=query)
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return [each for each in items if each["entity"] != "list"]  # a test finds the cases that it makes by a list


async def _look(
    casework: ServiceUnderTest, case: dict[str, Any], subject: str, reason: str | None, **claims: Any
) -> int:
    headers = {"Access-Reason": reason} if reason else {}
    answer = await casework.as_("area_manager", sub=subject, **claims).get(f"/cases/{case['id']}", headers=headers)
    return answer.status_code


async def test_who_looked_when_and_why_is_listed_newest_first(casework: ServiceUnderTest) -> None:
    case, other = await a_case(casework), await a_case(casework)
    await allocate(casework, other, name="Petra Lark", subject="petra")
    began = clock.now()
    assert await _look(casework, case, "maria", "Complaint of the mother") == 200
    assert await _look(casework, case, "petra", None) == 200
    assert await _look(casework, case, "noel", "Curiosity", area="north") == 404
    assert await _look(casework, other, "noel", "Supervision") == 200
    await step(casework, case, "child_protection")
    log = await _log(casework, case["family_id"])
    assert [(each["subject"], each["name"], each["action"], each["reason"], each["refused"]) for each in log] == [
        ("team_manager", None, "case_step_up", None, False),
        ("noel", None, "look_refused", None, True),
        ("petra", "Petra Lark", "case_look", None, False),
        ("maria", None, "case_look", "Complaint of the mother", False),
    ]
    assert {each["entity_id"] for each in log} == {case["id"]}
    assert all(began.isoformat() <= each["at"].replace("Z", "+00:00") for each in log)
    assert log[-1]["roles"] == ["area_manager"]


async def test_the_look_into_the_log_is_in_the_log(casework: ServiceUnderTest) -> None:
    case = await a_case(casework)
    assert await _log(casework, case["family_id"], sub="tess") == []
    [look] = await _log(casework, case["family_id"], sub="ulla")
    assert (look["subject"], look["action"], look["entity"]) == ("tess", "access_log_look", "family")


async def test_looks_at_children_count_under_every_id_that_they_had(casework: ServiceUnderTest) -> None:
    known, former = uuid4(), uuid4()
    case = await a_case(casework, child_ids=[former])
    merge = ChildMerged(merge_id=uuid4(), surviving_child_id=known, merged_child_id=former, merged_at=clock.now())
    await casework.deliver(merge)
    other_family = uuid4()
    await referred_again(casework, other_family, joined_family_ids=[case["family_id"]])
    for child_id in (known, former):
        looked = await casework.as_("area_manager", sub="maria").get(f"/children/{child_id}/chronology")
        assert looked.status_code == 200
    found = await _log(casework, str(other_family))
    looks = [each["entity_id"] for each in found if each["entity"] == "child" and each["subject"] == "maria"]
    assert len(looks) == 2
    assert {UUID(each) for each in looks} <= {known, former}


async def test_the_log_is_paged_and_asked_for_one_person_or_for_the_refused(casework: ServiceUnderTest) -> None:
    case = await a_case(casework)
    for number in range(3):
        await _look(casework, case, f"s-{number}", "Duty")
    await _look(casework, case, "noel", None, area="north")
    client = casework.as_("team_manager")
    path = f"/families/{case['family_id']}/access-log"
    of_one = (await client.get(path, params={"subject": "s-1"})).json()
    assert [each["subject"] for each in of_one["items"]] == ["s-1"]
    first = (await client.get(path, params={"limit": 2, "refused": False})).json()
    assert len(first["items"]) == 2
    second = (await client.get(path, params={"limit": 2, "refused": False, "after": first["next"]})).json()
    ids = [each["id"] for page in (first, second) for each in page["items"]]
    assert ids == sorted(ids, reverse=True)
    assert [each["subject"] for each in await _log(casework, case["family_id"], refused=True)] == ["noel"]
    assert (await client.get(path, params={"who": "noel"})).status_code == 422


MAY_TELL: list[tuple[str, dict[str, str], int]] = [
    ("team_manager", {}, 200),
    ("area_manager", {"area": "south"}, 200),
    ("area_manager", {"area": "north"}, 404),
    ("administrator", {}, 200),
    ("practice_supervisor", {}, 403),
    ("social_worker", {}, 403),
]


async def test_who_may_see_who_looked(casework: ServiceUnderTest) -> None:
    case = await a_case(casework)
    for role, claims, status in MAY_TELL:
        client = casework.as_(role, **claims)
        answer = await client.get(f"/families/{case['family_id']}/access-log")
        assert answer.status_code == status, (role, claims)
        assert (await client.get(f"/families/{uuid4()}/access-log")).status_code == (403 if status == 403 else 404)


async def test_of_a_restricted_family_only_who_is_named_sees_who_looked(casework: ServiceUnderTest) -> None:
    case = await a_case(casework)
    path = f"/families/{case['family_id']}"
    named = {"subjects": ["maria", "adam"], "reason": "Adoption"}
    maria = casework.as_("team_manager", sub="maria")
    assert (await maria.post(f"{path}/restriction", json=named)).status_code == 200
    for role, subject, status in (
        ("team_manager", "noel", 404),
        ("administrator", "noel", 404),
        ("administrator", "adam", 200),
    ):
        answer = await casework.as_(role, sub=subject).get(f"{path}/access-log")
        assert answer.status_code == status, (role, subject)
    log = await _log(casework, case["family_id"], sub="maria")
    assert [(each["subject"], each["action"]) for each in log if each["action"] != "access_log_look"] == [
        ("noel", "look_refused"),
        ("noel", "look_refused"),
        ("maria", "family_restrict"),
    ]
    assert log[-1]["reason"] == "Adoption"


async def test_a_look_without_a_reason_is_listed_as_one(casework: ServiceUnderTest) -> None:
    case = await a_case(casework)
    await case_of(casework, case["id"])
    [look] = await _log(casework, case["family_id"])
    assert (look["action"], look["reason"]) == ("case_look", None)
