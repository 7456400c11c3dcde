"""The Go modules that can be built here, one entry each. A further plugin is a folder and an entry in PLUGINS."""

from __future__ import annotations

import hashlib
import platform
import re
import sys
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
SOURCES = {".go", ".mod", ".sum", ".py"}


@dataclass(frozen=True, kw_only=True)
class GoModule:
    """A folder with a go.mod of its own: one module for all would force versions onto each other."""

    name: str
    folder: Path
    packages: tuple[str, ...]
    """What to build. The last part of each is the name of its program."""
    version_from: str = ""
    """The module in go.mod whose version the programs carry, where they are upstream's."""
    release: str = ""
    """The version that the programs carry, where go.mod does not name it."""
    version_variable: str = "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v"
    """What the linker sets to the version: up to where the version's digits begin."""
    tags: tuple[str, ...] = ()

    @property
    def programs(self) -> tuple[str, ...]:
        return tuple(package.rsplit("/", 1)[-1] for package in self.packages)

    @property
    def version(self) -> str:
        """The version of the programs, without its `v`."""
        return self.release or self._in_go_mod(rf"^\s*(?:require\s+)?{re.escape(self.version_from)} v(\S+)")

    @property
    def oldest_go(self) -> str:
        return self._in_go_mod(r"^go (\S+)")

    @property
    def flags(self) -> tuple[str, ...]:
        """Flags of `go build`. Nothing of the building machine gets into the programs."""
        version = f"-w -s -X {self.version_variable}{self.version}"
        tags = ",".join(("osusergo", "grpcnotrace", *self.tags))
        return ("-trimpath", "-buildvcs=false", "-tags", tags, "-ldflags", version)

    def key(self) -> str:
        """Changes with every file of the module, the flags and the kind of machine."""
        digest = hashlib.sha256("\0".join((sys.platform, platform.machine(), *self.flags, *self.packages)).encode())
        for file in sorted(self.folder.rglob("*")):
            if file.suffix in SOURCES:
                content = hashlib.sha256(file.read_bytes()).hexdigest()
                digest.update(f"\0{file.relative_to(self.folder)}\0{content}".encode())
        return f"{self.name}-{self.version}-{digest.hexdigest()[:16]}"

    def _in_go_mod(self, pattern: str) -> str:
        found = re.search(pattern, (self.folder / "go.mod").read_text(), re.MULTILINE)
        if found is None:
            raise ValueError(f"{self.folder / 'go.mod'} has no line like {pattern}")
        return found.group(1)


CLI = GoModule(
    name="cli",
    folder=FOLDER / "cli",
    packages=("github.com/pulumi/pulumi/pkg/v3/cmd/pulumi", "./pulumi-language-python"),
    version_from="github.com/pulumi/pulumi/pkg/v3",
)

DOCKER = GoModule(
    name="docker",
    folder=FOLDER / "docker",
    packages=("./pulumi-resource-docker",),
    release="5.2.0",
    version_variable="main.version=",
    tags=("no_compose",),
)

COMMAND = GoModule(
    name="command",
    folder=FOLDER / "command",
    packages=("./pulumi-resource-command",),
    release="1.2.1",
    version_variable="main.version=",
)

ACTIONLINT = GoModule(
    name="actionlint",
    folder=FOLDER / "actionlint",
    packages=("github.com/rhysd/actionlint/cmd/actionlint",),
    version_from="github.com/rhysd/actionlint",
    version_variable="github.com/rhysd/actionlint.version=",
)
"""A linter of workflows, which no Python package brings without a download of its own."""

PLUGINS = (DOCKER, COMMAND)
"""The providers that a program asks for by the name and version of its SDK."""
