"""Calls to a running suite, as people with their own roles make them."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from datetime import timedelta
from typing import Any

import httpx

from shared.auth import Role, mint_token
from shared.settings import Settings

TRIES = 5
ANSWER_WITHIN = 60.0
ONE_PAGE = 200
TOKEN_LASTS = timedelta(hours=2)


class DemoStopped(Exception):
    """The demo cannot go on; its text gives the reason and what to do, to whoever typed the command."""


class Refused(DemoStopped):
    """The suite understood the request and refused it."""

    def __init__(self, method: str, path: str, response: httpx.Response) -> None:
        problem = _problem_in(response)
        self.status, self.code = response.status_code, str(problem.get("code", ""))
        why = problem.get("detail") or problem.get("errors") or problem.get("title") or response.text[:300]
        super().__init__(f"{method} {path}: {self.status} {self.code}. {why}")


class Person:
    """Somebody who calls the suite, with a role and a name."""

    def __init__(self, role: Role, subject: str, name: str | None = None, **scope: str | None) -> None:
        self.role, self.subject = role, subject
        self.claims = {"sub": subject, "name": name, **scope}


class Suite:
    """One suite at one address."""

    def __init__(self, http: httpx.AsyncClient, settings: Settings) -> None:
        self._http, self._settings = http, settings
        self._tokens: dict[tuple[Any, ...], str] = {}

    @property
    def url(self) -> str:
        return str(self._http.base_url).rstrip("/")

    async def get(self, path: str, person: Person | None = None, **query: Any) -> Any:
        return await self._call("GET", path, person, params=query)

    async def post(self, path: str, person: Person, body: Mapping[str, Any], key: str) -> Any:
        """Send once, however often it is tried: the same key gives the same answer."""
        return await self._call("POST", path, person, json=body, headers={"Idempotency-Key": key})

    async def put(self, path: str, person: Person, body: Mapping[str, Any], *, there: bool = False) -> Any:
        """What is `there` already is read first, and replaced as it was read."""
        headers = {}
        if there:
            read = await self._answer("GET", path, person)
            headers, body = {"If-Match": read.headers["ETag"]}, {**read.json(), **body}
        return await self._call("PUT", path, person, json=body, headers=headers)

    async def every(self, path: str, person: Person | None = None, **query: Any) -> AsyncIterator[dict[str, Any]]:
        """The items of every page of a list."""
        while True:
            page = await self.get(path, person, limit=ONE_PAGE, **query)
            for item in page["items"]:
                yield item
            if not page.get("next"):
                return
            query["after"] = page["next"]

    async def _call(self, method: str, path: str, person: Person | None, **sent: Any) -> Any:
        return (await self._answer(method, path, person, **sent)).json()

    async def _answer(self, method: str, path: str, person: Person | None, **sent: Any) -> httpx.Response:
        headers = {**sent.pop("headers", {}), **(self._authorization(person) if person else {})}
        response = await self._send(method, path, headers, sent)
        if response.status_code == 401:
            raise DemoStopped(self._wrong_key())
        if response.is_error:
            raise Refused(method, path, response)
        return response

    async def _send(self, method: str, path: str, headers: dict[str, str], sent: dict[str, Any]) -> httpx.Response:
        """What is unavailable for a moment is asked again."""
        for attempt in range(1, TRIES + 1):
            try:
                response = await self._http.request(method, path, headers=headers, timeout=ANSWER_WITHIN, **sent)
                if response.status_code not in (429, 503) or attempt == TRIES:
                    return response
            except httpx.ConnectError as error:
                raise DemoStopped(self._not_running()) from error
            except httpx.TransportError as error:
                if attempt == TRIES:
                    raise DemoStopped(f"{self.url} does not answer {method} {path}: {error!r}.") from error
            await asyncio.sleep(attempt * 0.5)
        raise AssertionError("every try returns or raises")

    def _authorization(self, person: Person) -> dict[str, str]:
        known_by = (person.role, *sorted((name, value or "") for name, value in person.claims.items()))
        if known_by not in self._tokens:
            self._tokens[known_by] = self._mint(person)
        return {"Authorization": f"Bearer {self._tokens[known_by]}"}

    def _mint(self, person: Person) -> str:
        try:
            return mint_token(self._settings, person.role, lasts=TOKEN_LASTS, **person.claims)
        except FileNotFoundError as error:
            raise DemoStopped(
                f"There is no signing key in {self._settings.keys()}: set DATA_DIR to the folder of the running suite,"
                " or start one first with `make run`."
            ) from error

    def _not_running(self) -> str:
        return (
            f"Nothing answers at {self.url}: start the suite with `make run` in another terminal, or give its"
            " place with PORT=… or RIDGEWAY_URL=…."
        )

    def _wrong_key(self) -> str:
        return (
            f"The suite at {self.url} does not accept the key in {self._settings.keys()}: it runs with another"
            " DATA_DIR. Give this command the same DATA_DIR as the suite."
        )


def _problem_in(response: httpx.Response) -> dict[str, Any]:
    try:
        problem = response.json()
    except ValueError:
        return {}
    return problem if isinstance(problem, dict) else {}
