"""The Children and Family Centres, their rooms, and the service model that the county has adopted."""

from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services.centres.tables import Table


class Centre(Table):
    __tablename__ = "centres"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    version: Mapped[int] = mapped_column(default=1)
    name: Mapped[str] = mapped_column(String(100), unique=True)
    area: Mapped[str] = mapped_column(String(10))
    district: Mapped[str] = mapped_column(String(9))
    postcode: Mapped[str] = mapped_column(String(8))
    """One in the centre's town or neighbourhood, which gives its place on the map; not the building's own."""
    easting: Mapped[int]
    northing: Mapped[int]

    rooms: Mapped[list["Room"]] = relationship(lazy="raise", order_by="Room.name")

    __mapper_args__ = {"version_id_col": version}


class Room(Table):
    __tablename__ = "rooms"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    centre_id: Mapped[UUID] = mapped_column(ForeignKey("centres.id"), index=True)
    name: Mapped[str] = mapped_column(String(60))
    capacity: Mapped[int]
    confidential: Mapped[bool]
    """For meetings with one family, out of others' sight and hearing."""


class ServiceModel(Table):
    """The one row holds which of the options of 2015 is in force: 1 at the start."""

    __tablename__ = "service_model"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    option: Mapped[int]
