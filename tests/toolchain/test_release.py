"""The official release where it cannot be had."""

from __future__ import annotations

import io
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from rich.console import Console
from semver import Version

from tests.toolchain.test_path import pulumi
from toolchain.errors import ToolchainError
from toolchain.progress import Progress
from toolchain.release import install_release, installed_release

VERSION = Version(3, 272, 0)


def install(tools: Path, installer: str, probe_timeout_s: float = 5) -> float:
    """Try to install, expect that the release cannot be reached, and return the seconds that took."""
    began = time.monotonic()
    with pytest.raises(ToolchainError, match="the official release cannot be reached"):
        install_release(
            tools,
            VERSION,
            Progress(Console(file=io.StringIO())),
            installer=installer,
            probe_timeout_s=probe_timeout_s,
        )
    return time.monotonic() - began


def test_a_refused_connection_is_given_up_at_once_and_leaves_nothing(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    assert install(tmp_path, f"http://127.0.0.1:{port}/install.sh") < 3
    assert not list(tmp_path.iterdir())


def test_a_host_that_never_answers_is_given_up_after_the_probe_time(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        took = install(tmp_path, f"http://127.0.0.1:{server.getsockname()[1]}/install.sh", probe_timeout_s=0.3)
        assert took < 3


def test_a_host_that_answers_too_slowly_is_given_up_after_the_probe_time(tmp_path: Path) -> None:
    with dripping() as port:
        assert install(tmp_path, f"http://127.0.0.1:{port}/install.sh", probe_timeout_s=0.3) < 1


def test_a_gateway_that_forbids_is_given_up(tmp_path: Path) -> None:
    with forbidding() as port:
        assert install(tmp_path, f"http://127.0.0.1:{port}/install.sh") < 3


def test_a_finished_release_of_this_version_is_found_again(tmp_path: Path) -> None:
    assert installed_release(tmp_path, VERSION) is None
    real = pulumi(tmp_path / f"release-{VERSION}" / "bin")
    found = installed_release(tmp_path, VERSION)
    assert found is not None
    assert (found.pulumi, found.version, found.how) == (str(real), "3.272.0", "release")
    assert installed_release(tmp_path, Version(3, 273, 0)) is None


def test_half_a_release_is_not_found(tmp_path: Path) -> None:
    pulumi(tmp_path / f"release-{VERSION}.part" / "bin")
    assert installed_release(tmp_path, VERSION) is None


@contextmanager
def dripping() -> Iterator[int]:
    """A server that sends a byte of its answer now and then for two seconds."""

    def drip() -> None:
        connection, _ = server.accept()
        with connection, suppress(ConnectionError):
            for byte in b"HTTP/1.1 200 OK\r\n":
                connection.send(bytes([byte]))
                time.sleep(0.1)

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=drip)
        thread.start()
        yield server.getsockname()[1]
        thread.join()


@contextmanager
def forbidding() -> Iterator[int]:
    """A server that answers every question with 403."""

    class Handler(BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            self.send_response(403)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Keep quiet."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield server.server_port
        finally:
            server.shutdown()
            thread.join()
