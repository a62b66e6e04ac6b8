"""The house rules that no tool of others checks."""

import ast
import json
import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeGuard

import pytest

ROOT = Path(__file__).parents[1]
OF_A_TOPIC = {"__init__.py", "endpoints.py", "schemas.py", "actions.py", "rules.py", "queries.py", "models.py"}
SERVICES = ("referrals", "casework", "centres", "governance")
WINGS = ("workforce", "cases", "record", "allocation", "early_help", "outcomes", "protection", "lifecycle", "imports")
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


QUAINT = re.compile(r"\b(told|said|tells|says)\b|_(told|said)\b|\b(told|said)_", re.IGNORECASE)
STAYS = {"restrictions_told", "ix_timescales_not_told"}
"""Names in migrations that were released."""
DOCUMENTS = (ROOT / "README.md", *(ROOT / "docs").rglob("*.md"), *(ROOT / "services").glob("*/README.md"))


def _python(*folders: str) -> Iterator[tuple[Path, str]]:
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*.py")):
            yield path, path.read_text(encoding="utf-8")


def test_words_are_those_of_the_trade() -> None:
    """An event is received, a change is recorded, a document states: the glossary has the words."""
    written = [*_python("services", "shared"), *((path, path.read_text(encoding="utf-8")) for path in DOCUMENTS)]
    found = {
        f"{path.relative_to(ROOT)}: {line.strip()}"
        for path, text in written
        for line in text.splitlines()
        if QUAINT.search(line) and not any(name in line for name in STAYS)
    }
    assert found == set()


def _is_text(node: ast.AST) -> TypeGuard[Any]:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


WITHOUT_SERVICE = re.compile(r"\b(GET|POST|PUT|PATCH|DELETE) /(?!(referrals|casework|centres|governance)/v1/)")


def test_a_refusal_names_a_call_with_its_service() -> None:
    """As the gateway takes it; descriptions of routes are of one service and leave it out, and so does `/v1/codes`."""
    for path in (ROOT / "services").glob("*/**/*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        texts = [node.value.value for node in ast.walk(tree) if isinstance(node, ast.Expr) and _is_text(node.value)]
        for node in ast.walk(tree):
            if _is_text(node) and node.value not in texts and "GET /v1/codes" not in node.value:
                assert not WITHOUT_SERVICE.search(node.value), f"{path}: {node.value}"


def test_every_flush_has_its_reason() -> None:
    for path, text in _python("services", "shared"):
        lines = text.splitlines()
        for number, line in enumerate(lines):
            if "await session.flush()" in line or "await work.session.flush()" in line:
                near = [line, *lines[max(0, number - 2) : number]]
                assert any("#" in each or '"""' in each for each in near), f"{path}:{number + 1}"


def test_a_version_is_counted_by_the_orm_or_its_docstring_states_why_not() -> None:
    models = [path for path, _ in _python("services") if path.name == "models.py"]
    assert models
    for path in models:
        for table in ast.parse(path.read_text(encoding="utf-8")).body:
            source = ast.unparse(table) if isinstance(table, ast.ClassDef) else ""
            if "version: Mapped[int]" in source and "version_id_col" not in source:
                assert "Counted by hand" in source, f"{path}: {source.splitlines()[0]}"


@pytest.mark.parametrize("service", SERVICES)
def test_a_class_has_its_name_alone_in_its_service(service: str) -> None:
    named = Counter(
        each.name
        for _, text in _python(f"services/{service}")
        for each in ast.parse(text).body
        if isinstance(each, ast.ClassDef)
    )
    assert [name for name, times in named.items() if times > 1] == []


def test_a_private_name_stays_in_its_file() -> None:
    imported = re.compile(r"^\s*from (services|shared)[\w.]* import .*\b_[a-z]", re.MULTILINE)
    assert [path for path, text in _python("services", "shared", "tests", "tools") if imported.search(text)] == []


NOT_OURS = {"words", "note", "comment", "comments", "remark", "remarks", "description", "details", "story", "account"}
"""Other words for what the glossary calls narrative, text, notes, reason or summary."""
ONLY_IN = {
    "narrative": ("Referral", "Draft", "Changes", "Escalation", "Crisis"),
    "notes": ("Review", "CoreGroup"),
    "because": ("Rule", "Criterion", "Assessment", "LawfulStep", "RouteStep"),
    "what": ("Action",),
}


@pytest.mark.parametrize("service", SERVICES)
def test_the_public_api_has_one_word_for_one_idea_and_short_names(service: str) -> None:
    described = json.loads((ROOT / "docs" / "openapi" / f"{service}.json").read_text(encoding="utf-8"))
    for name, schema in described["components"]["schemas"].items():
        assert "__" not in name.strip("_"), name
        assert len(name) <= 35, name
        fields = schema.get("properties", {}).keys()
        assert not fields & NOT_OURS, (name, fields & NOT_OURS)
        for field in fields & ONLY_IN.keys():
            assert any(word in name for word in ONLY_IN[field]), (name, field)
        if "summary" in fields and "items" not in fields:
            assert any(word in name for word in ("Proposal", "Answer", "Request")), name
