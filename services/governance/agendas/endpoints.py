"""The agenda of a meeting."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from services.governance import access
from services.governance.agendas import queries
from services.governance.agendas.schemas import AgendaPage, ProposalOnAgenda, issue_on_agenda
from services.governance.meetings.queries import find_meeting
from shared.paging import PageQuery
from shared.web import ReadSession, topic_router

router = topic_router("agendas")


@router.get("/meetings/{meeting_id}/agenda")
async def get_agenda(
    meeting_id: UUID, query: Annotated[PageQuery, Query()], actor: access.CanReadGovernance, session: ReadSession
) -> AgendaPage:
    """What is on a meeting's agenda: first the proposals, then the issues that the work itself raised.

    A proposal stands on the next agenda of the body whose turn it is, and on those of the meetings that decided on it;
    one that a meeting did not come to is on the following one. Each item has its `kind`.
    """
    meeting = await find_meeting(session, meeting_id)
    proposals, issues, following = await queries.agenda_page(session, meeting, query)
    return AgendaPage(items=[*map(ProposalOnAgenda.of, proposals), *map(issue_on_agenda, issues)], next=following)
