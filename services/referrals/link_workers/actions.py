"""Naming link workers, and the schools and practices that each is there for."""

from uuid import UUID, uuid4

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from services.referrals.link_workers.models import LinkedOrganisation, LinkWorker
from services.referrals.link_workers.queries import find_link_worker, linked_elsewhere
from services.referrals.link_workers.schemas import LinkWorkerDetails
from shared import audit
from shared.auth import Actor
from shared.organisations import organisation_key
from shared.problems import FieldProblem, Problem
from shared.web import keep_left_out, require_version


class OrganisationLinked(Problem):
    status = 409
    code = "organisation-has-link-worker"
    title = "An organisation has one link worker at a time"


async def add_link_worker(session: AsyncSession, actor: Actor, sent: LinkWorkerDetails) -> LinkWorker:
    link_worker = LinkWorker(id=uuid4(), **sent.model_dump(exclude={"organisations"}))
    await _refuse_linked(session, sent, link_worker.id)
    link_worker.linked = list(_linked(sent).values())
    session.add(link_worker)
    await _flush(session)
    audit.record(session, actor, "link_worker_add", "link_worker", link_worker.id, area=sent.area.value)
    return link_worker


async def change_link_worker(
    session: AsyncSession, actor: Actor, link_worker_id: UUID, if_match: str, sent: LinkWorkerDetails
) -> LinkWorker:
    """Replace a link worker's details. Raises VersionChanged where somebody else did so since the caller read them."""
    link_worker = await find_link_worker(session, link_worker_id, lock=True)
    require_version(if_match, link_worker.version)
    names = [each.name for each in link_worker.linked]
    present = {name: getattr(link_worker, name) for name in ("email", "phone", "subject")}
    sent = keep_left_out(sent, {**present, "organisations": names})
    await _refuse_linked(session, sent, link_worker_id)
    for name, value in sent.model_dump(exclude={"organisations"}).items():
        setattr(link_worker, name, value)
    linked = {each.organisation_key: each for each in link_worker.linked}
    link_worker.linked = [_renamed(linked.get(key, each), each.name) for key, each in _linked(sent).items()]
    link_worker.version += 1
    await _flush(session)
    audit.record(session, actor, "link_worker_change", "link_worker", link_worker.id, area=sent.area.value)
    return link_worker


def _linked(sent: LinkWorkerDetails) -> dict[str, LinkedOrganisation]:
    """By key, so that a name that was sent twice is one; in order, so that two who link the same do not deadlock."""
    keys = {organisation_key(name): name for name in sent.organisations}
    return {key: LinkedOrganisation(organisation_key=key, name=name) for key, name in sorted(keys.items())}


def _renamed(organisation: LinkedOrganisation, name: str) -> LinkedOrganisation:
    organisation.name = name
    return organisation


async def _refuse_linked(session: AsyncSession, sent: LinkWorkerDetails, link_worker_id: UUID) -> None:
    keys = [organisation_key(name) for name in sent.organisations]
    taken = await linked_elsewhere(session, keys, link_worker_id)
    message = "This organisation has another link worker"
    errors = [
        FieldProblem(field=f"/organisations/{place}", code="linked-elsewhere", message=message)
        for place, key in enumerate(keys)
        if key in taken
    ]
    if errors:
        raise OrganisationLinked(errors=errors)


async def _flush(session: AsyncSession) -> None:
    """The table's key has the last word where two people link one organisation at the same moment."""
    try:
        await session.flush()
    except IntegrityError as error:
        raise OrganisationLinked from error
