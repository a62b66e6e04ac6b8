"""How a message travels in AMQP: the envelope as the body, and what the bus must know beside it in headers."""

import logging
from datetime import UTC, datetime

import aio_pika
from aio_pika.abc import AbstractIncomingMessage, HeadersType
from aiormq.abc import DeliveredMessage

from shared.bus.interface import DeadLetter, Message

EVENT_ID, ATTEMPTS = "x-ridgeway-event-id", "x-ridgeway-attempts"
FAILED_AT, ERROR = "x-ridgeway-failed-at", "x-ridgeway-error"


class _WithoutBodies(logging.Filter):
    """Keeps the client from logging a message whole, which it does when one is returned too late."""

    def filter(self, record: logging.LogRecord) -> bool:
        return not (isinstance(record.args, tuple) and any(isinstance(each, DeliveredMessage) for each in record.args))


logging.getLogger("aiormq.channel").addFilter(_WithoutBodies())


def outgoing(message: Message, headers: HeadersType | None = None) -> aio_pika.Message:
    return aio_pika.Message(
        message.body,
        content_type="application/cloudevents+json",
        delivery_mode=aio_pika.DeliveryMode.PERSISTENT,
        type=message.type,
        # Not the message id: the client distinguishes returned messages by it, and an event may be under way twice.
        headers={EVENT_ID: message.event_id, **(headers or {})},
    )


def failure(attempt: int, error: BaseException) -> HeadersType:
    """What is known of the last attempt: never the text of the error, which may hold what the event does not."""
    return {ATTEMPTS: attempt, FAILED_AT: datetime.now(UTC).isoformat(), ERROR: type(error).__name__}


def as_message(incoming: AbstractIncomingMessage) -> Message:
    """What was published; anyone may put a message into a queue, so nothing about it is taken for granted."""
    event_id = incoming.headers.get(EVENT_ID) or incoming.message_id or ""
    return Message(str(event_id), incoming.type or incoming.routing_key or "", incoming.body)


def attempts_at(incoming: AbstractIncomingMessage) -> int:
    attempts = incoming.headers.get(ATTEMPTS)
    return attempts if isinstance(attempts, int) and 0 < attempts < 1_000_000_000 else 0


def as_dead_letter(consumer: str, incoming: AbstractIncomingMessage) -> DeadLetter:
    # The broker itself adds no such headers when a consumer has died over the message too often.
    error = str(incoming.headers.get(ERROR) or "ConsumerDied")
    return DeadLetter(consumer, as_message(incoming), attempts_at(incoming), _failed_at(incoming), error)


def _failed_at(incoming: AbstractIncomingMessage) -> datetime:
    try:
        failed_at = datetime.fromisoformat(str(incoming.headers.get(FAILED_AT)))
    except ValueError:
        return _died_at(incoming)
    return failed_at if failed_at.tzinfo else failed_at.replace(tzinfo=UTC)


def _died_at(incoming: AbstractIncomingMessage) -> datetime:
    """When the broker moved it; a message of unknown age counts as the oldest."""
    match incoming.headers.get("x-death"):
        case [{"time": datetime() as time}, *_]:
            return time if time.tzinfo else time.replace(tzinfo=UTC)
    return datetime.fromtimestamp(0, UTC)
