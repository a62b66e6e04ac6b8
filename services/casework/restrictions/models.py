"""Which fact about a family's restriction the front door told last."""

from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from services.casework.tables import Table


class RestrictionTold(Table):
    """The number of the last event that said who may see a family: one with a lower number is an older fact."""

    __tablename__ = "restrictions_told"

    family_id: Mapped[UUID] = mapped_column(primary_key=True)
    sequence: Mapped[int]
