"""The base of this service's tables."""

from sqlalchemy import MetaData
from sqlalchemy.orm import DeclarativeBase

from shared import followed_restrictions, merged_children
from shared.database import NAMING, TYPES


class Table(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = TYPES


merged_children.add_to(Table.metadata)
followed_restrictions.add_to(Table.metadata)
