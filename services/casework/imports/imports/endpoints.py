"""The imports endpoints: files from an older system."""

from typing import Annotated

from fastapi import Depends, Request

from services.casework import access
from services.casework.imports.files import rules
from services.casework.imports.files.schemas import Column, columns_of
from services.casework.imports.imports import actions
from services.casework.imports.imports.schemas import EXAMPLES, ROWS, ImportDone, ImportKind
from shared.problems import Problem
from shared.request_text import is_file
from shared.web import Session, topic_router

router = topic_router("imports")


class NotCsv(Problem):
    status = 415
    code = "not-csv"
    title = (
        "Send the file itself with Content-Type: text/csv (curl --data-binary @cases.csv -H 'Content-Type: text/csv')"
    )


class NotUtf8(Problem):
    status = 422
    code = "not-utf-8"
    title = "The file is not in UTF-8: save it as 'CSV UTF-8'"


class InUtf16(Problem):
    status = 422
    code = "utf-16"
    title = "The file is in UTF-16, which spreadsheets call 'Unicode Text': save it as 'CSV UTF-8'"


class NulInFile(Problem):
    status = 422
    code = "nul-in-file"
    title = "The file holds a NUL character, as damaged files do: save it anew as 'CSV UTF-8'"


async def _csv(request: Request) -> str:
    if not is_file(request.headers.get("Content-Type", "")):
        raise NotCsv
    body = await request.body()
    if rules.is_utf_16(body):
        raise InUtf16
    if b"\0" in body:
        raise NulInFile
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise NotUtf8 from error


CsvFile = Annotated[str, Depends(_csv)]

A_FILE = {
    "requestBody": {
        "required": True,
        "content": {
            "text/csv": {
                "schema": {"type": "string"},
                "examples": {kind: {"value": example} for kind, example in EXAMPLES.items()},
            }
        },
    }
}


@router.get("/imports/{kind}/columns")
async def list_columns(kind: ImportKind, actor: access.CanReadImportColumns) -> list[Column]:
    """The columns of a file of this kind: in any order, those needed at least."""
    return columns_of(ROWS[kind])


@router.post("/imports/{kind}", status_code=201, openapi_extra=A_FILE)
async def import_file(kind: ImportKind, file: CsvFile, actor: access.CanImport, session: Session) -> ImportDone:
    """Take over from an older system: first workers, then open cases, then allocations, then what goes on of these:
    protection plans in force, assessments, and section 47 enquiries whose conference was not held yet.

    The body is a CSV file in UTF-8 with a heading (`GET /v1/imports/{kind}/columns`), commas, days as 2026-03-30, at
    most 10,000 rows and 4 MiB; `yes` and `no` for what is true or not. All of it is imported or nothing: 422
    `file-refused` names every bad row and column, `/rows/17/date_of_birth`, rows numbered as in a spreadsheet, where
    the heading is row 1; at most 1,000 of them, with `bad_rows` and `faults` for how many there are, and `census_rule`
    where they break rules of the census (`1520, 8815`). A row that an earlier file had is `already_there`; one that
    differs from it is refused (`differs`), because what was imported is changed here. Allocations may pass the ceiling:
    the worker is among the `warnings`, and is announced. A family with a plan or an enquiry is on child protection from
    its import on; what the call for one plan, assessment or enquiry refuses is refused here with the same code, such as
    `protection-plan-open`. `cautions` name rows of cases that are taken and should be looked at: a young person of 20
    to 25 without additional needs. 415 `not-csv`, 422 `not-utf-8`, `utf-16` and `nul-in-file`, 413 for a longer file,
    which is sent in parts.
    """
    return await actions.import_file(session, actor, kind, file, keep=True)


@router.post("/imports/{kind}/check", openapi_extra=A_FILE)
async def check_file(kind: ImportKind, file: CsvFile, actor: access.CanImport, session: Session) -> ImportDone:
    """What an import of this file would do, with the same refusals; nothing is changed."""
    return await actions.import_file(session, actor, kind, file, keep=False)
