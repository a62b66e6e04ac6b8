"""A family's path through four services and a broker, first with all of them up, then with one of them down."""

from collections.abc import AsyncIterator

import pytest

from tests.compose.installation import Installation
from tests.compose.path import AFTER_RETRIES, POSTCODE, Outside, Thing, outside, to
from tests.eventually import eventually

pytestmark = [pytest.mark.compose, pytest.mark.timeout(600)]


@pytest.fixture
async def people(installation: Installation) -> AsyncIterator[Outside]:
    async with outside(installation) as people:
        yield people


async def test_a_referral_becomes_a_case_and_a_caseload_becomes_a_decision(people: Outside) -> None:
    referral = await people.accepted_referral()
    case = await people.opened_case(referral)
    worker = await people.take_on_worker(case["area"], fte=0.1)
    assert (await people.allocate(case, worker))["over_ceiling"] is False
    assert (await people.caseload_of(worker))["children"] == 1

    session = await people.schedule_session(POSTCODE)
    await people.booking_accepted(session, referral["family_id"])
    stranger = await people.make_referral()
    assert (await people.book(session, stranger["family_id"])).json()["code"] == "not-open-to-the-service"

    second = await people.opened_case(await people.accepted_referral())
    path = f"/casework/v1/cases/{second['id']}/allocation"
    assert await people.refused("team_manager", path, to(worker)) == (409, "caseload-ceiling-reached")
    over = await people.allocate(second, worker, override_reason="Brothers of one household")
    assert (over["children"], over["ceiling"], over["over_ceiling"]) == (2, 1.6, True)
    agenda = await eventually(people.agenda_of_next_core_group, 30.0)
    assert [(item["kind"], item["worker_id"]) for item in agenda] == [("caseload_ceiling_exceeded", worker["id"])]

    proposal = await people.decide_ceiling(40)
    await eventually(lambda: people.is_in_force(proposal), 30.0)
    third = await people.opened_case(await people.accepted_referral())
    allowed = await people.allocate(third, worker)
    assert (allowed["children"], allowed["ceiling"], allowed["over_ceiling"]) == (3, 4.0, False)


async def test_the_path_completes_after_caseworks_database_was_away(people: Outside) -> None:
    under_way = await people.make_referral()
    people.installation.compose("stop", "casework-database")
    answer = await people.ask("team_manager", "GET", "/casework/v1/cases")
    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
    await _accept(people, under_way)
    during = await people.accepted_referral()
    await eventually(lambda: _messages(people.installation, "ridgeway.casework.retry") >= 2, 60.0)

    people.installation.compose("start", "casework-database")
    for referral in (under_way, during):
        await _complete(people, referral)


async def test_the_path_completes_after_caseworks_background_process_was_away(people: Outside) -> None:
    under_way = await people.make_referral()
    people.installation.compose("stop", "casework-background")
    await _accept(people, under_way)
    during = await people.accepted_referral()
    await eventually(lambda: _messages(people.installation, "ridgeway.casework") >= 2, 60.0)
    assert await people.case_of(during) is None

    people.installation.compose("start", "casework-background")
    for referral in (under_way, during):
        await _complete(people, referral)


async def test_the_path_completes_after_the_broker_was_away(people: Outside) -> None:
    under_way = await people.make_referral()
    people.installation.compose("stop", "rabbitmq")
    await _accept(people, under_way)
    during = await people.accepted_referral()
    assert _outbox_waiting(people.installation, "referrals") >= 2
    assert await people.case_of(during) is None

    people.installation.compose("start", "rabbitmq")
    for referral in (under_way, during):
        await _complete(people, referral)
    assert _outbox_waiting(people.installation, "referrals") == 0


async def _accept(people: Outside, referral: Thing) -> None:
    await people.rate(referral)
    await people.accept(referral)


async def _complete(people: Outside, referral: Thing) -> None:
    """What is left of the path once the referral is accepted."""
    case = await people.opened_case(referral, AFTER_RETRIES)
    worker = await people.take_on_worker(case["area"], fte=1)
    await people.allocate(case, worker)
    assert (await people.caseload_of(worker))["children"] == 1
    session = await people.schedule_session(POSTCODE)
    await people.booking_accepted(session, referral["family_id"], AFTER_RETRIES)


def _messages(installation: Installation, prefix: str) -> int:
    """How many messages the broker holds in the queues of this name: one queue, or the ladder of a consumer."""
    listed = installation.execute("rabbitmq", "rabbitmqctl", "-q", "list_queues", "name", "messages")
    rows = [line.split("\t") for line in listed.splitlines()[1:]]
    return sum(int(held) for name, held in rows if name == prefix or name.startswith(f"{prefix}."))


def _outbox_waiting(installation: Installation, service: str) -> int:
    """How many events the service has recorded and not published, by its metrics inside."""
    ask = "import urllib.request as web; print(web.urlopen('http://127.0.0.1:8000/metrics').read().decode())"
    metrics = installation.execute(f"{service}-api", "python", "-c", ask).splitlines()
    return int(float(next(line.split()[1] for line in metrics if line.startswith("outbox_waiting "))))
