"""Errors as callers see them: problem details (RFC 9457) with a stable `type` and `code`.

A problem never repeats what was sent and never shows the text of an exception: both may hold people's data.
"""

import errno
import re
import socket
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException

AWAY_ON_POSTGRESQL = ("08", "53", "57P01", "57P02", "57P03", "3D000")
"""SQLSTATEs: no connection, no resources, shutting down or starting up, no such database (yet)."""
AWAY_ON_SQLITE = frozenset(
    {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_FULL}
)
MEDIA_TYPE = "application/problem+json"
_FIELD_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
TYPE_PREFIX = "urn:ridgeway:problem:"


class FieldProblem(BaseModel):
    """One field that breaks a rule: a JSON Pointer into what was sent, a code and the rule in words."""

    field: str
    code: str
    message: str


class ProblemDetails(BaseModel):
    """RFC 9457 problem details."""

    type: str
    title: str
    status: int
    code: str
    detail: str | None = None
    errors: list[FieldProblem] | None = None


class Problem(Exception):
    """An error that carries its own answer; each has a name, a status, a code and a title."""

    status = 400
    code = "bad-request"
    title = "The request cannot be understood"

    def __init__(self, detail: str | None = None, *, errors: Sequence[FieldProblem] = (), **facts: Any) -> None:
        super().__init__(self.code)
        self.detail = detail
        self.errors = list(errors)
        self.facts = facts
        self.headers: dict[str, str] = {}


class InvalidBody(Problem):
    """A payload that breaks a rule which only an action can check."""

    status = 422
    code = "invalid"
    title = "Something in the request breaks a rule"

    def __init__(self, field: str, code: str, message: str, **facts: Any) -> None:
        super().__init__(errors=[FieldProblem(field=field, code=code, message=message)], **facts)


class NotAuthenticated(Problem):
    status = 401
    code = "not-authenticated"
    title = "A valid bearer token is needed"

    def __init__(self) -> None:
        super().__init__()
        self.headers = {"WWW-Authenticate": "Bearer"}


class RoleMissing(Problem):
    status = 403
    code = "role-missing"
    title = "Your role does not allow this"


SPEAK_TO = "speak to the MASH manager"
IN_AN_EMERGENCY = f"It may not exist, or you may not be allowed to see it. If you need it in an emergency, {SPEAK_TO}."
"""The same whether it is there or not, so that nobody learns of a restricted record by being refused it."""


class NotFound(Problem):
    """There is no such thing, or the caller may not see it: the answer is the same.

    With `entity` and `entity_id` the look is put on record as refused.
    """

    status = 404
    code = "not-found"
    title = "There is no such thing"

    def __init__(self, entity: str | None = None, entity_id: Any = None) -> None:
        super().__init__(IN_AN_EMERGENCY)
        self.entity, self.entity_id = entity, entity_id


class Unavailable(Problem):
    status = 503
    code = "unavailable"
    title = "A part of the service does not answer at the moment; try again shortly"

    def __init__(self) -> None:
        super().__init__()
        self.headers = {"Retry-After": "5"}


def answer(
    status: int,
    code: str,
    title: str,
    detail: str | None = None,
    errors: Sequence[FieldProblem] = (),
    headers: Mapping[str, str] | None = None,
    facts: Mapping[str, Any] | None = None,
) -> Response:
    body = {"type": TYPE_PREFIX + code, "title": title, "status": status, "code": code}
    if detail:
        body["detail"] = detail
    if errors:
        body["errors"] = [error.model_dump() for error in errors]
    return JSONResponse({**body, **(facts or {})}, status, dict(headers or {}), MEDIA_TYPE)


def answer_problem(problem: Problem) -> Response:
    return answer(
        problem.status,
        problem.code,
        problem.title,
        problem.detail,
        problem.errors,
        problem.headers,
        problem.facts,
    )


def json_pointer(path: Sequence[str | int]) -> str:
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in path)


def field_problems(errors: Iterable[Mapping[str, Any]]) -> list[FieldProblem]:
    """Pydantic's errors as the API returns them: where, which rule, and nothing of what was sent."""
    return [
        FieldProblem(
            field=_pointer_of(_location_of(each)), code=each["type"].replace("_", "-"), message=_message_of(each)
        )
        for each in errors
    ]


def _answer_invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    errors = error.errors()
    return answer(422, InvalidBody.code, InvalidBody.title, errors=field_problems(errors), facts=_facts_of(errors))


def _facts_of(errors: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """What our own validators add to the problem, as `facts` in the context of their errors."""
    facts: dict[str, Any] = {}
    for each in errors:
        facts |= each.get("ctx", {}).get("facts", {})
    return facts


def _location_of(error: Mapping[str, Any]) -> Sequence[str | int]:
    """Where it went wrong; an unknown field is named only if it looks like one, and not like somebody's name."""
    location: Sequence[str | int] = error["loc"]
    if error["type"] == "extra_forbidden" and not _FIELD_NAME.fullmatch(str(location[-1])):
        return location[:-1]
    return location


def _pointer_of(location: Sequence[str | int]) -> str:
    """A place in the body as a JSON Pointer; a parameter by its name."""
    if location and location[0] == "body":
        if len(location) == 2 and isinstance(location[1], int):
            return ""  # not JSON at all: the number is an offset in the text
        return json_pointer(location[1:])
    return json_pointer(location[1:]) if len(location) > 1 else ""


def _message_of(error: Mapping[str, Any]) -> str:
    # Pydantic's messages state the rule; those of our own validators start with "Value error, ".
    if error["type"] in ("json_invalid", "string_unicode"):
        return "This is not valid text"
    message = str(error["msg"]).removeprefix("Value error, ")
    # What follows the comma in a parser's message quotes the character that it stumbled on.
    return message.split(", ")[0] if error["type"].endswith("_parsing") else message


def _answer_http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if error.status_code == 413:  # the limit, in our own words
        return answer(413, "content-too-large", "Content Too Large", error.detail, headers=error.headers)
    phrase = HTTPStatus(error.status_code).phrase
    return answer(error.status_code, phrase.lower().replace(" ", "-"), phrase, headers=error.headers)


async def _answer_named(request: Request, error: Exception) -> Response:
    assert isinstance(error, Problem)
    return answer_problem(error)


def database_is_away(error: BaseException) -> bool:
    """Whether the database cannot be reached or has no room, rather than that a statement is wrong."""
    if isinstance(error, (ConnectionError, TimeoutError, PoolTimeout, socket.gaierror)):
        return True
    if isinstance(error, OSError) and error.errno in (errno.EHOSTUNREACH, errno.ENETUNREACH):
        return True
    if not isinstance(error, DBAPIError):
        return False
    sqlstate = getattr(error.orig, "sqlstate", None) or ""
    primary = getattr(error.orig, "sqlite_errorcode", 0) & 0xFF
    return error.connection_invalidated or sqlstate.startswith(AWAY_ON_POSTGRESQL) or primary in AWAY_ON_SQLITE


def install(app: FastAPI) -> None:
    """Every error of this app becomes problem details; what nobody foresaw is caught by `shared.web`."""
    app.add_exception_handler(RequestValidationError, _answer_invalid)
    app.add_exception_handler(HTTPException, _answer_http)
    app.add_exception_handler(Problem, _answer_named)
