"""What goes on beside an API goes on: whatever fails is begun again, and a broker that is away is nobody's trouble."""

import asyncio
import os
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from pathlib import Path
from statistics import median

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from structlog.testing import capture_logs

from shared import background, clock, outbox
from shared.background import Reactions, Timer, Work
from shared.bus.embedded import EmbeddedBus
from shared.bus.interface import Bus, NotNow
from shared.bus.rabbitmq import RabbitMQBus
from shared.contracts.event import Received
from shared.contracts.referrals import ReferralRated, ReferralSubmitted
from shared.database import Database
from shared.inbox import InboxRow
from shared.outbox import OutboxRow
from shared.service_client import ServiceClient
from shared.telemetry import correlation_id
from tests.conftest import MakeDatabase
from tests.eventually import eventually
from tests.servers import RabbitMQServer
from tests.service_under_test import ServiceUnderTest
from tests.services.referrals.referrals_sent import a_referral
from tests.shared.events_made import TAKEN_BY_GOVERNANCE, a_submitted_referral, record_one, subject_of
from tests.shared.recording_bus import RecordingBus
from tests.shared.started_again import start_again

SHORT = (timedelta(seconds=0.05), timedelta(seconds=0.05))


@pytest.fixture(autouse=True)
def _short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(background, "FIRST_PAUSE", 0.05)
    monkeypatch.setattr(background, "LONGEST_PAUSE", 1.0)


@pytest.fixture
async def database(make_database: MakeDatabase) -> AsyncIterator[Database]:
    database = Database(make_database("referrals"))
    yield database
    await database.close()


@pytest.fixture
async def bus(tmp_path: Path) -> AsyncIterator[EmbeddedBus]:
    bus = EmbeddedBus(tmp_path / "bus.sqlite", TAKEN_BY_GOVERNANCE, SHORT)
    await bus.start()
    yield bus
    await bus.close()


@asynccontextmanager
async def going_on(
    database: Database,
    bus: Bus,
    reactions: Reactions | None = None,
    timers: Sequence[Timer] = (),
    heartbeat_file: Path | None = None,
) -> AsyncIterator[None]:
    client = ServiceClient({}, lambda: "a-token")
    work = background.run("governance", database, bus, client, reactions or {}, timers, heartbeat_file)
    task = asyncio.create_task(work)
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        await client.close()


class TestTimers:
    async def test_one_that_fails_is_tried_again_and_leaves_nothing_of_its_failure(self, database: Database) -> None:
        turns: list[int] = []

        async def fail_twice(session: AsyncSession) -> int:
            turns.append(len(turns))
            await outbox.record(session, a_submitted_referral())
            if len(turns) < 3:
                raise LookupError
            return 0

        bus = RecordingBus()
        with capture_logs() as logs:
            async with going_on(database, bus, timers=[Timer("fail_twice", timedelta(hours=1), fail_twice)]):
                await eventually(lambda: bus.published)
        assert (len(turns), len(bus.published)) == (3, 1)
        failures = [(log["loop"], log["error"]) for log in logs if log["event"] == "loop_failed"]
        assert failures == [("fail_twice", "LookupError")] * 2

    async def test_one_that_found_work_goes_on_at_once_and_otherwise_waits(self, database: Database) -> None:
        left, turns = [3, 3, 0], 0

        async def work(session: AsyncSession) -> int:
            nonlocal turns
            turns += 1
            return left.pop(0)

        async with going_on(database, RecordingBus(), timers=[Timer("work", timedelta(hours=1), work)]):
            await eventually(lambda: not left)
        assert turns == 3

    async def test_one_process_at_a_time_takes_a_turn(self, database: Database) -> None:
        at_work, most, turns = 0, 0, 0

        async def work(session: AsyncSession) -> int:
            nonlocal at_work, most, turns
            await session.execute(select(OutboxRow))  # as all do: what is due is read from the database
            at_work, turns = at_work + 1, turns + 1
            most = max(most, at_work)
            try:
                await asyncio.sleep(0.02)
            finally:
                at_work -= 1
            return 0

        timer, other = Timer("work", timedelta(seconds=0.01), work), Database(_url(database))
        async with going_on(database, RecordingBus(), timers=[timer]), going_on(other, RecordingBus(), timers=[timer]):
            await eventually(lambda: turns > 10)
        assert most == 1
        await other.close()

    async def test_what_was_published_or_taken_long_ago_is_forgotten_and_what_waits_never_is(
        self, database: Database
    ) -> None:
        old = clock.now() - timedelta(days=400)
        async with database.begin() as session:
            for name, published_at in (("waiting", None), ("gone", old), ("recent", clock.now())):
                kept = {"type": "t", "envelope": b"{}", "recorded_at": old, "published_at": published_at}
                session.add(OutboxRow(event_id=name, **kept))
            for name, received_at in (("gone", old), ("recent", clock.now())):
                session.add(InboxRow(event_id=name, type="t", envelope=b"{}", received_at=received_at))
        [forget] = [timer for timer in background.TIMERS_OF_EVERY_SERVICE if timer.name == "forget_old_events"]
        async with database.begin() as session:
            assert await forget.turn(session) == 2
        async with database.read() as session:
            assert set(await session.scalars(select(OutboxRow.event_id))) == {"waiting", "recent"}
            assert set(await session.scalars(select(InboxRow.event_id))) == {"recent"}


