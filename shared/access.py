"""Access as a type in the signature: a route names who may call it, and one that names nobody is found by a test."""

from typing import Annotated

from fastapi import Depends, Request
from fastapi.dependencies.models import Dependant
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from shared.auth import Actor, Role, TokenCheck
from shared.problems import NotAuthenticated, RoleMissing

_bearer = HTTPBearer(auto_error=False, description="A token of the identity provider with the claim `roles`.")


async def authenticate(request: Request, token: str | None) -> Actor:
    """The caller; checked once per request."""
    if not hasattr(request.state, "actor"):
        if token is None:
            raise NotAuthenticated
        check: TokenCheck = request.app.state.token_check
        request.state.actor = await check.actor_of(token)
    actor: Actor = request.state.actor
    return actor


class Allow:
    """A dependency that lets these roles through and nobody else."""

    def __init__(self, *roles: Role) -> None:
        self.roles = frozenset(roles)

    async def __call__(
        self, request: Request, credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]
    ) -> Actor:
        actor = await authenticate(request, credentials.credentials if credentials else None)
        if not actor.has(*self.roles):
            raise RoleMissing
        return actor

    async def admit(self, request: Request) -> None:
        """The same before anything else of the request is looked at."""
        await self(request, await _bearer(request))


def guards_of(dependant: Dependant) -> list[Allow]:
    """Every `Allow` among the dependencies of a route."""
    inner = [guard for each in dependant.dependencies for guard in guards_of(each)]
    return [dependant.call, *inner] if isinstance(dependant.call, Allow) else inner


def anyone() -> None:
    """Marks a route as public: no token is asked for."""


Public = Annotated[None, Depends(anyone)]
SignedIn = Annotated[Actor, Depends(Allow(*Role))]
