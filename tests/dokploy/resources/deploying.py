"""What the tests of deployments share: a deployment, a count of calls, slow builds, and a call under way."""

from __future__ import annotations

import threading
from typing import Any

from dokploy.simulator import Simulator
from dokploy.simulator.settings import Timings
from tests.dokploy.plugin.harness import Kept, Provider
from tests.dokploy.resources.case import with_change


def deploy(provider: Provider, application: Kept, **more: Any) -> Kept:
    return provider.create("Deployment", with_change({"applicationId": application.id, "stableSeconds": 0}, more))


def calls_of(simulator: Simulator, procedure: str) -> int:
    return sum(call.procedure == procedure for call in simulator.calls)


def slow_builds(simulator: Simulator, seconds: float) -> None:
    simulator.world.timings = simulator.world.queue.timings = Timings(build_s=seconds)


class Running:
    """A call under way on another thread."""

    def __init__(self, call: Any) -> None:
        self.result: Any = None
        self.error: BaseException | None = None
        self._thread = threading.Thread(target=self._run, args=(call,))
        self._thread.start()

    def _run(self, call: Any) -> None:
        try:
            self.result = call()
        except BaseException as error:
            self.error = error

    def end(self, within_s: float = 5.0) -> Any:
        self._thread.join(within_s)
        assert not self._thread.is_alive(), "it goes on"
        if self.error:
            raise self.error
        return self.result
