"""An SSH server of the test's own on the loopback: the machine of an engine that is elsewhere.

It has its own host key, lets in one key only, and keeps everything in one folder: what a login finds as its home, its
PATH and its engine is set by the server.
"""

from __future__ import annotations

import getpass
import os
import shutil
import socket
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from tests.components.test_cron_scripts import CRONTAB

LONGEST_S = 20
SSHD = shutil.which("sshd", path=f"{os.environ['PATH']}:/usr/sbin:/usr/local/sbin")
PROGRAMS = ("ssh", "ssh-keygen")
SEPARATION = Path("/run/sshd")
"""What a server that root starts insists on; Debian's service makes it."""


def why_not() -> str | None:
    """Why no server can be started here; None where it can."""
    missing = [name for name in PROGRAMS if shutil.which(name) is None] + ([] if SSHD else ["sshd"])
    return f"there is no {', '.join(missing)}: install openssh-server and openssh-client" if missing else None


@dataclass
class Server:
    """One server, and the client's settings that lead to it."""

    folder: Path
    engine: str
    port: int = 0
    process: subprocess.Popen[bytes] | None = None

    @classmethod
    def make(cls, folder: Path, engine: str) -> Server:
        """Keys and settings; `start` makes it listen. `engine` is what `docker` finds after a login."""
        made = cls(folder=folder, engine=engine)
        for part in ("home", "bin"):
            (folder / part).mkdir(parents=True)
        (folder / "bin/crontab").write_text(CRONTAB)
        (folder / "bin/crontab").chmod(0o755)
        made.new_host_key()
        _keygen(folder / "user_key")
        shutil.copy(folder / "user_key.pub", folder / "authorized_keys")
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            made.port = int(probe.getsockname()[1])
        return made

    @property
    def user(self) -> str:
        return getpass.getuser()

    @property
    def url(self) -> str:
        return f"ssh://{self.user}@127.0.0.1:{self.port}"

    @property
    def home(self) -> Path:
        """Of whoever logs in."""
        return self.folder / "home"

    @property
    def crontab(self) -> list[str]:
        path = self.home / "table"
        return path.read_text().splitlines() if path.exists() else []

    @property
    def log(self) -> str:
        return (self.folder / "sshd.log").read_text()

    def new_host_key(self) -> None:
        for old in self.folder.glob("host_key*"):
            old.unlink()
        _keygen(self.folder / "host_key")

    def trust(self) -> None:
        """Write the server's key among the known ones."""
        key = (self.folder / "host_key.pub").read_text()
        (self.folder / "known_hosts").write_text(f"[127.0.0.1]:{self.port} {key}")

    def client(self, folder: Path) -> None:
        """Put an `ssh` into a folder of PATH that reads these settings in place of the user's own.

        They would let any host key pass: what refuses one is asked for by the program itself.
        """
        config = self.folder / "ssh_config"
        config.write_text(
            f"IdentityFile {self.folder / 'user_key'}\nIdentitiesOnly yes\nStrictHostKeyChecking no\n"
            f"UserKnownHostsFile {self.folder / 'known_hosts'}\nGlobalKnownHostsFile none\nLogLevel ERROR\n"
        )
        (folder / "ssh").write_text(f'#!/bin/sh\nexec {shutil.which("ssh")} -F "{config}" "$@"\n')
        (folder / "ssh").chmod(0o755)

    def start(self) -> None:
        if os.geteuid() == 0:
            SEPARATION.mkdir(mode=0o755, exist_ok=True)
        (self.folder / "sshd_config").write_text(
            f"ListenAddress 127.0.0.1:{self.port}\n"
            f"HostKey {self.folder / 'host_key'}\n"
            f"AuthorizedKeysFile {self.folder / 'authorized_keys'}\n"
            f"PidFile none\nStrictModes no\nUsePAM no\nPasswordAuthentication no\nPermitRootLogin prohibit-password\n"
            "MaxStartups 100\n"
            f'SetEnv "HOME={self.home}" "PATH={self.folder / "bin"}:{os.environ["PATH"]}" "DOCKER_HOST={self.engine}"\n'
        )
        with (self.folder / "sshd.log").open("ab") as log:
            self.process = subprocess.Popen(
                [str(SSHD), "-D", "-e", "-f", str(self.folder / "sshd_config")], stdin=subprocess.DEVNULL, stderr=log
            )
        end = time.monotonic() + LONGEST_S
        while True:
            assert self.process.poll() is None, self.log
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                return
            except OSError:
                assert time.monotonic() < end, self.log
                time.sleep(0.05)

    def stop(self) -> None:
        if self.process is not None:
            self.process.terminate()
            self.process.wait(LONGEST_S)
            self.process = None


def _keygen(path: Path) -> None:
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(path)], check=True)
