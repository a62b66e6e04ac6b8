from services.governance.agendas import models as agendas
from services.governance.bodies import models as bodies
from services.governance.decisions import models as decisions
from services.governance.meetings import models as meetings
from services.governance.proposals import models as proposals
from services.governance.tables import Table
from shared.migrations import run_env

# Named so that importing this module is enough for `Table.metadata` to know every topic's tables.
TOPICS = (bodies, meetings, proposals, agendas, decisions)

run_env(Table.metadata)