class TestLoops:
    async def test_a_relay_whose_bus_is_away_is_started_again_until_it_is_there(self, database: Database) -> None:
        event = await record_one(database)
        bus = RecordingBus()
        bus.is_away = lambda: bus.starts < 4
        async with going_on(database, bus):
            await eventually(lambda: bus.published)
        assert [subject_of(message) for message in bus.published] == [str(event.subject)]

    async def test_a_loop_that_fails_for_ever_stops_no_other(self, database: Database) -> None:
        async def fail(session: AsyncSession) -> int:
            raise LookupError

        bus = RecordingBus()
        async with going_on(database, bus, timers=[Timer("fail", timedelta(hours=1), fail)]):
            for number in range(1, 4):
                await record_one(database)
                await eventually(lambda n=number: len(bus.published) == n)  # type: ignore[misc]

    async def test_the_heart_beats_as_long_as_the_loop_turns(
        self, make_sqlite: MakeDatabase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(background, "BEAT_SECONDS", 0.05)
        database, file = Database(make_sqlite("referrals")), tmp_path / "heartbeat"
        async with going_on(database, RecordingBus(), heartbeat_file=file):
            await eventually(file.exists)
            for _ in range(2):
                os.utime(file, (0, 0))
                await eventually(lambda: file.stat().st_mtime > 0)
        os.utime(file, (0, 0))
        await asyncio.sleep(0.2)
        assert file.stat().st_mtime == 0
        await database.close()


class TestReactions:
    async def test_an_event_reaches_its_reaction_with_the_ids_of_the_request_that_caused_it(
        self, database: Database, bus: EmbeddedBus
    ) -> None:
        seen: list[tuple[Received[ReferralSubmitted], str | None]] = []

        async def note(received: Received[ReferralSubmitted], work: Work) -> None:
            async with work.take():
                seen.append((received, correlation_id.get()))

        correlation_id.set("a-request-of-hers")
        event = await record_one(database)
        correlation_id.set(None)
        async with going_on(database, bus, {ReferralSubmitted: note}):
            await eventually(lambda: seen)
        [(received, correlation)] = seen
        assert (received.data, received.sequence, correlation) == (event, 1, "a-request-of-hers")

    async def test_an_event_without_a_reaction_is_done_with(
        self, database: Database, bus: EmbeddedBus, tmp_path: Path
    ) -> None:
        await record_one(database)
        async with going_on(database, bus, {ReferralRated: _fail(LookupError())}):
            await eventually(lambda: _all_published(database))
            await eventually(lambda: _is_empty(bus))

    async def test_a_reaction_that_fails_is_given_the_event_again_and_then_it_is_a_dead_letter(
        self, database: Database, bus: EmbeddedBus
    ) -> None:
        event = await record_one(database)
        async with going_on(database, bus, {ReferralSubmitted: _fail(LookupError("Barnabas"))}):
            [letter] = await eventually(lambda: bus.dead_letters("governance"))
        assert (subject_of(letter.message), letter.attempts, letter.error) == (str(event.subject), 3, "LookupError")
        assert not await _taken(database)

    async def test_a_reaction_that_must_wait_for_another_service_is_given_the_event_until_it_can(
        self, database: Database, bus: EmbeddedBus
    ) -> None:
        times = 0

        async def wait(received: Received[ReferralSubmitted], work: Work) -> None:
            nonlocal times
            times += 1
            if times < 7:
                raise NotNow("referrals")
            async with work.take():
                pass

        await record_one(database)
        async with going_on(database, bus, {ReferralSubmitted: wait}):
            await eventually(lambda: _taken(database))
            await eventually(lambda: _is_empty(bus))

    async def test_an_event_that_comes_again_after_its_effect_is_done_with(
        self, database: Database, bus: EmbeddedBus
    ) -> None:
        effects = 0

        async def count(received: Received[ReferralSubmitted], work: Work) -> None:
            nonlocal effects
            async with work.take():
                effects += 1

        await record_one(database)
        async with going_on(database, bus, {ReferralSubmitted: count}):
            await eventually(lambda: _taken(database))
            await eventually(lambda: _is_empty(bus))
            async with database.begin() as session:
                row = (await session.scalars(select(OutboxRow))).one()
                row.published_at = None
            await eventually(lambda: _all_published(database))
            await eventually(lambda: _is_empty(bus))
        assert effects == 1


def _fail(error: Exception) -> background.Reaction:
    async def fail(received: Received[ReferralSubmitted], work: Work) -> None:
        async with work.take():
            raise error

    return fail


def _url(database: Database) -> str:
    return database.url.render_as_string(hide_password=False)


async def _all_published(database: Database) -> bool:
    async with database.read() as session:
        return await session.scalar(select(OutboxRow).where(OutboxRow.published_at.is_(None))) is None


async def _taken(database: Database) -> bool:
    async with database.read() as session:
        return await session.scalar(select(InboxRow)) is not None


async def _is_empty(bus: EmbeddedBus) -> bool:
    """Nothing is queued, and nothing has failed for good."""
    return await bus._run(lambda connection: connection.execute("SELECT 1 FROM messages").fetchone()) is None


@pytest.mark.postgres
@pytest.mark.rabbitmq
@pytest.mark.timeout(300)
class TestABrokerThatIsDown:
    @pytest.fixture
    def database_kind(self) -> str:
        return "postgres"

    async def test_a_referral_is_accepted_in_normal_time_and_its_event_arrives_when_the_broker_is_back(
        self,
        make_database: MakeDatabase,
        start: Callable[[str, str], Awaitable[ServiceUnderTest]],
        mortal_rabbitmq: RabbitMQServer,
    ) -> None:
        referrals = await start("referrals", make_database("referrals"))
        publishing, consuming = (RabbitMQBus(mortal_rabbitmq.url, TAKEN_BY_GOVERNANCE) for _ in range(2))
        arrived: set[str] = set()

        async def deliver(message: object) -> None:
            arrived.add(subject_of(message))  # type: ignore[arg-type]

        async with going_on(referrals.database, publishing), _subscribed(consuming, deliver):
            sent, with_broker = await _submit(referrals, 30)
            await eventually(lambda: arrived == sent, within=60)
            mortal_rabbitmq.kill()
            more, without_broker = await _submit(referrals, 60)
            assert without_broker < 3 * with_broker + 0.1
            await start_again(mortal_rabbitmq)
            await eventually(lambda: arrived == sent | more, within=120)
        await publishing.close()
        await consuming.close()


async def _submit(referrals: ServiceUnderTest, count: int) -> tuple[set[str], float]:
    """Their ids, and the seconds that the middle one took."""
    client, ids, seconds = referrals.as_("referrer"), set[str](), list[float]()
    for _ in range(count):
        began = time.perf_counter()
        answer = await client.post("/referrals", json=a_referral())
        seconds.append(time.perf_counter() - began)
        assert answer.status_code == 201
        ids.add(answer.json()["id"])
    return ids, median(seconds)


@asynccontextmanager
async def _subscribed(bus: RabbitMQBus, deliver: Callable[..., Awaitable[None]]) -> AsyncIterator[None]:
    await bus.start()
    task = asyncio.create_task(bus.subscribe("governance", deliver))
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
