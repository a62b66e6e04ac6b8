"""What can be reached and read from where: one way in, nobody as root, no secret where it does not belong."""

import json

import httpx
import pytest

from tests.compose.installation import SERVICES, Installation
from tests.eventually import eventually

pytestmark = [pytest.mark.compose, pytest.mark.timeout(600)]

ONCE = ("setup", *(f"{service}-migrate" for service in SERVICES))
PARTS = ("api", "background", "database")
WHICH_ARE_KNOWN = """
import socket, sys
for name in sys.argv[1:]:
    try:
        socket.getaddrinfo(name, 1)
        print(name)
    except OSError:
        pass
"""


def test_one_port_is_open_and_only_to_this_machine(installation: Installation) -> None:
    bindings = {name: each["HostConfig"]["PortBindings"] for name, each in installation.containers().items()}
    open_ports = {name: ports for name, ports in bindings.items() if ports}
    assert open_ports == {"gateway": {"8080/tcp": [{"HostIp": "127.0.0.1", "HostPort": str(installation.port)}]}}


async def test_every_part_is_healthy_and_comes_back_by_itself(installation: Installation) -> None:
    containers = installation.containers()
    assert len(containers) == 3 + 4 * len(SERVICES)
    assert {containers[name]["State"]["ExitCode"] for name in ONCE} == {0}
    policies = {each["HostConfig"]["RestartPolicy"]["Name"] for name, each in containers.items() if name not in ONCE}
    assert policies == {"unless-stopped"}
    await eventually(lambda: _all_healthy(installation), 60.0)  # one that was just started has not been checked yet


def _all_healthy(installation: Installation) -> bool:
    running = [each for name, each in installation.containers().items() if name not in ONCE]
    return all(each["State"]["Health"]["Status"] == "healthy" for each in running)


def test_nobody_is_root_and_an_image_holds_one_services_code(installation: Installation) -> None:
    for name in installation.containers():
        if name not in ONCE:
            assert installation.execute(name, "id", "-u").strip() != "0", name
    for service in SERVICES:
        for part in ("api", "background"):
            there = installation.execute(f"{service}-{part}", "ls", "services").split()
            assert set(there) - {"__pycache__"} == {"__main__.py", service}


def test_no_secret_shows_from_outside_the_containers(installation: Installation) -> None:
    printed = installation.compose(
        "run", "--rm", "--no-deps", "-T", "--entrypoint", "sh", "setup", "-c", "cat /installation/own/passwords/*"
    )
    passwords = {printed[start : start + 48] for start in range(0, len(printed), 48)}
    assert len(passwords) == 3 * len(SERVICES) + 1
    shown = json.dumps(installation.containers())
    assert not any(password in shown for password in passwords)


def test_each_part_is_given_the_secrets_that_it_needs_and_no_others(installation: Installation) -> None:
    for service in SERVICES:
        url = f"{service.upper()}_DATABASE_URL"
        given = {part: set(installation.execute(f"{service}-{part}", "ls", "/run/ridgeway").split()) for part in PARTS}
        assert given["api"] == {url}
        assert given["background"] == {url, "BROKER_URL", "service-token"}
        assert given["database"] == {url, f"{service.upper()}_OWNER_DATABASE_URL", "password"}
        modes = installation.execute(f"{service}-api", "stat", "-c", "%a", f"/run/ridgeway/{url}", "/run/ridgeway")
        assert modes.split() == ["440", "750"]


def test_setup_again_changes_no_password(installation: Installation) -> None:
    before = installation.execute("casework-background", "cat", "/run/ridgeway/CASEWORK_DATABASE_URL")
    token = installation.execute("casework-background", "cat", "/run/ridgeway/service-token")
    installation.compose("run", "--rm", "--no-deps", "-T", "setup")
    assert installation.execute("casework-background", "cat", "/run/ridgeway/CASEWORK_DATABASE_URL") == before
    assert installation.execute("casework-background", "cat", "/run/ridgeway/service-token") != token


def test_the_services_own_role_only_adds_to_the_audit(installation: Installation) -> None:
    for service in SERVICES:
        ask = "SELECT string_agg(p, ',') FROM unnest('{SELECT,INSERT,UPDATE,DELETE,TRUNCATE}'::text[]) p"
        ask += f" WHERE has_table_privilege('{service}', 'audit', p)"
        granted = installation.execute(f"{service}-database", "psql", "-U", f"{service}_owner", service, "-tAc", ask)
        assert granted.strip() == "SELECT,INSERT"


def test_an_api_reaches_its_own_database_and_neither_another_nor_the_broker(installation: Installation) -> None:
    others = [*(f"{service}-database" for service in SERVICES), "rabbitmq"]
    for service in SERVICES:
        reached = installation.execute(f"{service}-api", "python", "-c", WHICH_ARE_KNOWN, *others).split()
        assert reached == [f"{service}-database"]


@pytest.mark.parametrize("service", SERVICES)
def test_documents_are_there_and_what_is_for_operators_is_not(installation: Installation, service: str) -> None:
    with httpx.Client(base_url=installation.url) as http:
        assert f'href="/{service}/docs"' in http.get("/").text
        page = http.get(f"/{service}/docs").text
        for linked in ("openapi.json", "static/swagger-ui/swagger-ui-bundle.js", "static/swagger-ui/swagger-ui.css"):
            assert f"/{service}/{linked}" in page
            assert http.get(f"/{service}/{linked}").status_code == 200
        for path in ("livez", "readyz", "metrics", "/metrics", "metrics/", "%6detrics", "LIVEZ"):
            hidden = http.get(f"/{service}/{path}")
            assert (hidden.status_code, hidden.json()["code"]) == (404, "not-found"), path


def test_a_body_too_large_is_refused_by_the_service_itself(installation: Installation) -> None:
    headers = {"Authorization": f"Bearer {installation.token('referrer')}"}
    answer = httpx.post(
        f"{installation.url}/referrals/v1/referrals", json={"narrative": "x" * 3_000_000}, headers=headers
    )
    assert (answer.status_code, answer.json()["code"]) == (413, "content-too-large")
