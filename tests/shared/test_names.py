"""One name has one key, however it is spelt; by table and by property."""

import string
import unicodedata
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.names import compact, is_blank, name_key, plain_marks
from shared.organisations import organisation_key

NAMES = st.text(max_size=40) | st.text("aAłŁøßæÞħıİéñÑ'’ʼ`´-‑–\u00a0\u200b\u00ad\u0301\u0308 .&", max_size=40)
UNSEEN = ["\u200b", "\u200c", "\u200d", "\u200e", "\u2060", "\ufeff", "\u00ad", "\u034f", "\ufe0f", "\x07"]


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Łukasz", "lukasz"),
        ("Øystein Đorđe", "oystein dorde"),
        ("Işıl İnci", "isil inci"),
        ("Æthelþryð Œuvré", "aethelthryd oeuvre"),
        ("Ħamrun Weiß WEIẞ", "hamrun weiss weiss"),
        ("O'Brien", "obrien"),
        ("O’Brien", "obrien"),
        ("Núñez-Škvorecký", "nunez skvorecky"),
        ("Zoe\u0308", "zoe"),
        ("ＬＵＫＡＳ\u3000ﬁnn", "lukas finn"),
        ("  Anna \t Maria\n", "anna maria"),
        ("Семён Йотов", "семен иотов"),
        ("محمد", "محمد"),
        ("张伟", "张伟"),
        ("हिन्दी", "हिन्दी"),
        ("A & B (North)", "a & b (north)"),
        ("St. Mary's", "st. marys"),
        ("’", "'"),
        ("–", "-"),
        ("", ""),
        ("\u200b\u00a0", ""),
    ],
)
def test_name_key(name: str, key: str) -> None:
    assert name_key(name) == key


@pytest.mark.parametrize("one", list("'’‘`´ʼʻ′＇\u02b9\u201b"))
def test_an_apostrophe_is_one_however_it_is_typed_or_left_out(one: str) -> None:
    assert name_key(f"O{one}Brien") == name_key("OBrien") == "obrien"


@pytest.mark.parametrize("one", list("-‐‑‒–—―−﹣－ \u00a0\u202f\u3000\t\n"))
def test_hyphens_and_spaces_are_one(one: str) -> None:
    assert name_key(f"Smith{one}Jones") == name_key("Smith Jones") == "smith jones"


@given(NAMES)
def test_a_key_is_its_own_key(name: str) -> None:
    assert name_key(name_key(name)) == name_key(name)
    assert organisation_key(organisation_key(name)) == organisation_key(name)


@given(NAMES)
def test_composed_and_decomposed_are_one(name: str) -> None:
    assert {name_key(unicodedata.normalize(form, name)) for form in ("NFC", "NFD")} == {name_key(name)}


@given(NAMES)
def test_capitals_are_small_letters(name: str) -> None:
    assert {name_key(name.upper()), name_key(name.casefold()), name_key(name.swapcase())} == {name_key(name)}


@given(st.lists(st.text(string.ascii_letters, min_size=1), min_size=2), st.sampled_from(UNSEEN))
def test_what_cannot_be_seen_does_not_matter(parts: list[str], mark: str) -> None:
    assert name_key(mark.join(parts)) == name_key("".join(parts))


WORDS = st.lists(st.text(string.ascii_lowercase + string.digits, min_size=1, max_size=8), min_size=1, max_size=4)


@given(WORDS, WORDS)
def test_two_plain_names_are_never_one(one: list[str], other: list[str]) -> None:
    assert (name_key(" ".join(one)) == name_key(" ".join(other))) is (one == other)


@given(st.text(string.ascii_letters + string.digits + string.punctuation, min_size=1, max_size=12))
def test_of_plain_characters_only_apostrophes_hyphens_and_case_are_left_out(name: str) -> None:
    kept = name.lower().replace("-", " ").replace("'", "").replace("`", "").split()
    assert name_key(name) == " ".join(kept) or not kept


@given(NAMES)
def test_only_what_is_blank_has_no_key(name: str) -> None:
    assert (name_key(name) == "") is is_blank(name)
    assert (organisation_key(name) == "") is is_blank(name)


def test_every_character_keeps_to_it() -> None:
    for character in map(chr, [*range(0xD800), *range(0xE000, 0x3_0000)]):
        key = name_key(character)
        assert (key == "") is is_blank(character), ascii(character)
        spellings = [key, *(unicodedata.normalize(form, character) for form in ("NFC", "NFD"))]
        for one, other in pairwise([character, *spellings, character.upper(), character.lower()]):
            assert name_key(one) == name_key(other), ascii(character)


def test_marks_are_made_plain_and_lines_stay() -> None:
    assert plain_marks("It’s\u00a0on\u2013\u200boff\r\nNext\u00adline") == "It's on-off\r\nNextline"
    assert compact(" 943\u00a0476\u20115919\u200b") == "9434765919"
