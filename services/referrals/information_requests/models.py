"""What partners were asked about the children of a referral, and what they answered."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services.referrals.information_requests import rules
from services.referrals.people.models import Child
from services.referrals.referrals.models import Referral
from services.referrals.tables import Table
from shared import clock
from shared.organisations import LONGEST_KEY


class InformationRequest(Table):
    __tablename__ = "information_requests"
    __table_args__ = (Index(None, "partner_key", "due_at", "id"), Index(None, "due_at", "id"))

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    version: Mapped[int] = mapped_column()
    referral_id: Mapped[UUID] = mapped_column(ForeignKey("referrals.id"), index=True)
    partner: Mapped[str] = mapped_column(String(200))
    """The organisation that is asked, as its people's tokens name it."""
    partner_key: Mapped[str] = mapped_column(String(LONGEST_KEY))
    """`organisation_key` of it."""
    lawful_basis: Mapped[str] = mapped_column(String(30))
    override_reason: Mapped[str | None] = mapped_column(Text)
    questions: Mapped[list[str]]
    asked_at: Mapped[datetime]
    asked_by: Mapped[str] = mapped_column(String(255))
    due_at: Mapped[datetime]

    risk: Mapped[str | None] = mapped_column(String(6))
    summary: Mapped[str | None] = mapped_column(Text)
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[str | None] = mapped_column(String(255))
    recorded_by_mash: Mapped[bool] = mapped_column(default=False)
    """An answer that came by telephone and that the MASH wrote down."""

    chase_due_at: Mapped[datetime | None] = mapped_column(index=True)
    """When it is chased next; none once nobody waits for the answer."""
    chased_count: Mapped[int] = mapped_column(default=0)
    last_chased_at: Mapped[datetime | None]

    referral: Mapped[Referral] = relationship(lazy="raise")
    former_answers: Mapped[list["FormerAnswer"]] = relationship(lazy="raise", order_by="FormerAnswer.number")

    __mapper_args__ = {"version_id_col": version}

    @property
    def reference(self) -> str:
        return self.referral.reference

    @property
    def basis_withdrawn(self) -> bool:
        """Whether it rests on a consent that the family has taken back since, and nobody has answered it."""
        given = (self.referral.consent or {}).get("given")
        return self.answered_at is None and rules.contradicts_consent(self.lawful_basis, given)

    @property
    def children(self) -> list[Child]:
        """Nobody is named to a partner who has no right to know any more."""
        return [] if self.basis_withdrawn else self.referral.children

    @property
    def status(self) -> rules.RequestStatus:
        return rules.status_of(self.answered_at, self.referral.status)

    @property
    def late(self) -> bool:
        return rules.is_late(self.status, self.due_at, clock.now())


class FormerAnswer(Table):
    """An answer in the place of which a corrected one stands; rows are added and never changed."""

    __tablename__ = "former_answers"
    __table_args__ = (UniqueConstraint("request_id", "number"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    request_id: Mapped[UUID] = mapped_column(ForeignKey("information_requests.id"))
    number: Mapped[int]
    """1 for the first answer that was given."""
    risk: Mapped[str] = mapped_column(String(6))
    summary: Mapped[str] = mapped_column(Text)
    answered_at: Mapped[datetime]
    answered_by: Mapped[str] = mapped_column(String(255))
    replaced_at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(Text)
    """Why it was corrected."""
