"""Tokens: what is wrong with one is never a reason to let it in, and never more than a 401."""

import asyncio
import json
import stat
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc.jwk import ECKey, RSAKey

from services.referrals.app import create_app
from shared import auth
from shared.auth import LOCAL_ISSUER, Actor, Role, TokenCheck, create_keys, mint_token
from shared.problems import NotAuthenticated, Unavailable
from shared.settings import Settings
from tests.conftest import MakeDatabase
from tests.service_under_test import start_service
from tests.shared.command_line import ROOT, environment_of, run_command
from tests.shared.tokens_made import (
    AUDIENCE,
    OpenIdProvider,
    claims_of,
    new_key,
    openid_provider,
    public,
    signed,
    signed_with_the_public_key,
    unsigned,
    with_other_claims,
)

HOUR = 3600
MAKE_KEYS = """
import json, sys
from pathlib import Path
from shared.auth import create_keys
print("ready", flush=True)
sys.stdin.readline()
for number in range(50):
    create_keys(folder := Path(sys.argv[1], str(number)))
    print(json.loads((folder / "signing.json").read_text())["kid"])
"""
"""Makes keys in fifty folders, one after the other, and prints which it finds there."""


@pytest.fixture(scope="session")
def own_key(keys_dir: Path) -> ECKey:
    return ECKey.import_key(json.loads((keys_dir / "signing.json").read_text()))


@pytest.fixture
def check(keys_dir: Path) -> TokenCheck:
    return TokenCheck(LOCAL_ISSUER, AUDIENCE, keys_dir / "public.json")


@pytest.fixture
def provider() -> Iterator[tuple[OpenIdProvider, ECKey]]:
    key = new_key("first")
    with openid_provider(key) as provider:
        yield provider, key


def _claims(**changes: Any) -> dict[str, Any]:
    return claims_of(LOCAL_ISSUER, **changes)


def _now(seconds: int) -> int:
    return int(_claims()["iat"]) + seconds


