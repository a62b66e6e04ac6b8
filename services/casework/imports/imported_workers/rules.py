"""Since when workers can have been in post."""

from datetime import date

EARLIEST_POST = date(1960, 1, 1)
