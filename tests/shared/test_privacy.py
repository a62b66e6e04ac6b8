"""A child's name appears in no event, log line, metric or error, whatever goes wrong; checked on a suite as it runs."""

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
STREET, POSTCODE, NARRATIVE, REASON = "77 Thistledown Row", "OX14 1AB", "Marmalade sandwiches", "Because of hedgehogs"
SECRETS = [
    *CHILD.values(),
    *ADULT.values(),
    *(value for name, value in REFERRER.items() if name != "source"),
    *(STREET, POSTCODE, POSTCODE.replace(" ", ""), NARRATIVE, REASON, "1999-12-31"),
]
"""What the referral below holds about people; none of it is anybody's who reads logs."""


def _a_referral(**changes: Any) -> dict[str, Any]:
    about = {
        "referrer": REFERRER,
        "address": {"lines": [STREET], "postcode": POSTCODE},
        "children": [a_child(**CHILD)],
        "adults": [{**ADULT, "date_of_birth": "1999-12-31"}],
        "narrative": NARRATIVE,
    }
    return a_referral(**{**about, **changes})


@dataclass
class Output:
    """What the suite returned and wrote while everything went wrong that could."""

    answers: list[httpx.Response] = field(default_factory=list)
    """Those to people who may not see the child, or after a failure."""
    written: str = ""
    envelopes: list[bytes] = field(default_factory=list)
    metrics: str = ""
    known: str = ""
    """The referral as those see it who may, to be sure that there was something to be silent about."""

    def keep(self, answer: httpx.Response) -> httpx.Response:
        self.answers.append(answer)
        return answer


@pytest.fixture(scope="module")
def output(tmp_path_factory: pytest.TempPathFactory) -> Output:
    output = Output()
    with running_suite(tmp_path_factory.mktemp("privacy")) as suite, suite.client(Role.MASH_MANAGER) as client:
        path = _refer_rate_and_decide(output, client, NARRATIVE)
        _ask_what_is_wrong(output, client, path)
        _break_the_consumer(output, suite, client)
        _break_the_database(output, suite, client)
        output.metrics = "".join(httpx.get(f"{suite.url}/{name}/metrics").text for name in ("referrals", "casework"))
        for file in ("referrals.sqlite", "casework.sqlite"):
            output.envelopes += suite.rows(file, "SELECT envelope FROM outbox")
            output.envelopes += suite.rows(file, "SELECT envelope FROM inbox")
        output.envelopes += suite.rows("bus.sqlite", "SELECT body FROM messages")
        output.written = suite.written()
    return output


def _refer_rate_and_decide(output: Output, client: httpx.Client, key: str) -> str:
    headers = {"Idempotency-Key": key, "Access-Reason": REASON}
    receipt = output.keep(client.post("/referrals/v1/referrals", json=_a_referral(), headers=headers))
    path = f"/referrals/v1/referrals/{receipt.json()['id']}"
    client.post(f"{path}/rating", json={"rating": "amber", "reason": REASON}).raise_for_status()
    client.post(f"{path}/decision", json=a_decision(reason=REASON)).raise_for_status()
    output.known = client.get(path, headers=headers).text
    return path


def _ask_what_is_wrong(output: Output, client: httpx.Client, path: str) -> None:
    """409, 404, 422 in many ways, 413, 405, 401."""
    posts: list[tuple[str, dict[str, Any]]] = [
        (f"{path}/decision", {"json": a_decision(reason=REASON)}),
        (f"/referrals/v1/referrals/{uuid4()}/decision", {"json": a_decision(reason=REASON)}),
        (f"/referrals/v1/{CHILD['family_name']}", {"json": _a_referral()}),
        ("/referrals/v1/referrals", {"json": _a_referral(children=[a_child(**{**CHILD, "date_of_birth": NARRATIVE})])}),
        ("/referrals/v1/referrals", {"json": _a_referral(children=[a_child(**{**CHILD, "nhs_number": NARRATIVE})])}),
        ("/referrals/v1/referrals", {"json": _a_referral(children=[a_child(**{**CHILD, "sex": ADULT["given_name"]})])}),
        (
            "/referrals/v1/referrals",
            {"json": _a_referral(concerns=[NARRATIVE], received_at=REASON, immediate_danger=NARRATIVE)},
        ),
        ("/referrals/v1/referrals", {"json": [_a_referral()]}),
        ("/referrals/v1/referrals", {"json": NARRATIVE}),
        ("/referrals/v1/referrals", {"json": _a_referral(narrative=f"{NARRATIVE}\0")}),
        ("/referrals/v1/referrals", {"json": _a_referral(concerns=[]), "headers": {"Idempotency-Key": NARRATIVE}}),
        ("/referrals/v1/referrals", {"json": _a_referral(narrative=NARRATIVE * 60_000)}),
        ("/referrals/v1/referrals", {"json": _a_referral(), "headers": {"Authorization": f"Bearer {REASON}"}}),
        ("/referrals/v1/referrals", _raw(json.dumps(_a_referral())[:-9])),
        ("/referrals/v1/referrals", _raw(f'{{"narrative": "{NARRATIVE}\x01"}}')),
        ("/referrals/v1/referrals", _raw(NARRATIVE)),
    ]
    for to, sent in posts:
        output.keep(client.post(to, **sent))
    for name, value in (("status", NARRATIVE), ("after", NARRATIVE), ("limit", NARRATIVE), ("area", STREET)):
        output.keep(client.get("/referrals/v1/referrals", params={name: value}))
    output.keep(client.get(f"/referrals/v1/referrals/{CHILD['family_name']}"))
    output.keep(client.delete(path, params={"name": CHILD["family_name"]}))


