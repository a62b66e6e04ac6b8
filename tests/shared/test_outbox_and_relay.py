"""Events leave if, and only if, the change that they announce was committed: whoever dies, and whatever is away."""

import asyncio
import json
import signal
import sqlite3
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing, suppress
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest
from sqlalchemy import func, select, text

from shared import background, clock, inbox, outbox, relay
from shared.bus.embedded import EmbeddedBus
from shared.bus.interface import Bus, Message
from shared.contracts.event import Envelope
from shared.contracts.referrals import ReferralSubmitted
from shared.database import Database
from shared.migrations import migrate
from shared.outbox import OutboxRow
from shared.service_client import ServiceClient
from shared.telemetry import correlation_id, traceparent
from tests.conftest import MakeDatabase
from tests.eventually import eventually
from tests.servers import PostgresServer
from tests.shared.command_line import ROOT
from tests.shared.events_made import TAKEN_BY_GOVERNANCE, a_submitted_referral, record_one, subject_of
from tests.shared.recording_bus import RecordingBus
from tests.shared.started_again import start_again

TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
FAR_OFF = 3600.0


@pytest.fixture
async def database(make_database: MakeDatabase) -> AsyncIterator[Database]:
    database = Database(make_database("referrals"))
    yield database
    await database.close()


@asynccontextmanager
async def relaying(database: Database, bus: Bus) -> AsyncIterator[asyncio.Task[None]]:
    task = asyncio.create_task(relay.relay(database, bus))
    try:
        yield task
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError, OSError):
            await task


async def _waiting(database: Database) -> int:
    async with database.read() as session:
        unpublished = select(func.count()).where(OutboxRow.published_at.is_(None))
        return await session.scalar(unpublished) or 0


async def _envelopes(database: Database) -> list[Envelope]:
    async with database.read() as session:
        rows = await session.scalars(select(OutboxRow.envelope).order_by(OutboxRow.id))
        return [Envelope.model_validate_json(body) for body in rows]


class TestRecording:
    async def test_an_event_is_in_the_envelope_that_consumers_know(self, database: Database) -> None:
        correlation_id.set("a-request-of-hers")
        traceparent.set(TRACE)
        event = await record_one(database)
        [envelope] = await _envelopes(database)
        assert (envelope.type, envelope.source) == ("referrals.referral.submitted.v1", "/referrals")
        assert (envelope.subject, envelope.sequence) == (str(event.referral_id), 1)
        assert (envelope.correlationid, envelope.traceparent) == ("a-request-of-hers", TRACE)
        assert ReferralSubmitted.model_validate(envelope.data) == event

    async def test_an_event_of_a_transaction_that_is_undone_is_never_published(self, database: Database) -> None:
        with pytest.raises(LookupError):
            await _record_and_fail(database)
        kept, bus = await record_one(database), RecordingBus()
        async with relaying(database, bus):
            await eventually(lambda: _none_waiting(database))
        assert [subject_of(message) for message in bus.published] == [str(kept.subject)]

    async def test_events_of_one_subject_are_numbered_from_one(self, database: Database) -> None:
        first, second = uuid4(), uuid4()
        for referral_id in (first, second, first, first):
            await record_one(database, referral_id=referral_id)
        assert await self._sequences(database, first) == [1, 2, 3]
        assert await self._sequences(database, second) == [1]

    async def test_transactions_at_one_moment_give_no_number_twice_and_leave_none_out(self, database: Database) -> None:
        subject = uuid4()

        async def record(number: int) -> None:
            async with database.begin() as session:
                await outbox.record(session, a_submitted_referral(referral_id=subject))
                if number % 3 == 0:
                    raise LookupError

        outcomes = await asyncio.gather(*(record(number) for number in range(15)), return_exceptions=True)
        assert sum(isinstance(outcome, LookupError) for outcome in outcomes) == 5
        assert sorted(await self._sequences(database, subject)) == list(range(1, 11))

    async def _sequences(self, database: Database, subject: UUID) -> list[int]:
        return [envelope.sequence for envelope in await _envelopes(database) if envelope.subject == str(subject)]


async def _record_and_fail(database: Database) -> None:
    async with database.begin() as session:
        await outbox.record(session, a_submitted_referral())
        await session.flush()
        raise LookupError


