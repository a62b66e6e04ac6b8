"""The bodies of the programme's governance (Structure and governance page); `data/bodies.toml` has them all."""

from typing import Literal

Cadence = Literal["weekly", "monthly"]
"""`planned_days` of `meetings/rules.py` has what each means."""

CORE_GROUP = "core_group"
PROGRAMME_BOARD = "programme_board"
DIRECTORATE_LEADERSHIP_TEAM = "directorate_leadership_team"
COUNTY_COUNCIL_MANAGEMENT_TEAM = "county_council_management_team"
CABINET = "cabinet"
