from services.referrals.children.models import ChildCorrection
from services.referrals.consultations.models import Consultation
from services.referrals.decisions.models import Decision
from services.referrals.drafts.models import Draft
from services.referrals.escalations.models import EscalatedReferral
from services.referrals.information_requests.models import InformationRequest
from services.referrals.link_workers.models import LinkWorker
from services.referrals.matches.models import MatchAnswer
from services.referrals.merges.models import Merge
from services.referrals.open_cases.models import OpenCase
from services.referrals.referrals.models import Referral
from services.referrals.thresholds.models import KeyWorker
from shared.migrations import run_env

topics = (
    ChildCorrection,
    Consultation,
    Decision,
    Draft,
    EscalatedReferral,
    InformationRequest,
    KeyWorker,
    LinkWorker,
    MatchAnswer,
    Merge,
    OpenCase,
)
assert {each.metadata for each in topics} == {Referral.metadata}
run_env(Referral.metadata)
