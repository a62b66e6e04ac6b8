"""`make routes`: every route of every service in order of path, with the file and the function that answer it."""

import inspect
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

from fastapi.routing import APIRoute, iter_route_contexts

from shared.settings import SERVICES

ROOT = Path(__file__).parent.parent


class RoutePlace(NamedTuple):
    """One method of one path; `path` as callers of the suite write it."""

    path: str
    method: str
    file: Path
    function: str


def routes_of(service: str) -> Iterator[RoutePlace]:
    app = import_module(f"services.{service}.app").create_app()
    # A router that was included stands in `app.routes` as one thing: this looks into it, with the prefixes.
    for route in iter_route_contexts(app.routes):
        if isinstance(route.original_route, APIRoute):
            endpoint = inspect.unwrap(route.original_route.endpoint)
            file = Path(inspect.getfile(endpoint)).relative_to(ROOT)
            for method in sorted(route.methods or ()):
                yield RoutePlace(f"/{service}{route.path}", method, file, endpoint.__name__)


def main() -> None:
    print("\n\n".join(_lines(sorted(routes_of(service))) for service in SERVICES))


def _lines(routes: list[RoutePlace]) -> str:
    width = max(len(route.path) for route in routes)
    return "\n".join(f"{route.method:<7} {route.path:<{width}}  {route.file}:{route.function}" for route in routes)


if __name__ == "__main__":
    main()
