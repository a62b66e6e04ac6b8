"""`make routes` names, for every route, a file that is there and a function that is defined in it."""

import ast
from importlib import import_module
from pathlib import Path

import pytest

from shared.settings import SERVICES
from tools import routes
from tools.routes import ROOT, routes_of

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


def _functions_in(file: Path) -> set[str]:
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}


@pytest.mark.parametrize("service", SERVICES)
def test_every_route_of_a_services_openapi_is_listed_with_its_function(service: str) -> None:
    listed = {(route.method, route.path): route for route in routes_of(service)}
    paths = import_module(f"services.{service}.app").create_app().openapi()["paths"]
    promised = {(method.upper(), f"/{service}{path}") for path, methods in paths.items() for method in methods}
    assert {method for method, _ in promised} <= set(METHODS)
    assert promised <= set(listed)
    functions = {file: _functions_in(file) for file in {route.file for route in listed.values()}}
    for route in listed.values():
        assert route.function in functions[route.file], route
    for method, path in promised:
        assert listed[method, path].file.is_relative_to(f"services/{service}")


def test_the_list_is_in_order_of_path_one_route_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    routes.main()
    blocks = capsys.readouterr().out.rstrip().split("\n\n")
    assert len(blocks) == len(SERVICES)
    for service, block in zip(SERVICES, blocks, strict=True):
        lines = [line.split() for line in block.splitlines()]
        assert [path for _, path, _ in lines] == sorted(path for _, path, _ in lines)
        assert all(path.startswith(f"/{service}/") for _, path, _ in lines)
    [submit] = [line for line in blocks[0].splitlines() if line.startswith("POST    /referrals/v1/referrals ")]
    assert submit.split()[-1] == "services/referrals/referrals/endpoints.py:submit_referral"


@pytest.mark.parametrize("service", SERVICES)
def test_a_call_stands_once_in_the_documentation_under_one_topic(service: str) -> None:
    paths = import_module(f"services.{service}.app").create_app().openapi()["paths"]
    tags = {f"{method} {path}": call["tags"] for path, calls in paths.items() for method, call in calls.items()}
    assert {call: tags for call, tags in tags.items() if len(tags) != 1} == {}
