from services.governance.agendas.models import Issue
from services.governance.proposals.models import Proposal
from shared.migrations import run_env

assert Issue.metadata is Proposal.metadata
run_env(Proposal.metadata)
