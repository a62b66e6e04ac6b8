from services.referrals.referrals.models import Referral
from shared.migrations import run_env

run_env(Referral.metadata)
