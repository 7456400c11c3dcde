"""A base image for Node apps where no registry of images is reachable, made of this machine's own programs.

It holds node, sqlite3 and a shell with its tools, each with the libraries that it needs, CA certificates and two
users that are not root. Equal programs give the same image id, so a preview after it was made again is empty.
"""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from ops.docker_engine import debian
from ops.docker_engine.archive import Entry, write_image, write_layer
from ops.docker_engine.programs import program
from ops.errors import OpsError
from ops.progress import Progress

NAME = "chatzwa-base:local"
LABEL = "chatzwa.base-image"
"""The label by which an image that is there already is known again: a digest of all that it consists of."""
OLDEST_NODE = (18, 17)
"""What the app's framework needs."""
PACKAGES = {"node": "nodejs", "sqlite3": "sqlite3", "busybox": "busybox-static"}
CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")

USERS = "root:x:0:0:root:/root:/bin/sh\nnode:x:1000:1000:node:/home/node:/bin/sh\napp:x:10001:10001:app:/app:/bin/sh\n"
GROUPS = "root:x:0:\nnode:x:1000:\napp:x:10001:\n"
CONFIG = {
    "Cmd": ["/bin/sh"],
    "Env": [
        "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        f"SSL_CERT_FILE={CERTIFICATES}",
    ],
    "WorkingDir": "/",
}


@dataclass(frozen=True, kw_only=True)
class BaseImage:
    """The image as the engine has it."""

    name: str
    id: str
    made: bool
    """False when it was there already."""


def make_base_image(url: str, progress: Progress) -> BaseImage:
    """Make the image on the engine at `url`, unless it is there with the same content.

    Raises OpsError when a program is missing and cannot be installed, and when the engine refuses the image.
    """
    programs = _programs(progress)
    with tempfile.TemporaryFile() as layer:
        digest = write_layer(_entries(programs), layer)
        content = hashlib.sha256(json.dumps([digest, CONFIG]).encode()).hexdigest()
        if _label(url) == content:
            return BaseImage(name=NAME, id=_docker(url, "image", "inspect", NAME, "--format", "{{.Id}}"), made=False)
        with progress.step(f"load {NAME}"), tempfile.TemporaryFile() as archive:
            write_image(layer, digest, NAME, {**CONFIG, "Labels": {LABEL: content}}, archive)
            archive.seek(0)
            _docker(url, "load", "--quiet", given=archive)
    return BaseImage(name=NAME, id=_docker(url, "image", "inspect", NAME, "--format", "{{.Id}}"), made=True)


def _programs(progress: Progress) -> dict[str, Path]:
    missing = [name for name in PACKAGES if program(name) is None]
    wanted = [PACKAGES[name] for name in missing] + ([] if CERTIFICATES.exists() else ["ca-certificates"])
    if wanted:
        if (reason := debian.is_possible()) is not None:
            names = ", ".join(missing or ["CA certificates"])
            raise OpsError(f"the base image needs {names}, which are not here ({reason}): install them")
        with progress.step(f"install {', '.join(wanted)} from Debian's packages"):
            debian.install(*wanted)
    found = {name: Path(program(name) or name) for name in PACKAGES}
    _check_node(found["node"])
    return found


def _check_node(node: Path) -> None:
    said = _run(str(node), "--version")
    version = re.match(r"v(\d+)\.(\d+)", said)
    if version is None or (int(version[1]), int(version[2])) < OLDEST_NODE:
        oldest = ".".join(map(str, OLDEST_NODE))
        raise OpsError(f"{node} is {said}; the app needs node {oldest} or later: install a newer one")


def _entries(programs: dict[str, Path]) -> Iterator[Entry]:
    for name, path in programs.items():
        yield Entry(path=f"bin/{name}" if name == "busybox" else f"usr/bin/{name}", copied=path)
        for library in _libraries(path):
            yield Entry(path=str(library).lstrip("/"), copied=library)
    for applet in _run(str(programs["busybox"]), "--list").split():
        # A program of the image's own comes first on PATH, so that what it is called by is what runs.
        if applet not in programs:
            yield Entry(path=f"bin/{applet}", link="busybox")
    yield Entry(path="usr/bin/env", link="/bin/busybox")
    yield Entry(path=str(CERTIFICATES).lstrip("/"), copied=CERTIFICATES, mode=0o644)
    yield Entry(path="etc/passwd", text=USERS, mode=0o644)
    yield Entry(path="etc/group", text=GROUPS, mode=0o644)
    yield Entry(path="etc/os-release", text='ID=chatzwa-base\nNAME="Chatzwa base image"\n', mode=0o644)
    yield Entry(path="tmp", mode=0o1777)
    yield Entry(path="root", mode=0o700)


def _libraries(path: Path) -> list[Path]:
    """The libraries of a program, its loader among them; none when it needs none."""
    answer = subprocess.run(["ldd", str(path)], capture_output=True, text=True, check=False)
    if "not found" in answer.stdout:
        missing = next(line.strip() for line in answer.stdout.splitlines() if "not found" in line)
        raise OpsError(f"{path} does not run on this machine: {missing}")
    return [Path(found) for found in re.findall(r"(/\S+) \(0x", answer.stdout)]


def _label(url: str) -> str | None:
    template = f'{{{{index .Config.Labels "{LABEL}"}}}}'
    try:
        return _docker(url, "image", "inspect", NAME, "--format", template)
    except OpsError:
        # There is no such image; an engine that is not there fails the load.
        return None


def _docker(url: str, *arguments: str, given: IO[bytes] | None = None) -> str:
    return _run("docker", "--host", url, *arguments, given=given)


def _run(*command: str, given: IO[bytes] | None = None) -> str:
    stdin = subprocess.DEVNULL if given is None else given
    answer = subprocess.run(command, stdin=stdin, capture_output=True, text=True, check=False)
    if answer.returncode != 0:
        lines = (answer.stderr or answer.stdout).strip().splitlines() or ["no output"]
        raise OpsError(f"{Path(command[0]).name} failed: {lines[-1]}")
    return answer.stdout.strip()
