from services.casework.allocations.models import Allocation
from services.casework.cases.models import Case
from services.casework.ceilings.models import Ceiling
from shared.migrations import run_env

# Imported so that the metadata knows every table of the service.
assert {Allocation.metadata, Case.metadata} == {Ceiling.metadata}

run_env(Ceiling.metadata)
