"""Each permission reads or writes, and never both; which roles have which is in tests/shared/test_access.py."""

from pathlib import Path
from typing import get_args

from fastapi.routing import iter_route_contexts

from services.casework import access
from services.casework.app import create_app
from shared.access import Allow, guards_of
from shared.settings import Settings

PERMISSIONS = {name: get_args(each)[1].dependency for name, each in vars(access).items() if name.startswith("Can")}
READS = ("CanRead", "CanCount")


def test_no_permission_both_reads_and_writes_and_each_is_used() -> None:
    app = create_app(Settings(service="casework", DATA_DIR=Path()))
    methods: dict[Allow, set[str]] = {guard: set() for guard in PERMISSIONS.values()}
    for route in iter_route_contexts(app.routes):
        for guard in guards_of(dependant) if (dependant := getattr(route, "dependant", None)) else ():
            methods.setdefault(guard, set()).update(route.methods or ())
    for name, guard in PERMISSIONS.items():
        assert methods[guard], f"{name} guards nothing"
        assert (methods[guard] == {"GET"}) is name.startswith(READS), (name, methods[guard])
        assert "GET" not in methods[guard] or methods[guard] == {"GET"}, (name, methods[guard])
