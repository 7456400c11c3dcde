"""The same on a Docker engine: how long `pulumi up` of the local stack goes on after its container is proved."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from bench.latency import Latency
from ops import docker_engine
from ops.docker_engine.base_image import make_base_image
from ops.errors import OpsError
from ops.progress import Progress
from tests.docker.engine import Engine
from tests.docker.stack import Stack

ROUNDS = 5
STABLE_S = 3


def measure() -> Latency | str:
    """Replace the container again and again, and compare with the engine's own clock; or why it cannot be measured."""
    try:
        host = docker_engine.find_or_start()
        image = make_base_image(host.url, Progress())
    except OpsError as error:
        return str(error)
    try:
        with tempfile.TemporaryDirectory(prefix="docker-bench-") as folder:
            stack = Stack.make(Path(folder), Engine(address=host.url, base=image.name), "bench")
            stack.config["app"]["stableSeconds"] = STABLE_S
            try:
                stack.up().well()
                found = [_round(stack, number) for number in range(ROUNDS)]
                stack.pulumi("destroy", "--yes", "--skip-preview").well()
            finally:
                stack.clear()
    finally:
        if host.started:
            docker_engine.stop()
    return Latency(seconds=tuple(found))


def _round(stack: Stack, number: int) -> float:
    stack.config["environment"]["ZAI_API_URL"] = f"https://api-{number}.company.co"
    began = time.time()
    stack.up(judged=True).well()
    ended = time.time()
    asked = ("--filter", f"container={stack.container}", "--filter", "event=health_status", "--format", "{{.TimeNano}}")
    healthy = stack.engine("events", "--since", f"{began:.3f}", "--until", f"{ended:.3f}", *asked).split()
    return ended - int(healthy[-1]) / 1e9 - STABLE_S
