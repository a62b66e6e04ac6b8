"""The same `Idempotency-Key` twice gives the first answer twice, and one effect.

The answer is kept in the transaction of the effect. Of two requests at one moment the second finds the key taken when
it comes to keep its own answer, is undone, and gives the answer of the first.
"""

import hashlib
import json
from collections.abc import Callable, Coroutine
from datetime import datetime, timedelta
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.routing import APIRoute
from sqlalchemy import LargeBinary, String, delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.orm.exc import StaleDataError

from shared import clock
from shared.access import authenticate, guards_of
from shared.auth import Actor
from shared.database import Database, SharedTable
from shared.problems import Problem
from shared.request_text import refuse_nul

KEPT_FOR = timedelta(days=7)
LONGEST_KEY = 255
REMOVED_AT_ONCE = 1_000


class KeptAnswer(SharedTable):
    __tablename__ = "idempotency_keys"

    caller: Mapped[str] = mapped_column(String(64), primary_key=True)
    """A digest of who it is and in which roles and scope: what one role was answered is not for another."""
    path: Mapped[str] = mapped_column(String(400), primary_key=True)
    key: Mapped[str] = mapped_column(String(LONGEST_KEY), primary_key=True)
    body_digest: Mapped[str] = mapped_column(String(64))
    status: Mapped[int]
    answer: Mapped[bytes] = mapped_column(LargeBinary)
    etag: Mapped[str | None] = mapped_column(String(40))
    kept_at: Mapped[datetime] = mapped_column(index=True)


class KeyUsedForAnotherBody(Problem):
    status = 422
    code = "idempotency-key-reused"
    title = "This Idempotency-Key was used with another body"


class KeyUnfit(Problem):
    status = 422
    code = "idempotency-key-unfit"
    title = f"An Idempotency-Key has 1 to {LONGEST_KEY} characters"


class _GivenBefore(Exception):
    """Undoes the transaction of a request whose answer is already there."""

    def __init__(self, kept: KeptAnswer) -> None:
        self.kept = kept


class Route(APIRoute):
    """Every route of every service: keeps answers by `Idempotency-Key` and refuses NUL characters in what is sent.

    Who calls is settled first: FastAPI would read the body and check headers for callers who may not call at all.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        answer, guards = super().get_route_handler(), guards_of(self.dependant)

        async def answer_once(request: Request) -> Response:
            for guard in guards:
                await guard.admit(request)
            await refuse_nul(request)
            key = request.headers.get("Idempotency-Key")
            if request.method != "POST" or key is None:
                return await answer(request)
            if not 0 < len(key) <= LONGEST_KEY:
                raise KeyUnfit
            return await _answer_once(request, key, answer)

        return answer_once


async def _answer_once(
    request: Request, key: str, answer: Callable[[Request], Coroutine[Any, Any, Response]]
) -> Response:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    actor = await authenticate(request, token if scheme.lower() == "bearer" else None)
    digest = hashlib.sha256(await request.body()).hexdigest()
    await _give_again(request, actor, key, digest)
    try:
        response = await answer(request)
        await _keep(request.state.session, request, actor, key, digest, response)
    except (IntegrityError, StaleDataError, Problem):
        # The same request may have been answered while this one was at work; the loser must give the winner's answer.
        await request.state.session.rollback() if hasattr(request.state, "session") else None
        await _give_again(request, actor, key, digest)
        raise
    return response


def _caller(actor: Actor) -> str:
    who = [actor.subject, sorted(actor.roles), actor.area, actor.team, actor.organisation]
    return hashlib.sha256(json.dumps(who).encode()).hexdigest()


async def _give_again(request: Request, actor: Actor, key: str, digest: str) -> None:
    database: Database = request.app.state.database
    async with database.read() as session:
        kept = await session.scalar(
            select(KeptAnswer).where(
                KeptAnswer.caller == _caller(actor),
                KeptAnswer.path == request.url.path,
                KeptAnswer.key == key,
                KeptAnswer.kept_at > clock.now() - KEPT_FOR,
            )
        )
    if kept is None:
        return
    if kept.body_digest != digest:
        raise KeyUsedForAnotherBody
    raise _GivenBefore(kept)


async def _keep(
    session: AsyncSession, request: Request, actor: Actor, key: str, digest: str, response: Response
) -> None:
    if response.status_code >= 400:
        return
    await session.execute(
        delete(KeptAnswer).where(
            KeptAnswer.caller == _caller(actor),
            KeptAnswer.path == request.url.path,
            KeptAnswer.key == key,
            KeptAnswer.kept_at <= clock.now() - KEPT_FOR,
        )
    )
    session.add(
        KeptAnswer(
            caller=_caller(actor),
            path=request.url.path,
            key=key,
            body_digest=digest,
            status=response.status_code,
            answer=bytes(response.body),
            etag=response.headers.get("ETag"),
            kept_at=clock.now(),
        )
    )
    await session.flush()  # here, so that a key which is taken meanwhile is found while the answer can still change


async def forget_old_answers(session: AsyncSession) -> int:
    """Remove answers that are past their seven days, some at a time; returns how many."""
    old = (
        select(KeptAnswer.caller, KeptAnswer.path, KeptAnswer.key)
        .where(KeptAnswer.kept_at <= clock.now() - KEPT_FOR)
        .limit(REMOVED_AT_ONCE)
    )
    keys = (await session.execute(old)).all()
    for caller, path, key in keys:
        await session.execute(
            delete(KeptAnswer).where(KeptAnswer.caller == caller, KeptAnswer.path == path, KeptAnswer.key == key)
        )
    return len(keys)


async def _answer_given_before(request: Request, given: Exception) -> Response:
    assert isinstance(given, _GivenBefore)
    headers = {"Idempotency-Replayed": "true", **({"ETag": given.kept.etag} if given.kept.etag else {})}
    return Response(given.kept.answer, given.kept.status, headers, media_type="application/json")


def install(app: FastAPI) -> None:
    app.router.route_class = Route
    app.add_exception_handler(_GivenBefore, _answer_given_before)
