"""What a list gives to go on from: it stands in URLs and logs, so that the names that it may hold are encrypted."""

import hashlib
import os
from functools import cache
from pathlib import Path

from joserfc import jwe
from joserfc.errors import JoseError
from joserfc.jwk import OctKey
from sqlalchemy import URL, make_url
from sqlalchemy.ext.asyncio import AsyncSession

HEADER = {"alg": "dir", "enc": "A256GCM"}
_PURPOSE = b"ridgeway cursors, version 1"


def key_of(session: AsyncSession) -> OctKey:
    """The key of whoever shares this database: every process of a service has it, before and after a restart."""
    return _key_of(session.get_bind().engine.url.render_as_string(hide_password=False))


@cache
def _key_of(address: str) -> OctKey:
    secret = _secret_of(make_url(address))
    return OctKey.import_key(hashlib.blake2b(secret, key=_PURPOSE, digest_size=32).digest())


def _secret_of(url: URL) -> bytes:
    """Of a server the password with which the service signs in; of a file a secret that lies beside it."""
    if url.password:
        return f"{url.username}:{url.password}@{url.database}".encode()
    if url.get_backend_name() != "sqlite" or not url.database:
        return str(url).encode()
    file = Path(url.database).with_name("cursors.key")
    if not file.exists():
        draft = file.with_suffix(f".{os.getpid()}")
        draft.touch(mode=0o600)
        draft.write_bytes(os.urandom(32))
        try:
            os.link(draft, file)  # fails where another process was first, so that there is one key, never two
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return file.read_bytes()


def seal(content: str, key: OctKey) -> str:
    """Encrypted text for a URL; of the same content another one each time."""
    return jwe.encrypt_compact(HEADER, content.encode("utf-8", "surrogatepass"), key)


def unseal(cursor: str, key: OctKey) -> str:
    """Raises ValueError for whatever was not sealed with this key, or was changed since."""
    try:
        plain = jwe.decrypt_compact(cursor, key, algorithms=list(HEADER.values())).plaintext
    except (JoseError, ValueError, TypeError, LookupError) as error:
        raise ValueError("not a cursor of ours") from error
    return (plain or b"").decode()
