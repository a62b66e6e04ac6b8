"""The timescales endpoints."""

from shared.web import topic_router

router = topic_router("timescales")
