"""The merges endpoints: merges and their reversals."""

from uuid import UUID

from services.referrals import access
from services.referrals.merges import actions
from services.referrals.merges.schemas import MergeShown, NewMerge, NewReversal
from shared.web import Session, topic_router

router = topic_router("merges")


@router.post("/merges", status_code=201)
async def merge_children(sent: NewMerge, actor: access.CanMergePeople, session: Session) -> MergeShown:
    """Record that two records are of one child: the surviving record speaks for both, and nothing of either is lost.

    409 `records-contradict` where they cannot be: `contradictions` names `nhs_number`, `upn`, `date_of_birth` (more
    than a typing error apart), `different_sex` (female and male), `restriction`, `already_merged`, `same_record`; also
    `named_together` (in one referral), `siblings` (of one family), `twins` (one birth date and home, other given name):
    these three a manager of the MASH sets aside with `recorded_twice`, anyone else gets a 403 for it. Where all of it
    may be a slip in one of the records, `lawful` has the call that corrects each. 409 `number-twice` where the
    surviving record would have an NHS number or UPN that a third child has who is named in one referral with it, or
    that it takes of the other while a third record has it (census 1520): `others_with` names each such record, with
    `are_two_children` where something contradicts that it is the same child, and `lawful` has the merge or the
    corrections that come first.
    """
    merge = await actions.merge_children(
        session,
        actor,
        sent.surviving_child_id,
        sent.merged_child_id,
        sent.reason,
        recorded_twice=sent.recorded_twice,
    )
    return MergeShown.model_validate(merge)


@router.post("/merges/{merge_id}/reversal")
async def reverse_merge(
    merge_id: UUID, sent: NewReversal, actor: access.CanReverseMerges, session: Session
) -> MergeShown:
    """Undo a merge: both records are as they were, and the merge stays on record. 409 `merge-reversed-already`.

    409 `later-merge-stands` while the surviving record was merged again since: `later_merge_id` is the merge that is
    reversed first, and `lawful` has the call.
    """
    return MergeShown.model_validate(await actions.reverse_merge(session, actor, merge_id, sent.reason))
