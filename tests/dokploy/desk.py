"""Clients and scripted servers for the tests, and the answers that a real Dokploy was seen to give."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

from dokploy.client import DokployClient
from dokploy.patience import Patience
from tests.dokploy.scripted_server import Say, ScriptedServer, answer

KEY = "key-of-an-owner-0123456789"
PAGE = "<!DOCTYPE html><html><body>502 Bad Gateway</body></html>"
BARE_401 = answer(401, {"message": "Unauthorized"})
FINE = answer(200, {"projectId": "p1"})


def coded(status: int, code: str, message: str, **more: object) -> Say:
    return answer(status, {"message": message, "code": code, "data": {"code": code}, **more})


def until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + 5
    while not true():
        assert time.monotonic() < end, "nothing happened"
        time.sleep(0.005)


class Desk:
    """Makes servers with a script and clients for them, and closes both."""

    def __init__(self, stack: ExitStack) -> None:
        self._stack = stack

    def server(self, *script: Say) -> ScriptedServer:
        return self._stack.enter_context(ScriptedServer(script=list(script)))

    def client(self, url: str, *, timeout_s: float = 5.0, **patience: Any) -> DokployClient:
        quick = {"away_s": 0.3, "busy_s": 1.0, "first_wait_s": 0.001, **patience}
        client = DokployClient(url, KEY, timeout_s=timeout_s, patience=Patience(**quick))
        self._stack.callback(client.close)
        return client

    def both(self, *script: Say, **settings: Any) -> tuple[ScriptedServer, DokployClient]:
        server = self.server(*script)
        return server, self.client(server.url, **settings)

    def worked(self, *script: Say, **settings: Any) -> tuple[ScriptedServer, DokployClient]:
        """A client whose key the server has accepted; the server has forgotten that call."""
        server, client = self.both(FINE, *script, **settings)
        client.query("project.all")
        server.requests.clear()
        return server, client
