"""No Names Consultations, by table and against a migrated database, on SQLite and on PostgreSQL."""

import asyncio
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.referrals.consultations import rules
from services.referrals.consultations.models import Consultation
from services.referrals.referrals.models import Referral
from tests.service_under_test import ServiceUnderTest
from tests.services.referrals.referrals_sent import answered, fields_of

SCHOOL = "Larkmead School"

IDENTIFYING: dict[rules.Kind, list[str]] = {
    "name": [
        "Jamie Smith comes to school hungry",
        "I worry about Jamie Smith.",
        "My pupil JAMIE SMITHSON is 7",
        "seen with J. Smith",
        "Jamie T. Smith is 7",
        "Jamie O'Brien's mother hits him",
        "Mrs Quillfeather hits him",
        "Zoë Kowalski-Nowak is 7",
        "April Jones is 7",  # a month, and a name
        "Jamie White is 7",
        "the Social Worker Jamie Smith",
        "his name is Jamie",
        "Jamie\u00a0Smith comes to school hungry",
        "seen with Ja\u200bmie Smi\u00adth",
        "Zoe\u0308 Kowalski\u2011Nowak is 7",
        "a boy called Jamie",
    ],
    "date": [
        "born on 3 May 2014",
        "born the 3rd of May",
        "date of birth: May 3rd 2014",
        "DOB 3.5.14",
        "03/05/2014",
        "2014-05-03",
        "05/30/2014",
    ],
    "nhs-number": [
        "NHS 943 476 5919",
        "9434765919",
        "943-476-5919",
        "943\u200b476\u20605919",
        "943\u00a0476\u20115919",
    ],
    "upn": ["B801200005001", "upn b801200005001"],
    "postcode": ["at OX14 1AB", "ox141ab", "SW1A 1AA", "OX14\u00a01AB", "OX\u200b14 1AB"],
    "address": ["at 12 Ock Street", "12a, Rose Hill Road"],
    "telephone": ["01235 520141", "07700900123", "07700 900 123", "+44 (0)7700 900123", "(020) 7946 0000"],
    "email": ["mum@example.org", "Write to a.b+c@mail.example.co.uk."],
}

NAMING_NOBODY = [
    "A child of 7 in Year 3 comes to school hungry. What should we do?",
    "Our Designated Safeguarding Lead told Thames Valley Police on Friday.",
    "larkmead school and Larkmead School Nursery",
    "Abbey Woods Academy and the John Radcliffe Hospital agree",
    "Would Thriving Families be right? The Social Worker left in May 2024.",
    "White British family in Blackbird Leys, moved to Rose Hill",
    "Mum is Polish and Dad is Roma",
    "Child A and Child B are siblings; Plan B failed",
    "GP and CAMHS know; an EHCP is under way since 2023",
    "since April Ofsted has asked",
    "We met on 12 October; he was born in May 2014",
    "KS2 3rd term, Year 5 1st term",
    "He lives in OX14, off Iffley Road",
    "call 999 or 101; it cost 1,234,567.89; she scored 1/2/3; version 3.11.4",
    "NHS 943 476 5918",  # no NHS number has this check digit
    "section 47 of the Children Act 1989",
    "Hello MASH Team\nHealth Visitor here\nThe boy is 7",
    "He hurt himself on Bonfire Night. Dad laughed.",
    "a game called Fortnite",
    "Jamie is 7",  # a name alone is not found: this is a guard and not a proof
]


@pytest.mark.parametrize(("kind", "text"), [(kind, text) for kind, texts in IDENTIFYING.items() for text in texts])
def test_what_identifies_is_found(kind: rules.Kind, text: str) -> None:
    assert rules.identifying_in(text, SCHOOL) == [kind]


@pytest.mark.parametrize("apostrophe", list("'’ʼ`"))
def test_the_own_organisation_may_be_named_however_its_apostrophe_is_typed(apostrophe: str) -> None:
    assert rules.identifying_in(f"At Quillfeather{apostrophe}s Nest Trust he sleeps", "Quillfeather’s Nest Trust") == []


@pytest.mark.parametrize("text", NAMING_NOBODY)
def test_what_names_nobody_is_let_through(text: str) -> None:
    assert rules.identifying_in(text, SCHOOL) == []


@given(text=st.text(), organisation=st.text(min_size=1), put=st.sampled_from(["9434765919", "a@b.org", "3/5/2014"]))
def test_no_text_breaks_the_look_and_none_around_hides_a_number(text: str, organisation: str, put: str) -> None:
    rules.identifying_in(text, organisation)
    assert rules.identifying_in(f"{text}\n{put}\n{text}", "Larkmead")


