"""The early help endpoints."""

from shared.web import topic_router

router = topic_router("early_help")
