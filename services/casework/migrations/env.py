from importlib import import_module
from pathlib import Path

from services.casework.tables import Table
from shared.migrations import run_env

for models in Path(__file__).parents[1].glob("*/*/models.py"):
    import_module(".".join(("services.casework", *models.parts[-3:-1], "models")))
run_env(Table.metadata)
