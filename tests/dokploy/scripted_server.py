"""A server on loopback that says what its test tells it to, request by request: also half an answer."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

Say = Callable[[socket.socket], bool]


@dataclass(frozen=True, kw_only=True)
class Request:
    line: str
    headers: dict[str, str]
    body: str
    connection: int


def answer(status: int, body: object = None, *, text: str | None = None, headers: str = "") -> Say:
    """A whole answer: `body` as JSON, or `text` as it is."""
    payload = (json.dumps(body) if text is None else text).encode()

    def say(connection: socket.socket) -> bool:
        head = f"HTTP/1.1 {status} X\r\nContent-Type: application/json\r\nContent-Length: {len(payload)}\r\n"
        connection.sendall(head.encode() + headers.encode() + b"\r\n" + payload)
        return True

    return say


def silence(connection: socket.socket) -> bool:
    """The connection ends without an answer."""
    return False


def half(connection: socket.socket) -> bool:
    """The answer breaks off in the middle."""
    connection.sendall(b'HTTP/1.1 200 X\r\nContent-Length: 400\r\n\r\n{"projectId": "p')
    return False


def late(seconds: float) -> Say:
    """No answer before the time is up."""

    def say(connection: socket.socket) -> bool:
        time.sleep(seconds)
        return False

    return say


@dataclass
class ScriptedServer:
    """Gives the next of `script` to each request; the last one again and again."""

    script: list[Say] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)
    port: int = 0

    def __enter__(self) -> ScriptedServer:
        self._listener = socket.create_server(("127.0.0.1", self.port))
        self._lock = threading.Lock()
        self._threads: list[threading.Thread] = []
        self._open: list[socket.socket] = []
        self._start(self._accept)
        return self

    def __exit__(self, *exception: object) -> None:
        # Closing alone does not wake a thread that waits in accept.
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for connection in list(self._open):
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue  # it is closed already
        for thread in self._threads:
            thread.join(5)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    @property
    def lines(self) -> list[str]:
        """The first line of every request without the protocol: `GET /api/project.all`."""
        return [request.line.rsplit(" ", 1)[0] for request in self.requests]

    def _start(self, target: Callable[..., None], *args: Any) -> None:
        thread = threading.Thread(target=target, args=args, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self._open.append(connection)
            self._start(self._serve, connection, len(self._open))

    def _serve(self, connection: socket.socket, number: int) -> None:
        with connection, connection.makefile("rb") as stream:
            while line := stream.readline().decode().strip():
                headers: dict[str, str] = {}
                while header := stream.readline().decode().strip():
                    name, _, value = header.partition(":")
                    headers[name.lower()] = value.strip()
                body = stream.read(int(headers.get("content-length", 0))).decode()
                with self._lock:
                    self.requests.append(Request(line=line, headers=headers, body=body, connection=number))
                    say = self.script.pop(0) if len(self.script) > 1 else self.script[0]
                if not say(connection):
                    return
