"""A bus that keeps what is published, for tests of what publishes: real buses have tests of their own."""

import asyncio
from collections.abc import Callable

from shared.bus.interface import DeadLetter, Deliver, Message


class NotTaken(Exception):
    """The bus is there and does not take this message."""


class RecordingBus:
    """`refuses` is true of a message that this bus does not take, `is_away` while it takes none."""

    def __init__(
        self, refuses: Callable[[Message], bool] = lambda message: False, is_away: Callable[[], bool] = lambda: False
    ) -> None:
        self.published: list[Message] = []
        self.refuses, self.is_away = refuses, is_away
        self.starts = 0

    async def start(self) -> None:
        self.starts += 1

    async def close(self) -> None: ...

    async def publish(self, message: Message) -> None:
        await asyncio.sleep(0)
        if self.is_away():
            raise ConnectionError
        if self.refuses(message):
            raise NotTaken
        self.published.append(message)

    async def subscribe(self, consumer: str, deliver: Deliver) -> None:
        await asyncio.Event().wait()

    async def dead_letters(self, consumer: str, limit: int = 200) -> list[DeadLetter]:
        return []

    async def replay(self, consumer: str, event_id: str) -> bool:
        return False
