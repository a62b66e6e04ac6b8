"""A child's name appears in no event, log line, metric or error, whatever goes wrong; told of a suite as it runs."""

import json
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import httpx
import pytest

from shared.auth import Role
from tests.services.referrals.referrals_sent import a_child, a_decision, a_referral
from tests.shared.suite_in_a_process import RunningSuite, running_suite

pytestmark = pytest.mark.timeout(300)

CHILD = {
    "given_name": "Zephyrinette",
    "family_name": "Quarrendonby",
    "nhs_number": "9434765919",
    "upn": "B801200005001",
}
ADULT = {"given_name": "Ottolineus", "family_name": "Brackenthorpe", "relationship": "Godmotherly"}
REFERRER = {
    "name": "Ignatia Plumblossom",
    "role": "Headmistressy",
    "organisation": "Larkspurrow Academy",
    "source": "2A",
    "email": "ignatia@larkspurrow.example",
    "phone": "01865 947213",
}
STREET, POSTCODE, TOLD, REASON = "77 Thistledown Row", "OX14 1AB", "Marmalade sandwiches", "Because of hedgehogs"
UNTOLD = [
    *CHILD.values(),
    *ADULT.values(),
    *(value for name, value in REFERRER.items() if name != "source"),
    *(STREET, POSTCODE, POSTCODE.replace(" ", ""), TOLD, REASON, "1999-12-31"),
]
"""What is said about people in the referral below; none of it is anybody's who reads logs."""


def _a_referral(**changes: Any) -> dict[str, Any]:
    about = {
        "referrer": REFERRER,
        "address": {"lines": [STREET], "postcode": POSTCODE},
        "children": [a_child(**CHILD)],
        "adults": [{**ADULT, "date_of_birth": "1999-12-31"}],
        "narrative": TOLD,
    }
    return a_referral(**{**about, **changes})


@dataclass
class Told:
    """What the suite said while everything went wrong that could."""

    answers: list[httpx.Response] = field(default_factory=list)
    """Those to people who may not see the child, or after a failure."""
    written: str = ""
    envelopes: list[bytes] = field(default_factory=list)
    metrics: str = ""
    known: str = ""
    """The referral as those see it who may, to be sure that there was something to be silent about."""

    def note(self, answer: httpx.Response) -> httpx.Response:
        self.answers.append(answer)
        return answer


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Told:
    told = Told()
    with running_suite(tmp_path_factory.mktemp("privacy")) as suite, suite.client(Role.MASH_MANAGER) as client:
        path = _refer_rate_and_decide(told, client, TOLD)
        _ask_what_is_wrong(told, client, path)
        _break_the_consumer(told, suite, client)
        _break_the_database(told, suite, client)
        told.metrics = "".join(httpx.get(f"{suite.url}/{name}/metrics").text for name in ("referrals", "casework"))
        for file in ("referrals.sqlite", "casework.sqlite"):
            told.envelopes += suite.rows(file, "SELECT envelope FROM outbox")
            told.envelopes += suite.rows(file, "SELECT envelope FROM inbox")
        told.envelopes += suite.rows("bus.sqlite", "SELECT body FROM messages")
        told.written = suite.written()
    return told


def _refer_rate_and_decide(told: Told, client: httpx.Client, key: str) -> str:
    headers = {"Idempotency-Key": key, "Access-Reason": REASON}
    receipt = told.note(client.post("/referrals/v1/referrals", json=_a_referral(), headers=headers))
    path = f"/referrals/v1/referrals/{receipt.json()['id']}"
    client.post(f"{path}/rating", json={"rating": "amber", "reason": REASON}).raise_for_status()
    client.post(f"{path}/decision", json=a_decision(reason=REASON)).raise_for_status()
    told.known = client.get(path, headers=headers).text
    return path


