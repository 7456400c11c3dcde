"""The Go modules that can be built here, one entry each. A further plugin is a folder and an entry."""

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
    version_from: str
    """The module in go.mod whose version the programs carry."""
    tags: tuple[str, ...] = ()

    @property
    def programs(self) -> tuple[str, ...]:
        return tuple(package.rsplit("/", 1)[-1] for package in self.packages)

    @property
    def version(self) -> str:
        """The version that go.mod names, without its `v`."""
        return self._in_go_mod(rf"^\s*(?:require\s+)?{re.escape(self.version_from)} v(\S+)")

    @property
    def oldest_go(self) -> str:
        return self._in_go_mod(r"^go (\S+)")

    @property
    def flags(self) -> tuple[str, ...]:
        """Flags of `go build`. Nothing of the building machine gets into the programs."""
        version = f"github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v{self.version}"
        tags = ",".join(("osusergo", "grpcnotrace", *self.tags))
        return ("-trimpath", "-buildvcs=false", "-tags", tags, "-ldflags", f"-w -s -X {version}")

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
