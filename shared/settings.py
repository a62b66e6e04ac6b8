"""Settings from the environment and from files of secrets; every one of them has a default that works on a laptop."""

import os
from pathlib import Path
from typing import Literal, get_args

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

Service = Literal["referrals", "casework", "centres", "governance"]
SERVICES: tuple[Service, ...] = get_args(Service)


class Settings(BaseSettings):
    """One service's settings; all but its databases (`REFERRALS_DATABASE_URL`, for one) are common to all services.

    Where `SECRETS_DIR` names a folder, each setting may also stand there in a file of its name.
    """

    model_config = SettingsConfigDict(extra="ignore")

    service: str = Field(exclude=True)
    database_url: str | None = None
    """The service's own database; none: a SQLite file in the data folder."""
    owner_database_url: str | None = None
    """The same database as its owner, for migrations; none: `database_url` itself."""

    data_dir: Path = Field(Path("data"), validation_alias="DATA_DIR")
    broker_url: str | None = Field(None, validation_alias="BROKER_URL")
    """RabbitMQ, `amqp://…`; none: the embedded bus in the data folder."""
    issuer_url: str | None = Field(None, validation_alias="ISSUER_URL")
    """The OpenID provider whose tokens are accepted; none: tokens signed with the key in `KEYS_DIR`."""
    audience: str = Field("ridgeway", validation_alias="AUDIENCE")
    keys_dir: Path | None = Field(None, validation_alias="KEYS_DIR")
    service_token_file: Path | None = Field(None, validation_alias="SERVICE_TOKEN_FILE")
    """A token with the role `service`, read anew for every call, so that it can be replaced while we run."""

    heartbeat_file: Path | None = Field(None, validation_alias="HEARTBEAT_FILE")
    """Touched by a background process every few seconds, for a health check to look at."""

    referrals_url: str | None = Field(None, validation_alias="REFERRALS_URL")
    casework_url: str | None = Field(None, validation_alias="CASEWORK_URL")
    centres_url: str | None = Field(None, validation_alias="CENTRES_URL")
    governance_url: str | None = Field(None, validation_alias="GOVERNANCE_URL")
    """Where each of the other services listens; none: in this process."""

    def database(self) -> str:
        return self.database_url or f"sqlite+aiosqlite:///{self.data_dir.resolve()}/{self.service}.sqlite"

    def keys(self) -> Path:
        return self.keys_dir or self.data_dir / "keys"

    def service_urls(self) -> dict[str, str]:
        urls = {name: getattr(self, f"{name}_url") for name in SERVICES}
        return {name: url for name, url in urls.items() if url}


def settings_of(service: str) -> Settings:
    """The settings of one service, from this process's environment."""
    return Settings(
        service=service,
        _env_prefix=f"{service.upper()}_",
        _secrets_dir=os.environ.get("SECRETS_DIR"),
    )
