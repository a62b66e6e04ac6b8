"""The hand overs endpoints."""

from shared.web import topic_router

router = topic_router("hand_overs")
