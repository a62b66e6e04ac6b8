"""`python -m services …`: the whole suite in one process, each of its parts on its own, and what operators need."""

import asyncio
import json
import os
import signal
import socket
import sys
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Annotated

import typer
import uvicorn

from shared import audit, background, installation, migrations, seeds
from shared.auth import Role, create_keys, mint_token
from shared.bus.interface import DeadLetter
from shared.contracts.registry import SUBSCRIPTIONS
from shared.database import Database
from shared.running_suites import announced, find_suite, use_settings_of_running_suite
from shared.service_client import ServiceClient, service_token_of
from shared.settings import SERVICES, Service, Settings, settings_of
from shared.telemetry import set_up_logging

app = typer.Typer(no_args_is_help=False, add_completion=False, pretty_exceptions_enable=False, help=__doc__)
dead_letters = typer.Typer(help="Events that failed every time: list them, read one, send one again.")
audit_log = typer.Typer(help="The record of who looked and who changed.")
app.add_typer(dead_letters, name="dead-letters")
app.add_typer(audit_log, name="audit")

BANNER = """
Ridgeway is running.

  Look here         http://127.0.0.1:{port}/   (each service's documentation is linked there)
  Files             {data_dir}
  Get a token       {environment}.venv/bin/python -m services token mash_practitioner
  Fill a county     {environment}make demo
  Stop              Ctrl-C
"""


@app.callback(invoke_without_command=True)
def start(context: typer.Context) -> None:
    """Without a command: run the suite."""
    set_up_logging()
    if context.invoked_subcommand is None:
        run()


@app.command()
def run() -> None:
    """Run all four services in one process on PORT (8000), with their files in DATA_DIR (./data)."""
    from services import suite  # an image of a single service has no suite

    port = _free_port()
    settings = settings_of(SERVICES[0])
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    suite.prepare_keys()
    changed = {name: os.environ[name] for name in ("PORT", "DATA_DIR") if name in os.environ}
    environment = "".join(f"{name}={value} " for name, value in changed.items())
    banner = BANNER.format(port=port, data_dir=settings.data_dir.resolve(), environment=environment)
    web = suite.create_suite(lambda: print(banner, flush=True))
    with announced(port, settings.data_dir):
        uvicorn.run(web, host="127.0.0.1", port=port, log_config=None, access_log=False)


def _free_port() -> int:
    given = os.environ.get("PORT", "8000")
    if not given.isdigit() or not 0 < int(given) < 65536:
        raise SystemExit(f"PORT={given} is not a port number.")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", int(given)))
        except OSError as error:
            raise SystemExit(
                f"Port {given} cannot be used ({error.strerror}). Choose another: PORT=8001 make run"
            ) from None
    return int(given)


@app.command()
def token(
    role: Role,
    area: Annotated[str | None, typer.Option(help="north, central or south")] = None,
    team: str | None = None,
    name: str | None = None,
    subject: Annotated[
        str | None, typer.Option(help="who it is; by default made of the role and the other options")
    ] = None,
    organisation: Annotated[str | None, typer.Option(help="a referrer's or partner's organisation")] = None,
) -> None:
    """Print a development token for a role, and nothing else, on standard output.

    It is signed with the key in DATA_DIR; without that, with the key of the suite that is running; else of ./data.
    """
    use_settings_of_running_suite()
    settings = settings_of(SERVICES[0])
    if settings.issuer_url:
        raise SystemExit("ISSUER_URL is set: tokens come from that issuer, and this command makes none.")
    print(f"WARNING: a token of this installation's own key in {settings.keys()}, for development.", file=sys.stderr)
    create_keys(settings.keys())
    # People of different organisations or areas are different people, also where `--subject` is not given.
    who = subject or ":".join(part for part in (role.value, organisation, area, team, name) if part)
    print(mint_token(settings, role, area=area, team=team, name=name, sub=who, organisation=organisation))


@app.command()
def address() -> None:
    """Print where the running suite answers, and nothing else, on standard output."""
    if (suite := find_suite()) is None:
        raise SystemExit("No suite is running here that this could mean: start one with `make run`.")
    print(suite.url)


@app.command()
def setup(folder: Path = Path("/installation")) -> None:
    """Make the passwords, keys and tokens of an installation of many processes, where it has none yet."""
    installation.prepare(folder, settings_of(SERVICES[0]))
    print(f"{folder} is complete")


@app.command()
def migrate(
    service: Annotated[Service | None, typer.Argument(help="one service; by default all")] = None,
    revision: str = "head",
) -> None:
    """Bring databases to the newest revision, with the rows they begin with and the rights of the services' roles."""
    for each in [service] if service else SERVICES:
        settings = settings_of(each)
        asyncio.run(_migrate(each, settings, revision))
        print(f"{each}: at {revision}")
        if revision == "head":
            _seed(each, settings)


async def _migrate(service: str, settings: Settings, revision: str) -> None:
    await migrations.migrate(service, settings.owner_database_url or settings.database(), revision)
    if settings.owner_database_url and settings.database_url and revision != "base":
        await migrations.grant(settings.owner_database_url, settings.database_url)


