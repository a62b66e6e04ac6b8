"""What is refused and what is remarked on about the children of one referral, by whichever way they come."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import update

from services.referrals.people.models import Child
from services.referrals.referrals.models import Referral
from shared import clock
from shared.contracts.referrals import ReferralSubmitted
from tests.service_under_test import ServiceUnderTest
from tests.services.referrals.escalations_made import an_escalation, let_casework_answer
from tests.services.referrals.referrals_sent import a_child, a_referral, answered, fields_of, submitted

NUMBERS = [("nhs_number", "9434765919"), ("upn", "B801200005001")]


def _ida(**changes: Any) -> dict[str, Any]:
    return a_child(given_name="Ida", date_of_birth="2019-03-02", **changes)


def _refused(answer: httpx.Response, field: str, number: str) -> None:
    assert (answer.status_code, answer.json()["code"], answer.json()["census_rule"]) == (422, "invalid", "1520")
    assert fields_of(answer) == [field]
    assert number not in answer.text


@pytest.mark.parametrize(("name", "number"), NUMBERS)
async def test_two_children_of_one_referral_do_not_share_a_number(
    referrals: ServiceUnderTest, name: str, number: str
) -> None:
    school = referrals.as_("referrer", sub="amina", organisation="Larkmead School")
    twice = a_referral(children=[a_child(**{name: number}), _ida(**{name: number})])
    _refused(await school.post("/referrals", json=twice), f"/children/1/{name}", number)
    draft = await answered(await school.post("/referral-drafts", json=twice))
    _refused(await school.post(f"/referral-drafts/{draft['id']}/submission"), f"/children/1/{name}", number)
    assert await referrals.count(Referral) == 0
    sent = await submitted(referrals, children=[a_child(**{name: number})])
    mash = referrals.as_("mash_practitioner")
    for added, place in (([_ida(**{name: number})], 0), ([_ida(), _ida(**{name: number})], 1)):
        amendment = {"changes": {"children": added}, "reason": "The school rang again"}
        answer = await mash.post(f"/referrals/{sent['id']}/amendments", json=amendment)
        _refused(answer, f"/changes/children/{place}/{name}", number)
    another = await submitted(referrals, children=[_ida(**{name: number})])
    assert another["status"] == "submitted"  # another referral may be of the same child


@pytest.mark.parametrize(
    ("disabilities", "code", "census_rule"),
    [(["MOB", "HEAR", "MOB"], "twice", "8794"), (["NONE", "MOB"], "stands-alone", "8790")],
)
async def test_disabilities_are_named_once_and_none_stands_alone(
    referrals: ServiceUnderTest, disabilities: list[str], code: str, census_rule: str
) -> None:
    def refused(answer: httpx.Response, field: str) -> None:
        assert (answer.status_code, answer.json()["census_rule"]) == (422, census_rule)
        assert [(each["field"], each["code"]) for each in answer.json()["errors"]] == [(field, code)]

    school, mash = referrals.as_("referrer", organisation="Larkmead School"), referrals.as_("mash_practitioner")
    body = a_referral(children=[a_child(), _ida(disabilities=disabilities)])
    refused(await school.post("/referrals", json=body), "/children/1/disabilities")
    draft = await answered(await school.post("/referral-drafts", json=body))
    refused(await school.post(f"/referral-drafts/{draft['id']}/submission"), "/children/1/disabilities")
    assert await referrals.count(Referral) == 0
    sent = await submitted(referrals, children=[a_child(disabilities=["NONE"]), _ida(disabilities=["MOB", "HEAR"])])
    amendment = {"changes": {"children": [a_child(disabilities=disabilities)]}, "reason": "The school rang again"}
    answer = await mash.post(f"/referrals/{sent['id']}/amendments", json=amendment)
    refused(answer, "/changes/children/0/disabilities")
    child_id = sent["children"][0]["child_id"]
    correction = {"disabilities": disabilities, "reason": "The paediatrician wrote"}
    refused(await mash.post(f"/children/{child_id}/corrections", json=correction), "/disabilities")


@pytest.mark.parametrize(("name", "number"), NUMBERS)
async def test_an_escalation_refers_one_of_two_records_with_one_number(
    referrals: ServiceUnderTest, name: str, number: str
) -> None:
    first = await submitted(referrals, children=[a_child(**{name: number}), _ida()])
    async with referrals.database.begin() as session:  # as from before such records were refused
        await session.execute(update(Child).values({name: number}))
    event = an_escalation(first)
    let_casework_answer(referrals, event)
    await referrals.deliver(event)
    referral = (await referrals.events(ReferralSubmitted))[-1]
    assert isinstance(referral, ReferralSubmitted)
    assert referral.child_ids == [min(UUID(each["child_id"]) for each in first["children"])]


async def test_past_nineteen_without_additional_needs_is_remarked_on_and_not_refused(
    referrals: ServiceUnderTest,
) -> None:
    today = clock.today()
    grown = today.replace(year=today.year - 21, day=1).isoformat()
    school = referrals.as_("referrer", organisation="Larkmead School")
    children = [a_child(), _ida(), a_child(given_name="Odo", date_of_birth=grown)]
    children[1]["date_of_birth"], children[1]["additional_needs"] = grown, True
    sent = await answered(await school.post("/referrals", json=a_referral(children=children)))
    [remark] = sent["cautions"]
    assert (remark["code"], remark["child_id"]) == (
        "past_age_without_additional_needs",
        sent["children"][2]["child_id"],
    )
    mash = referrals.as_("mash_practitioner")
    whole = await answered(await mash.get(f"/referrals/{sent['id']}"), 200)
    assert whole["cautions"] == [remark]
    usual = await submitted(referrals)
    amendment = {"changes": {"children": [a_child(date_of_birth=grown)]}, "reason": "A brother"}
    amended = await answered(await mash.post(f"/referrals/{usual['id']}/amendments", json=amendment), 200)
    assert (usual["cautions"], len(amended["cautions"])) == ([], 1)


async def test_a_child_who_is_not_born_yet_has_no_sex_on_record(referrals: ServiceUnderTest) -> None:
    def refused(answer: httpx.Response, field: str) -> None:
        assert (answer.status_code, answer.json()["census_rule"]) == (422, "8750")
        assert [(each["field"], each["code"]) for each in answer.json()["errors"]] == [(field, "unborn")]

    expected = (clock.today() + timedelta(days=60)).isoformat()
    unborn = a_child(given_name="", date_of_birth=None, expected_date_of_birth=expected, sex="U")
    school, mash = referrals.as_("referrer", organisation="Larkmead School"), referrals.as_("mash_practitioner")
    body = a_referral(children=[{**unborn, "sex": "F"}])
    refused(await school.post("/referrals", json=body), "/children/0/sex")
    sent = await submitted(referrals, children=[unborn])
    path = f"/children/{sent['children'][0]['child_id']}/corrections"
    known = {"sex": "F", "reason": "Seen on the scan"}
    refused(await mash.post(path, json=known), "/sex")
    born = {**known, "given_name": "Ida", "date_of_birth": clock.today().isoformat(), "reason": "Born"}
    assert (await answered(await mash.post(path, json=born)))["sex"] == "F"
