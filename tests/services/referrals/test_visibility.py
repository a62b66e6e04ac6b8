"""Who may see what: each rule holds with its SQL, on SQLite."""

from hypothesis import given
from hypothesis import strategies as st

from services.referrals.consultations import queries as consultations
from services.referrals.consultations.rules import may_see_consultation
from services.referrals.drafts import queries as drafts
from services.referrals.drafts.rules import may_see_draft
from services.referrals.information_requests import queries as information_requests
from services.referrals.information_requests.rules import may_see_request
from services.referrals.people import queries as people
from services.referrals.people.models import Child
from services.referrals.people.rules import may_see_family
from services.referrals.referrals import queries as referrals
from services.referrals.referrals.rules import Origin, may_see_referral
from shared.auth import Actor, Role
from shared.organisations import LONGEST_KEY, organisation_key
from tests.predicates import Row, finds

ORGANISATIONS = st.sampled_from(["Oxford's Health", "oxford’s  HEALTH", "OxfordsHealth", "Oxford Hearth", "ﷺ" * 200])
ACTORS = st.builds(
    Actor,
    subject=st.sampled_from(["a", "b"]),
    roles=st.frozensets(
        st.sampled_from(
            [
                *(Role.REFERRER, Role.PARTNER, Role.MASH_PRACTITIONER, Role.MASH_MANAGER),
                *(Role.SERVICE, Role.SOCIAL_WORKER, Role.ADMINISTRATOR),
            ]
        )
    ),
    area=st.sampled_from([None, "north", "south"]),
    organisation=st.none() | ORGANISATIONS,
)
ORIGINS = st.builds(
    Origin,
    area=st.sampled_from([None, "north", "south"]),
    submitted_by=st.sampled_from(["a", "b"]),
    organisation=st.none() | ORGANISATIONS,
    named=st.sampled_from([frozenset(), frozenset("a"), frozenset("b")]),
    named_by_casework=st.sampled_from([frozenset(), frozenset("a"), frozenset("b")]),
)


def _rows_of(origin: Origin) -> dict[str, Row]:
    key = organisation_key(origin.organisation) if origin.organisation else None
    row = {"area": origin.area, "submitted_by": origin.submitted_by, "organisation_key": key}
    return {
        "referrals": {**row, "family_id": "own"},
        "family_restrictions": _restriction(origin.named),
        **_followed(origin.named_by_casework),
    }


def _followed(named: frozenset[str]) -> dict[str, Row]:
    return {"followed_restrictions": {**_restriction(named), "source": "casework"}}


def _restriction(named: frozenset[str]) -> Row:
    return {"family_id": "own" if named else "another", "subject": min(named, default="a")}


NAMED = st.sampled_from([frozenset[str](), frozenset("a"), frozenset("b")])


@given(actor=ACTORS, named=NAMED, by_casework=NAMED)
def test_families(actor: Actor, named: frozenset[str], by_casework: frozenset[str]) -> None:
    rows: dict[str, Row] = {"children": {"family_id": "own"}, "family_restrictions": _restriction(named)}
    rows |= _followed(by_casework)
    found = finds(people.not_restricted_for(actor, Child.family_id), "children", rows)
    assert found is may_see_family(actor, named, by_casework)


@given(actor=ACTORS, origin=ORIGINS)
def test_referrals(actor: Actor, origin: Origin) -> None:
    assert finds(referrals.visible_to(actor), "referrals", _rows_of(origin)) is may_see_referral(actor, origin)


@given(actor=ACTORS, origin=ORIGINS, partner=ORGANISATIONS)
def test_information_requests(actor: Actor, origin: Origin, partner: str) -> None:
    row = {"partner_key": organisation_key(partner)}
    assert len(row["partner_key"]) <= LONGEST_KEY
    rows = {**_rows_of(origin), "information_requests": row}
    found = finds(information_requests.visible_to(actor), "information_requests, referrals", rows)
    assert found is may_see_request(actor, partner, origin)


@given(actor=ACTORS, asked_by=st.sampled_from(["a", "b"]))
def test_consultations(actor: Actor, asked_by: str) -> None:
    found = finds(consultations.visible_to(actor), "consultations", {"consultations": {"asked_by": asked_by}})
    assert found is may_see_consultation(actor, asked_by)


@given(actor=ACTORS, subject=st.sampled_from(["a", "b"]))
def test_drafts(actor: Actor, subject: str) -> None:
    found = finds(drafts.visible_to(actor), "referral_drafts", {"referral_drafts": {"subject": subject}})
    assert found is may_see_draft(actor, subject)
