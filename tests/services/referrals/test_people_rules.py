"""When two records may be of one child, by table and by property."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.referrals.merges import rules as merges
from services.referrals.people import rules
from services.referrals.people.rules import Description

BORN = date(2016, 5, 4)
HOME = {"lines": "12 Ock Street", "postcode": "OX14 1AB"}
KNOWN = Description("Barnabas", "Quillfeather", BORN, lines=HOME["lines"], postcode=HOME["postcode"])


def _asked(given_name: str = "", family_name: str = "", born: date | None = None, **more: str | int) -> Description:
    return Description(given_name, family_name, born, **more)  # type: ignore[arg-type]


FOUND = [
    (_asked("Barnabas", "Quillfeather", BORN), "family name: the same"),
    (_asked("Barnabus", "Quilfeather", BORN), "family name: with a typing error"),
    (_asked("Barnabas", "Quillfetter", BORN), "family name: spelt alike"),
    (_asked("Barnabas", "Quyllfeethar", BORN), "family name: sounds alike"),
    (_asked("BARNABAS", "Quíllfeather"), "family name: the same"),
    (_asked("Quillfeather", "Barnabas", BORN), "given and family name exchanged"),
    (_asked("Barnabas", "Quillfeather", date(2016, 4, 5)), "date of birth: day and month exchanged"),
    (_asked("Barnabas", "Quillfeather", date(2015, 5, 4)), "date of birth: with a typing error"),
    (_asked("Barnabas", "Quillfeather", birth_year=2016), "year of birth: the same"),
    (_asked("Barnabas", "Quillfeather", BORN, lines="1 Broad Walk", postcode="OX1 1AB"), "address: different"),
    (_asked("Barnabas", "Owusu-Quillfeather", BORN), "family name: with a typing error"),
    (_asked("Barnabas", "", BORN), "given name: the same"),
    (_asked(lines="12 Ock Street"), "address: lines alike"),
    (_asked(postcode="ox141ab"), "address: same postcode"),
]


@pytest.mark.parametrize(("asked", "reason"), FOUND, ids=[f"{n} {reason}" for n, (_, reason) in enumerate(FOUND)])
def test_what_is_found_and_why(asked: Description, reason: str) -> None:
    assert rules.keys_to_ask(asked) & rules.keys_of(KNOWN)
    assert reason in rules.likeness(asked, KNOWN).reasons


@pytest.mark.parametrize(
    ("one", "other", "degree"),
    [
        ("smith", "smyth", "with a typing error"),
        ("jonathon", "jonathan", "with a typing error"),
        ("stephen", "steven", "sounds alike"),
        ("quillfeather", "quillfetter", "spelt alike"),
        ("catherine", "kathryn", "sounds alike"),
        ("ann", "amy", "different"),
        ("ali", "alli", "sounds alike"),
        ("anne marie", "anne", "with a typing error"),
        ("smith", "jones", "different"),
        ("张伟", "张伟", "the same"),
    ],
)
def test_name_degree(one: str, other: str, degree: str) -> None:
    assert rules.name_degree(one, other) == rules.name_degree(other, one) == degree


@pytest.mark.parametrize(
    ("other", "degree"),
    [
        ("2016-05-04", "the same"),
        ("2016-04-05", "day and month exchanged"),
        ("2016-05-14", "with a typing error"),
        ("2061-05-04", "with a typing error"),
        ("1999-05-04", "same day and month, another year"),
        ("2016-05-29", "same year and month, or year and day"),
        ("2012-11-30", "different"),
    ],
)
def test_date_degree(other: str, degree: str) -> None:
    assert rules.date_degree(BORN, date.fromisoformat(other)) == degree


def test_a_twin_is_not_likely_the_same_child_and_one_who_moved_is() -> None:
    twin = _asked("Philippa", "Quillfeather", BORN, **HOME)
    moved = _asked("Barnabas", "Quillfeather", BORN, lines="1 Broad Walk", postcode="OX1 1AB")
    namesake = _asked("Barnabas", "Quillfeather", date(2009, 11, 30))
    scores = [rules.likeness(asked, KNOWN).score for asked in (moved, twin, namesake)]
    assert scores[0] > 0.99 > 0.6 > scores[1] > scores[2]


def test_what_agrees_raises_the_score_and_the_chances_of_each_field_are_whole() -> None:
    described = [_asked("Barnabas", "Quillfeather"), _asked("Barnabas", "Quillfeather", birth_year=2016)]
    described.append(_asked("Barnabas", "Quillfeather", BORN))
    scores = [rules.likeness(asked, KNOWN).score for asked in described]
    assert scores == sorted(scores)
    for field, degrees in rules.CHANCES.items():
        for under in range(3):
            assert sum(chances[under] for chances in degrees.values()) == pytest.approx(1, abs=0.005), field


WORDS = st.text(alphabet="abcdefghiklmnorstuvwy' -éß张", max_size=12)
PEOPLE = st.builds(
    Description,
    given_name=WORDS,
    family_name=WORDS,
    date_of_birth=st.none() | st.dates(date(2000, 1, 1), date(2026, 1, 1)),
    nhs_number=st.sampled_from([None, "9434765919"]),
    lines=WORDS,
    postcode=st.sampled_from(["", "OX14 1AB", "OX1 1AA"]),
)


@given(one=PEOPLE, other=PEOPLE)
def test_likeness_is_a_chance_with_reasons_and_what_is_asked_in_the_same_words_is_found(
    one: Description, other: Description
) -> None:
    like = rules.likeness(one, other)
    assert 0 <= like.score <= 1
    assert bool(one.nhs_number and other.nhs_number) is ("NHS number: the same" in like.reasons)
    assert rules.keys_of(one) <= rules.keys_to_ask(one)
    assert all(0 < len(key) <= 64 for key in rules.keys_to_ask(one))


TWIN = {"date_of_birth": BORN, "lines": "12 Ock Street", "postcode": "OX14 5AA"}


def _recorded(**known: object) -> merges.Recorded:
    nothing = dict.fromkeys(("nhs_number", "upn", "date_of_birth", "expected_date_of_birth"))
    return merges.Recorded(**{**nothing, "restricted_to": frozenset(), **known})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("one", "other", "found"),
    [
        ({}, {}, []),
        ({"nhs_number": "9434765919"}, {"nhs_number": "9434765919"}, []),
        ({"nhs_number": "9434765919"}, {}, []),
        ({"nhs_number": "9434765919"}, {"nhs_number": "4010232137"}, ["nhs_number"]),
        ({"upn": "B801200005001"}, {"upn": "H801200001001"}, ["upn"]),
        ({"date_of_birth": BORN}, {"date_of_birth": date(2016, 4, 5)}, []),
        ({"sex": "F"}, {"sex": "M"}, ["different_sex"]),
        ({"sex": "F"}, {"sex": "U"}, []),
        ({"referral_ids": {1, 2}}, {"referral_ids": {2, 3}}, ["named_together"]),
        ({"family_id": 1}, {"family_id": 1}, ["siblings"]),
        ({"family_id": 1}, {"family_id": 2}, []),
        ({**TWIN, "given_name": "Asha"}, {**TWIN, "given_name": "Leon"}, ["twins"]),
        ({**TWIN, "given_name": "Asha"}, {**TWIN, "given_name": "Asha"}, []),
        ({**TWIN, "given_name": "Asha"}, {**TWIN, "given_name": ""}, []),
        ({**TWIN, "given_name": "Asha"}, {**TWIN, "given_name": "Leon", "postcode": "OX1 1AB"}, []),
        (
            {**TWIN, "given_name": "Asha", "family_id": 1},
            {**TWIN, "given_name": "Leon", "family_id": 1},
            ["siblings", "twins"],
        ),
        ({"date_of_birth": BORN}, {"date_of_birth": date(2016, 5, 14)}, []),
        ({"date_of_birth": BORN}, {"date_of_birth": date(2016, 7, 19)}, ["date_of_birth"]),
        ({"date_of_birth": BORN}, {"expected_date_of_birth": BORN + timedelta(weeks=12)}, []),
        ({"date_of_birth": BORN}, {"expected_date_of_birth": BORN + timedelta(weeks=40)}, ["date_of_birth"]),
        ({"restricted_to": frozenset("a")}, {}, ["restriction"]),
        ({"restricted_to": frozenset("a"), "upn": "A"}, {"upn": "B"}, ["restriction", "upn"]),
    ],
)
def test_contradictions(one: dict[str, object], other: dict[str, object], found: list[str]) -> None:
    assert merges.contradictions([_recorded(**one)], [_recorded(**other)]) == found
    assert merges.contradictions([_recorded(), _recorded(**other)], [_recorded(**one)]) == (
        found or merges.contradictions([_recorded()], [_recorded(**one)])
    )


ELSEWHERE = {"lines": "1 Broad Walk", "postcode": "OX1 1AB"}


@pytest.mark.parametrize(
    ("asked", "strong"),
    [
        (KNOWN, True),
        (_asked("Barnabas", "Quillfeather", BORN), True),
        (_asked("Barnabus", "Quillfeather", BORN, **ELSEWHERE), True),
        (_asked("Barnabas", "Quillfeather", date(2016, 4, 5), **ELSEWHERE), True),
        (_asked("Barnabas", "Quillfeather", None, **HOME), True),
        (_asked("Barnabas", "Owusu", BORN, **HOME), True),
        (_asked("Barnabas", "Quillfeather"), False),
        (_asked("Barnabas", "Owusu", BORN, **ELSEWHERE), False),
        (_asked("Odette", "Quillfeather", BORN, **HOME), False),
        (_asked("Odette", "Quillfeather", date(2018, 1, 1), **HOME), False),
        (_asked("Barnabas", "Quillfeather", date(2009, 11, 30)), False),
    ],
    ids=str,
)
def test_a_match_is_strong_where_name_and_birthday_agree_but_for_a_slip(asked: Description, strong: bool) -> None:
    assert (rules.likeness(asked, KNOWN).score >= rules.STRONG) is strong
