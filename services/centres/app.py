"""The front door of the centres service."""

from fastapi import FastAPI

from services.centres.bookings.endpoints import router as bookings
from services.centres.centres.endpoints import router as centres
from services.centres.timetable.endpoints import router as timetable
from shared.places import all_places
from shared.settings import Settings, settings_of
from shared.web import create_service

DESCRIPTION = "The Children and Family Centres: where they are, what is on and when, and who has a place."


def create_app(settings: Settings | None = None) -> FastAPI:
    all_places()  # read now, so that the first question for the nearest centre does not wait for it
    return create_service(
        "centres", "centres", DESCRIPTION, [centres, timetable, bookings], settings or settings_of("centres")
    )