class TestTokensOfThisInstallation:
    async def test_a_good_token_names_who_is_calling(self, check: TokenCheck, own_key: ECKey) -> None:
        claims = _claims(roles=["team_manager", "social_worker"], area="south", team="South 1", name="Maria Okafor")
        assert await check.actor_of(signed(own_key, claims, kid=own_key.kid)) == Actor(
            subject="maria",
            roles=frozenset({Role.TEAM_MANAGER, Role.SOCIAL_WORKER}),
            name="Maria Okafor",
            area="south",
            team="South 1",
        )

    async def test_a_token_need_not_name_its_key(self, check: TokenCheck, own_key: ECKey) -> None:
        actor = await check.actor_of(signed(own_key, _claims()))
        assert actor.subject == "maria"

    @pytest.mark.parametrize("claim", ["iat", "nbf"])
    async def test_an_issuer_whose_clock_is_a_little_ahead_is_believed(
        self, check: TokenCheck, own_key: ECKey, claim: str
    ) -> None:
        assert await check.actor_of(signed(own_key, _claims(**{claim: _now(5)})))

    async def test_one_audience_among_several_is_enough(self, check: TokenCheck, own_key: ECKey) -> None:
        assert await check.actor_of(signed(own_key, _claims(aud=["account", AUDIENCE])))

    @pytest.mark.parametrize(
        "changes",
        [
            {"exp": _now(-60)},
            {"exp": _now(-HOUR)},
            {"exp": "tomorrow"},
            {"exp": True},
            {"exp": None},
            {"nbf": _now(HOUR)},
            {"iat": _now(HOUR)},
            {"iss": "https://elsewhere.example"},
            {"iss": None},
            {"iss": [LOCAL_ISSUER]},
            {"aud": "another-service"},
            {"aud": []},
            {"aud": None},
            {"sub": None},
            {"sub": ""},
            {"sub": 7},
            {"organisation": "\u200b\u00a0"},
        ],
        ids=lambda changes: str(next(iter(changes))),
    )
    async def test_a_well_signed_token_with_a_wrong_claim_is_refused(
        self, check: TokenCheck, own_key: ECKey, changes: dict[str, Any]
    ) -> None:
        with pytest.raises(NotAuthenticated):
            await check.actor_of(signed(own_key, _claims(**changes), kid=own_key.kid))

    @pytest.mark.parametrize(
        "forge",
        [
            lambda own: unsigned(_claims()),
            lambda own: signed_with_the_public_key(own, _claims(), own.as_pem(private=False)),
            lambda own: signed_with_the_public_key(own, _claims(), json.dumps(public(own)).encode()),
            lambda own: signed(new_key("another"), _claims(), kid="another"),
            lambda own: signed(new_key("another"), _claims()),
            lambda own: signed(new_key(own.kid or ""), _claims(), kid=own.kid),
            lambda own: signed(RSAKey.generate_key(2048, {"kid": own.kid or ""}), _claims(), kid=own.kid),
            lambda own: with_other_claims(signed(own, _claims(sub="noel")), _claims()),
            lambda own: signed(own, _claims())[:-8],
            lambda own: signed(own, _claims()) + "A",
            lambda own: json.dumps(_claims()),
            lambda own: "",
            lambda own: "..",
            lambda own: "é.è.ê",
        ],
        ids=[
            "algorithm none",
            "HMAC with the public key as PEM",
            "HMAC with the public key as JWK",
            "an unknown key",
            "an unknown key without its name",
            "an unknown key under our key's name",
            "an RSA key under our key's name",
            "claims exchanged",
            "signature cut",
            "signature lengthened",
            "not a token",
            "empty",
            "dots",
            "not ASCII",
        ],
    )
    async def test_a_forged_token_is_refused(
        self, check: TokenCheck, own_key: ECKey, forge: Callable[[ECKey], str]
    ) -> None:
        with pytest.raises(NotAuthenticated):
            await check.actor_of(forge(own_key))

    @given(token=st.text() | st.from_regex(r"[\w-]{0,20}\.[\w-]{0,20}\.[\w-]{0,20}", fullmatch=True))
    def test_no_text_at_all_gets_past_or_fails_otherwise(self, keys_dir: Path, token: str) -> None:
        check = TokenCheck(LOCAL_ISSUER, AUDIENCE, keys_dir / "public.json")
        with pytest.raises(NotAuthenticated):
            asyncio.run(check.actor_of(token))

    @pytest.mark.parametrize(
        ("named", "kept"),
        [
            (["mash_manager", "superuser", 7, None, ["administrator"], {}], {Role.MASH_MANAGER}),
            (["Administrator", "administrator "], set()),
            ("administrator", set()),
            ({"administrator": True}, set()),
            (None, set()),
        ],
        ids=str,
    )
    async def test_roles_that_are_none_of_ours_are_ignored(
        self, check: TokenCheck, own_key: ECKey, named: Any, kept: set[Role]
    ) -> None:
        assert (await check.actor_of(signed(own_key, _claims(roles=named)))).roles == kept


