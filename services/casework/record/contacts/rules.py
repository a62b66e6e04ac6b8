"""What each kind of contact has on record, what counts as contact with the family, and who may amend which."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, NamedTuple, Protocol

from shared.auth import Actor, Role

Kind = Literal["visit", "call", "meeting", "note", "supervision", "management_oversight", "closing_summary"]

SUPERVISORS = (Role.PRACTICE_SUPERVISOR, Role.TEAM_MANAGER, Role.AREA_MANAGER)


@dataclass(frozen=True)
class Form:
    """What a kind of contact has on record beside its day, its text and whom it is about."""

    seen: Literal["of_each", "may", "never"] = "never"
    """Whether a child is recorded as seen; a child is not seen on the telephone."""
    family: Literal["always", "asked", "never"] = "never"
    """Whether the family takes part; a call or a meeting may be one with professionals alone."""
    place: bool = False
    no_reply: bool = False
    """Whether it may be that nobody opened, answered or came."""
    text: bool = False
    """Whether it is nothing without a text."""
    by_supervisors: bool = False
    after_closure: bool = False
    """Whether it is of a day after the closing, and only then; all others are of days on which the case was open."""


KINDS: Mapping[Kind, Form] = {
    "visit": Form(seen="of_each", family="always", place=True, no_reply=True),
    "call": Form(family="asked", no_reply=True),
    "meeting": Form(seen="may", family="asked", place=True, no_reply=True),
    "note": Form(text=True),
    "supervision": Form(text=True, by_supervisors=True),
    "management_oversight": Form(text=True, by_supervisors=True),
    "closing_summary": Form(text=True, after_closure=True),
}
"""The kinds of the recording that domain and inspection ask for (Ofsted's inspection of local authority children's
services): supervision and management oversight are their own, and never pass for contact with the family."""


MET_BY_VISITS: Mapping[str, str] = {"protection_visit": "child_protection_visit"}
"""By step the purpose of the visits that meet it, for each child that is seen; no source gives a limit for visits under
a child in need plan, so that they meet none."""


@dataclass(frozen=True)
class Sight:
    """What is recorded of one child; None: nothing."""

    seen: bool | None = None
    seen_alone: bool | None = None
    not_seen_reason: str | None = None


@dataclass(frozen=True)
class Content:
    """What is recorded of a contact, as far as a rule asks for it."""

    text: str | None = None
    place: str | None = None
    with_family: bool | None = None
    no_reply: bool = False
    children: Sequence[Sight] = ()
    other_children_reason: str | None = None


class Misfit(NamedTuple):
    """A field that does not fit the kind of contact, and the rule."""

    field: str
    code: str
    rule: str


def misfits(kind: Kind, content: Content) -> Iterator[Misfit]:
    """What does not fit this kind of contact, or does not go together."""
    form = KINDS[kind]
    if form.text and not content.text:
        yield Misfit("/text", "missing", "This is nothing without a text")
    if content.place and not form.place:
        yield Misfit("/place", "not-for-this-kind", "Only a visit and a meeting have a place")
    if content.no_reply and not form.no_reply:
        yield Misfit("/no_reply", "not-for-this-kind", "Only a visit, a call or a meeting can have no reply")
    if content.with_family is not None and form.family == "never":
        yield Misfit("/with_family", "not-for-this-kind", "This is about the family and not with it")
    if content.with_family is False and form.family == "always":
        yield Misfit("/with_family", "always-with-family", "A visit is one to the family; of others make a note")
    if form.seen == "of_each" and not content.no_reply and not content.children:
        yield Misfit("/children", "missing", "A visit records of each child whether it was seen")
    if content.other_children_reason and (form.seen != "of_each" or content.no_reply):
        rule = "Only a visit at which somebody was met gives a reason for leaving a child out"
        yield Misfit("/other_children_reason", "not-for-this-kind", rule)
    for number, child in enumerate(content.children):
        yield from _misfits_of_child(f"/children/{number}", form, content, child)


def _misfits_of_child(at: str, form: Form, content: Content, child: Sight) -> Iterator[Misfit]:
    recorded = child.seen is not None or child.seen_alone is not None
    if recorded and form.seen == "never":
        yield Misfit(f"{at}/seen", "not-for-this-kind", "A child is seen at a visit or a meeting")
        return
    if form.seen == "of_each" and child.seen is None and not content.no_reply:
        yield Misfit(f"{at}/seen", "missing", "A visit records of each child whether it was seen")
    if child.seen and content.no_reply:
        yield Misfit(f"{at}/seen", "nobody-was-seen", "Where nobody replied, no child was seen")
    elif child.seen and content.with_family is False:
        yield Misfit(f"{at}/seen", "not-with-family", "Where a child was seen, the family took part")
    if child.not_seen_reason and child.seen is not False:
        yield Misfit(
            f"{at}/not_seen_reason", "not-for-this-child", "Only of a child that was not seen a reason is given"
        )
    if child.seen_alone and not child.seen:
        yield Misfit(f"{at}/seen_alone", "not-seen", "Only a child that was seen was seen alone")


def sight_of(kind: Kind, content: Content, child: Sight) -> Sight:
    """What is kept of a child: where nobody replied, it was not seen; one that was seen was seen alone if sent so."""
    if KINDS[kind].seen == "of_each" and content.no_reply:
        return Sight(seen=False, seen_alone=False, not_seen_reason=child.not_seen_reason)
    return Sight(child.seen, None if child.seen is None else bool(child.seen_alone), child.not_seen_reason)


class OfACase(Protocol):
    """What decides whether a visit is to say something of a child."""

    joined_on: date
    date_of_birth: date | None


def is_asked_about(child: OfACase, day: date) -> bool:
    """Whether a visit of that day records if it saw the child, who was of the case then and born."""
    return child.joined_on <= day and is_born(child, day)


def is_born(child: OfACase, day: date) -> bool:
    """Whether the child, as it is on record, was born on or before that day: before, nobody has seen it."""
    return child.date_of_birth is not None and child.date_of_birth <= day


def takes_part(kind: Kind, with_family: bool | None) -> bool:
    """Whether the family takes part, or would have; in a call or a meeting it does, unless recorded otherwise."""
    return KINDS[kind].family != "never" and with_family is not False


def counts_as_contact(kind: Kind, with_family: bool, no_reply: bool, entered_in_error: bool) -> bool:
    """Whether the days since the last contact with the family are counted from it."""
    return takes_part(kind, with_family) and not no_reply and not entered_in_error


def lies_within(day: date, stretches: Iterable[tuple[date, date | None]]) -> bool:
    """A contact is of a day on which the case was open, also one that is written down after the closing.

    `stretches` are the days from which and until which the case was open; the day of the closing is one of them.
    """
    return any(from_on <= day and (until_on is None or day <= until_on) for from_on, until_on in stretches)


def may_amend(actor: Actor, kind: Kind, is_author: bool) -> bool:
    """Whoever made it or wrote it down, and supervisors and managers; those alone, where it is theirs to make."""
    supervises = actor.has(*SUPERVISORS)
    return supervises or (is_author and not KINDS[kind].by_supervisors)
