"""The rules of early help and of hand-overs, by table and by property."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.casework.cases.cases.rules import CaseScope
from services.casework.early_help.family_teams import queries as early_help
from services.casework.early_help.family_teams.rules import (
    CONSENT_WITHDRAWN,
    MemberIdentity,
    may_see_team,
    review_due_on,
)
from services.casework.early_help.hand_overs import queries as hand_overs
from services.casework.early_help.hand_overs.rules import answer_due_on, may_see_hand_over, service_of
from shared.auth import Actor, Role
from shared.organisations import organisation_key
from tests.predicates import Row, finds
from tests.services.casework.casework_made import closed_on_of

ROLES = [Role.SOCIAL_WORKER, Role.TEAM_MANAGER, Role.PARTNER, Role.REFERRER, Role.MASH_PRACTITIONER]
SUBJECTS = st.sampled_from(["a", "b"])
PLACES = st.sampled_from([None, "north", "south"])
ORGANISATIONS = st.sampled_from(
    [None, "Larkmead's School", "LARKMEAD’S  school", "youth_offending", "Leaving\u00a0Care Service"]
)
ACTORS = st.builds(
    Actor,
    subject=SUBJECTS,
    roles=st.frozensets(st.sampled_from(ROLES)),
    area=PLACES,
    organisation=ORGANISATIONS,
)
NAMED = st.one_of(st.just(()), st.tuples(SUBJECTS.map(lambda subject: frozenset({subject}))))
SCOPES = st.builds(
    CaseScope,
    area=PLACES,
    team=st.none(),
    key_worker_subject=st.sampled_from([None, "a", "b"]),
    named=NAMED,
    days_closed=st.sampled_from([None, 0, 28, 29]),
)
ENDED = st.sampled_from([None, "reviewed", CONSENT_WITHDRAWN])
MEMBERS = st.one_of(
    st.builds(
        MemberIdentity,
        subject=st.one_of(st.none(), SUBJECTS),
        worker_subject=st.none(),
        is_worker=st.just(False),
        organisation_key=st.sampled_from(["larkmeadsschool", "anotherschool"]),
    ),
    st.builds(
        MemberIdentity,
        subject=st.none(),
        worker_subject=st.one_of(st.none(), SUBJECTS),
        is_worker=st.just(True),
        organisation_key=st.just("larkmeadsschool"),
    ),
)


@pytest.mark.parametrize(
    ("day", "due"), [((2026, 1, 5), (2026, 3, 2)), ((2025, 12, 31), (2026, 2, 25)), ((2024, 1, 5), (2024, 3, 1))]
)
def test_a_review_is_due_eight_weeks_later(day: tuple[int, int, int], due: tuple[int, int, int]) -> None:
    assert review_due_on(date(*day)) == date(*due)


@pytest.mark.parametrize(
    ("day", "due"), [((2026, 3, 30), (2026, 4, 8)), ((2025, 12, 24), (2026, 1, 5)), ((2026, 6, 6), (2026, 6, 12))]
)
def test_a_hand_over_is_answered_within_five_working_days(day: tuple[int, int, int], due: tuple[int, int, int]) -> None:
    assert answer_due_on(date(*day)) == date(*due)


@pytest.mark.parametrize(
    ("roles", "organisation", "service"),
    [
        ({Role.PARTNER}, "looked_after", "looked_after"),
        ({Role.PARTNER}, "YOUTH offending service", "youth_offending"),
        ({Role.PARTNER}, "Looked\u2011After\u00a0Children Service\u200b", "looked_after"),
        ({Role.PARTNER}, "Larkmead School", None),
        ({Role.PARTNER}, None, None),
        ({Role.REFERRER}, "looked_after", None),
        ({Role.TEAM_MANAGER}, "looked_after", None),
    ],
)
def test_a_partner_answers_for_the_service_that_its_organisation_is(
    roles: set[Role], organisation: str | None, service: str | None
) -> None:
    assert service_of(Actor("a", frozenset(roles), organisation=organisation)) == service


def _rows(scope: CaseScope) -> dict[str, Row]:
    [named] = next(iter(scope.named), [None])
    return {
        "cases": {
            "id": "c",
            "area": scope.area,
            "team": scope.team,
            "last_key_worker_id": scope.key_worker_subject and "w",
            "closed_on": closed_on_of(scope),
            "family_id": "f",
        },
        "family_restrictions": {"family_id": "f" if named else "another", "source": "referrals", "subject": named},
    }


@given(ACTORS, SCOPES.filter(lambda scope: scope.key_worker_subject is None), MEMBERS, st.booleans(), ENDED)
def test_the_rule_for_teams_and_its_sql_say_the_same(
    actor: Actor, scope: CaseScope, member: MemberIdentity, gone: bool, ended: str | None
) -> None:
    rows: dict[str, Row] = {
        **_rows(scope),
        "workers": {"id": "w", "subject": member.worker_subject},
        "family_teams": {"id": "t", "case_id": "c", "end_reason": ended},
        "family_team_members": {
            "family_team_id": "t",
            "subject": member.subject,
            "worker_id": "w" if member.is_worker else None,
            "organisation_key": member.organisation_key,
            "left_on": "2026-01-01" if gone else None,
        },
    }
    expected = may_see_team(actor, scope, [] if gone or ended == CONSENT_WITHDRAWN else [member])
    assert finds(early_help.visible_to(actor), "cases", rows) is expected


@given(ACTORS, SCOPES, st.sampled_from(["youth_offending", "leaving_care", "looked_after"]))
def test_the_rule_for_hand_overs_and_its_sql_say_the_same(actor: Actor, scope: CaseScope, service: str) -> None:
    rows: dict[str, Row] = {
        **_rows(scope),
        "workers": {"id": "w", "subject": scope.key_worker_subject},
        "hand_overs": {"case_id": "c", "service": service},
    }
    seen = finds(hand_overs.visible_to(actor), "cases, hand_overs", rows)
    assert seen is may_see_hand_over(actor, scope, service)


@given(st.text(max_size=30), st.text(max_size=30))
def test_one_organisation_has_one_key_however_it_is_spaced(first: str, second: str) -> None:
    assert organisation_key(f"{first} {second}") == organisation_key(f"{first}{second} ")