class TestTokensOfAnOpenIdProvider:
    async def test_its_keys_are_found_by_discovery_and_kept(self, provider: tuple[OpenIdProvider, ECKey]) -> None:
        issuer, key = provider
        check = TokenCheck(issuer.url, AUDIENCE, keys_file=None)
        for _ in range(5):
            token = signed(key, claims_of(issuer.url), kid=key.kid)
            assert (await check.actor_of(token)).subject == "maria"
        assert issuer.asked == 1

    async def test_a_key_that_came_since_is_fetched_once_the_last_time_is_a_while_ago(
        self, provider: tuple[OpenIdProvider, ECKey], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        issuer, first = provider
        check, second = TokenCheck(issuer.url, AUDIENCE, keys_file=None), new_key("second")
        await check.actor_of(signed(first, claims_of(issuer.url), kid="first"))
        issuer.keys = [public(second)]
        with pytest.raises(NotAuthenticated):  # asked a moment ago: it would be asked for every bad token otherwise
            await check.actor_of(signed(second, claims_of(issuer.url), kid="second"))
        monkeypatch.setattr(auth, "KEYS_ASKED_AGAIN_AFTER", auth.KEYS_ASKED_AGAIN_AFTER * 0)
        assert await check.actor_of(signed(second, claims_of(issuer.url), kid="second"))
        with pytest.raises(NotAuthenticated):  # and what the issuer has withdrawn is good no longer
            await check.actor_of(signed(first, claims_of(issuer.url), kid="first"))

    async def test_a_stream_of_bad_tokens_is_not_passed_on_to_the_issuer(
        self, provider: tuple[OpenIdProvider, ECKey]
    ) -> None:
        issuer, _ = provider
        check = TokenCheck(issuer.url, AUDIENCE, keys_file=None)
        for number in range(20):
            with pytest.raises(NotAuthenticated):
                await check.actor_of(signed(new_key(f"bad-{number}"), claims_of(issuer.url), kid=f"bad-{number}"))
        assert issuer.asked == 1

    async def test_a_key_withdrawn_is_trusted_no_longer_than_the_keys_are_kept(
        self, provider: tuple[OpenIdProvider, ECKey], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        issuer, first = provider
        check = TokenCheck(issuer.url, AUDIENCE, keys_file=None)
        token = signed(first, claims_of(issuer.url), kid="first")
        await check.actor_of(token)
        issuer.keys = [public(new_key("second"))]
        assert await check.actor_of(token)
        monkeypatch.setattr(auth, "KEYS_KEPT_FOR", auth.KEYS_KEPT_FOR * 0)
        with pytest.raises(NotAuthenticated):
            await check.actor_of(token)

    async def test_an_rsa_key_among_others_is_good(self) -> None:
        rsa = RSAKey.generate_key(2048, {"kid": "rsa", "use": "sig"})
        encryption = RSAKey.generate_key(2048, {"kid": "for-encryption", "use": "enc", "alg": "RSA-OAEP"})
        with openid_provider(encryption, rsa, new_key("ec")) as issuer:
            issuer.keys.append({"kty": "AKP", "kid": "of-a-kind-not-yet-known", "pub": "AAAA"})
            check = TokenCheck(issuer.url, AUDIENCE, keys_file=None)
            for algorithm in ("RS256", "PS256"):
                assert await check.actor_of(signed(rsa, claims_of(issuer.url), kid="rsa", alg=algorithm))

    async def test_our_own_key_is_not_trusted_beside_a_provider(
        self, provider: tuple[OpenIdProvider, ECKey], keys_dir: Path
    ) -> None:
        settings = Settings(service="referrals", KEYS_DIR=keys_dir, ISSUER_URL=provider[0].url)
        with pytest.raises(NotAuthenticated):
            await auth.token_check(settings).actor_of(mint_token(settings, Role.ADMINISTRATOR))

    @pytest.mark.parametrize("rubbish", [None, "keys", [None], ["key"], [{"kty": "EC"}], []], ids=str)
    async def test_an_issuer_that_gives_no_usable_keys_counts_as_away(
        self, provider: tuple[OpenIdProvider, ECKey], rubbish: Any
    ) -> None:
        issuer, key = provider
        issuer.keys = rubbish
        with pytest.raises(Unavailable):
            await TokenCheck(issuer.url, AUDIENCE, keys_file=None).actor_of(signed(key, claims_of(issuer.url)))

    async def test_while_the_issuer_is_away_callers_are_asked_to_come_again(self, make_sqlite: MakeDatabase) -> None:
        with openid_provider(new_key("first")) as issuer:
            address = issuer.url
        settings = Settings(service="referrals", database_url=make_sqlite("referrals"), ISSUER_URL=address)
        async with _served(settings) as client:
            answer = await client.get("/codes", headers={"Authorization": "Bearer a.b.c"})
        assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
        assert answer.headers["retry-after"]


@asynccontextmanager
async def _served(settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    app = create_app(settings)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://service/v1") as client:
        yield client
    await app.state.database.close()


@pytest.fixture
async def anonymous(make_sqlite: MakeDatabase, keys_dir: Path, tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    async with start_service("referrals", make_sqlite("referrals"), keys_dir, tmp_path) as service:
        yield service.client()


@pytest.mark.parametrize("header", [None, "Bearer", "Bearer ", "Bearer x.y.z", "Basic bWFyaWE6c2VjcmV0", "x.y.z"])
async def test_without_a_good_token_the_answer_names_the_scheme(
    anonymous: httpx.AsyncClient, header: str | None
) -> None:
    headers = {} if header is None else {"Authorization": header}
    answer = await anonymous.get("/codes", headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (401, "not-authenticated")
    assert answer.headers["www-authenticate"] == "Bearer"
    assert answer.headers["content-type"] == "application/problem+json"


def _names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def _piped(folder: Path) -> dict[str, Any]:
    environment = {**environment_of(folder), "PYTHONPATH": str(ROOT)}
    return {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "cwd": ROOT, "env": environment}


class TestTheKeyOfThisInstallation:
    def test_it_stays_the_same_and_only_its_owner_reads_it(self, tmp_path: Path) -> None:
        create_keys(tmp_path / "keys")
        first = (tmp_path / "keys" / "signing.json").read_bytes()
        create_keys(tmp_path / "keys")
        assert (tmp_path / "keys" / "signing.json").read_bytes() == first
        assert stat.S_IMODE((tmp_path / "keys" / "signing.json").stat().st_mode) == 0o600
        assert "d" not in json.loads((tmp_path / "keys" / "public.json").read_text())["keys"][0]

    async def test_processes_that_begin_at_once_make_one_key(self, tmp_path: Path) -> None:
        command = (sys.executable, "-c", MAKE_KEYS, str(tmp_path))
        processes = [await asyncio.create_subprocess_exec(*command, **_piped(tmp_path)) for _ in range(3)]
        for process in processes:
            assert process.stdout is not None
            assert await process.stdout.readline() == b"ready\n"
        printed = await asyncio.gather(*(process.communicate(b"go\n") for process in processes))
        assert [process.returncode for process in processes] == [0] * 3
        assert printed[0][0].split() == printed[1][0].split() == printed[2][0].split()
        for number, kid in enumerate(printed[0][0].decode().split()):
            assert _names_in(tmp_path / str(number)) == ["public.json", "signing.json"]
            published = json.loads((tmp_path / str(number) / "public.json").read_text())["keys"]
            assert [key["kid"] for key in published] == [kid]


class TestTheTokenCommand:
    async def test_it_prints_the_token_and_nothing_else_and_warns_beside(self, tmp_path: Path) -> None:
        ran = await run_command("token", "team_manager", "--area", "south", "--subject", "maria", data_dir=tmp_path)
        assert (ran.returncode, ran.stdout.count("\n")) == (0, 1)
        assert "development" in ran.stderr
        check = TokenCheck(LOCAL_ISSUER, AUDIENCE, tmp_path / "keys" / "public.json")
        actor = await check.actor_of(ran.stdout.strip())
        assert actor == Actor("maria", frozenset({Role.TEAM_MANAGER}), area="south")

    async def test_it_makes_none_where_an_issuer_is_configured(self, tmp_path: Path) -> None:
        ran = await run_command("token", "administrator", data_dir=tmp_path, ISSUER_URL="https://id.example")
        assert ran.returncode != 0
        assert ran.stdout == ""
        assert "ISSUER_URL" in ran.stderr
        assert _names_in(tmp_path) == []
