"""The rules of drafts: how long they are kept, and who may see them."""

from datetime import timedelta

from shared.auth import Actor

KEPT_FOR = timedelta(days=90)
"""From the last change (local)."""


def may_see_draft(actor: Actor, subject: str) -> bool:
    """A draft is its writer's alone.

    `visible_to` of `drafts/queries.py` is the same in SQL; `tests/services/referrals/test_visibility.py` holds the two
    together.
    """
    return actor.subject == subject
