"""The whole suite in containers, as an operator brings it up, under a project name and a port of its own."""

import json
import os
import secrets
import socket
import subprocess
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
SERVICES = ("referrals", "casework", "centres", "governance")


class Installation:
    def __init__(self) -> None:
        self.project = f"ridgeway-test-{secrets.token_hex(3)}"
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._tokens: dict[str, str] = {}

    def compose(self, *arguments: str) -> str:
        """What `docker compose …` prints on standard output; fails with what it prints besides where it does."""
        command = [
            "docker",
            "compose",
            "--ansi=never",
            "-p",
            self.project,
            "-f",
            str(ROOT / "docker-compose.yml"),
            *arguments,
        ]
        # What an operator may have set for an installation of their own is not for this one.
        environment = {**os.environ, "GATEWAY_PORT": str(self.port), "ISSUER_URL": "", "AUDIENCE": "ridgeway"}
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"docker compose {' '.join(arguments)}\n{done.stderr[-4000:]}{done.stdout[-1000:]}"
        return done.stdout

    def up(self) -> None:
        self.compose("up", "--build", "--wait")

    def remove(self) -> None:
        self.compose("down", "--volumes", "--remove-orphans", "--timeout", "5")

    def what_happened(self) -> str:
        """The state and the last words of every container."""
        return self.compose("ps", "--all") + self.compose("logs", "--no-color", "--tail", "60")

    def containers(self) -> dict[str, dict[str, Any]]:
        """What `docker inspect` shows of each, by the name of its service."""
        ids = self.compose("ps", "--all", "--quiet").split()
        shown = subprocess.run(["docker", "inspect", *ids], capture_output=True, text=True, check=True).stdout
        return {each["Config"]["Labels"]["com.docker.compose.service"]: each for each in json.loads(shown)}

    def execute(self, service: str, *command: str) -> str:
        return self.compose("exec", "-T", service, *command)

    def token(self, role: str) -> str:
        if role not in self._tokens:
            printed = self.compose("run", "--rm", "--no-deps", "-T", "setup", "token", role)
            assert printed.count("\n") == 1, "a token and nothing else on standard output"
            self._tokens[role] = printed.strip()
        return self._tokens[role]
