"""One kind of story that families are referred for."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Situation:
    """One kind of story. Texts may name {child}, {carer}, {other} and {town}."""

    concerns: tuple[str, ...]
    needs: tuple[str, ...]
    primary_need: str
    sources: tuple[str, ...]
    ages: tuple[int, int]
    """Of the eldest child, in years; (-1, -1) for a child expected."""
    narratives: tuple[str, ...]
    urgent: bool = False
    """Whether a child may be in immediate danger."""
