"""The participation endpoints."""

from shared.web import topic_router

router = topic_router("participation")
