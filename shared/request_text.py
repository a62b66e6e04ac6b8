"""What is sent must be text that can be kept: JSON in UTF-8 without NUL, which PostgreSQL has no place for."""

from typing import Any

from fastapi import Request

from shared.problems import InvalidBody, Problem, json_pointer

RULE = "Text must not contain the NUL character"


class NotJsonInUtf8(Problem):
    status = 400
    code = "not-json-in-utf-8"
    title = "A body is JSON in UTF-8, nested no deeper than a form needs; a file is text in UTF-8"


def is_file(content_type: str) -> bool:
    """Whether a body is a file of a spreadsheet, rather than a form."""
    return content_type.partition(";")[0].strip().lower() == "text/csv"


async def refuse_nul(request: Request) -> None:
    """Raises a problem that names the field which holds a NUL; what is not JSON is left to the parser to refuse.

    A file is left to the endpoint that reads it, which knows what to advise.
    """
    for name, value in request.query_params.multi_items():
        if "\0" in value:
            raise InvalidBody(json_pointer([name]), "nul-in-text", RULE)
    if request.method not in ("POST", "PUT", "PATCH"):
        return
    if is_file(request.headers.get("Content-Type", "")):
        return
    body = await request.body()
    if b"\0" in body:  # in UTF-8 it is no JSON, and in UTF-16, which would pass for JSON, it is everywhere
        raise NotJsonInUtf8
    if b"\\u0000" in body:
        _refuse_nul_in(await _parsed(request))


async def _parsed(request: Request) -> Any:
    try:
        return await request.json()
    except RecursionError:
        raise NotJsonInUtf8 from None
    except ValueError:
        return None


def _refuse_nul_in(sent: Any) -> None:
    waiting: list[tuple[tuple[str | int, ...], Any]] = [((), sent)]
    while waiting:
        place, part = waiting.pop()
        if isinstance(part, str) and "\0" in part:
            raise InvalidBody(json_pointer(place), "nul-in-text", RULE)
        parts = part.items() if isinstance(part, dict) else enumerate(part) if isinstance(part, list) else ()
        for name, each in parts:
            if isinstance(name, str) and "\0" in name:
                raise InvalidBody(json_pointer(place), "nul-in-text", RULE)
            waiting.append(((*place, name), each))
