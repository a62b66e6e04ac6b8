"""`make snapshots`: what the suite promises, written from the code: OpenAPI, AsyncAPI, the schemas of its events, and
the picture of a referral's life.

`--check` writes nothing and fails where a file is not what the code makes. A change that would break a reader of an
event is refused: such an event is published as a new type, `.v2`.
"""

import json
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any, get_args

from shared.contracts.event import Envelope, Event
from shared.contracts.registry import EVENTS, SUBSCRIPTIONS
from shared.settings import SERVICES

ROOT = Path(__file__).parent.parent
SCHEMAS = ROOT / "shared" / "contracts" / "schemas"
DOCS = ROOT / "docs"


def schema_of(event: type[Event]) -> dict[str, Any]:
    """The JSON Schema of an event's data, as its publisher writes it."""
    return {"$id": event.TYPE, **event.model_json_schema(mode="serialization")}


def breaking_changes(old: dict[str, Any], new: dict[str, Any]) -> list[str]:
    """What a reader of the old schema could not bear in the new one: something gone, or something else than before."""
    return list(_breaks(old, new, old, new, ""))


def _breaks(old: Any, new: Any, old_root: dict[str, Any], new_root: dict[str, Any], place: str) -> Iterator[str]:
    old, new = _resolved(old, old_root), _resolved(new, new_root)
    for name in ("type", "format", "enum", "const", "anyOf", "allOf", "items"):
        if name in ("anyOf", "allOf") and name in old and len(old[name]) == len(new.get(name, ())):
            for number, (before, after) in enumerate(zip(old[name], new[name], strict=True)):
                yield from _breaks(before, after, old_root, new_root, f"{place}/{name}/{number}")
        elif name == "items" and name in old and name in new:
            yield from _breaks(old[name], new[name], old_root, new_root, f"{place}/items")
        elif old.get(name) != new.get(name):
            yield f"{place or '/'}: {name} was {old.get(name)}, is {new.get(name)}"
    gone = set(old.get("required", ())) - set(new.get("required", ()))
    yield from (f"{place}/{name}: was always there, is no longer" for name in sorted(gone))
    for name, before in old.get("properties", {}).items():
        if name not in new.get("properties", {}):
            yield f"{place}/{name}: gone"
        else:
            yield from _breaks(before, new["properties"][name], old_root, new_root, f"{place}/{name}")


def _resolved(schema: dict[str, Any], root: dict[str, Any]) -> dict[str, Any]:
    if "$ref" in schema:
        found: dict[str, Any] = root["$defs"][schema["$ref"].rsplit("/", 1)[-1]]
        return found
    return schema


def asyncapi() -> dict[str, Any]:
    """AsyncAPI 3.0: every event, who sends it and who takes it."""
    channels, operations, messages, schemas = {}, {}, {}, {}
    for kind, event in EVENTS.items():
        name = event.__name__
        schema = event.model_json_schema(mode="serialization", ref_template="#/components/schemas/{model}")
        schemas.update(schema.pop("$defs", {}))
        schemas[f"{name}Data"] = schema
        messages[name] = {
            "name": kind,
            "summary": (event.__doc__ or "").split("\n")[0],
            "contentType": "application/cloudevents+json",
            "payload": {
                "allOf": [
                    {"$ref": "#/components/schemas/Envelope"},
                    {
                        "properties": {
                            "type": {"const": kind},
                            "data": {"$ref": f"#/components/schemas/{name}Data"},
                        }
                    },
                ]
            },
        }
        channels[name] = {"address": kind, "messages": {name: {"$ref": f"#/components/messages/{name}"}}}
        operations[f"{event.publisher()}.sends.{name}"] = {
            "action": "send",
            "channel": {"$ref": f"#/channels/{name}"},
            "tags": [{"name": event.publisher()}],
        }
        for consumer in (each for each, types in SUBSCRIPTIONS.items() if kind in types):
            operations[f"{consumer}.takes.{name}"] = {
                "action": "receive",
                "channel": {"$ref": f"#/channels/{name}"},
                "tags": [{"name": consumer}],
            }
    schemas["Envelope"] = Envelope.model_json_schema(mode="serialization")
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Ridgeway events",
            "version": "1",
            "description": (
                "CloudEvents 1.0 in structured JSON. Events are thin: ids, codes, counts and times. On RabbitMQ the"
                " routing key in the topic exchange `ridgeway` is the type, and the header `x-ridgeway-event-id`"
                " repeats the id."
            ),
        },
        "defaultContentType": "application/cloudevents+json",
        "channels": channels,
        "operations": operations,
        "components": {"messages": messages, "schemas": schemas},
    }


def referral_states() -> str:
    """The life of a referral as a picture, drawn from the table by which the code refuses every other step."""
    rules = import_module("services.referrals.referrals.rules")
    arrows: dict[tuple[str, str], list[str]] = {}
    for step, rule in rules.STEPS.items():
        for status in sorted(rule.taken_from):
            for following in sorted(rule.leads_to) or [status]:
                arrows.setdefault((status, following), []).append(step)
    last = [status for status in get_args(rules.Status) if not any(a == status != b for a, b in arrows)]
    return "\n".join(
        [
            "# The life of a referral",
            "",
            "Drawn by `make snapshots` from `rules.STEPS` of the referrals service. Every other step is a 409 that",
            "names the status and, as `lawful`, the steps that may be taken, each with its call.",
            "",
            "```mermaid",
            "stateDiagram-v2",
            "    [*] --> submitted: submit",
            *(f"    {a} --> {b}: {', '.join(sorted(steps))}" for (a, b), steps in sorted(arrows.items())),
            *(f"    {status} --> [*]" for status in last),
            "```",
            "",
        ]
    )


def _json(content: dict[str, Any]) -> str:
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


def snapshots() -> Iterator[tuple[Path, str]]:
    """Each file with what the code makes of it."""
    for kind, event in EVENTS.items():
        yield SCHEMAS / f"{kind}.json", _json(schema_of(event))
    yield DOCS / "asyncapi.json", _json(asyncapi())
    yield DOCS / "referral-states.md", referral_states()
    for service in SERVICES:
        app = import_module(f"services.{service}.app").create_app()
        yield DOCS / "openapi" / f"{service}.json", _json(app.openapi())


def main(check: bool) -> int:
    stale = 0
    for path, text in snapshots():
        old = path.read_text(encoding="utf-8") if path.exists() else None
        if text == old:
            continue
        if old and path.parent == SCHEMAS and (breaks := breaking_changes(json.loads(old), json.loads(text))):
            print(f"{path.relative_to(ROOT)} would break its readers: {'; '.join(breaks)}")
            stale += 1
        elif check:
            print(f"{path.relative_to(ROOT)} is not what the code makes: run `make snapshots`")
            stale += 1
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            print(f"wrote {path.relative_to(ROOT)}")
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main("--check" in sys.argv))
