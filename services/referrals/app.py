"""The front door of the referrals service."""

from fastapi import FastAPI

from services.referrals.referrals.endpoints import router as referrals
from shared.places import all_places
from shared.settings import Settings, settings_of
from shared.web import create_service

DESCRIPTION = "The MASH: the single front door. A referral comes in, is rated by risk, and a named person decides."


def create_app(settings: Settings | None = None) -> FastAPI:
    all_places()  # read now, so that the first referral does not wait for it
    return create_service("referrals", "referrals", DESCRIPTION, [referrals], settings or settings_of("referrals"))