def a_question(**changes: Any) -> dict[str, Any]:
    return {
        "organisation": SCHOOL,
        "role": "Designated Safeguarding Lead",
        "concerns": ["neglect"],
        "question": "A boy of 7 comes hungry to Larkmead School. Do we refer?",
        "immediate_harm": False,
        **changes,
    }


async def test_a_professional_asks_and_the_mash_advises_once(referrals: ServiceUnderTest) -> None:
    asker = referrals.as_("referrer", sub="dsl", organisation=SCHOOL)
    asked = await answered(await asker.post("/consultations", json=a_question()))
    assert (asked["status"], asked["advice"], asked["refer"]) == ("open", None, None)
    path, advice = f"/consultations/{asked['id']}", {"advice": "Refer, with consent.", "refer": True}
    assert (await asker.post(f"{path}/advice", json=advice)).status_code == 403
    other = referrals.as_("partner", sub="other", organisation=SCHOOL)
    assert ((await other.get(path)).status_code, (await other.get("/consultations")).json()["items"]) == (404, [])
    mash = referrals.as_("mash_practitioner", sub="maria", area="north")
    named = await mash.post(f"{path}/advice", json={**advice, "advice": "Ring Jamie Smith"})
    assert (named.json()["code"], fields_of(named)) == ("identifying-details", ["/advice"])
    answers = await asyncio.gather(*(mash.post(f"{path}/advice", json=advice) for _ in range(3)))
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409]
    seen = await asker.get(path)
    assert (seen.json()["advice"], seen.json()["refer"], seen.headers["ETag"]) == (advice["advice"], True, '"2"')
    assert await referrals.count(Referral) == 0

    advised = await answered(await mash.post("/consultations", json=a_question(**advice)))
    assert advised["status"] == "advised"
    await answered(await other.post("/consultations", json=a_question()))
    lists = [
        [len((await client.get("/consultations", params=query)).json()["items"]) for client in (asker, other, mash)]
        for query in ({}, {"status": "open"}, {"status": "advised"})
    ]
    assert lists == [[1, 1, 3], [0, 1, 1], [1, 0, 2]]
    page = (await mash.get("/consultations", params={"limit": 2})).json()
    rest = (await mash.get("/consultations", params={"limit": 2, "after": page["next"]})).json()
    assert [each["id"] for each in page["items"]] == [asked["id"], advised["id"]]
    assert (len(rest["items"]), rest["next"]) == (1, None)
    assert (await referrals.as_("social_worker").get("/consultations")).status_code == 403


async def test_immediate_harm_is_refused_with_the_words_to_refer(referrals: ServiceUnderTest) -> None:
    # Also where the text names the child: first things first.
    question = a_question(immediate_harm=True, question="Jamie Smith is being hit now")
    refused = await referrals.as_("referrer").post("/consultations", json=question)
    problem = refused.json()
    assert (refused.status_code, problem["code"], fields_of(refused)) == (422, "immediate-harm", ["/immediate_harm"])
    assert "999" in problem["detail"]
    assert problem["make_referral"] == "/referrals/v1/referrals"
    assert "POST /referrals/v1/referrals" in problem["detail"]
    assert "Jamie" not in refused.text
    assert await referrals.count(Consultation) == 0


async def test_what_identifies_is_refused_by_field_and_not_repeated(referrals: ServiceUnderTest) -> None:
    client = referrals.as_("referrer")
    question = "Jamie Quillfeather, born 3 May 2014, of 12 Ock Street"
    refused = await client.post("/consultations", json=a_question(question=question, role="teacher, 07700 900123"))
    assert (refused.status_code, refused.json()["code"]) == (422, "identifying-details")
    found = [(each["field"], each["code"].removeprefix("identifying-")) for each in refused.json()["errors"]]
    assert found == [("/question", "date"), ("/question", "address"), ("/question", "name"), ("/role", "telephone")]
    assert not any(word in refused.text for word in ("Jamie", "2014", "Ock", "07700"))
    bad: list[tuple[dict[str, Any], str]] = [
        ({"organisation": "Larkmead School, dsl@larkmead.example"}, "/organisation"),
        ({"concerns": ["boredom"]}, "/concerns/0"),
        ({"question": " "}, "/question"),
        ({"immediate_harm": None}, "/immediate_harm"),
        ({"advice": "Refer", "refer": True}, "/advice"),
        ({"advice": "Refer"}, "/refer"),
        ({"refer": True}, "/refer"),
        ({"child": "Jamie"}, "/child"),
    ]
    for change, field in bad:
        assert fields_of(await client.post("/consultations", json=a_question(**change))) == [field]
    assert await referrals.count(Consultation) == 0
