"""What a query counts from the allocations, in the form of a row, so that it is paged as rows are; there is no such
table."""

from uuid import UUID

from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class _Counted(DeclarativeBase):
    """Apart from the tables, so that no migration makes one."""


class FamilyCounted(_Counted):
    """A family that had a key worker in some time, with its changes of key worker in it."""

    __tablename__ = "families_counted"

    family_id: Mapped[UUID] = mapped_column(primary_key=True)
    changes: Mapped[int]
