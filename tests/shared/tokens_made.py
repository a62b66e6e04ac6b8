"""Tokens as issuers make them and as forgers do, and an OpenID provider on a port of its own."""

import base64
import hashlib
import hmac
import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

from shared import clock

AUDIENCE = "ridgeway"


def claims_of(issuer: str, **changes: Any) -> dict[str, Any]:
    """What a good token claims; a change of None leaves the claim out."""
    now = int(clock.now().timestamp())
    good = {"iss": issuer, "aud": AUDIENCE, "sub": "maria", "iat": now, "exp": now + 300, "roles": ["mash_manager"]}
    return {name: value for name, value in {**good, **changes}.items() if value is not None}


def signed(key: ECKey | RSAKey, claims: Mapping[str, Any], **header: Any) -> str:
    algorithm = "RS256" if isinstance(key, RSAKey) else "ES256"
    named = {"alg": algorithm, **header}
    return jwt.encode(named, dict(claims), key, algorithms=[named["alg"]])


def unsigned(claims: Mapping[str, Any]) -> str:
    """With the algorithm `none`, by which nobody need have signed it."""
    return f"{_part({'alg': 'none', 'typ': 'JWT'})}.{_part(claims)}."


def signed_with_the_public_key(key: ECKey, claims: Mapping[str, Any], secret: bytes) -> str:
    """As if the key that everybody knows were a secret shared with the service."""
    signed_part = f"{_part({'alg': 'HS256', 'typ': 'JWT', 'kid': key.kid})}.{_part(claims)}"
    return f"{signed_part}.{_text(hmac.new(secret, signed_part.encode(), hashlib.sha256).digest())}"


def with_other_claims(token: str, claims: Mapping[str, Any]) -> str:
    """The claims exchanged under a signature that was made for others."""
    header, _, signature = token.split(".")
    return f"{header}.{_part(claims)}.{signature}"


def _part(content: Mapping[str, Any]) -> str:
    return _text(json.dumps(content).encode())


def _text(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


class OpenIdProvider:
    """Answers discovery and gives its keys over HTTP; counts how often it is asked for them."""

    def __init__(self, url: str, keys: list[Any]) -> None:
        self.url = url
        self.keys = keys
        self.asked = 0

    def answer(self, path: str) -> Any:
        if path == "/.well-known/openid-configuration":
            return {"issuer": self.url, "jwks_uri": f"{self.url}/keys"}
        self.asked += 1
        return {"keys": self.keys}


@contextmanager
def openid_provider(*keys: ECKey | RSAKey) -> Iterator[OpenIdProvider]:
    """A provider with these keys; it is gone at the end of the block."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = json.dumps(provider.answer(self.path)).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            """Nothing: the output of tests is for failures."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        provider = OpenIdProvider(f"http://127.0.0.1:{server.server_port}", [public(key) for key in keys])
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield provider
        finally:
            server.shutdown()
            thread.join()


def public(key: ECKey | RSAKey) -> Any:
    return key.as_dict(private=False)


def new_key(kid: str) -> ECKey:
    return ECKey.generate_key("P-256", {"kid": kid, "use": "sig"})
