"""What each kind of contact has on record, by table and by property."""

from datetime import date
from itertools import product
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.casework import codes
from services.casework.cases.cases.models import CaseChild
from services.casework.record.contacts import rules
from services.casework.record.contacts.rules import Content, Kind, Sight, counts_as_contact, may_amend, misfits
from shared.auth import Actor, Role

KINDS: tuple[Kind, ...] = get_args(Kind)
SEEN, ALONE, NOT_SEEN, NOT_RECORDED = Sight(True), Sight(True, True), Sight(False), Sight()


@pytest.mark.parametrize(
    ("kind", "content", "wrong"),
    [
        ("visit", Content(children=[SEEN]), []),
        ("visit", Content(children=[ALONE, NOT_SEEN], place="home", text="Well"), []),
        ("visit", Content(), ["/children missing"]),
        ("visit", Content(children=[SEEN, NOT_RECORDED]), ["/children/1/seen missing"]),
        ("visit", Content(no_reply=True), []),
        ("visit", Content(no_reply=True, children=[NOT_RECORDED]), []),
        ("visit", Content(no_reply=True, children=[SEEN]), ["/children/0/seen nobody-was-seen"]),
        ("visit", Content(children=[Sight(False, True)]), ["/children/0/seen_alone not-seen"]),
        ("visit", Content(children=[SEEN], with_family=False), ["/with_family", "/children/0/seen not-with-family"]),
        ("call", Content(), []),
        ("call", Content(no_reply=True), []),
        ("call", Content(with_family=False), []),
        ("call", Content(place="home"), ["/place not-for-this-kind"]),
        ("call", Content(children=[NOT_RECORDED, SEEN]), ["/children/1/seen not-for-this-kind"]),
        ("call", Content(children=[Sight(None, False)]), ["/children/0/seen not-for-this-kind"]),
        ("meeting", Content(place="school", children=[NOT_RECORDED, ALONE]), []),
        ("meeting", Content(with_family=False, children=[SEEN]), ["/children/0/seen not-with-family"]),
        ("meeting", Content(no_reply=True, children=[SEEN]), ["/children/0/seen nobody-was-seen"]),
        ("meeting", Content(children=[Sight(None, True)]), ["/children/0/seen_alone not-seen"]),
        ("note", Content(text="She rang"), []),
        ("note", Content(), ["/text missing"]),
        ("note", Content(text="x", no_reply=True), ["/no_reply not-for-this-kind"]),
        ("supervision", Content(text="x", with_family=True), ["/with_family not-for-this-kind"]),
        ("supervision", Content(text="x", children=[NOT_SEEN]), ["/children/0/seen not-for-this-kind"]),
        ("management_oversight", Content(), ["/text missing"]),
        ("closing_summary", Content(), ["/text missing"]),
    ],
)
def test_what_fits_which_kind(kind: Kind, content: Content, wrong: list[str]) -> None:
    found = [f"{each.field} {each.code}" for each in misfits(kind, content)]
    assert len(found) == len(wrong)
    assert all(each.startswith(expected) for each, expected in zip(found, wrong, strict=True))


@pytest.mark.parametrize(
    ("kind", "with_family", "no_reply", "in_error", "counts"),
    [
        ("visit", True, False, False, True),
        ("visit", True, True, False, False),
        ("visit", True, False, True, False),
        ("call", True, False, False, True),
        ("call", False, False, False, False),
        ("call", True, True, False, False),
        ("meeting", True, False, False, True),
        ("meeting", False, False, False, False),
        ("note", True, False, False, False),
        ("supervision", True, False, False, False),
        ("management_oversight", True, False, False, False),
        ("closing_summary", True, False, False, False),
    ],
)
def test_what_counts_as_contact_with_the_family(
    kind: Kind, with_family: bool, no_reply: bool, in_error: bool, counts: bool
) -> None:
    assert counts_as_contact(kind, with_family, no_reply, in_error) is counts


BOOLS = st.none() | st.booleans()
CONTENT = st.builds(
    Content,
    text=st.sampled_from([None, "words"]),
    place=st.sampled_from([None, "home"]),
    with_family=BOOLS,
    no_reply=st.booleans(),
    children=st.lists(st.builds(Sight, BOOLS, BOOLS), max_size=3),
)


@given(st.sampled_from(KINDS), CONTENT)
def test_of_what_is_taken_only_one_who_was_seen_was_seen_alone_and_nobody_without_a_reply(
    kind: Kind, content: Content
) -> None:
    if list(misfits(kind, content)):
        return
    for child in (rules.sight_of(kind, content, each) for each in content.children):
        assert not (child.seen_alone and not child.seen)
        assert not (child.seen and (content.no_reply or kind not in ("visit", "meeting")))
        assert (child.seen is None) == (child.seen_alone is None)
        assert kind != "visit" or child.seen is not None
        if child.seen:
            assert counts_as_contact(kind, rules.takes_part(kind, content.with_family), content.no_reply, False)


def test_there_is_a_code_and_an_entry_of_the_chronology_for_each_kind() -> None:
    assert set(codes.CONTACT_KINDS) == set(rules.KINDS) == set(KINDS)
    assert {f"contact_{kind}" for kind in KINDS} <= set(codes.ENTRIES)


def _actor(role: Role) -> Actor:
    return Actor("a", frozenset({role}))


def test_who_amends_what() -> None:
    for kind, author in product(KINDS, (True, False)):
        for role in rules.SUPERVISORS:
            assert may_amend(_actor(role), kind, author)
        of_supervisors = kind in ("supervision", "management_oversight")
        assert may_amend(_actor(Role.SOCIAL_WORKER), kind, author) is (author and not of_supervisors)


@pytest.mark.parametrize(
    ("day", "within"),
    [
        (date(2026, 2, 28), False),
        (date(2026, 3, 1), True),
        (date(2026, 3, 9), True),
        (date(2026, 3, 10), False),
        (date(2026, 3, 19), False),
        (date(2026, 3, 20), True),
        (date(2027, 3, 20), True),
    ],
)
def test_a_contact_is_of_a_day_on_which_the_case_was_open(day: date, within: bool) -> None:
    open_days = [(date(2026, 3, 1), date(2026, 3, 9)), (date(2026, 3, 20), None)]
    assert rules.lies_within(day, open_days) is within
    assert rules.lies_within(day, []) is False


@pytest.mark.parametrize(
    ("date_of_birth", "day", "born"),
    [
        (date(2026, 2, 28), date(2026, 2, 28), True),
        (date(2026, 2, 28), date(2026, 2, 27), False),
        (None, date(2026, 2, 28), False),
    ],
)
def test_a_child_is_born_from_its_birthday_on(date_of_birth: date | None, day: date, born: bool) -> None:
    child = CaseChild(date_of_birth=date_of_birth, joined_on=date(2026, 1, 1))
    assert (rules.is_born(child, day), rules.is_asked_about(child, day)) == (born, born)
