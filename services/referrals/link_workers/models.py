"""Link workers, and the schools and practices that each of them is there for."""

from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services.referrals.tables import Table
from shared.organisations import LONGEST_KEY


class LinkWorker(Table):
    __tablename__ = "link_workers"
    __table_args__ = (Index(None, "name", "id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    version: Mapped[int] = mapped_column(default=1)
    """Counted by hand: to change the organisations alone, whose rows are others, is a new version too."""
    name: Mapped[str] = mapped_column(String(100))
    area: Mapped[str] = mapped_column(String(10))
    email: Mapped[str | None] = mapped_column(String(254))
    phone: Mapped[str | None] = mapped_column(String(30))
    subject: Mapped[str | None] = mapped_column(String(255))
    """Who it is when they sign in."""

    linked: Mapped[list["LinkedOrganisation"]] = relationship(lazy="raise", cascade="all, delete-orphan")

    @property
    def organisations(self) -> list[str]:
        return sorted(each.name for each in self.linked)


class LinkedOrganisation(Table):
    __tablename__ = "linked_organisations"

    organisation_key: Mapped[str] = mapped_column(String(LONGEST_KEY), primary_key=True)
    """`organisation_key` of the name: as the key of the table it lets an organisation have one link worker only."""
    name: Mapped[str] = mapped_column(String(200))
    link_worker_id: Mapped[UUID] = mapped_column(ForeignKey("link_workers.id"), index=True)
