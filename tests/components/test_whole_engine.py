"""The whole program before the real engine: all that stands around the app is made, and goes with its setting."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml

from dokploy.simulator import Simulator
from ops.progress import Progress
from ops.rehearsal.rehearse import Options, Prepared, prepared
from tests.components.stacks import ROOT, raw
from toolchain import locate

pytestmark = pytest.mark.engine

FOLDER = "/etc/dokploy/traefik/dynamic/"
REMOVED = "# removed by Pulumi\n"
GUARD = {
    "paths": ["/admin", "/api/admin"],
    "addresses": ["203.0.113.0/24"],
    "users": {"ops": {"secure": "set by its owner"}},
}


@dataclass(frozen=True, kw_only=True)
class Server:
    """What Dokploy and Traefik hold at one moment."""

    middlewares: dict[str, dict[str, Any]] = field(default_factory=dict)
    removed: list[str] = field(default_factory=list)
    doors: dict[str, list[str]] = field(default_factory=dict)
    """The middlewares of each router of TLS, by its rule."""
    counts: dict[str, int] = field(default_factory=dict)
    keeps_images: bool = False

    @classmethod
    def of(cls, simulator: Simulator) -> Server:
        files = {path: yaml.safe_load(text) or {} for path, text in simulator.state.traefik.items()}
        found: dict[str, dict[str, Any]] = {}
        doors: dict[str, list[str]] = {}
        for content in files.values():
            found |= content.get("http", {}).get("middlewares", {})
            for router in content.get("http", {}).get("routers", {}).values():
                if router["entryPoints"] == ["websecure"]:
                    doors[router["rule"]] = [_role(reference) for reference in router["middlewares"]]
        tables = ("notifications", "destinations", "volume_backups", "registries")
        (app,) = simulator.state.applications.values()
        return cls(
            middlewares={_role(name): content for name, content in found.items()},
            removed=sorted(
                _role(path.removeprefix(FOLDER)) for path, text in simulator.state.traefik.items() if text == REMOVED
            ),
            doors=doors,
            counts={table: len(getattr(simulator.state, table)) for table in tables},
            keeps_images=app["rollbackActive"] and app["rollbackRegistryId"] in simulator.state.registries,
        )


def _role(reference: str) -> str:
    """`chatzwa-headers-1a2b3c4d@file` is `headers`."""
    return reference.partition("@")[0].partition(".yml")[0].removeprefix("chatzwa-").rpartition("-")[0]


@dataclass(frozen=True, kw_only=True)
class Story:
    """A stack with everything, and the same stack without it."""

    full: Server
    bare: Server
    ready: Prepared
    state: str


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    folder = tmp_path_factory.mktemp("whole")
    config = raw("production")
    config["chatzwa:ingress"] = {"guard": GUARD, "allowedOrigins": ["https://www.company.co"]}
    (folder / "stack.yaml").write_text(yaml.safe_dump({"config": config}))
    (folder / "levels.json").write_text(json.dumps({"all": "advisory"}))
    options = Options(root=ROOT, stack="production", config_file=folder / "stack.yaml")
    with prepared(options, locate(), Progress()) as ready:
        ready.rehearsal.up()
        ready.rehearsal.second_up()
        ready.rehearsal.refresh()
        assert ready.report().failures == []
        full = Server.of(ready.simulator)
        state = "".join(path.read_text() for path in (ready.workspace.folder / "state").rglob("*") if path.is_file())
        _without(ready, folder / "levels.json")
        yield Story(full=full, bare=Server.of(ready.simulator), ready=ready, state=state)


def _without(ready: Prepared, levels: Path) -> None:
    """Take every setting away that asked for something; the policies only advise."""
    file = ready.workspace.project / "Pulumi.production.yaml"
    content = yaml.safe_load(file.read_text())
    config = content["config"]
    config["chatzwa:ingress"] = {"headers": {"enabled": False}, "rateLimit": {"enabled": False}}
    del config["chatzwa:alerts"], config["chatzwa:backup"]["offsite"], config["chatzwa:app"]["rollback"]
    file.write_text(yaml.safe_dump(content))
    ready.engine.run(
        ["up", "--yes", "--skip-preview", "--stack", "production"],
        cwd=str(ready.workspace.project),
        additional_env={"PULUMI_OPTION_POLICY_PACK_CONFIG": str(levels)},
    )


def test_traefik_holds_the_headers_and_the_limit_for_every_way_in(story: Story) -> None:
    common, guarded = ["rate-limit", "headers", "origins"], ["allow-list", "sign-in"]
    host = "Host(`production.chatzwa.localhost`)"
    assert story.full.doors == {
        host: common,
        f"{host} && PathPrefix(`/admin`)": [*common, *guarded],
        f"{host} && PathPrefix(`/api/admin`)": [*common, *guarded],
    }
    held = story.full.middlewares
    assert held["headers"]["headers"]["stsSeconds"] == 31_536_000
    assert held["rate-limit"] == {"rateLimit": {"average": 50, "period": "1s", "burst": 100}}
    assert held["origins"]["headers"]["accessControlAllowOriginList"] == ["https://www.company.co"]
    assert held["allow-list"] == {"ipAllowList": {"sourceRange": ["203.0.113.0/24"]}}
    assert held["sign-in"]["basicAuth"]["users"][0].startswith("ops:$2y$05$")


def test_somebody_is_told_copies_leave_the_server_and_images_are_kept(story: Story) -> None:
    assert story.full.counts == {"notifications": 1, "destinations": 1, "volume_backups": 1, "registries": 1}
    assert story.full.keeps_images


def test_what_is_taken_out_of_the_configuration_is_gone_from_the_server(story: Story) -> None:
    assert story.bare.doors == {"Host(`production.chatzwa.localhost`)": ["origins"]}
    assert story.bare.removed == ["allow-list", "headers", "rate-limit", "sign-in"]
    assert "accessControlAllowOriginList" not in story.bare.middlewares["origins"]["headers"]
    assert set(story.bare.counts.values()) == {0}
    assert not story.bare.keeps_images


def test_no_secret_is_in_the_state_or_in_what_the_engine_said(story: Story) -> None:
    assert len(story.ready.configuration.secrets) == 9
    said = json.dumps(story.ready.report().to_json(), default=str)
    for path, value in story.ready.configuration.secrets.items():
        assert value not in story.state, path
        assert value not in said, path
