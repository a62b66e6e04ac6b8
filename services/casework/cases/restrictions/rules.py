"""Whom a restriction must name, so that nobody shuts out those who need the record or are alone able to lift it."""

from collections.abc import Collection


def must_be_named(subjects: Collection[str], own_subject: str, key_worker_subject: str | None) -> str | None:
    """The code of what is missing from the list: whoever restricts, and the family's key worker; None for nothing.

    An empty list lifts the restriction. A key worker who is not joined to anybody who signs in cannot be named.
    """
    if not subjects:
        return None
    if own_subject not in subjects:
        return "own-subject-missing"
    if key_worker_subject is not None and key_worker_subject not in subjects:
        return "key-worker-missing"
    return None
