"""Who is calling."""

from sqlalchemy import select

from services.casework import access
from services.casework.allocation.caseloads.queries import caseloads_of
from services.casework.allocation.ceilings.queries import ceiling_in_force
from services.casework.allocation.ceilings.schemas import CeilingInForce
from services.casework.allocation.me.schemas import Me
from services.casework.workforce.workers.models import Worker
from services.casework.workforce.workers.rules import KEY_WORKER_ROLES
from shared.web import ReadSession, topic_router

router = topic_router("me")


@router.get("/me")
async def show_me(actor: access.CanReadOwnPosition, session: ReadSession) -> Me:
    """Who the caller is here: roles and scope, the worker who is joined to the token's subject, and what they hold.

    `caseload` is of now and as in `GET /v1/caseloads`, also for key workers, who see no other caseload.
    """
    worker = await session.scalar(select(Worker).where(Worker.subject == actor.subject))
    caseload = None
    if worker and worker.in_post and worker.role in KEY_WORKER_ROLES:
        ceiling = CeilingInForce.model_validate(await ceiling_in_force(session))
        [caseload] = await caseloads_of(session, [worker], None, ceiling)
    return Me(
        subject=actor.subject,
        roles=sorted(actor.roles),
        area=actor.area or (worker.area if worker else None),
        team=actor.team or (worker.team if worker else None),
        worker_id=worker.id if worker else None,
        name=worker.name if worker else actor.name,
        caseload=caseload,
    )
