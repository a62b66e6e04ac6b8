"""The settings that casework alone has; those of all services stand in `shared/settings.py`."""

import os
from datetime import timedelta
from functools import cache

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

READ_AFTER_CLOSURE = timedelta(days=28)
"""So long who held the family to the end of its case reads it and writes its closing summary (local), unless set
otherwise."""


class CaseworkSettings(BaseSettings):
    """Read like the others: from the environment, or from a file of the setting's name in `SECRETS_DIR`."""

    model_config = SettingsConfigDict(env_prefix="CASEWORK_", extra="ignore")

    read_after_closure_days: int = Field(READ_AFTER_CLOSURE.days, ge=0, le=366)
    """So many days after the closing its last key worker reads a case; 0: on the day of the closing only."""


@cache
def read_after_closure() -> timedelta:
    """Read once for a process, as every look at a case asks for it."""
    settings = CaseworkSettings(_secrets_dir=os.environ.get("SECRETS_DIR"))
    return timedelta(days=settings.read_after_closure_days)
