"""The front door of the centres service."""

from fastapi import FastAPI

from services.centres.attendance.endpoints import router as attendance
from services.centres.bookings.endpoints import router as bookings
from services.centres.centres.endpoints import router as centres
from services.centres.codes import router as codes
from services.centres.crises.endpoints import router as crises
from services.centres.timetable.endpoints import router as timetable
from shared.places import all_places
from shared.settings import Settings, settings_of
from shared.web import create_service

DESCRIPTION = "The Children and Family Centres: what is on, who has a place and who came; and families in crisis."


def create_app(settings: Settings | None = None) -> FastAPI:
    all_places()  # read now, so that the first question for the nearest centre does not wait for it
    routers = [centres, timetable, bookings, attendance, crises, codes]
    return create_service("centres", "centres", DESCRIPTION, routers, settings or settings_of("centres"))
