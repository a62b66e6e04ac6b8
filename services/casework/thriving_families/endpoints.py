"""The thriving families endpoints."""

from shared.web import topic_router

router = topic_router("thriving_families")
