"""What the documents name is there: files, folders, functions and links."""

import re
from pathlib import Path

import pytest

from shared.settings import SERVICES

ROOT = Path(__file__).parents[1]
DOCUMENTS = [
    ROOT / "README.md",
    *sorted((ROOT / "docs").rglob("*.md")),
    *sorted((ROOT / "services").glob("*/README.md")),
]
OWN_FOLDERS = tuple(f"{path.name}/" for path in ROOT.iterdir() if path.is_dir())
NOT_IN_THE_REPOSITORY = (".venv/", ".running/", "data/")

NAMED = re.compile(r"(?<![\w./<{$-])((?:[\w.-]+|<name>)(?:/(?:[\w.-]+|<name>|<topic>))*/?)(?::(\w+))?")
"""A path as it stands in running text or code, perhaps with a function after a colon."""
LINK = re.compile(r"\]\(([^)#:]+)(?:#[^)]*)?\)")


def _named_in(text: str) -> set[tuple[str, str]]:
    return {
        (path, function)
        for path, function in NAMED.findall(text)
        if path.startswith(OWN_FOLDERS) and not path.startswith(NOT_IN_THE_REPOSITORY) and "<topic>" not in path
    }


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: str(document.relative_to(ROOT)))
def test_every_file_and_function_that_a_document_names_is_there(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    for path, function in _named_in(text):
        for place in {path.replace("<name>", service).rstrip(".") for service in SERVICES}:
            file = ROOT / place
            assert file.exists(), f"{document.name} names {place}"
            if function and file.suffix == ".py":
                found = re.search(rf"^ *(async )?def {function}\(", file.read_text(encoding="utf-8"), re.MULTILINE)
                assert found, f"{document.name} names {function} in {place}"
    for link in LINK.findall(text):
        assert (document.parent / link).exists(), f"{document.name} links to {link}"


def test_the_readme_writes_paths_from_the_root() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    traced = re.findall(r"`([\w/]+/\w+\.py):\w+`", text)
    assert len(traced) >= 6
    assert {path for path in traced if not path.startswith(OWN_FOLDERS)} == set()
