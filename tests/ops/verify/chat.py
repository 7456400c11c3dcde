"""A small site that does everything right, and one thing wrong when it is told to; and the Dokploy that it runs on."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from werkzeug import Request, Response
from werkzeug.serving import WSGIRequestHandler, make_server

HOST = "chat.localhost"
SECRET = "s3cret/of+the stack&more"
SOCKET = "/api/socketio/"
APP_NAME = "chatzwa-x1y2z3"
SCRIPT = "console.log('served')"


def page(*scripts: str, extra: str = "") -> str:
    tags = "".join(f'<script src="{script}" defer></script>' for script in scripts)
    return f'<!doctype html><html><head><link rel="preload" as="script" href="/a.js">{tags}</head>{extra}</html>'


@dataclass
class Chat:
    """What the site answers. `headers` are those of the page; `cors` those of the API by path."""

    status: dict[str, int] = field(default_factory=dict)
    delay_s: dict[str, float] = field(default_factory=dict)
    headers: dict[str, str] = field(
        default_factory=lambda: {
            "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
            "Content-Security-Policy": "default-src 'self'; frame-ancestors 'none'",
            "X-Frame-Options": "DENY",
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "strict-origin-when-cross-origin",
            "Permissions-Policy": "camera=(), microphone=()",
        }
    )
    cors: dict[str, str] = field(default_factory=dict)
    cookie: str = "chat_session=1; Path=/; Secure; HttpOnly; SameSite=Lax"
    chat_cookie: str = "user=2; Path=/; Secure; HttpOnly; SameSite=Strict"
    files: dict[str, str] = field(
        default_factory=lambda: {
            "/": page("/a.js", "/b.js", "https://cdn.invalid/c.js"),
            "/a.js": SCRIPT,
            "/b.js": SCRIPT,
        }
    )
    health: Any = field(
        default_factory=lambda: {"status": "ok", "timestamp": "2024-01-01T00:00:00.000Z", "uptime": 12345}
    )
    chat: str = '{"reply": "Hello!"}'
    redirect: str | None = f"https://{HOST}/"
    moved: dict[str, str] = field(default_factory=dict)
    """Where a path leads to instead."""
    guard: tuple[str, str] | None = None
    """User and password that everything but the health check asks for."""
    drops: bool = False
    """Whether it closes each connection without an answer."""
    asked: list[tuple[str, str, str]] = field(default_factory=list)
    """Method, path and Host header of each request."""

    def __call__(self, environ: Any, start: Any) -> Any:
        if self.drops:
            environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
            raise ConnectionError
        return self._answer(Request(environ))(environ, start)

    def plain(self, environ: Any, start: Any) -> Any:
        """The side of plain http."""
        answer = (
            Response(status=200) if self.redirect is None else Response(status=301, headers={"Location": self.redirect})
        )
        return answer(environ, start)

    def _answer(self, request: Request) -> Response:
        path = request.path
        self.asked.append((request.method, path, request.headers["Host"]))
        time.sleep(self.delay_s.get(f"{request.method} {path}", 0))
        given = request.authorization
        if self.guard and path != "/api/health" and (given is None or (given.username, given.password) != self.guard):
            return Response("who are you?", 401, headers={"WWW-Authenticate": "Basic"})
        status = self.status.get(path, 200)
        if path == "/api/health":
            answer = Response(json.dumps(self.health), status)
        elif path == "/api/chat":
            answer = Response(self.chat if request.method == "POST" else "", status)
            if request.method == "POST":
                assert request.get_json() == {"message": "Hello"}
                answer.headers.add("Set-Cookie", self.chat_cookie)
        elif path in self.moved:
            answer = Response(status=307, headers={"Location": self.moved[path]})
        elif path in self.files:
            answer = Response(
                self.files[path], status, mimetype="text/javascript" if path.endswith(".js") else "text/html"
            )
        else:
            answer = Response("not here", 404)
        if path == "/":
            answer.headers.extend(self.headers)
            answer.headers.add("Set-Cookie", self.cookie)
        if path in self.cors and request.headers.get("Origin"):
            granted = self.cors[path]
            answer.headers["Access-Control-Allow-Origin"] = request.headers["Origin"] if granted == "any" else granted
        return answer


@dataclass
class Dokploy:
    """The queries that measure; their answers have the shape of a real server's."""

    limit: int | None = 2048 * 1024 * 1024
    memory: str = "700MiB / 23.54GiB"
    run: str = "done"
    log: str = "storage ok: the data uses 1024Mi, 10 % of 10240Mi"
    missing: set[str] = field(default_factory=set)
    stuck: bool = False
    """Whether a run that is asked for does not end."""
    ran_by_hand: list[str] = field(default_factory=list)

    def __call__(self, environ: Any, start: Any) -> Any:
        request = Request(environ)
        procedure = request.path.removeprefix("/api/")
        if procedure in self.missing or procedure not in self._answers:
            return Response('{"message": "Not found"}', 404, mimetype="application/json")(environ, start)
        if procedure == "schedule.runManually":
            self.ran_by_hand.append(str(json.loads(request.get_data())["scheduleId"]))
        body = json.dumps(self._answers[procedure])
        return Response(body, mimetype="application/json")(environ, start)

    @property
    def _answers(self) -> dict[str, Any]:
        ran = (datetime.now(UTC) - timedelta(hours=3)).isoformat()
        command = 'bash -c set -u\necho "storage check failed: the disk of $folder is $disk % full" >&2'
        container = {"BlockIO": "0B / 0B", "CPUPerc": "0.00%", "MemPerc": "0.00%", "NetIO": "516B / 0B"}
        return {
            "application.one": {"appName": APP_NAME, "memoryLimit": self.limit and str(self.limit)},
            "swarm.getContainerStats": [
                {**container, "Name": f"{APP_NAME}.1.xi5akvccvat5", "MemUsage": self.memory},
                {**container, "Name": "another.1.t2qetaghf9vg", "MemUsage": "2047MiB / 23.54GiB"},
            ],
            "schedule.list": [
                {"scheduleId": "s1", "name": "backup", "cronExpression": "0 2 * * *"},
                {"scheduleId": "s2", "name": "storage", "cronExpression": "30 * * * *"},
            ],
            "deployment.allByType": [
                {"deploymentId": "d2", "status": "running", "createdAt": datetime.now(UTC).isoformat()},
                {
                    "deploymentId": "d1",
                    "status": "done" if self.ran_by_hand and not self.stuck else self.run,
                    "createdAt": ran,
                },
            ],
            "schedule.runManually": {"status": "done"},
            "deployment.readLogs": f"Initializing schedule\ndocker exec 1b4f {command}\n{self.log}\n✅ Command ended\n",
        }


class _Quiet(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"
    # Headers and body are two writes, and the second would wait for the first to be acknowledged.
    disable_nagle_algorithm = True

    def log(self, *_: Any) -> None:
        return


@contextmanager
def serving(app: Callable[..., Any], tls: tuple[str, str] | None = None) -> Iterator[int]:
    """Serve on loopback for as long as the block runs; the port."""
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Quiet, ssl_context=tls)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server.port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
