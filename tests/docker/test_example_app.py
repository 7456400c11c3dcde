"""The stand-in for the app, run by node itself: it answers, stores, ends when asked and fails aloud."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import requests

from tests.components.stacks import ROOT

APP = ROOT / "examples/app"

pytestmark = [
    pytest.mark.skipif(shutil.which("node") is None, reason="needs node"),
    pytest.mark.skipif(shutil.which("sqlite3") is None, reason="needs the sqlite3 command"),
]


@dataclass
class App:
    """One process of the app with a database of its own."""

    database: Path
    port: int = field(init=False)
    process: subprocess.Popen[str] = field(init=False)

    def start(self) -> None:
        environment = {
            "PATH": os.environ["PATH"],
            "DATABASE_URL": f"file:{self.database}?mode=rwc",
            "STAND_IN_PORT": "0",  # any that is free
            "STAND_IN_ADDRESS": "127.0.0.1",
        }
        self.process = subprocess.Popen(
            ["node", APP / "server.mjs"], env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        assert self.process.stdout is not None
        for line in self.process.stdout:
            if found := re.match(r"listening on (\d+),", line):
                self.port = int(found[1])
                return
        raise AssertionError("the app ended before it listened")

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.end()

    def end(self) -> int:
        code = self.process.wait(10)
        assert self.process.stdout is not None
        self.process.stdout.close()
        return code

    def get(self, path: str) -> requests.Response:
        return requests.get(f"http://127.0.0.1:{self.port}{path}", timeout=10)

    def post(self, body: bytes) -> requests.Response:
        return requests.post(f"http://127.0.0.1:{self.port}/api/chat", data=body, timeout=10)


@pytest.fixture
def app(tmp_path: Path) -> Iterator[App]:
    made = App(database=tmp_path / "database.db")
    made.start()
    yield made
    made.process.kill()
    made.end()


def test_its_health_is_what_the_procedure_expects(app: App) -> None:
    answer = app.get("/api/health")
    assert answer.status_code == 200
    body = answer.json()
    assert body.keys() == {"status", "timestamp", "uptime"}
    assert body["status"] == "ok"
    assert body["uptime"] > 0
    assert body["timestamp"].endswith("Z")


@pytest.mark.parametrize(
    "text", ["Hello", "It's \"quoted\"'; DROP TABLE message; --", "ünï ☕\nnext\tline", ".quit", "?1"]
)
def test_a_message_is_kept_as_it_is(text: str, app: App) -> None:
    answer = requests.post(f"http://127.0.0.1:{app.port}/api/chat", json={"message": text}, timeout=10)
    assert (answer.status_code, answer.json()) == (200, {"reply": f"You said: {text}", "messages": 1})
    assert [message["text"] for message in app.get("/api/chat").json()["messages"]] == [text]
    with closing(sqlite3.connect(app.database)) as database:
        assert database.execute("SELECT text FROM message").fetchall() == [(text,)]


@pytest.mark.parametrize(
    "body", [b"", b"no json", b"{}", b'{"message": 1}', b'{"message": " "}', b'{"message": "' + b"x" * 40_000 + b'"}']
)
def test_what_is_no_message_is_refused_and_changes_nothing(body: bytes, app: App) -> None:
    assert app.post(body).status_code == 400
    assert app.get("/api/chat").json() == {"messages": []}


def test_other_pages_are_not_there(app: App) -> None:
    assert app.get("/api/admin").status_code == 404


def test_messages_outlive_the_process(app: App) -> None:
    app.post(b'{"message": "Hello"}')
    assert app.stop() == 0
    app.start()
    assert [message["text"] for message in app.get("/api/chat").json()["messages"]] == ["Hello"]


def test_asked_to_stop_it_finishes_what_is_under_way(app: App) -> None:
    with socket.create_connection(("127.0.0.1", app.port), timeout=10) as slow:
        body = b'{"message": "late"}'
        head = f"POST /api/chat HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: {len(body)}\r\n\r\n"
        slow.sendall(head.encode() + body[:5])
        time.sleep(0.3)
        app.process.send_signal(signal.SIGTERM)
        time.sleep(0.3)
        slow.sendall(body[5:])
        assert b"200 OK" in slow.recv(4096)
    assert app.process.wait(10) == 0


@pytest.mark.parametrize("url", ["", "postgres://server/db", "file:/no/such/folder/database.db"])
def test_without_a_usable_database_it_fails_at_once(url: str) -> None:
    done = subprocess.run(
        ["node", APP / "server.mjs"],
        env={"PATH": os.environ["PATH"], "DATABASE_URL": url},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert done.returncode == 1
    assert "DATABASE_URL is not like" in done.stderr or "the folder /no/such/folder is not there" in done.stderr


def test_a_damaged_database_makes_it_unhealthy(app: App) -> None:
    app.database.write_bytes(b"this is no database at all" * 200)
    assert app.get("/api/health").status_code == 500