def _raw(body: str) -> dict[str, Any]:
    return {"content": body.encode(), "headers": {"Content-Type": "application/json"}}


def _break_the_consumer(output: Output, suite: RunningSuite, client: httpx.Client) -> None:
    """An error of casework's own database, whose text quotes the child."""
    _soon(lambda: bool(suite.rows("casework.sqlite", "SELECT id FROM cases")))
    suite.change("casework.sqlite", _fails_quoting("case_children"))
    _refer_rate_and_decide(output, client, f"{NARRATIVE} again")
    _soon(lambda: '"delivery_failed"' in suite.written())


def _break_the_database(output: Output, suite: RunningSuite, client: httpx.Client) -> None:
    """Errors that quote the child or the statement, and then a database that takes nothing in."""
    suite.change("referrals.sqlite", _fails_quoting("children"))
    output.keep(client.post("/referrals/v1/referrals", json=_a_referral()))
    suite.change("referrals.sqlite", "DROP TRIGGER fails_quoting", "ALTER TABLE adults RENAME TO gone")
    output.keep(client.post("/referrals/v1/referrals", json=_a_referral()))
    with suite.locked("referrals.sqlite"):
        output.keep(client.post("/referrals/v1/referrals", json=_a_referral()))


def _fails_quoting(table: str) -> str:
    quoted = f"{CHILD['given_name']} {CHILD['family_name']}"
    return f"CREATE TRIGGER fails_quoting BEFORE INSERT ON {table} BEGIN SELECT RAISE(ABORT, '{quoted}'); END"


def _soon(condition: Callable[[], bool]) -> None:
    until = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < until, "still not so"
        time.sleep(0.05)


def _found_in(text: str) -> list[str]:
    return [secret for secret in SECRETS if secret.lower() in text.lower()]


def test_everything_did_go_wrong_and_those_who_may_did_see_the_child(output: Output) -> None:
    statuses = {answer.status_code for answer in output.answers}
    assert statuses == {201, 401, 404, 405, 409, 413, 422, 500, 503}
    assert set(_found_in(output.known)) >= {CHILD["given_name"], CHILD["nhs_number"], STREET, NARRATIVE, REASON}
    assert {"request", "request_failed", "delivery_failed"} <= {line.get("event") for line in _lines(output.written)}


def test_no_answer_but_to_those_who_may_repeats_what_was_sent(output: Output) -> None:
    repeated = {f"{a.status_code} {a.request.url.path}": _found_in(f"{a.headers} {a.text}") for a in output.answers}
    assert {place: found for place, found in repeated.items() if found} == {}


def test_no_event_holds_anything_about_a_person(output: Output) -> None:
    assert len(output.envelopes) > 8
    assert [_found_in(envelope.decode()) for envelope in output.envelopes if _found_in(envelope.decode())] == []


def test_no_line_of_the_log_holds_anything_about_a_person(output: Output) -> None:
    assert [line for line in output.written.splitlines() if _found_in(line)] == []


def test_what_is_logged_is_one_object_to_a_line_and_of_known_keys_only(output: Output) -> None:
    text = output.written.partition("Ctrl-C")[2]
    assert [line for line in text.splitlines() if line.strip() and not line.startswith("{")] == []


def test_no_metric_holds_anything_about_a_person(output: Output) -> None:
    assert "http_request_seconds" in output.metrics
    assert _found_in(output.metrics) == []
    routes = set(re.findall(r'route="([^"]*)"', output.metrics))
    assert {route for route in routes if re.search(r"[0-9a-f]{8}-", route)} == set()


def _lines(written: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in written.splitlines() if line.startswith("{")]
