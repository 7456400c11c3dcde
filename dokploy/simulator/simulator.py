"""`Simulator`: a Dokploy in memory on a port of the loopback interface."""

from __future__ import annotations

import socket
import threading
from types import TracebackType
from typing import Any, Self

from werkzeug.serving import BaseWSGIServer, make_server

from .faults import Fault
from .server import Api, CallRecord, QuietHandler
from .settings import OUTCOMES, Behaviour, Outcome, Timings
from .state import State
from .world import World

HOST = "127.0.0.1"


class Simulator:
    """Use as a context manager, or call start() and stop(). Port 0 takes a free one."""

    def __init__(self, port: int = 0, timings: Timings | None = None) -> None:
        self._port = port
        self.world = World(timings or Timings())
        self._api = Api(self.world)
        self._server: BaseWSGIServer | None = None
        self._thread: threading.Thread | None = None

    def start(self) -> Self:
        """Raises OSError when the port is taken."""
        if self._server is None:
            with socket.create_server((HOST, self._port)) as bound:  # by ourselves: werkzeug would end the program
                self._server = make_server(
                    HOST, 0, self._api, threaded=True, request_handler=QuietHandler, fd=bound.fileno()
                )
            self._port = self._server.port
            self._thread = threading.Thread(
                target=self._server.serve_forever, kwargs={"poll_interval": 0.005}, daemon=True
            )
            self._thread.start()
        return self

    def stop(self) -> None:
        """The port is free afterwards; the tables stay, and start() brings the same server back."""
        if self._server is not None and self._thread is not None:
            self._server.shutdown()
            self._thread.join()
            self._server.server_close()
            self._api.hang_up()
            self._server = self._thread = None

    @property
    def listens(self) -> bool:
        """Whether it is started."""
        return self._server is not None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self._port}"

    @property
    def api_key(self) -> str:
        """The key of an owner, without a rate limit."""
        return self.world.api_key

    @property
    def organization_id(self) -> str:
        return self.world.organization_id

    @property
    def calls(self) -> list[CallRecord]:
        """The calls so far, in the order in which they were answered."""
        with self.world.lock:
            return list(self._api.calls)

    @property
    def state(self) -> State:
        """The tables as they are now; whoever writes to them edits as Dokploy's UI does."""
        with self.world.lock:
            self.world.agenda.catch_up()
            return self.world.state

    def fail(self, fault: Fault) -> None:
        with self.world.lock:
            self._api.faults.add(fault)

    @property
    def faulty(self) -> bool:
        """Whether a fault that was asked for is still to come."""
        with self.world.lock:
            return self._api.faults.left

    def heal(self) -> None:
        """Forget the faults asked for."""
        with self.world.lock:
            self._api.faults.clear()

    def behave(self, outcome: Outcome, match: str | None = None) -> None:
        """What new releases do from now on; the newest call that fits an application's name counts."""
        if outcome not in OUTCOMES:
            raise ValueError(f"outcome {outcome!r} is unknown; choose one of {', '.join(OUTCOMES)}")
        with self.world.lock:
            self.world.queue.behaviours.append(Behaviour(outcome=outcome, match=match))

    def skip(self, seconds: float) -> None:
        """Let time pass at once."""
        with self.world.lock:
            self.world.clock.skip(seconds)
            self.world.agenda.catch_up()

    def freeze(self) -> None:
        """Stand still at the beginning of the next minute: from now on only `skip` lets time pass."""
        with self.world.lock:
            self.world.clock.freeze((self.world.clock.now() // 60 + 1) * 60)
            self.world.agenda.catch_up()

    @property
    def timings(self) -> Timings:
        return self.world.timings

    @timings.setter
    def timings(self, timings: Timings) -> None:
        """For what begins from now on."""
        with self.world.lock:
            self.world.timings = self.world.queue.timings = self.world.swarm.timings = timings

    def restart(self) -> None:
        """As after a restart of Dokploy: the queue is lost, a running deployment becomes cancelled."""
        with self.world.lock:
            self.world.agenda.catch_up()
            self.world.queue.restart(self.world.now())

    def add_organization(self, name: str) -> str:
        with self.world.lock:
            return self.world.add_organization(name)

    def add_key(self, organization_id: str | None = None, **values: Any) -> str:
        """A further API key; the values are those of `keys.Key`: limit, remaining, role, services ..."""
        with self.world.lock:
            organization = organization_id or self.world.organization_id
            return self.world.add_key(organization, **values).text
