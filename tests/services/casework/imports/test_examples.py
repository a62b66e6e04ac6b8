"""The files that the description of the imports shows are sent, in the order in which they are meant to come."""

import json
from typing import Any

from services.casework.imports.imports.schemas import ROWS
from tests.conftest import MakeDatabase, StartService
from tests.examples_of import OPENAPI
from tests.services.casework.imports.imports_made import CSV

IMPORT, CHECK = "/v1/imports/{kind}", "/v1/imports/{kind}/check"


def _files_of(path: str) -> dict[str, str]:
    described: dict[str, Any] = json.loads((OPENAPI / "casework.json").read_text(encoding="utf-8"))
    content = described["paths"][path]["post"]["requestBody"]["content"]
    assert set(content) == {"text/csv"}
    return {kind: each["value"] for kind, each in content["text/csv"]["examples"].items()}


async def test_each_file_is_checked_without_a_fault_and_taken(start: StartService, make_sqlite: MakeDatabase) -> None:
    casework = await start("casework", make_sqlite("casework"))
    administrator = casework.as_("administrator")
    files = _files_of(IMPORT)
    assert list(files) == list(ROWS)
    assert files == _files_of(CHECK)
    for kind, file in files.items():
        rows = len(file.splitlines()) - 1
        for path, status in ((f"/imports/{kind}/check", 200), (f"/imports/{kind}", 201)):
            answer = await administrator.post(path, content=file.encode(), headers=CSV)
            assert answer.status_code == status, answer.text
            assert answer.json()["rows"] == rows
