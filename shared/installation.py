"""What an installation of many processes needs before its first start, each in the folder of those who may read it.

FOLDER/SERVICE/owner        for the database itself and for migrations: the owner's password, both URLs
FOLDER/SERVICE/api          the URL with which the service's own role signs in
FOLDER/SERVICE/background   the same, the broker's URL, a token of the role `service`
FOLDER/broker               the broker's users, as RabbitMQ's definitions
FOLDER/public-keys          the keys with which APIs check tokens
KEYS_DIR                    the private key, and each password once; what the other folders hold is made from it anew

Running it again changes no password: it fills in what is missing and renews the tokens.
"""

import base64
import hashlib
import json
import os
import secrets
from datetime import timedelta
from pathlib import Path
from typing import Any

from shared.auth import Role, create_keys, mint_token
from shared.settings import SERVICES, Settings

SERVICE_TOKEN_LASTS = timedelta(days=365)
BROKER_OPERATOR = "operator"
"""Signs in to the broker's management; the services' own users may not."""
READABLE_BY_GROUP, READABLE_BY_ALL = 0o440, 0o444


def prepare(folder: Path, settings: Settings) -> None:
    """Write every folder; with an identity provider the tokens come from there and are left as they are."""
    own = settings.keys()
    create_keys(own)
    _put(folder / "public-keys" / "public.json", (own / "public.json").read_text(encoding="utf-8"), READABLE_BY_ALL)
    for service in SERVICES:
        _prepare_service(folder / service, service, own)
        if not settings.issuer_url:
            token = mint_token(settings, Role.SERVICE, lasts=SERVICE_TOKEN_LASTS, sub=f"{service}-background")
            _put(folder / service / "background" / "service-token", token)
    _put(folder / "broker" / "definitions.json", json.dumps(_broker_definitions(own), indent=2))


def _prepare_service(folder: Path, service: str, own: Path) -> None:
    owner_password = _password(own, f"{service}-owner")
    role_password = _password(own, f"{service}-role")
    place = f"{service}-database:5432/{service}"
    service_url = f"postgresql+asyncpg://{service}:{role_password}@{place}"
    name = f"{service.upper()}_DATABASE_URL"
    for reader in ("owner", "api", "background"):
        _put(folder / reader / name, service_url)
    _put(folder / "owner" / "password", owner_password)
    _put(
        folder / "owner" / f"{service.upper()}_OWNER_DATABASE_URL",
        f"postgresql+asyncpg://{service}_owner:{owner_password}@{place}",
    )
    broker_password = _password(own, f"broker-{service}")
    _put(folder / "background" / "BROKER_URL", f"amqp://{service}:{broker_password}@rabbitmq:5672/")


def _broker_definitions(own: Path) -> dict[str, Any]:
    users = {**dict.fromkeys(SERVICES, ""), BROKER_OPERATOR: "administrator"}
    return {
        "vhosts": [{"name": "/"}],
        "users": [
            {
                "name": name,
                "password_hash": _rabbitmq_hash(_password(own, f"broker-{name}")),
                "hashing_algorithm": "rabbit_password_hashing_sha256",
                "tags": tags,
            }
            for name, tags in users.items()
        ],
        "permissions": [{"user": name, "vhost": "/", "configure": ".*", "write": ".*", "read": ".*"} for name in users],
    }


def _rabbitmq_hash(password: str) -> str:
    salt = os.urandom(4)  # four bytes is what RabbitMQ's format has; the passwords are long and random
    return base64.b64encode(salt + hashlib.sha256(salt + password.encode()).digest()).decode()


def _password(own: Path, name: str) -> str:
    """The password of this name, made when it is first asked for."""
    path = own / "passwords" / name
    if not path.exists():
        path.parent.mkdir(mode=0o700, exist_ok=True)
        _put(path, secrets.token_hex(24), 0o400)
    return path.read_text(encoding="utf-8")


def _put(path: Path, content: str, mode: int = READABLE_BY_GROUP) -> None:
    """Write a file at once or not at all: a process may be reading it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}")
    draft.unlink(missing_ok=True)
    draft.touch(mode=0o600)
    draft.write_text(content, encoding="utf-8")
    draft.chmod(mode)
    draft.replace(path)
