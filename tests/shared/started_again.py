"""Starting a server that was killed."""

import asyncio

from tests.eventually import eventually
from tests.servers import PostgresServer, RabbitMQServer


async def start_again(server: PostgresServer | RabbitMQServer) -> None:
    """A child of the dead server may hold its memory or its port for a moment longer."""

    def started() -> bool:
        try:
            server.start()
        except RuntimeError:
            return False
        return True

    await eventually(lambda: asyncio.to_thread(started), within=60)
