"""The merges endpoints: one child with all its records, merges and their reversals."""

from uuid import UUID

from fastapi import Response

from services.referrals import access
from services.referrals.merges import actions, queries
from services.referrals.merges.schemas import MergeShown, NewMerge, NewReversal, WholeChild
from shared import audit
from shared.web import AccessReason, Session, set_etag, topic_router

router = topic_router("merges")


@router.get("/children/{child_id}")
async def get_child(
    child_id: UUID,
    actor: access.CanSeeChildren,
    session: Session,
    response: Response,
    access_reason: AccessReason = None,
) -> WholeChild:
    """A child with names, identifiers, family, former records and referrals; the look is on record with its reason.

    Asked for by a former id, the answer is the record that speaks for the child now: its `child_id` tells.
    """
    child = await queries.find_surviving(session, actor, child_id)
    audit.record(session, actor, "child_look", "child", child.id, reason=access_reason)
    set_etag(response, child.version)
    return await queries.whole_child(session, actor, child)


@router.post("/merges", status_code=201)
async def merge_children(sent: NewMerge, actor: access.CanMergePeople, session: Session) -> MergeShown:
    """Say that two records are of one child: the surviving record speaks for both, and nothing of either is lost.

    409 `records-contradict` where they cannot be: `contradictions` names `nhs_number`, `upn`, `date_of_birth` (more
    than a typing error apart), `restriction`, `already_merged`, `same_record`.
    """
    merge = await actions.merge_children(session, actor, sent.surviving_child_id, sent.merged_child_id, sent.reason)
    return MergeShown.model_validate(merge)


@router.post("/merges/{merge_id}/reversal")
async def reverse_merge(
    merge_id: UUID, sent: NewReversal, actor: access.CanMergePeople, session: Session
) -> MergeShown:
    """Undo a merge: both records are as they were, and the merge stays on record. 409 `merge-reversed-already`."""
    return MergeShown.model_validate(await actions.reverse_merge(session, actor, merge_id, sent.reason))