class TestRelaying:
    async def test_a_commit_wakes_the_relay_long_before_the_sweep(
        self, database: Database, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(relay, "SWEEP_SECONDS", FAR_OFF)
        bus = RecordingBus()
        async with relaying(database, bus):
            for number in range(1, 4):
                await record_one(database)
                await eventually(lambda n=number: len(bus.published) == n)  # type: ignore[misc]

    async def test_an_event_whose_wake_up_was_lost_goes_out_with_the_sweep(
        self, database: Database, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(relay, "SWEEP_SECONDS", 0.1)
        bus = RecordingBus()
        async with relaying(database, bus):
            await eventually(lambda: bus.starts)
            async with database.begin() as session:
                session.add(OutboxRow(event_id="unannounced", type="t", envelope=b"{}", recorded_at=clock.now()))
            await eventually(lambda: bus.published)
        assert bus.published == [Message("unannounced", "t", b"{}")]

    async def test_more_than_a_batch_goes_out_without_waiting_for_a_sweep(
        self, database: Database, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(relay, "SWEEP_SECONDS", FAR_OFF)
        monkeypatch.setattr(relay, "BATCH", 3)
        events = [await record_one(database) for _ in range(10)]
        bus = RecordingBus()
        async with relaying(database, bus):
            await eventually(lambda: len(bus.published) == 10)
            await eventually(lambda: _none_waiting(database))
        assert {subject_of(message) for message in bus.published} == {str(event.subject) for event in events}

    async def test_a_message_that_is_refused_holds_up_no_other(
        self, database: Database, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(relay, "SWEEP_SECONDS", 0.05)
        refused, times = await record_one(database), 0
        bus = RecordingBus()

        def refuses(message: Message) -> bool:
            nonlocal times
            times += subject_of(message) == str(refused.subject)
            return subject_of(message) == str(refused.subject)

        bus.refuses = refuses
        async with relaying(database, bus) as task:
            for number in range(1, 4):
                await eventually(lambda n=number: times > 3 * n)  # type: ignore[misc]
                await record_one(database)
                await eventually(lambda n=number: len(bus.published) == n)  # type: ignore[misc]
            assert not task.done()
            bus.refuses = lambda message: False
            await eventually(lambda: _none_waiting(database))
        assert subject_of(bus.published[-1]) == str(refused.subject)

    async def test_a_bus_that_is_away_ends_the_relay_so_that_its_keeper_starts_it_anew(
        self, database: Database
    ) -> None:
        await record_one(database)
        with pytest.raises(ConnectionError):
            await relay.relay(database, RecordingBus(is_away=lambda: True))
        assert await _waiting(database) == 1


async def _none_waiting(database: Database) -> bool:
    return await _waiting(database) == 0


class TestTheOneActiveRelay:
    @pytest.fixture
    def database_kind(self) -> str:
        return "postgres"

    pytestmark = pytest.mark.postgres

    async def test_the_second_waits_and_takes_over_when_the_first_ends(
        self, database: Database, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(relay, "SWEEP_SECONDS", 0.1)
        first, second = RecordingBus(), RecordingBus()
        active = asyncio.create_task(relay.relay(database, first))
        await eventually(lambda: first.starts)
        async with relaying(database, second):
            await eventually(lambda: _somebody_waits(database))
            for _ in range(5):
                await record_one(database)
            await eventually(lambda: _none_waiting(database))
            assert (second.starts, second.published) == (0, [])
            active.cancel()
            with suppress(asyncio.CancelledError):
                await active
            last = await record_one(database)
            await eventually(lambda: second.published)
        assert [subject_of(message) for message in second.published] == [str(last.subject)]

    async def test_the_second_takes_over_when_the_firsts_connection_is_cut(
        self, database: Database, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(relay, "SWEEP_SECONDS", 0.1)
        first, second = RecordingBus(), RecordingBus()
        async with relaying(database, first) as cut:
            await eventually(lambda: first.starts)
            async with relaying(database, second):
                await _terminate_the_holder(database)
                await eventually(lambda: second.starts)
                with pytest.raises(ConnectionError):
                    await cut
                await record_one(database)
                await eventually(lambda: second.published)
        assert first.published == []

    async def test_it_goes_on_when_postgresql_was_killed_and_is_back(self, mortal_postgres: PostgresServer) -> None:
        url = mortal_postgres.url(scheme="postgresql+asyncpg")
        await migrate("referrals", url)
        database, bus = Database(url), RecordingBus()
        keeper = asyncio.create_task(background.run("referrals", database, bus, ServiceClient({}, lambda: ""), {}, ()))
        before = await record_one(database)
        await eventually(lambda: bus.published)
        mortal_postgres.kill()
        await start_again(mortal_postgres)
        after = await record_one(database)
        await eventually(lambda: str(after.subject) in map(subject_of, bus.published), within=60)
        keeper.cancel()
        with suppress(asyncio.CancelledError):
            await keeper
        assert subject_of(bus.published[0]) == str(before.subject)
        await database.close()


async def _somebody_waits(database: Database) -> bool:
    """Whether a connection asked for the right to relay and has not got on to listening."""
    async with database.read() as session:
        waiting = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE :asking"
        return bool(await session.scalar(text(waiting), {"asking": "SELECT pg_try_advisory_lock%"}))


async def _terminate_the_holder(database: Database) -> None:
    connection = await asyncpg.connect(database.url.set(drivername="postgresql").render_as_string(hide_password=False))
    ended = await connection.fetch(
        "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted AND objid = $1 "
        "AND database = (SELECT oid FROM pg_database WHERE datname = current_database())",
        relay.RELAY_LOCK,
    )
    await connection.close()
    assert len(ended) == 1


class TestProcessesThatAreKilled:
    async def test_an_event_whose_process_died_right_after_the_commit_is_published(
        self, database: Database, keys_dir: Path
    ) -> None:
        referral_id, bus = await _killed_when_it_speaks(database, keys_dir), RecordingBus()
        async with relaying(database, bus):
            await eventually(lambda: bus.published)
        assert [subject_of(message) for message in bus.published] == [referral_id]

    async def test_an_event_whose_relay_died_before_marking_it_comes_twice_and_is_taken_once(
        self, database: Database, keys_dir: Path, make_sqlite: MakeDatabase, tmp_path: Path
    ) -> None:
        file = tmp_path / "bus.sqlite"
        event_id = await _killed_when_it_speaks(database, keys_dir, file)
        assert await _waiting(database) == 1
        consumer, came = Database(make_sqlite("casework")), list[Message]()
        effects: list[str] = []

        async def deliver(message: Message) -> None:
            came.append(message)
            with suppress(inbox.AlreadyTaken):
                async with inbox.take(consumer, message):
                    effects.append(message.event_id)

        async with _consuming(EmbeddedBus(file, TAKEN_BY_GOVERNANCE), deliver) as bus:
            await eventually(lambda: came)
            await eventually(lambda: _queued(file) == 0)
            async with relaying(database, bus):
                await eventually(lambda: len(came) == 2)
                await eventually(lambda: _none_waiting(database))
        assert [message.event_id for message in came] == [event_id, event_id]
        assert effects == [event_id]
        await consumer.close()


async def _killed_when_it_speaks(database: Database, keys_dir: Path, bus_file: Path | None = None) -> str:
    """Have a process take a referral in, and kill it when it prints how far it has come; gives what it printed."""
    arguments = {
        "url": database.url.render_as_string(hide_password=False),
        "keys_dir": str(keys_dir),
        "bus_file": bus_file and str(bus_file),
    }
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.shared.dies_after_commit", json.dumps(arguments)),
        stdout=asyncio.subprocess.PIPE,
        cwd=ROOT,
    )
    try:
        assert child.stdout is not None
        async with asyncio.timeout(60):
            return (await child.stdout.readline()).decode().strip()
    finally:
        child.send_signal(signal.SIGKILL)
        await child.wait()


def _queued(file: Path) -> int:
    with closing(sqlite3.connect(file)) as connection:
        return int(connection.execute("SELECT count(*) FROM messages").fetchone()[0])


@asynccontextmanager
async def _consuming(bus: EmbeddedBus, deliver: Any) -> AsyncIterator[EmbeddedBus]:
    await bus.start()
    task = asyncio.create_task(bus.subscribe("governance", deliver))
    try:
        yield bus
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        await bus.close()
