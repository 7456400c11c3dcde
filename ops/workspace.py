"""A Pulumi project of a rehearsal's own: a copy of the program, a private home and state.

Everything lies in one temporary folder (mode 700) that is gone afterwards. The user's Pulumi home, selected
stack, state and environment are neither read nor written.
"""

from __future__ import annotations

import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from ops.errors import OpsError, UsageError

PROGRAM = ("__main__.py", "components", "dokploy", "policies")
"""What is copied: the program, the provider that the engine starts, the policies. All else is in `.venv`."""

LOOPBACK = "127.0.0.1,localhost,::1"


@dataclass(frozen=True, kw_only=True)
class Workspace:
    """The folders of one rehearsal."""

    folder: Path

    @property
    def project(self) -> Path:
        """Where Pulumi.yaml lies: the working directory of every command."""
        return self.folder / "project"

    @property
    def home(self) -> Path:
        return self.folder / "home"

    @property
    def backend(self) -> str:
        return f"file://{self.folder / 'state'}"

    @property
    def passphrase(self) -> Path:
        """The file with the passphrase that the secrets of the state are encrypted with."""
        return self.folder / "passphrase"

    @property
    def settings(self) -> dict[str, str]:
        """The variables that point Pulumi's CLI at this workspace and keep it off the network."""
        return {
            "PULUMI_HOME": str(self.home),
            "PULUMI_BACKEND_URL": self.backend,
            "PULUMI_CONFIG_PASSPHRASE_FILE": str(self.passphrase),
            "PULUMI_SKIP_UPDATE_CHECK": "true",
            "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
            "PULUMI_DISABLE_REGISTRY_RESOLVE": "true",
        }

    def environment(self, inherited: Mapping[str, str] = os.environ) -> dict[str, str]:
        """The engine's whole environment: the user's, without what steers Pulumi or names a Dokploy server.

        Temporary files go into the workspace, and calls to the simulator never through a proxy.
        """
        kept = {k: v for k, v in inherited.items() if not k.startswith(("PULUMI_", "DOKPLOY_"))}
        proxies = {name: ",".join(filter(None, (inherited.get(name), LOOPBACK))) for name in ("NO_PROXY", "no_proxy")}
        kept.setdefault("PATH", os.defpath)
        return {**kept, **proxies, **self.settings, "TMPDIR": str(self.folder / "tmp")}

    def write_stack(self, stack: str, config: Mapping[str, Any]) -> None:
        """Write the stack's file. Secrets are no part of it: the CLI adds them, encrypted."""
        write_stack_file(self.project, stack, config)


@contextmanager
def private_workspace(root: Path, *, keep: bool = False) -> Iterator[Workspace]:
    """Make the workspace for the project in `root`, and remove it afterwards.

    One that is to be kept stays when the block ends well, since only then somebody is told where it is.
    Raises OpsError when `root` is not set up, UsageError when it holds no Pulumi project.
    """
    if not (root / "Pulumi.yaml").is_file():
        raise UsageError(f"{root} holds no Pulumi.yaml")
    if not (root / ".venv").exists():
        raise OpsError(f"{root} is not set up: run `make setup` there")
    workspace = Workspace(folder=Path(tempfile.mkdtemp(prefix="chatzwa-rehearsal-")))
    kept = False
    try:
        for name in ("project", "home", "state", "tmp"):
            (workspace.folder / name).mkdir()
        fill(workspace.project, root)
        workspace.passphrase.write_text(secrets.token_urlsafe(24))
        yield workspace
        kept = keep
    finally:
        if not kept:
            shutil.rmtree(workspace.folder)


def fill(project: Path, root: Path, virtualenv: Path | None = None) -> None:
    """Copy the program of `root` into a folder, with its own virtualenv or another checkout's."""
    for name in PROGRAM:
        source = root / name
        if source.is_dir():
            # Another Python may be writing its bytecode under such a name, and take it away.
            shutil.copytree(source, project / name, ignore=shutil.ignore_patterns("*.pyc.*"))
        elif source.exists():
            shutil.copy2(source, project / name)
    (project / ".venv").symlink_to((virtualenv or root / ".venv").resolve())
    settings = yaml.safe_load((root / "Pulumi.yaml").read_text())
    settings.pop("backend", None)
    _dump(project / "Pulumi.yaml", settings)


def write_stack_file(project: Path, stack: str, config: Mapping[str, Any]) -> None:
    """Write `Pulumi.<stack>.yaml` of the project in a folder."""
    _dump(project / f"Pulumi.{stack}.yaml", {"config": dict(config)})


def _dump(path: Path, content: Mapping[str, Any]) -> None:
    path.write_text(yaml.safe_dump(dict(content), sort_keys=False, allow_unicode=True))
