"""One key for every spelling of a name, and what of a text can be seen at all.

People type one name in many ways: with the apostrophe that their telephone has, without the stroke of a letter that
their keyboard lacks, with a space out of a document that does not break. Whatever compares the names of people and
organisations compares `name_key`.
"""

import unicodedata

_APOSTROPHES = (
    "'`\u00b4\u02b9\u02bb\u02bc\u02bd\u02be\u02bf\u02c8\u02ca\u02cb\u0384\u055a\u05f3\u07f4\u07f5\u1fbd\u1fbf\u1fef"
    "\u1ffd\u1ffe\u2018\u2019\u201a\u201b\u2032\u2035\u275b\u275c\ua78b\ua78c\uff07\uff40"
)
_HYPHENS = "\u02d7\u2043\u207b\u208b\u2212"
"""Beside those that Unicode calls dashes."""
_BLANKS = "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0"
"""Show nothing, though Unicode calls them letters, marks or symbols."""
_LETTERS = {
    **{"ł": "l", "ø": "o", "đ": "d", "ð": "d", "ɖ": "d", "ı": "i", "ħ": "h", "ŧ": "t", "ŋ": "n", "ɨ": "i", "ʉ": "u"},
    **{"ɓ": "b", "ɗ": "d", "ƙ": "k", "ƴ": "y", "ɔ": "o", "ə": "a", "ƶ": "z"},
    **{"æ": "ae", "œ": "oe", "þ": "th", "ß": "ss"},
}
"""Small letters that are more than a plain one with a mark, and what people write who do not have them."""
_PLAIN = str.maketrans(_LETTERS)


def name_key(name: str) -> str:
    """What all spellings of a name share: `Łukasz O’Brien-Núñez` and `lukasz OBRIEN NUNEZ` are one name.

    Small letters without accents, without apostrophes, with one space for every space and hyphen. Signs such as `&`
    stay, and so does everything of a name that is made of apostrophes and hyphens alone: only a text in which there is
    nothing to be seen has an empty key.
    """
    folded = plain_marks(unicodedata.normalize("NFD", name))
    for _ in range(2):  # what becomes of a capital letter may be taken apart once more
        folded = unicodedata.normalize("NFKD", folded).casefold()
    folded = " ".join(plain_marks(unicodedata.normalize("NFKD", folded.translate(_PLAIN))).split())
    letters = "".join(c for c in folded if not _is_accent(c))
    return " ".join(letters.replace("'", "").replace("-", " ").split()) or folded


def _is_accent(c: str) -> bool:
    """A mark on a letter that people leave out; not one that makes another letter of it, as in Hindi or Japanese."""
    place = unicodedata.combining(c)
    return place == 1 or 10 <= place <= 36 or place >= 200


def plain_marks(text: str) -> str:
    """The same text with one kind of apostrophe, hyphen and space, and without what cannot be seen; lines stay."""
    return text if text.isascii() and text.isprintable() and "`" not in text else "".join(map(_plain_mark, text))


def _plain_mark(c: str) -> str:
    if c in _APOSTROPHES:
        return "'"
    if c in _HYPHENS or unicodedata.category(c) == "Pd":
        return "-"
    if c in "\t\n\r":
        return c
    if c.isspace():
        return " "
    return "" if is_unseen(c) else c


def compact(text: str) -> str:
    """A number or postcode without the spaces and hyphens between its parts, and without what cannot be seen."""
    return "".join(c for c in plain_marks(text) if c != "-" and not c.isspace())


def is_blank(text: str) -> bool:
    """Whether there is nothing to be seen in a text."""
    return all(map(is_unseen, text))


def has_letter(text: str) -> bool:
    """Whether any letter, of whatever script, is to be seen in a text: a name without one names nobody."""
    return any(c.isalpha() and not is_unseen(c) for c in text)


def is_unseen(c: str) -> bool:
    """A space of any kind, or what takes no place: joiners, marks of direction, controls."""
    if c.isspace() or c in _BLANKS or "\ufe00" <= c <= "\ufe0f" or "\U000e0100" <= c <= "\U000e01ef":
        return True
    return unicodedata.category(c) in ("Cf", "Cc")
