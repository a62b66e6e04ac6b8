"""Files from an older system as tests need them."""

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any

import httpx

from tests.service_under_test import ServiceUnderTest

CSV = {"Content-Type": "text/csv"}


def a_worker_row(**changes: str) -> dict[str, str]:
    row = {"old_reference": "W1", "name": "Rosalind Achebe", "role": "social_worker", "area": "south"}
    more = {"team": "South 1", "fte": "1", "registration_number": "SW1", "joined_on": "2019-03-01"}
    return {**row, **more, **changes}


def a_case_row(**changes: str) -> dict[str, str]:
    row = {"case_reference": "C1", "pathway": "child_in_need", "opened_on": "2025-02-03", "postcode": "OX14 1AB"}
    child = {"child_reference": "K1", "given_name": "Barnabas", "family_name": "Quillfeather"}
    return {**row, **child, "date_of_birth": "2016-05-04", **changes}


def an_allocation_row(**changes: str) -> dict[str, str]:
    return {"case_reference": "C1", "worker_reference": "W1", "starts_on": "2025-02-03", "ended_on": "", **changes}


def a_file(rows: Sequence[Mapping[str, str]]) -> bytes:
    columns = dict.fromkeys(column for row in rows for column in row)
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, list(columns))
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


async def send(casework: ServiceUnderTest, kind: str, *rows: Mapping[str, str], check: bool = False) -> httpx.Response:
    path = f"/imports/{kind}/check" if check else f"/imports/{kind}"
    return await casework.as_("administrator", sub="ada").post(path, content=a_file(rows), headers=CSV)


async def imported(casework: ServiceUnderTest, kind: str, *rows: Mapping[str, str]) -> dict[str, Any]:
    answer = await send(casework, kind, *rows)
    assert answer.status_code == 201, answer.text
    done: dict[str, Any] = answer.json()
    return done


def faults_of(answer: httpx.Response) -> list[tuple[str, str]]:
    """The places and codes that a refused file names."""
    assert answer.status_code == 422, answer.text
    return [(error["field"], error["code"]) for error in answer.json()["errors"]]