@app.command()
def seed(service: Annotated[Service | None, typer.Argument(help="one service; by default all")] = None) -> None:
    """Add what is missing of the rows that services begin with (services/*/data/); what is there is left alone."""
    chosen = (service,) if service else SERVICES
    use_settings_of_running_suite(needs=tuple(f"{each.upper()}_DATABASE_URL" for each in chosen))
    for each in chosen:
        settings = settings_of(each)
        if not asyncio.run(migrations.is_at_head(each, settings.owner_database_url or settings.database())):
            raise SystemExit(
                f"{each}: its database is not at the newest revision: `python -m services migrate {each}`."
            )
        if not _seed(each, settings).added:
            print(f"{each}: nothing was missing")


def _seed(service: str, settings: Settings) -> seeds.Seeded:
    seeded = asyncio.run(seeds.seed(service, settings.owner_database_url or settings.database()))
    for table, number in seeded.added.items():
        print(f"{service}: {number} added to {table}")
    for sentence in seeded.left_alone:
        print(f"{service}: left alone: {sentence}")
    return seeded


@app.command()
def api(service: Service, host: str = "127.0.0.1", port: int = 8000, root_path: str = "") -> None:
    """Run the API of one service."""
    web = import_module(f"services.{service}.app").create_app()
    uvicorn.run(web, host=host, port=port, root_path=root_path, log_config=None, access_log=False)


@app.command("background")
def run_background(service: Service) -> None:
    """Run what goes on beside the API of one service: relay, consumers and timers."""
    asyncio.run(_background(service))


async def _background(service: str) -> None:
    settings = settings_of(service)
    around = import_module(f"services.{service}.background")
    client = ServiceClient(settings.service_urls(), service_token_of(settings))
    database = Database(settings.database())
    going_on = asyncio.create_task(
        background.run(
            service,
            database,
            background.bus_of(settings),
            client,
            around.REACTIONS,
            around.TIMERS,
            settings.heartbeat_file,
        )
    )
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, going_on.cancel)
    with suppress(asyncio.CancelledError):
        await going_on
    await database.close()


@dead_letters.command("list")
def list_dead_letters(consumer: Annotated[str | None, typer.Argument()] = None) -> None:
    """One line for each dead letter: consumer, event id, type, attempts, time, kind of failure."""
    use_settings_of_running_suite(needs=("BROKER_URL",))
    for each in [consumer] if consumer else SUBSCRIPTIONS:
        for letter in asyncio.run(_dead_letters(each)):
            print(
                each,
                letter.message.event_id,
                letter.message.type,
                letter.attempts,
                letter.failed_at.isoformat(),
                letter.error,
                sep="\t",
            )


@dead_letters.command("show")
def show_dead_letter(consumer: str, event_id: str) -> None:
    """The whole envelope of one dead letter; events hold ids and codes, nothing about a person."""
    use_settings_of_running_suite(needs=("BROKER_URL",))
    for letter in asyncio.run(_dead_letters(consumer)):
        if letter.message.event_id == event_id:
            print(json.dumps(json.loads(letter.message.body), indent=2))
            return
    raise SystemExit(f"{consumer} has no dead letter {event_id}.")


@dead_letters.command("replay")
def replay_dead_letter(consumer: str, event_id: str) -> None:
    """Give a dead letter to its consumer again, with a fresh ladder of retries."""
    use_settings_of_running_suite(needs=("BROKER_URL",))
    if not asyncio.run(_replay(consumer, event_id)):
        raise SystemExit(f"{consumer} has no dead letter {event_id}.")
    print(f"{consumer}: {event_id} is queued again")


async def _dead_letters(consumer: str) -> list[DeadLetter]:
    bus = background.bus_of(settings_of(_known(consumer)))
    await bus.start()
    try:
        return await bus.dead_letters(consumer)
    finally:
        await bus.close()


async def _replay(consumer: str, event_id: str) -> bool:
    bus = background.bus_of(settings_of(_known(consumer)))
    await bus.start()
    try:
        return await bus.replay(consumer, event_id)
    finally:
        await bus.close()


def _known(consumer: str) -> str:
    if consumer not in SUBSCRIPTIONS:
        raise SystemExit(f"{consumer} is not a consumer; those are {', '.join(SUBSCRIPTIONS)}.")
    return consumer


@audit_log.command("verify")
def verify_audit(service: Service) -> None:
    """Check the chain of seals over a service's audit: names the place where it is broken, if it is."""
    use_settings_of_running_suite(needs=(f"{service.upper()}_DATABASE_URL",))
    broken = asyncio.run(_first_broken_seal(service))
    if broken is not None:
        raise SystemExit(f"{service}: the audit is not what was sealed, from position {broken}.")
    print(f"{service}: every sealed row is as it was")


async def _first_broken_seal(service: str) -> int | None:
    database = Database(settings_of(service).database())
    async with database.read() as session:
        broken = await audit.first_broken_seal(session)
    await database.close()
    return broken


if __name__ == "__main__":
    app(prog_name="python -m services")
