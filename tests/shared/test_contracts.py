"""What is promised in events: thin, additive only, in one registry, and as in the snapshots."""

import copy
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import Any, get_args

import pytest
from cloudevents.core.bindings.rabbitmq import RabbitMQMessage, from_structured
from cloudevents.core.formats.json import JSONFormat
from pydantic import BaseModel

from shared.background import Reactions
from shared.contracts.event import Event
from shared.contracts.registry import EVENTS, SUBSCRIPTIONS
from shared.settings import SERVICES
from tests.conftest import MakeDatabase, StartService
from tests.services.referrals.referrals_sent import a_referral
from tools.snapshots import breaking_changes, schema_of

ROOT = Path(__file__).parents[2]
ABOUT_PEOPLE = [
    "name",
    "birth",
    "born",
    "dob",
    "address",
    "postcode",
    "street",
    "narrative",
    "text",
    "note",
    "comment",
    "reason",
    "description",
    "title",
    "summary",
    "email",
    "phone",
    "nhs",
    "upn",
    "sex",
    "gender",
    "ethnic",
    "religion",
    "disab",
    "condition",
]
"""Parts of names of fields that would hold what a thin event must not."""
PLAIN = {"uuid", "date-time", "date"}


def _fields(model: type[BaseModel], path: str) -> list[tuple[str, dict[str, Any]]]:
    """Every field of an event and of what it holds, with its schema."""
    schema = model.model_json_schema(mode="serialization")
    shapes = [schema, *schema.get("$defs", {}).values()]
    return [(f"{path}.{name}", field) for shape in shapes for name, field in shape.get("properties", {}).items()]


ALL_FIELDS = [field for event in EVENTS.values() for field in _fields(event, event.__name__)]


@pytest.mark.parametrize(("path", "field"), ALL_FIELDS, ids=[path for path, _ in ALL_FIELDS])
def test_events_are_thin(path: str, field: dict[str, Any]) -> None:
    name = path.rsplit(".", 1)[-1].lower()
    assert not [word for word in ABOUT_PEOPLE if word in name], f"{path} may hold something about a person"


FREE_TEXT_THAT_IS_A_CODE = {
    "ReferralSubmitted.source",
    "ReferralSubmitted.district",
    "ReferralAccepted.district",
    "CaseloadCeilingExceeded.team",
    "CaseloadCeilingExceeded.ceiling",
    "ProposalSubmitted.kind",
    "ProposalRouted.bodies",
    "DecisionMade.body",
}
"""Strings without a list or a format: each was looked at, and is a code or a key."""


@pytest.mark.parametrize(("path", "field"), ALL_FIELDS, ids=[path for path, _ in ALL_FIELDS])
def test_no_event_has_room_for_free_text(path: str, field: dict[str, Any]) -> None:
    variants = [field, *field.get("anyOf", []), field.get("items", {})]
    free = [
        each
        for each in variants
        if each.get("type") == "string"
        and each.get("format") not in PLAIN
        and not {"enum", "const", "pattern"} & each.keys()
    ]
    assert not free or path in FREE_TEXT_THAT_IS_A_CODE, f"{path} has room for free text"


def test_reactions_and_registry_name_the_same_events() -> None:
    for service in SERVICES:
        reactions: Reactions = import_module(f"services.{service}.consumers").REACTIONS
        assert sorted(event.TYPE for event in reactions) == sorted(SUBSCRIPTIONS.get(service, ())), service


@pytest.mark.parametrize("event", EVENTS.values(), ids=lambda event: event.__name__)
def test_an_event_is_named_for_its_publisher_and_names_what_it_is_about(event: type[Event]) -> None:
    publisher, thing, fact, version = event.TYPE.split(".")
    assert publisher in SERVICES
    assert thing
    assert fact.endswith(("ed", "due", "made", "drawn", "held"))
    assert version == "v1"
    assert event.SUBJECT in event.model_fields
    assert event.__doc__


def test_the_snapshots_are_what_the_code_makes() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tools.snapshots", "--check"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout


OLD: dict[str, Any] = schema_of(EVENTS["referrals.referral.submitted.v1"])


def _changed(change: str) -> dict[str, Any]:
    new = copy.deepcopy(OLD)
    properties = new["properties"]
    match change:
        case "a field more":
            properties["channel"] = {"type": "string", "default": "app"}
        case "another description":
            new["description"] = properties["source"]["description"] = "In other words."
        case "a field gone":
            del properties["source"]
        case "another type":
            properties["source"] = {"type": "integer"}
        case "a field that may be missing":
            new["required"].remove("source")
        case "another list of codes":
            new["$defs"]["Area"]["enum"].remove("north")
        case "other items":
            properties["child_ids"]["items"] = {"type": "string"}
    return new


@pytest.mark.parametrize("change", ["a field more", "another description"])
def test_a_contract_may_grow(change: str) -> None:
    assert _changed(change) != OLD
    assert breaking_changes(OLD, _changed(change)) == []


@pytest.mark.parametrize(
    "change",
    ["a field gone", "another type", "a field that may be missing", "another list of codes", "other items"],
)
def test_a_contract_may_not_change(change: str) -> None:
    assert breaking_changes(OLD, _changed(change))


@pytest.mark.parametrize("event", EVENTS.values(), ids=lambda event: event.__name__)
def test_a_reader_takes_an_event_with_a_field_it_does_not_know(event: type[Event]) -> None:
    assert event.model_config.get("extra") == "ignore"
    for field in event.model_fields.values():
        for held in (field.annotation, *get_args(field.annotation)):
            if isinstance(held, type) and issubclass(held, BaseModel):
                assert held.model_config.get("extra", "ignore") == "ignore"


async def test_the_envelope_is_a_cloudevent_that_another_library_reads(
    start: StartService, make_sqlite: MakeDatabase
) -> None:
    referrals = await start("referrals", make_sqlite("referrals"))
    await referrals.as_("referrer").post("/referrals", json=a_referral(), headers={"X-Correlation-Id": "abcdef01-1"})
    [body] = await referrals.envelopes()
    message = RabbitMQMessage({}, "application/cloudevents+json", body)
    read = from_structured(message, JSONFormat())
    assert read.get_specversion() == "1.0"
    assert read.get_type() == "referrals.referral.submitted.v1"
    assert read.get_source() == "/referrals"
    assert (read.get_extension("sequence"), read.get_extension("correlationid")) == (1, "abcdef01-1")
