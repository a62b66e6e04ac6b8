"""The examples of some wings.

Each `test_examples.py` of casework is for the wings whose tests stand around it, in the shape that tests/examples_of.py
shows:

    WINGS = ("workforce", "cases", "lifecycle")

    def test_every_body_has_an_example_and_an_arrangement() -> None:
        assert without_example_in(*WINGS) == []
        assert {example.route for example in examples_in(*WINGS)} == set(ARRANGEMENTS)

    @pytest.mark.parametrize("example", examples_in(*WINGS), ids=str)
    async def test_an_example_can_be_sent(example: Example, start: StartService, make_sqlite: MakeDatabase) -> None:
        casework = await start("casework", make_sqlite("casework"))
        answer = await send(example, await ARRANGEMENTS[example.route](casework))
        assert answer.is_success, answer.text
"""

from functools import cache
from pathlib import Path

from fastapi.routing import iter_route_contexts

from services.casework.app import create_app
from shared.settings import Settings
from tests.examples_of import Example, examples_of, without_example


def routes_of(*wings: str) -> set[str]:
    """The routes whose endpoint stands in one of these wings, such as `GET /v1/cases/{case_id}`."""
    return {route for route, wing in _wing_of_route().items() if wing in wings}


def examples_in(*wings: str) -> list[Example]:
    routes = routes_of(*wings)
    return [example for example in examples_of("casework") if example.route in routes]


def without_example_in(*wings: str) -> list[str]:
    """The routes of these wings that take a JSON body and show none."""
    return sorted(routes_of(*wings).intersection(without_example("casework")))


@cache
def _wing_of_route() -> dict[str, str]:
    app = create_app(Settings(service="casework", DATA_DIR=Path()))
    return {
        f"{method} {route.path}": module.split(".")[2]
        for route in iter_route_contexts(app.routes)
        for method in route.methods or ()
        if (module := getattr(route.endpoint, "__module__", "")).startswith("services.casework.")
    }
