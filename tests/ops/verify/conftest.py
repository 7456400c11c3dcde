"""The site, its certificates, and the target that a test verifies."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any

import pytest

from dokploy.client import DokployClient
from dokploy.patience import Patience
from ops.verify.finding import Finding, Round
from ops.verify.platform import Application
from ops.verify.run import verify
from ops.verify.target import Address, Secret, Target
from tests.ops.verify.authority import Authority, Issued
from tests.ops.verify.chat import HOST, SECRET, Chat, Dokploy, serving


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority.make(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="session")
def good_certificate(authority: Authority) -> Issued:
    return authority.issue(HOST)


@dataclass
class Bench:
    """A good site, to be changed before it is verified; `options` are further fields of the target."""

    authority: Authority
    certificate: Issued | None
    chat: Chat = field(default_factory=Chat)
    dokploy: Dokploy = field(default_factory=Dokploy)
    options: dict[str, Any] = field(default_factory=dict)

    def verify(self) -> dict[str, Finding]:
        """The findings by the check's id."""
        return {finding.id: finding for finding in self.round().findings}

    def round(self) -> Round:
        with self.target() as (target, application):
            return verify(target, application)

    def target(self) -> Serving:
        return Serving(self)


class Serving(ExitStack):
    """The servers of a bench, for as long as the block runs."""

    def __init__(self, bench: Bench) -> None:
        super().__init__()
        self._bench = bench

    def __enter__(self) -> tuple[Target, Application]:  # type: ignore[override]
        bench = self._bench
        pair = bench.certificate.pair if bench.certificate else None
        port = self.enter_context(serving(bench.chat, pair))
        plain = self.enter_context(serving(bench.chat.plain))
        api = self.enter_context(serving(bench.dokploy))
        client = DokployClient(f"http://127.0.0.1:{api}", "a-key", patience=Patience(away_s=0.0))
        self.callback(client.close)
        fields: dict[str, Any] = {
            "url": f"https://{HOST}" if pair else f"http://{HOST}",
            "address": Address(host="127.0.0.1", port=port),
            "http_address": Address(host="127.0.0.1", port=plain),
            "authority": bench.authority.certificate,
            "contract": "strict",
            "secrets": (Secret(name="secrets.JWT_SECRET", value=SECRET),),
            **bench.options,
        }
        return Target(**fields), Application(client, "app1")


@pytest.fixture
def bench(authority: Authority, good_certificate: Issued) -> Bench:
    return Bench(authority=authority, certificate=good_certificate)


Change = Callable[[Bench], None]
