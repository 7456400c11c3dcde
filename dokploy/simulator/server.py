"""The HTTP side: authentication, parsing, validation, dispatch, faults, and the list of calls."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, cast

from werkzeug import Request, Response
from werkzeug.serving import WSGIRequestHandler

from . import front, permissions
from .errors import ApiError
from .faults import Fault, Faults
from .procedure import EMPTY, Call, Procedure
from .procedures import PROCEDURES
from .races import files_read, written_onto
from .validation import MISSING, read_input
from .world import World

LARGEST_BODY = 1_048_576  # bytes
_JSON = "application/json"
_PREFIX = "/api/"
_UNAUTHORIZED = {"message": "Unauthorized"}
_HTML = "<!DOCTYPE html><html><body><h1>502 Bad Gateway</h1></body></html>"


@dataclass(frozen=True, kw_only=True)
class CallRecord:
    """One call as it came in; status 0 means that the connection was dropped."""

    method: str
    procedure: str
    path: str
    status: int
    started: float  # time.monotonic()
    seconds: float


class QuietHandler(WSGIRequestHandler):
    """No log lines: they would hold ids and query strings. Its connection can be cut from outside."""

    def setup(self) -> None:
        super().setup()
        self._connections.add(self.connection)

    def finish(self) -> None:
        self._connections.discard(self.connection)
        super().finish()

    @property
    def _connections(self) -> set[socket.socket]:
        return cast(Api, self.server.app).connections

    def log(self, type: str, message: str, *args: Any) -> None:
        return None


class Api:
    """The WSGI application."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.faults = Faults()
        self.calls: list[CallRecord] = []
        self.connections: set[socket.socket] = set()

    def hang_up(self) -> None:
        """Cut every connection that is open, as the end of a process does."""
        for connection in list(self.connections):
            with suppress(OSError):  # closed meanwhile
                connection.shutdown(socket.SHUT_RDWR)

    def __call__(self, environ: Any, start_response: Any) -> Iterable[bytes]:
        request = Request(environ)
        outside = front.answer(self.world, request)
        if outside is not None:
            # No call to Dokploy: it is not among the calls.
            return outside(environ, start_response)
        started = time.monotonic()
        name = request.path.removeprefix(_PREFIX)
        with self.world.lock:
            fault = self.faults.next_for(name)
        response = self._with_fault(request, name, fault) if fault else self._answer(request, name)
        if fault:
            fault.meanwhile()
        status = response.status_code if response is not None else 0
        record = CallRecord(
            method=request.method,
            procedure=name,
            path=request.path,
            status=status,
            started=started,
            seconds=time.monotonic() - started,
        )
        with self.world.lock:
            self.calls.append(record)
        if response is None:
            _hang_up(environ)
            response = Response(status=500)
        return response(environ, start_response)

    def _with_fault(self, request: Request, name: str, fault: Fault) -> Response | None:
        """The answer that the fault leaves; None when the connection is to be dropped."""
        match fault.kind:
            case "drop_before":
                return None
            case "drop_after":
                self._answer(request, name)
                return None
            case "status401":
                return _json(401, _UNAUTHORIZED)
            case "status429":
                return _json(429, {"message": "Too many requests. Please try again later."})
            case "status500":
                body = request.get_data(as_text=True)
                values = ",".join(str(value) for value in _loaded(body).values()) if body else "nothing"
                table = name.partition(".")[0]
                error = ApiError("INTERNAL_SERVER_ERROR", f'Failed query: update "{table}"\nparams: {values}')
                return _json(500, error.body(name))
            case "echo":
                said = " and ".join(_texts(_loaded(request.get_data(as_text=True)))) or "nothing"
                return _json(500, ApiError("INTERNAL_SERVER_ERROR", f"Error: cannot use {said}").body(name))
            case "html":
                return Response(_HTML, 502, content_type="text/html")
            case "truncated":
                return _cut(self._answer(request, name))
            case "delay":
                time.sleep(fault.seconds)
                return self._answer(request, name)

    def _answer(self, request: Request, name: str) -> Response:
        if request.path == "/api/health":
            return _json(200, {"ok": True})
        if (request.content_length or 0) > LARGEST_BODY:
            return Response("Body exceeded 1mb limit", 413, content_type="text/plain")
        raw = request.get_data()
        is_json = request.mimetype == _JSON
        body: Any = {}
        if is_json and raw:
            try:
                body = json.loads(raw)
            except ValueError:
                return Response("Invalid JSON", 400, content_type="text/plain")
        procedure: Procedure | None = None
        files = files_read(self.world, request.method, name)
        with self.world.lock:
            self.world.agenda.catch_up()
            key = self.world.keys.get(request.headers.get("x-api-key", ""))
            paid = key.spend(self.world.now()) if key is not None else "refused"
            if key is None or paid == "refused":
                return _json(401, _UNAUTHORIZED)
            try:
                procedure = PROCEDURES.get(name.lower())
                if procedure is None or procedure.verb != request.method:
                    procedure = None
                    raise ApiError("NOT_FOUND", "Not found")
                if procedure.verb == "POST" and not is_json:
                    kind = request.content_type or "undefined"
                    raise ApiError("UNSUPPORTED_MEDIA_TYPE", f'Unsupported content-type "{kind}')
                values = _query(request) if procedure.verb == "GET" else body
                data = read_input(procedure.fields, values if isinstance(values, dict) else {})
                if paid == "spent on the way":
                    raise ApiError("UNAUTHORIZED", "UNAUTHORIZED")
                if key.organization_id not in self.world.state.organizations:
                    raise ApiError("UNAUTHORIZED", "Permission denied")
                permissions.check(key, procedure.name, data)
                with written_onto(files, self.world):
                    result = procedure.body(Call(world=self.world, key=key, data=data))
                self.world.agenda.catch_up()
                return Response(b"", 200, content_type=_JSON) if result is EMPTY else _json(200, result)
            except ApiError as error:
                return _json(error.status, error.body(procedure.name if procedure else None))


def _query(request: Request) -> dict[str, Any]:
    """An empty value counts as missing, a repeated key is an array."""
    values: dict[str, Any] = {}
    for name, found in request.args.lists():
        value = found[0] if len(found) == 1 else found
        values[name] = value if value != "" else MISSING
    return values


def _json(status: int, body: Any) -> Response:
    return Response(json.dumps(body, ensure_ascii=False), status, content_type=_JSON)


def _loaded(body: str) -> dict[str, Any]:
    try:
        loaded = json.loads(body)
    except ValueError:
        return {}
    return loaded if isinstance(loaded, dict) else {}


def _texts(value: Any) -> list[str]:
    """Every value in it as text."""
    if isinstance(value, dict | list):
        return [text for item in (value.values() if isinstance(value, dict) else value) for text in _texts(item)]
    return [str(value)]


def _cut(response: Response) -> Response:
    """The head promises the whole length, the body is half of it."""
    whole = response.get_data()
    cut = Response(whole[: len(whole) // 2], response.status_code, content_type=_JSON)
    cut.automatically_set_content_length = False
    cut.headers["Content-Length"] = str(len(whole) or 2)
    return cut


def _hang_up(environ: Any) -> None:
    connection: socket.socket = environ["werkzeug.socket"]
    connection.shutdown(socket.SHUT_RDWR)
