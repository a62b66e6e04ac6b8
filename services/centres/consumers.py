"""Events that come in to the centres service."""

from services.centres.bookings.actions import note_case
from shared.background import Reactions, Work
from shared.contracts.casework import CaseOpened
from shared.contracts.event import Received


async def note_family_open_when_case_opened(event: Received[CaseOpened], work: Work) -> None:
    """The family may come to targeted sessions from now on."""
    opened = event.data
    async with work.take() as session:
        await note_case(
            session,
            case_id=opened.case_id,
            family_id=opened.family_id,
            child_ids=opened.child_ids,
            is_open=True,
            sequence=event.sequence,
        )


REACTIONS: Reactions = {CaseOpened: note_family_open_when_case_opened}
