"""The limits that a person would change stand once, in the rules; what the documents state is held to them here.

Each sentence is written here with the limit in its place: where one fails after a limit was changed, write the sentence
anew in the document.
"""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from services.referrals import codes
from services.referrals.counts.endpoints import COUNTED_TOGETHER
from services.referrals.decisions import rules as decisions
from services.referrals.drafts import rules as drafts
from services.referrals.drafts.schemas import LARGEST_FIELD
from services.referrals.information_requests import rules as requests
from services.referrals.matches.queries import MOST_CANDIDATES
from services.referrals.people.rules import STRONG
from services.referrals.people.schemas import PeopleSearch
from services.referrals.referrals import rules
from services.referrals.thresholds import queries as thresholds
from services.referrals.thresholds.rules import RE_REFERRAL_MONTHS, THIRD_REFERRAL

ROOT = Path(__file__).parents[3]
FIRST = {1: "first", 2: "second", 3: "third", 4: "fourth", 5: "fifth"}
IN_WORDS = {1: "one", 2: "two", 3: "three", 4: "four", 5: "five", 10: "ten", 20: "twenty"}


def _hours(limit: timedelta) -> str:
    return f"{limit / timedelta(hours=1):g}"


def _close_of(days: int) -> str:
    return "on the next working day" if days == 1 else f"on the {FIRST[days]} working day"


RED = _hours(rules.RED_DECIDED_WITHIN)
AMBER, GREEN = rules.AMBER_DECIDED_WITHIN, rules.GREEN_DECIDED_WITHIN
RATED = f"17:00 (London) {_close_of(rules.RATED_WITHIN)}"
ANSWERED = (
    f"{_hours(requests.RED_ANSWERED_WITHIN)} hours when the referral is red, {_hours(requests.AMBER_ANSWERED_WITHIN)}"
    f" when amber, else by 17:00 (London) {_close_of(requests.GREEN_ANSWERED_WITHIN)}"
)
SECONDS = "a second" if thresholds.CENTRES_ANSWER_WITHIN == 1 else f"{thresholds.CENTRES_ANSWER_WITHIN:g} seconds"
MONTHS = f"{RE_REFERRAL_MONTHS} months"
SEARCHED = PeopleSearch.model_json_schema()["properties"]["limit"]

README = [
    f"rated by {RATED}",
    f"decided within {RED} hours when red",
    f"by 17:00 on the {FIRST[AMBER]} working day after receipt when amber, on the {FIRST[GREEN]} when green",
    f"informed within {IN_WORDS[rules.ACKNOWLEDGED_WITHIN]} working day of receipt",
    f"within {ANSWERED.replace(' when the referral', ' of the question when the referral')}",
    f"at most once in {_hours(requests.CHASED_EVERY)} hours",
    f"for {drafts.KEPT_FOR.days} days after its last change",
    f"in the next {thresholds.OFFERED_WITHIN.days} days",
    f"asked for {SECONDS} at most",
    f"referred in the {MONTHS} before",
    f"{FIRST[THIRD_REFERRAL + 1]} referral of the same children in {MONTHS}",
    f"a score of {STRONG:g} or more",
    f"only when accepted at level {min(rules.LEAST_LEVEL.values())} or above",
]
OPENAPI = {
    "POST /v1/referrals": [
        f"due at {RATED}",
        f"the decision in {RED} hours where a child is in immediate danger, else at 17:00 {_close_of(GREEN)}",
    ],
    "GET /v1/referrals/counts": [
        f"in the last {COUNTED_TOGETHER.days} days and in the {COUNTED_TOGETHER.days} before",
        f"by 17:00 {_close_of(rules.RATED_WITHIN)}",
    ],
    "POST /v1/referrals/{referral_id}/rating": [f"within {RED} hours, {AMBER} or {GREEN} working days from receipt"],
    "POST /v1/referrals/{referral_id}/acknowledgement": [f"17:00 (London) {_close_of(rules.ACKNOWLEDGED_WITHIN)}"],
    "POST /v1/referrals/{referral_id}/amendments": [f"within {RED} hours of receipt"],
    "POST /v1/referrals/{referral_id}/information-requests": [f"within {ANSWERED}"],
    "GET /v1/referrals/{referral_id}/matches": [f"{MOST_CANDIDATES} at most"],
    "GET /v1/referrals/{referral_id}/threshold": [
        f"in the {MONTHS} before",
        f"of the next {thresholds.OFFERED_WITHIN.days} days",
        f"{IN_WORDS[thresholds.OFFERS_AT_MOST]} at most",
        f"within {SECONDS}",
    ],
    "POST /v1/referrals/{referral_id}/decision": [
        f"a reason of {IN_WORDS[decisions.LEAST_WORDS_TO_DEPART]} words and "
        f"{IN_WORDS[decisions.LEAST_REASON_TO_DEPART]} characters",
        f"on a {FIRST[THIRD_REFERRAL + 1]} referral of the same children in {MONTHS}",
        f"(a score of {STRONG:g} or more)",
    ],
    "POST /v1/referral-drafts": [f"for {drafts.KEPT_FOR.days} days", f"at most {LARGEST_FIELD // 1024} KiB"],
    "POST /v1/people/search": [f"({SEARCHED['default']}; up to {SEARCHED['maximum']})"],
}


@pytest.mark.parametrize("sentence", README)
def test_the_readme(sentence: str) -> None:
    assert sentence in _plain((ROOT / "services/referrals/README.md").read_text(encoding="utf-8"))


@pytest.mark.parametrize(("route", "sentence"), [(route, each) for route, those in OPENAPI.items() for each in those])
def test_the_description_of_the_api(route: str, sentence: str) -> None:
    described = json.loads((ROOT / "docs/openapi/referrals.json").read_text(encoding="utf-8"))
    method, _, path = route.partition(" ")
    operation = described["paths"][path][method.lower()]
    assert sentence in _plain(operation["description"])


def test_the_codes_of_ratings() -> None:
    assert {
        "red": f"Decision within {RED} hours",
        "amber": f"Decision within {AMBER} working day{'s' if AMBER > 1 else ''}",
        "green": f"Decision within {GREEN} working day{'s' if GREEN > 1 else ''}",
    } == codes.RATINGS


def _plain(text: str) -> str:
    return " ".join(text.replace("**", "").split())
