"""The official release of the version that the Python SDK has, by the SDK's own installer."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from pathlib import Path

from semver import Version

from toolchain.errors import ToolchainError
from toolchain.installation import Installation
from toolchain.path import version_of
from toolchain.progress import Progress

INSTALLER = "https://get.pulumi.com/install.sh"
"""What `PulumiCommand.install` fetches first; where this cannot be reached, the rest cannot either."""
PROBE_TIMEOUT_S = 5.0
INSTALL_TIMEOUT_S = 600.0
POLL_S = 0.5

INSTALL_SCRIPT = """
import sys
from semver import VersionInfo
from pulumi.automation import PulumiCommand
PulumiCommand.install(sys.argv[1], VersionInfo.parse(sys.argv[2]))
"""


def sdk_version() -> Version:
    """The version of the installed Python SDK."""
    from pulumi._version import version  # imported here: it costs a quarter of a second

    return Version.parse(str(version))


def installed_release(tools: Path, version: Version) -> Installation | None:
    """The release in this checkout, if an earlier set-up finished installing it."""
    pulumi = _folder(tools, version) / "bin" / "pulumi"
    return Installation(pulumi=str(pulumi), version=str(version), how="release") if pulumi.is_file() else None


def install_release(
    tools: Path,
    version: Version,
    progress: Progress,
    *,
    installer: str = INSTALLER,
    probe_timeout_s: float = PROBE_TIMEOUT_S,
) -> Installation:
    """Install the release under `tools`. Raises ToolchainError, soon when the installer cannot be reached."""
    if (reason := _why_unreachable(installer, probe_timeout_s)) is not None:
        raise ToolchainError(f"the official release cannot be reached ({reason})")
    part = tools / f"release-{version}.part"
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    try:
        _run_installer(part, version, progress)
        found = version_of(part / "bin" / "pulumi")
        if found != version:
            raise ToolchainError(f"the installer brought Pulumi {found} in place of {version}")
        shutil.rmtree(_folder(tools, version), ignore_errors=True)
        part.rename(_folder(tools, version))
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return Installation(pulumi=str(_folder(tools, version) / "bin" / "pulumi"), version=str(version), how="release")


def _folder(tools: Path, version: Version) -> Path:
    return tools / f"release-{version}"


def _why_unreachable(url: str, timeout_s: float) -> str | None:
    """None when the address answers. The thread bounds all of it: a name server may be slow to say no."""
    reason: list[str | None] = [f"no answer within {timeout_s:g} s"]

    def probe() -> None:
        request = urllib.request.Request(url, method="HEAD")  # noqa: S310  the address is https or a test's
        try:
            with urllib.request.urlopen(request, timeout=timeout_s):  # noqa: S310  see above
                reason[0] = None
        except urllib.error.HTTPError as error:
            reason[0] = f"status {error.code}"
        except OSError as error:
            reason[0] = str(getattr(error, "reason", error))

    thread = threading.Thread(target=probe, daemon=True)
    thread.start()
    thread.join(timeout_s)
    return reason[0]


def _run_installer(root: Path, version: Version, progress: Progress) -> None:
    # A process of its own, because the SDK's installer has no time limit; a session, so curl ends with it.
    process = subprocess.Popen(
        [sys.executable, "-c", INSTALL_SCRIPT, str(root), str(version)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    waited_s = 0.0
    try:
        with progress.waiting(f"downloading the official release of Pulumi {version}") as tick:
            while True:
                try:
                    output, _ = process.communicate(timeout=POLL_S)
                    break
                except subprocess.TimeoutExpired:
                    tick()
                    waited_s += POLL_S
                    if waited_s >= INSTALL_TIMEOUT_S:
                        message = f"the official release did not arrive within {INSTALL_TIMEOUT_S:g} s"
                        raise ToolchainError(message) from None
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
    if process.returncode != 0:
        lines = output.strip().splitlines() or ["no output"]
        raise ToolchainError(f"the official release could not be installed: {lines[-1]}")
