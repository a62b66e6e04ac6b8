"""The front door of the referrals service."""

from fastapi import FastAPI

from services.referrals.amendments.endpoints import router as amendments
from services.referrals.children.endpoints import router as children
from services.referrals.codes import router as codes
from services.referrals.consultations.endpoints import router as consultations
from services.referrals.counts.endpoints import router as counts
from services.referrals.decisions.endpoints import router as decisions
from services.referrals.drafts.endpoints import router as drafts
from services.referrals.families.endpoints import router as families
from services.referrals.information_requests.endpoints import router as information_requests
from services.referrals.link_workers.endpoints import router as link_workers
from services.referrals.matches.endpoints import router as matches
from services.referrals.merges.endpoints import router as merges
from services.referrals.organisations.endpoints import router as organisations
from services.referrals.people.endpoints import router as people
from services.referrals.referrals.endpoints import router as referrals
from services.referrals.thresholds.endpoints import router as thresholds
from services.referrals.withdrawals.endpoints import router as withdrawals
from shared.places import all_places
from shared.settings import Settings, settings_of
from shared.web import create_service

DESCRIPTION = "The MASH: the single front door. A referral comes in, is rated by risk, and a named person decides."


def create_app(settings: Settings | None = None) -> FastAPI:
    all_places()  # read now, so that the first referral does not wait for it
    return create_service(
        "referrals",
        "referrals",
        DESCRIPTION,
        [
            counts,  # before a referral by its id, which takes any name
            referrals,
            people,
            children,
            families,
            merges,
            matches,
            drafts,
            amendments,
            withdrawals,
            organisations,
            information_requests,
            thresholds,
            decisions,
            consultations,
            link_workers,
            codes,
        ],
        settings or settings_of("referrals"),
    )
