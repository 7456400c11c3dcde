"""The part of GitHub's REST API that keeps comments, in memory on the loopback."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from werkzeug import Request, Response
from werkzeug.serving import make_server

TOKEN = "ghs_of-the-test"


@dataclass
class Hub:
    """`login` is whose the token is; None for a workflow's own. `failures` are statuses given before any answer."""

    login: str | None = None
    comments: list[dict[str, Any]] = field(default_factory=list)
    failures: list[int] = field(default_factory=list)
    lose_after_post: int = 0
    calls: list[str] = field(default_factory=list)
    url: str = ""

    def add(self, body: str, *, login: str = "github-actions[bot]", kind: str = "Bot") -> dict[str, Any]:
        comment = {"id": len(self.comments) + 100, "body": body, "user": {"login": login, "type": kind}}
        self.comments.append(comment)
        return comment

    def answer(self, request: Request) -> Response:
        self.calls.append(f"{request.method} {request.path}")
        if request.headers.get("Authorization") != f"Bearer {TOKEN}":
            return _json({"message": "Bad credentials"}, 401)
        if request.path == "/user":
            return _json({"login": self.login}) if self.login else _json({"message": "Resource not accessible"}, 403)
        if self.failures:
            return _json({"message": "trouble"}, self.failures.pop(0))
        if request.path == "/repos/o/r/issues/7/comments":
            return self._list_or_create(request)
        return self._change(request, int(request.path.rpartition("/")[2]))

    def _list_or_create(self, request: Request) -> Response:
        if request.method == "POST":
            made = self.add(json.loads(request.data)["body"], login=self.login or "github-actions[bot]")
            if self.lose_after_post:
                self.lose_after_post -= 1
                return _json({"message": "lost"}, 502)
            return _json(made, 201)
        size, page = int(request.args["per_page"]), int(request.args["page"])
        return _json(self.comments[(page - 1) * size : page * size])

    def _change(self, request: Request, number: int) -> Response:
        comment = next(each for each in self.comments if each["id"] == number)
        if request.method == "DELETE":
            self.comments.remove(comment)
            return Response(status=204)
        comment["body"] = json.loads(request.data)["body"]
        return _json(comment)


@contextmanager
def running() -> Iterator[Hub]:
    hub = Hub()
    server = make_server("127.0.0.1", 0, Request.application(hub.answer), threaded=True)
    hub.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield hub
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _json(content: Any, status: int = 200) -> Response:
    return Response(json.dumps(content), status=status, content_type="application/json")
