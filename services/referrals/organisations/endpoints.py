"""The organisation endpoint: whose people follow a referral that the MASH entered."""

from uuid import UUID

from fastapi import Response

from services.referrals import access
from services.referrals.organisations import actions
from services.referrals.organisations.schemas import ConfirmedOrganisation
from services.referrals.referrals.schemas import WholeReferral
from shared.web import Session, set_etag, topic_router

router = topic_router("organisations")


@router.post("/referrals/{referral_id}/organisation")
async def confirm_organisation(
    referral_id: UUID,
    sent: ConfirmedOrganisation,
    actor: access.CanConfirmOrganisations,
    session: Session,
    response: Response,
) -> WholeReferral:
    """Confirm which organisation a referral came from that was made by telephone: its people see it from then on.

    What the caller named is in `referrer.organisation`; nobody of that name sees the referral before this. A wrong one
    is confirmed anew, and the change log keeps both. 409 `organisation-known` where the organisation's own people made
    the referral.
    """
    referral = await actions.confirm_organisation(session, actor, referral_id, sent)
    set_etag(response, referral.version)
    return WholeReferral.model_validate(referral)