def _ask_what_is_wrong(told: Told, client: httpx.Client, path: str) -> None:
    """409, 404, 422 in many ways, 413, 405, 401."""
    posts: list[tuple[str, dict[str, Any]]] = [
        (f"{path}/decision", {"json": a_decision(reason=REASON)}),
        (f"/referrals/v1/referrals/{uuid4()}/decision", {"json": a_decision(reason=REASON)}),
        (f"/referrals/v1/{CHILD['family_name']}", {"json": _a_referral()}),
        ("/referrals/v1/referrals", {"json": _a_referral(children=[a_child(**{**CHILD, "date_of_birth": TOLD})])}),
        ("/referrals/v1/referrals", {"json": _a_referral(children=[a_child(**{**CHILD, "nhs_number": TOLD})])}),
        ("/referrals/v1/referrals", {"json": _a_referral(children=[a_child(**{**CHILD, "sex": ADULT["given_name"]})])}),
        ("/referrals/v1/referrals", {"json": _a_referral(concerns=[TOLD], received_at=REASON, immediate_danger=TOLD)}),
        ("/referrals/v1/referrals", {"json": [_a_referral()]}),
        ("/referrals/v1/referrals", {"json": TOLD}),
        ("/referrals/v1/referrals", {"json": _a_referral(narrative=f"{TOLD}\0")}),
        ("/referrals/v1/referrals", {"json": _a_referral(concerns=[]), "headers": {"Idempotency-Key": TOLD}}),
        ("/referrals/v1/referrals", {"json": _a_referral(narrative=TOLD * 60_000)}),
        ("/referrals/v1/referrals", {"json": _a_referral(), "headers": {"Authorization": f"Bearer {REASON}"}}),
        ("/referrals/v1/referrals", _raw(json.dumps(_a_referral())[:-9])),
        ("/referrals/v1/referrals", _raw(f'{{"narrative": "{TOLD}\x01"}}')),
        ("/referrals/v1/referrals", _raw(TOLD)),
    ]
    for to, sent in posts:
        told.note(client.post(to, **sent))
    for name, value in (("status", TOLD), ("after", TOLD), ("limit", TOLD), ("area", STREET)):
        told.note(client.get("/referrals/v1/referrals", params={name: value}))
    told.note(client.get(f"/referrals/v1/referrals/{CHILD['family_name']}"))
    told.note(client.delete(path, params={"name": CHILD["family_name"]}))


def _raw(body: str) -> dict[str, Any]:
    return {"content": body.encode(), "headers": {"Content-Type": "application/json"}}


def _break_the_consumer(told: Told, suite: RunningSuite, client: httpx.Client) -> None:
    """An error of casework's own database, whose text quotes the child."""
    _soon(lambda: bool(suite.rows("casework.sqlite", "SELECT id FROM cases")))
    suite.change("casework.sqlite", _fails_quoting("case_children"))
    _refer_rate_and_decide(told, client, f"{TOLD} again")
    _soon(lambda: '"delivery_failed"' in suite.written())


def _break_the_database(told: Told, suite: RunningSuite, client: httpx.Client) -> None:
    """Errors that quote the child or the statement, and then a database that takes nothing in."""
    suite.change("referrals.sqlite", _fails_quoting("children"))
    told.note(client.post("/referrals/v1/referrals", json=_a_referral()))
    suite.change("referrals.sqlite", "DROP TRIGGER fails_quoting", "ALTER TABLE adults RENAME TO gone")
    told.note(client.post("/referrals/v1/referrals", json=_a_referral()))
    with suite.locked("referrals.sqlite"):
        told.note(client.post("/referrals/v1/referrals", json=_a_referral()))


def _fails_quoting(table: str) -> str:
    quoted = f"{CHILD['given_name']} {CHILD['family_name']}"
    return f"CREATE TRIGGER fails_quoting BEFORE INSERT ON {table} BEGIN SELECT RAISE(ABORT, '{quoted}'); END"


def _soon(condition: Callable[[], bool]) -> None:
    until = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < until, "still not so"
        time.sleep(0.05)


def _said_in(text: str) -> list[str]:
    return [untold for untold in UNTOLD if untold.lower() in text.lower()]


def test_everything_did_go_wrong_and_those_who_may_did_see_the_child(told: Told) -> None:
    statuses = {answer.status_code for answer in told.answers}
    assert statuses == {201, 401, 404, 405, 409, 413, 422, 500, 503}
    assert set(_said_in(told.known)) >= {CHILD["given_name"], CHILD["nhs_number"], STREET, TOLD, REASON}
    assert {"request", "request_failed", "delivery_failed"} <= {line.get("event") for line in _lines(told.written)}


def test_no_answer_but_to_those_who_may_repeats_what_was_sent(told: Told) -> None:
    repeated = {f"{a.status_code} {a.request.url.path}": _said_in(f"{a.headers} {a.text}") for a in told.answers}
    assert {place: said for place, said in repeated.items() if said} == {}


def test_no_event_says_anything_about_a_person(told: Told) -> None:
    assert len(told.envelopes) > 8
    assert [_said_in(envelope.decode()) for envelope in told.envelopes if _said_in(envelope.decode())] == []


def test_no_line_of_the_log_says_anything_about_a_person(told: Told) -> None:
    assert [line for line in told.written.splitlines() if _said_in(line)] == []


def test_what_is_logged_is_one_object_to_a_line_and_of_known_keys_only(told: Told) -> None:
    text = told.written.partition("Ctrl-C")[2]
    assert [line for line in text.splitlines() if line.strip() and not line.startswith("{")] == []


def test_no_metric_says_anything_about_a_person(told: Told) -> None:
    assert "http_request_seconds" in told.metrics
    assert _said_in(told.metrics) == []
    routes = set(re.findall(r'route="([^"]*)"', told.metrics))
    assert {route for route in routes if re.search(r"[0-9a-f]{8}-", route)} == set()


def _lines(written: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in written.splitlines() if line.startswith("{")]
