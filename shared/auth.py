"""Who is calling: bearer tokens checked against an issuer's keys, or against the key that this installation made."""

import asyncio
import json
import os
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any

import httpx
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, KeySet

from shared import clock
from shared.names import is_blank
from shared.problems import NotAuthenticated, Unavailable
from shared.settings import Settings

LOCAL_ISSUER = "urn:ridgeway:local"
ALGORITHMS = ["ES256", "RS256", "PS256"]
KEYS_KEPT_FOR = timedelta(minutes=10)
KEYS_ASKED_AGAIN_AFTER = timedelta(seconds=30)
CLOCKS_DIFFER_BY = 30
"""Seconds by which the issuer's clock may be ahead of ours or behind it."""
LONGEST_CLAIM = 255


class Role(StrEnum):
    REFERRER = "referrer"
    PARTNER = "partner"
    MASH_PRACTITIONER = "mash_practitioner"
    MASH_MANAGER = "mash_manager"
    SOCIAL_WORKER = "social_worker"
    FAMILY_SUPPORT_WORKER = "family_support_worker"
    PRACTICE_SUPERVISOR = "practice_supervisor"
    TEAM_MANAGER = "team_manager"
    AREA_MANAGER = "area_manager"
    CENTRE_COORDINATOR = "centre_coordinator"
    GOVERNANCE_OFFICER = "governance_officer"
    BOARD_MEMBER = "board_member"
    PERFORMANCE_ANALYST = "performance_analyst"
    ADMINISTRATOR = "administrator"
    SERVICE = "service"


@dataclass(frozen=True)
class Actor:
    """The person or service behind a request, as the token states; a scope that is absent does not narrow the role."""

    subject: str
    roles: frozenset[Role]
    name: str | None = None
    area: str | None = None
    team: str | None = None
    organisation: str | None = None

    def has(self, *roles: Role) -> bool:
        return not self.roles.isdisjoint(roles)


@dataclass
class TokenCheck:
    """Turns a bearer token into an actor; keeps the issuer's keys for a while and asks anew when one is unknown."""

    issuer: str
    audience: str
    keys_file: Path | None
    """Where this installation's own public keys stand; none: an OpenID provider is asked."""
    _keys: KeySet | None = None
    _fetched_at: float = field(default=-1e9)
    _asking: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def actor_of(self, token: str) -> Actor:
        """Raises NotAuthenticated whatever is wrong with the token."""
        try:
            claims = await self._claims_of(token)
            jwt.JWTClaimsRegistry(
                leeway=CLOCKS_DIFFER_BY,
                iss={"essential": True, "value": self.issuer},
                aud={"essential": True, "value": self.audience},
                sub={"essential": True},
                exp={"essential": True},
            ).validate(claims)
        except (JoseError, ValueError) as error:
            raise NotAuthenticated from error
        return _actor_from(claims)

    async def _claims_of(self, token: str) -> dict[str, Any]:
        keys = await self._known_keys(KEYS_KEPT_FOR)
        try:
            return jwt.decode(token, keys, algorithms=ALGORITHMS).claims
        except (JoseError, ValueError):
            # The issuer may have changed its keys since we asked; a stream of bad tokens must not make us ask each.
            keys = await self._known_keys(KEYS_ASKED_AGAIN_AFTER)
            return jwt.decode(token, keys, algorithms=ALGORITHMS).claims

    async def _known_keys(self, kept_for: timedelta) -> KeySet:
        """The keys we have, asked for anew when they are older; while the issuer is away the old ones hold."""
        async with self._asking:
            if self._keys is None or time.monotonic() - self._fetched_at > kept_for.total_seconds():
                try:
                    self._keys = await self._fetch()
                except Unavailable:
                    if self._keys is None:
                        raise
                self._fetched_at = time.monotonic()
            return self._keys

    async def _fetch(self) -> KeySet:
        """Raises Unavailable also where what is given is not keys: that is no fault of the caller's."""
        try:
            if self.keys_file:
                return KeySet.import_key_set(json.loads(self.keys_file.read_text(encoding="utf-8")))
            async with httpx.AsyncClient(timeout=5, follow_redirects=True) as client:
                configuration = await client.get(f"{self.issuer.rstrip('/')}/.well-known/openid-configuration")
                keys = await client.get(configuration.raise_for_status().json()["jwks_uri"])
                return KeySet.import_key_set(keys.raise_for_status().json())
        except (OSError, httpx.HTTPError, httpx.InvalidURL, JoseError, LookupError, TypeError, ValueError) as error:
            raise Unavailable from error


def token_check(settings: Settings) -> TokenCheck:
    if settings.issuer_url:
        return TokenCheck(settings.issuer_url, settings.audience, keys_file=None)
    return TokenCheck(LOCAL_ISSUER, settings.audience, settings.keys() / "public.json")


def _actor_from(claims: Mapping[str, Any]) -> Actor:
    """Raises NotAuthenticated where a claim is not text that we can keep: a scope that is misread must not widen."""
    named = claims.get("roles", [])
    known = {role.value for role in Role}
    claimed = {name: claims[name] for name in ("sub", "name", "area", "team", "organisation") if claims.get(name)}
    if not all(isinstance(text, str) and len(text) <= LONGEST_CLAIM and "\0" not in text for text in claimed.values()):
        raise NotAuthenticated
    if is_blank(claimed.get("organisation", "none")):  # two that show nothing would be one organisation
        raise NotAuthenticated
    roles = [role for role in named if isinstance(role, str) and role in known] if isinstance(named, list) else []
    return Actor(subject=claimed.pop("sub"), roles=frozenset(Role(role) for role in roles), **claimed)


def create_keys(folder: Path) -> None:
    """Make this installation's signing key unless it has one; only its owner may read the private half."""
    private = folder / "signing.json"
    folder.mkdir(parents=True, exist_ok=True)
    if not private.exists():
        key = ECKey.generate_key("P-256", {"use": "sig"})
        key.ensure_kid()
        draft = folder / f"signing.{os.getpid()}"
        draft.touch(mode=0o600)
        draft.write_text(json.dumps(key.as_dict(private=True)), encoding="utf-8")
        try:
            os.link(draft, private)  # fails where another process was first, so that there is one key, never two
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    key = ECKey.import_key(json.loads(private.read_text(encoding="utf-8")))
    (folder / "public.json").write_text(json.dumps({"keys": [key.as_dict(private=False)]}), encoding="utf-8")


def mint_token(settings: Settings, role: Role, *, lasts: timedelta = timedelta(hours=12), **claims: str | None) -> str:
    """A token signed with this installation's own key; for development, and for its own background processes."""
    key = ECKey.import_key(json.loads((settings.keys() / "signing.json").read_text(encoding="utf-8")))
    issued = clock.now()
    payload = {
        "iss": LOCAL_ISSUER,
        "aud": settings.audience,
        "sub": role.value,
        "iat": int(issued.timestamp()),
        "exp": int((issued + lasts).timestamp()),
        "roles": [role.value],
        **{name: value for name, value in claims.items() if value},
    }
    return jwt.encode({"alg": "ES256", "kid": key.kid}, payload, key)
