"""The house rules that no tool of others checks."""

import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]
OF_A_TOPIC = {"__init__.py", "endpoints.py", "schemas.py", "actions.py", "rules.py", "queries.py", "models.py"}
SERVICES = ("referrals", "casework", "centres", "governance")
WINGS = ("workforce", "cases", "record", "allocation", "early_help", "outcomes", "lifecycle", "imports")
"""Of casework, in the order in which they may import."""


def _is_wing(folder: Path) -> bool:
    return folder.parent.name == "casework" and folder.name in WINGS


TOPICS = sorted(
    folder
    for folder in (*(ROOT / "services").glob("*/*"), *(ROOT / "services" / "casework").glob("*/*"))
    if (folder / "__init__.py").exists() and folder.name != "migrations" and not _is_wing(folder)
)
MEANS_NOTHING = {"utils", "helpers", "common", "misc", "base"}


def test_every_topic_has_the_same_files_and_its_layers_are_checked() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    layered, wings = (contract for contract in contracts if contract["type"] == "layers")
    assert wings["layers"] == list(reversed(WINGS))
    assert TOPICS
    for topic in TOPICS:
        assert {path.name for path in topic.glob("*.py")} <= OF_A_TOPIC, topic
        assert ".".join(topic.relative_to(ROOT).parts) in layered["containers"], topic


def test_no_file_is_too_long_or_named_for_nothing() -> None:
    for folder in ("services", "shared", "tests", "tools"):
        for path in (ROOT / folder).rglob("*.py"):
            assert path.stem not in MEANS_NOTHING, path
            if "versions" not in path.parts:
                lines = len(path.read_text(encoding="utf-8").splitlines())
                assert lines <= 400, f"{path} has {lines} lines: two rooms in one?"


def test_each_service_has_a_readme_with_its_words_calls_and_events() -> None:
    for service in SERVICES:
        text = (ROOT / "services" / service / "README.md").read_text(encoding="utf-8")
        for heading in ("## Words", "## Calls", "## Events"):
            assert heading in text, f"{service}: {heading}"
