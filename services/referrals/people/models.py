"""The index of people: families, children and adults, each recorded once."""

from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from services.referrals.tables import Table
from shared import clock


class Family(Table):
    __tablename__ = "families"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    recorded_at: Mapped[datetime]
    address: Mapped[dict[str, Any] | None]
    """Where the family lived when it was recorded."""


class FamilyRestriction(Table):
    """One of the people who alone may see a family; a family with none is seen by everyone whose role allows it."""

    __tablename__ = "family_restrictions"

    family_id: Mapped[UUID] = mapped_column(ForeignKey("families.id"), primary_key=True)
    subject: Mapped[str] = mapped_column(String(255), primary_key=True)
    reason: Mapped[str] = mapped_column(Text)
    set_by: Mapped[str] = mapped_column(String(255))
    set_at: Mapped[datetime]
    announced_at: Mapped[datetime | None]
    """None for what was restricted before every service followed it, until a timer announces it."""


class Child(Table):
    __tablename__ = "children"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    version: Mapped[int] = mapped_column(default=1)
    """Counted by hand: a merge is a new version of each record that shows it, and new keys are none."""
    family_id: Mapped[UUID] = mapped_column(ForeignKey("families.id"), index=True)
    given_name: Mapped[str] = mapped_column(String(100))
    family_name: Mapped[str] = mapped_column(String(100))
    date_of_birth: Mapped[date | None]
    expected_date_of_birth: Mapped[date | None]
    sex: Mapped[str] = mapped_column(String(1))
    ethnicity: Mapped[str | None] = mapped_column(String(4))
    nhs_number: Mapped[str | None] = mapped_column(String(10), index=True)
    upn: Mapped[str | None] = mapped_column(String(13), index=True)
    upn_unknown_reason: Mapped[str | None] = mapped_column(String(3))
    disabilities: Mapped[list[str]]
    additional_needs: Mapped[bool]
    address: Mapped[dict[str, Any] | None]
    """Only where the child lives elsewhere than the family."""
    former_names: Mapped[list[list[str]]] = mapped_column(default=list)
    """Given and family names that it had before a correction or a merge: the child is found by them, too."""
    former_birth_dates: Mapped[list[str]] = mapped_column(default=list)
    """The same of its dates of birth."""
    recorded_at: Mapped[datetime] = mapped_column(default=clock.now)
    """When it was recorded or corrected last: of two records of one child the newer one's values stand."""
    merged_into_id: Mapped[UUID | None] = mapped_column(index=True)
    """The record that speaks for this child since the two were merged; the merge itself is in `merges`."""
    keys_version: Mapped[int] = mapped_column(default=0, index=True)
    """With which rules the child's keys were made; 0: not yet."""


class ChildKey(Table):
    """A key under which a child is found. Read by equality alone, so that the index answers without the table."""

    __tablename__ = "child_keys"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    child_id: Mapped[UUID] = mapped_column(ForeignKey("children.id"), primary_key=True, index=True)


class Adult(Table):
    __tablename__ = "adults"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    family_id: Mapped[UUID] = mapped_column(ForeignKey("families.id"), index=True)
    given_name: Mapped[str] = mapped_column(String(100))
    family_name: Mapped[str] = mapped_column(String(100))
    date_of_birth: Mapped[date | None]
    relationship: Mapped[str | None] = mapped_column(String(60))
