"""What an event puts into a chronology, and how each entry reads."""

from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.casework.codes import ENTRIES
from services.casework.record.chronology import rules
from shared import clock
from shared.contracts.event import Event, Received
from tests.services.casework.casework_made import a_decision, an_accepted_referral
from tests.services.casework.record.chronology_made import all_four, attendance, closed, rated, tabled

ACCEPTED = an_accepted_referral()
EVENTS = [*all_four(ACCEPTED), closed(ACCEPTED)]
FACTS = st.dictionaries(
    st.sampled_from(["rating", "outcome", "attended", "audience", "issue", "body", "meeting_on", "area"]),
    st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=9), st.just("2026-03-04"), st.just("{rating}")),
)


def _entry_of(event: Event, sequence: int = 1) -> rules.EntryOfEvent:
    made = rules.entry_of(Received("e-1", clock.now(), sequence, event))
    assert made
    return made


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: type(event).__name__)
def test_what_is_announced_of_a_family_is_an_entry_of_a_published_kind_that_reads_as_a_sentence(event: Event) -> None:
    made = _entry_of(event)
    assert made.kind in ENTRIES
    assert (made.family_id, made.child_ids) == (ACCEPTED.family_id, ACCEPTED.child_ids)
    assert rules.TITLES[made.kind].format_map(made.facts)  # its own sentence has every fact that it needs
    ids: dict[str, Any] = {"about_id": made.about_id, "case_id": None, "referral_id": made.referral_id}
    link = rules.link_of(made.kind, made.facts, **ids)
    assert link
    assert link.startswith(f"/{event.publisher()}/v1/")
    assert "None" not in link


def test_what_was_entered_in_error_is_marked_so_and_what_found_nobody_too() -> None:
    facts = {"seen": 1, "children": 2, "seen_alone": 0, "no_reply": False}
    assert rules.title_of("contact_visit", facts) == "Visit: 1 of 2 children seen, 0 alone"
    assert rules.title_of("contact_visit", facts | {"no_reply": True}) == "A visit: nobody was there"
    crossed_out = rules.title_of("contact_visit", facts | {"entered_in_error": True})
    assert crossed_out.endswith("(entered in error)")


@given(kind=st.sampled_from(sorted(ENTRIES)), facts=FACTS)
def test_an_entry_reads_as_a_sentence_whatever_its_facts(kind: str, facts: dict[str, Any]) -> None:
    assert rules.title_of(kind, facts).strip()


def test_every_kind_has_a_sentence_and_every_sentence_a_kind() -> None:
    assert all(rules.title_of(kind, {}).strip() for kind in ENTRIES)
    assert {*rules.TITLES, *rules.LINKS} <= set(ENTRIES)


@pytest.mark.parametrize("kind", [kind for kind, title in rules.TITLES.items() if "{" in title])
def test_a_sentence_that_lacks_a_fact_is_what_the_code_means(kind: str) -> None:
    assert rules.title_of(kind, {}) == ENTRIES[kind]


def test_a_kind_that_is_not_published_any_more_reads_as_its_code() -> None:
    assert rules.title_of("bell_rung", {}) == "Bell rung"


@pytest.mark.parametrize(
    ("event", "title"),
    [
        (closed(ACCEPTED, outcome="no_further_action"), "No case was opened: no further action"),
        (closed(ACCEPTED, outcome="transferred"), "No case was opened: transferred to another authority"),
        (rated(ACCEPTED, rating="amber"), "The referral was rated amber"),
        (
            attendance(uuid4(), [], attended=False, audience="partner"),
            "Did not come to a partner's session of a centre",
        ),
        (
            tabled(ACCEPTED, kind="crisis_unanswered"),
            "The crisis that nobody acknowledged was put on the agenda of the Core Group of 4 March 2026",
        ),
    ],
    ids=["no further action", "transferred", "rated", "stayed away", "on an agenda"],
)
def test_title_of(event: Event, title: str) -> None:
    made = _entry_of(event)
    assert rules.title_of(made.kind, made.facts) == title


def test_every_rating_is_its_own_entry_and_the_same_one_received_again_is_not() -> None:
    event = rated(ACCEPTED)
    assert _entry_of(event, 2).about_id == _entry_of(event, 2).about_id
    assert _entry_of(event, 2).about_id != _entry_of(event, 3).about_id
    other = rated(an_accepted_referral())
    assert _entry_of(event, 2).about_id != _entry_of(other, 2).about_id


def test_what_is_about_no_family_or_is_no_part_of_a_story_is_no_entry() -> None:
    about_worker = tabled(ACCEPTED, kind="caseload_ceiling_exceeded", family_id=None, child_ids=[])
    for event in (about_worker, rated(ACCEPTED, family_id=None, child_ids=[]), a_decision(18)):
        assert rules.entry_of(Received("e-1", clock.now(), 1, event)) is None


def test_an_issue_knows_its_referral_where_it_is_about_one() -> None:
    assert _entry_of(tabled(ACCEPTED)).referral_id == ACCEPTED.referral_id
    assert _entry_of(tabled(ACCEPTED, kind="crisis_unanswered")).referral_id is None


def test_a_day_begins_at_midnight_in_london() -> None:
    assert rules.day_begins(date(2026, 3, 29)).isoformat() == "2026-03-29T00:00:00+00:00"
    assert rules.day_begins(date(2026, 3, 30)).isoformat() == "2026-03-30T00:00:00+01:00"
