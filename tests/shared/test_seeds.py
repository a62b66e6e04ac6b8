"""What services begin with: added where it is missing, and never put back where somebody decided otherwise."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from services.governance import seeds
from shared.database import Database
from shared.migrations import migrate
from shared.seeds import Seeded, seed
from tests.conftest import MakeEmpty
from tests.shared.command_line import run_command

SEEDED = {
    "casework": {"ceilings": 1},
    "centres": {"centres": 8, "rooms": 24, "service_model": 1},
    "governance": {"bodies": 16},
}
BANBURY_GROUP_ROOM = ("9a1a65ca212e46068ce04056a004b7bb", "a5cae32457935a398a08c839c96a14ce")
CORE_GROUP = "e84a28e4f82e51478a7a5ff16a1f81e4"


async def _run(url: str, statement: str) -> list[tuple[Any, ...]]:
    database = Database(url)
    async with database.begin() as session:
        found: Any = await session.execute(text(statement))
        rows = [tuple(row) for row in found] if found.returns_rows else []
    await database.close()
    return rows


async def _seeded(make_empty: MakeEmpty, service: str) -> str:
    url = make_empty()
    await migrate(service, url)
    assert (await seed(service, url)).added == SEEDED[service]
    return url


async def _all_rows(url: str, service: str) -> list[list[tuple[Any, ...]]]:
    return [await _run(url, f"SELECT * FROM {table} ORDER BY id") for table in SEEDED[service]]


@pytest.mark.parametrize("service", SEEDED)
async def test_applied_again_it_changes_nothing(make_empty: MakeEmpty, service: str) -> None:
    url = await _seeded(make_empty, service)
    before = await _all_rows(url, service)
    assert await seed(service, url) == Seeded()
    assert await _all_rows(url, service) == before


async def test_what_was_decided_since_stays_and_is_named(make_empty: MakeEmpty) -> None:
    centres, governance = await _seeded(make_empty, "centres"), await _seeded(make_empty, "governance")
    await _run(centres, "UPDATE service_model SET option = 2")
    await _run(centres, "UPDATE centres SET name = 'Banbury Cross', version = 2 WHERE name = 'Banbury'")
    await _run(governance, "UPDATE bodies SET cadence = 'monthly' WHERE key = 'core_group'")
    before = await _all_rows(centres, "centres"), await _all_rows(governance, "governance")
    of_centres, of_governance = await seed("centres", centres), await seed("governance", governance)
    assert of_centres.left_alone == [
        "centres, Banbury: name is 'Banbury Cross' in the database and 'Banbury' in the file",
        "service_model, 1: option is 2 in the database and 1 in the file",
    ]
    assert of_governance.left_alone == [
        "bodies, Core Group: cadence is 'monthly' in the database and 'weekly' in the file"
    ]
    assert not of_centres.added + of_governance.added
    assert (await _all_rows(centres, "centres"), await _all_rows(governance, "governance")) == before


async def test_a_ceiling_that_was_decided_is_never_joined_by_the_first(make_empty: MakeEmpty) -> None:
    url = await _seeded(make_empty, "casework")
    [[first]] = await _run(url, "SELECT children FROM ceilings")
    await _run(url, "UPDATE ceilings SET id = '0c5d7a524e374d0c8f5d6f1f1b8a2c01', children = children + 4")
    assert await seed("casework", url) == Seeded()
    assert await _run(url, "SELECT children FROM ceilings") == [(first + 4,)]


async def test_what_is_missing_comes_with_the_id_that_it_has_everywhere(make_empty: MakeEmpty) -> None:
    centres, governance = await _seeded(make_empty, "centres"), await _seeded(make_empty, "governance")
    before = await _all_rows(centres, "centres"), await _all_rows(governance, "governance")
    await _run(centres, "DELETE FROM rooms WHERE name = 'Group room'")
    await _run(governance, "DELETE FROM bodies WHERE key = 'core_group'")
    assert (await seed("centres", centres)).added == {"rooms": 8}
    assert (await seed("governance", governance)).added == {"bodies": 1}
    assert (await _all_rows(centres, "centres"), await _all_rows(governance, "governance")) == before
    [[body_id]] = await _run(governance, "SELECT id FROM bodies WHERE key = 'core_group'")
    assert str(body_id).replace("-", "") == CORE_GROUP
    rooms = await _run(centres, "SELECT centre_id, id FROM rooms WHERE name = 'Group room'")
    assert BANBURY_GROUP_ROOM in [tuple(str(each).replace("-", "") for each in room) for room in rooms]


async def test_the_command_adds_what_is_missing_and_names_what_it_left_alone(
    make_empty: MakeEmpty, tmp_path: Path
) -> None:
    url = make_empty()
    await migrate("centres", url)
    first = await run_command("seed", "centres", data_dir=tmp_path, CENTRES_DATABASE_URL=url)
    assert first.stdout.splitlines() == [
        "centres: 8 added to centres",
        "centres: 24 added to rooms",
        "centres: 1 added to service_model",
    ]
    nothing = await run_command("seed", "centres", data_dir=tmp_path, CENTRES_DATABASE_URL=url)
    assert nothing.stdout == "centres: nothing was missing\n"
    await _run(url, "UPDATE service_model SET option = 3")
    again = await run_command("migrate", "centres", data_dir=tmp_path, CENTRES_DATABASE_URL=url)
    assert again.stdout.splitlines() == [
        "centres: at head",
        "centres: left alone: service_model, 1: option is 3 in the database and 1 in the file",
    ]
    assert await seed("referrals", url) == Seeded()  # begins with nothing


def _databases_in(folder: Path) -> list[Path]:
    return list(folder.glob("*.sqlite"))


async def test_the_command_needs_a_service_that_there_is_and_its_tables(make_empty: MakeEmpty, tmp_path: Path) -> None:
    unknown = await run_command("seed", "nonsense", data_dir=tmp_path)
    assert unknown.returncode == 2
    assert "'referrals', 'casework', 'centres', 'governance'" in " ".join(unknown.stderr.replace("│", " ").split())
    early = await run_command("seed", "centres", data_dir=tmp_path, CENTRES_DATABASE_URL=make_empty())
    nowhere = await run_command("seed", "centres", data_dir=tmp_path)
    for refused in (early, nowhere):
        assert (refused.returncode, refused.stdout) == (1, "")
        assert "`python -m services migrate centres`" in refused.stderr
        assert "Traceback" not in refused.stderr
    assert _databases_in(tmp_path) == []


async def test_a_cadence_that_nothing_plans_for_is_refused(
    make_empty: MakeEmpty, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It would be planned as another one, and nobody would know."""
    url = make_empty()
    await migrate("governance", url)
    file = tmp_path / "bodies.toml"
    file.write_text(seeds.FILE.read_text(encoding="utf-8").replace('"weekly"', '"fortnightly"'), encoding="utf-8")
    monkeypatch.setattr(seeds, "FILE", file)
    with pytest.raises(ValueError, match="the cadence of core_group is weekly or monthly, or left out"):
        await seed("governance", url)
