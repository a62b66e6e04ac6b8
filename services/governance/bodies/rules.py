"""The bodies that the programme's decisions run through (Structure and governance page)."""

from typing import Literal

Cadence = Literal["weekly", "monthly"]

CORE_GROUP = "core_group"
PROGRAMME_BOARD = "programme_board"
DIRECTORATE_LEADERSHIP_TEAM = "directorate_leadership_team"
COUNTY_COUNCIL_MANAGEMENT_TEAM = "county_council_management_team"
CABINET = "cabinet"
