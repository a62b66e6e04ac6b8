"""Fields of text that the bodies of several services take; each limit, in characters, stands here once."""

from typing import Annotated

from pydantic import BeforeValidator, Field
from pydantic_core import PydanticCustomError

from shared.names import has_letter, plain_marks


def _plain_marks(sent: object) -> object:
    return plain_marks(sent) if isinstance(sent, str) else sent


def named(sent: object) -> object:
    """Refuses what is no name of anybody: signs, digits or invisible characters alone."""
    if isinstance(sent, str) and not has_letter(sent):
        raise PydanticCustomError("name_without_letters", "A name or role has at least one letter")
    return sent


Name = Annotated[str, Field(min_length=1, max_length=100), BeforeValidator(named)]
"""Of a person, as one part or whole."""
Line = Annotated[str, Field(min_length=1, max_length=200)]
"""One line: of an address, a title, an organisation, what is to be done."""
PLAIN_MARKS = BeforeValidator(_plain_marks)
"""Beside a limit: what is sent is counted and kept without what cannot be seen, as of a postcode out of a document."""
Email = Annotated[str, Field(max_length=254, pattern=r"^[^@\s]+@[^@\s]+$")]
Phone = Annotated[str, Field(max_length=30, pattern=r"^[0-9+() .-]+$")]
Subject = Annotated[str, Field(min_length=1, max_length=255)]
"""Who signs in: `sub` of the token."""
Subjects = Annotated[list[Subject], Field(max_length=50)]
"""Those who alone may see a restricted family."""
Reason = Annotated[str, Field(min_length=1, max_length=2000)]
"""Why something was decided, changed or refused."""
Text = Annotated[str, Field(min_length=1, max_length=50_000)]
"""What somebody writes down: some fifteen pages at the most."""
