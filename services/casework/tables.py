"""The base of this service's tables."""

from sqlalchemy import ColumnElement, MetaData, literal_column
from sqlalchemy.orm import DeclarativeBase

from shared import merged_children
from shared.database import NAMING, TYPES

NOT_ENDED: ColumnElement[bool] = literal_column("ended_on IS NULL")


class Table(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = TYPES


merged_children.add_to(Table.metadata)
