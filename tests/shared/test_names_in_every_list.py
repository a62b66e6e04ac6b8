"""A list that names children or workers by id names them by name too, or it is written here why not: nobody should
need a call per row to know whom a row is about."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from shared.settings import SERVICES
from tests.examples_of import OPENAPI

Json = dict[str, Any]

OF_ONE_CASE = "of one case, whose children the caller has by name from the case"
WITHOUT_NAMES: dict[tuple[str, str], str] = {
    ("casework", "/v1/cases/{case_id}/contacts"): OF_ONE_CASE,
    ("casework", "/v1/cases/{case_id}/flags"): OF_ONE_CASE,
    ("casework", "/v1/families/{family_id}/flags"): OF_ONE_CASE,
    ("casework", "/v1/cases/{case_id}/escalations"): OF_ONE_CASE,
    ("casework", "/v1/cases/{case_id}/assessments"): OF_ONE_CASE,
    ("casework", "/v1/cases/{case_id}/strategy-discussions"): OF_ONE_CASE,
    ("casework", "/v1/cases/{case_id}/section-47-enquiries"): OF_ONE_CASE,
    ("casework", "/v1/cases/{case_id}/conferences"): OF_ONE_CASE,
    ("casework", "/v1/cases/{case_id}/core-groups"): OF_ONE_CASE,
    ("casework", "/v1/cases/{case_id}/need-plans"): OF_ONE_CASE,
    ("casework", "/v1/cases/{case_id}/court-stages"): OF_ONE_CASE,
    ("casework", "/v1/families/{family_id}/star-readings"): OF_ONE_CASE,
    ("casework", "/v1/families/{family_id}/star-readings/progress"): OF_ONE_CASE,
    ("casework", "/v1/workers/{worker_id}/absences"): "of the one worker whom the caller names",
    ("casework", "/v1/participation/{child_id}"): "of the one child whom the caller names",
    ("casework", "/v1/participation"): "figures with the rows behind them, for analysts who may not know the names",
    ("referrals", "/v1/referrals/{referral_id}/decisions"): "of one referral, whose children the caller has by name",
    ("centres", "/v1/sessions/{session_id}/attendance"): "the centres keep no names of children",
    ("governance", "/v1/meetings/{meeting_id}/agenda"): "boards get no names of staff",
}


def _without_names(service: str) -> set[str]:
    described: Json = json.loads((OPENAPI / f"{service}.json").read_text(encoding="utf-8"))
    schemas = described["components"]["schemas"]
    return {
        path
        for path, calls in described["paths"].items()
        for item in _items_of(schemas, calls.get("get", {}))
        if not set(_names_in(schemas, item)) >= set(_people_in(schemas, item))
    }


def _variants(schemas: Json, schema: Json) -> Iterator[Json]:
    if "$ref" in schema:
        yield from _variants(schemas, schemas[schema["$ref"].rsplit("/", 1)[-1]])
    elif several := schema.get("anyOf") or schema.get("oneOf"):
        for each in several:
            yield from _variants(schemas, each)
    else:
        yield schema


def _items_of(schemas: Json, call: Json) -> Iterator[Json]:
    content = call.get("responses", {}).get("200", {}).get("content", {}).get("application/json", {})
    for answer in _variants(schemas, content.get("schema", {})):
        for rows in _variants(schemas, answer.get("properties", {}).get("items", {})):
            if rows.get("type") == "array":
                yield from _variants(schemas, rows["items"])


def _people_in(schemas: Json, item: Json) -> Iterator[str]:
    """`child` or `worker` for each id of one, by itself or in a list, in the row or in a part of it."""
    for name, each in _fields(schemas, item):
        is_id = each.get("format") == "uuid"
        if is_id and ("child" in name or name.startswith("seen")):
            yield "child"
        if is_id and "worker" in name:
            yield "worker"


def _names_in(schemas: Json, item: Json) -> Iterator[str]:
    for name, _ in _fields(schemas, item):
        if name.endswith("given_name"):
            yield "child"
        if name.split(".")[-1] in ("name", "link_worker"):
            yield "worker"


def _fields(schemas: Json, item: Json, before: str = "") -> Iterator[tuple[str, Json]]:
    """By name, those of its parts and of the rows of its lists too."""
    for name, field in item.get("properties", {}).items():
        for each in _variants(schemas, field):
            of_list = each.get("items", {}) if each.get("type") == "array" else each
            for part in _variants(schemas, of_list):
                yield f"{before}{name}", part
                if not before:
                    yield from _fields(schemas, part, f"{name}.")


@pytest.mark.parametrize("service", SERVICES)
def test_whom_a_row_is_about_is_in_it_by_name(service: str) -> None:
    explained = {path for each, path in WITHOUT_NAMES if each == service}
    assert _without_names(service) == explained
