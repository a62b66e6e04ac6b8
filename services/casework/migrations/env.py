from importlib import import_module
from pathlib import Path

from services.casework.tables import Table
from shared.migrations import run_env

for models in Path(__file__).parents[1].glob("*/models.py"):
    import_module(f"services.casework.{models.parent.name}.models")
run_env(Table.metadata)
