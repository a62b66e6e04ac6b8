"""The restrictions endpoints."""

from shared.web import topic_router

router = topic_router("restrictions")
