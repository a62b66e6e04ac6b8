"""The examples of what is sent: found in a service's OpenAPI, and sent as they stand there.

A service's `test_examples.py` has an arrangement for each route that takes a body, and a test that sends every example:

    ARRANGEMENTS: dict[str, Arrangement] = {"POST /v1/referrals": a_referrer, ...}

    def test_every_body_has_an_example_and_an_arrangement() -> None:
        assert without_example("referrals") == []
        assert {example.route for example in examples_of("referrals")} == set(ARRANGEMENTS)

    @pytest.mark.parametrize("example", examples_of("referrals"), ids=str)
    async def test_an_example_can_be_sent(example: Example, service: ServiceUnderTest) -> None:
        answer = await send(example, await ARRANGEMENTS[example.route](service))
        assert answer.is_success, answer.text
"""

import json
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from tests.service_under_test import ServiceUnderTest

OPENAPI = Path(__file__).parents[1] / "docs" / "openapi"
JSON = "application/json"


@dataclass(frozen=True)
class Example:
    """One body that the description of a route gives as an example."""

    route: str
    """Such as `POST /v1/referrals/{referral_id}/rating`."""
    body: Any
    number: int = 1

    def __str__(self) -> str:
        return self.route if self.number == 1 else f"{self.route} {self.number}"


@dataclass(frozen=True)
class Arranged:
    """Who sends an example, and what an example cannot know: the ids of what is there in this test."""

    client: httpx.AsyncClient
    path: Mapping[str, str] = field(default_factory=dict)
    """The values of the path's parameters, by name."""
    body: Mapping[str, Any] = field(default_factory=dict)
    """Ids that take the place of the example's own, by the name of their field, at whatever depth."""
    headers: Mapping[str, str] = field(default_factory=dict)


Arrangement = Callable[[ServiceUnderTest], Awaitable[Arranged]]


def examples_of(service: str) -> list[Example]:
    """Every example of every JSON body that a service takes."""
    return [
        Example(route, body, number)
        for route, bodies in _bodies(service)
        for number, body in enumerate(bodies, start=1)
    ]


def without_example(service: str) -> list[str]:
    """The routes that take a JSON body and show none."""
    return [route for route, bodies in _bodies(service) if not bodies]


async def send(example: Example, arranged: Arranged) -> httpx.Response:
    method, _, path = example.route.partition(" ")
    replaced: set[str] = set()
    body = _with_ids(example.body, arranged.body, replaced)
    assert replaced == set(arranged.body), f"not in the example: {set(arranged.body) - replaced}"
    url = f"http://service{path.format(**arranged.path)}"
    return await arranged.client.request(method, url, json=body, headers=arranged.headers)


def _bodies(service: str) -> Iterator[tuple[str, list[Any]]]:
    # The snapshot is what people read, and `make snapshots-check` holds it to the code.
    described = json.loads((OPENAPI / f"{service}.json").read_text(encoding="utf-8"))
    for path, operations in described["paths"].items():
        for method, operation in operations.items():
            content = operation.get("requestBody", {}).get("content", {}).get(JSON)
            if content:
                yield f"{method.upper()} {path}", list(_examples_in(content, described["components"]["schemas"]))


def _examples_in(content: dict[str, Any], schemas: dict[str, Any]) -> Iterator[Any]:
    """Those that stand at the body itself, else those of its model."""
    if "example" in content:
        yield content["example"]
    elif "examples" in content:
        yield from (each["value"] for each in content["examples"].values())
    else:
        yield from _examples_of_schema(content["schema"], schemas)


def _examples_of_schema(schema: dict[str, Any], schemas: dict[str, Any]) -> Iterator[Any]:
    if "$ref" in schema:
        schema = schemas[schema["$ref"].rsplit("/", 1)[-1]]
    yield from schema.get("examples", [])
    for either in (*schema.get("oneOf", ()), *schema.get("anyOf", ())):
        yield from _examples_of_schema(either, schemas)


def _with_ids(sent: Any, ids: Mapping[str, Any], replaced: set[str]) -> Any:
    if isinstance(sent, list):
        return [_with_ids(each, ids, replaced) for each in sent]
    if not isinstance(sent, dict):
        return sent
    replaced |= sent.keys() & ids.keys()
    return {name: ids[name] if name in ids else _with_ids(each, ids, replaced) for name, each in sent.items()}
