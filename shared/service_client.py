"""Questions to another service, under our own permission: the one place from which a service calls a service."""

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any

import httpx

from shared import clock
from shared.auth import Role, create_keys, mint_token
from shared.bus.interface import NotNow
from shared.settings import Settings
from shared.telemetry import correlation_id, traceparent

TIMEOUT = httpx.Timeout(5.0)


class AnswerRefused(Exception):
    """The other service understood the request and refused it; asking again is no use until something changes."""

    def __init__(self, service: str, status: int) -> None:
        super().__init__(f"{service} answered {status}")


class ServiceClient:
    """Asks the other services; `urls` has where each listens, `token` gives a token with the role `service`.

    An API process has no token: it asks only what is public.
    """

    def __init__(
        self,
        urls: Mapping[str, str],
        token: Callable[[], str] | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._urls = urls
        self._token = token
        self._transport = transport

    @cached_property
    def _http(self) -> httpx.AsyncClient:
        """Made at the first question: it reads the certificates of the machine, and most processes ask nothing."""
        return httpx.AsyncClient(timeout=TIMEOUT, transport=self._transport)

    async def get(self, service: str, path: str, params: Mapping[str, str] | None = None) -> Any:
        """The JSON at a path of a service. Raises NotNow where it does not answer, AnswerRefused where it refuses."""
        if service not in self._urls:
            raise NotNow(service)  # nobody gave its address
        headers = {"Authorization": f"Bearer {self._token()}", "Access-Reason": "event"} if self._token else {}
        if (current := correlation_id.get()) is not None:
            headers["X-Correlation-Id"] = current
        if (trace := traceparent.get()) is not None:
            headers["traceparent"] = trace
        try:
            answer = await self._http.get(self._urls[service] + path, params=params, headers=headers)
        except httpx.HTTPError as error:
            raise NotNow(service) from error
        # 401: our token has run out and is about to be replaced, or the other side cannot reach the issuer's keys.
        if answer.status_code >= 500 or answer.status_code in (401, 429):
            raise NotNow(service)
        if answer.is_error:
            raise AnswerRefused(service, answer.status_code)
        return answer.json()

    async def close(self) -> None:
        if "_http" in self.__dict__:
            await self._http.aclose()


def service_token_of(settings: Settings) -> Callable[[], str]:
    """How a background process comes by its token: from the file that holds it, else by signing one of its own."""
    if settings.service_token_file:
        return lambda: settings.service_token_file.read_text(encoding="utf-8").strip()  # type: ignore[union-attr]
    if settings.issuer_url:
        raise SystemExit("With ISSUER_URL, SERVICE_TOKEN_FILE must name a file with a token of the role `service`.")
    minted: list[tuple[float, str]] = []

    def own_token() -> str:
        now = clock.now().timestamp()
        if not minted or now - minted[0][0] > 3600:
            create_keys(settings.keys())
            minted[:] = [(now, mint_token(settings, Role.SERVICE, sub=f"{settings.service}-background"))]
        return minted[0][1]

    return own_token
