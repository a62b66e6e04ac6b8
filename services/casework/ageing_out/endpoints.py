"""The ageing out endpoints."""

from shared.web import topic_router

router = topic_router("ageing_out")
