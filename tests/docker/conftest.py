"""An engine for the tests: the one that is there, or a private one of this checkout's, which ends with them."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from ops import docker_engine
from ops.docker_engine.base_image import make_base_image
from ops.errors import OpsError
from ops.progress import Progress
from tests.docker.engine import Engine
from tests.docker.stack import Stack


@pytest.fixture(scope="session")
def engine() -> Iterator[Engine]:
    """An engine with the base image; where none can be had, the tests are skipped, and that is no secret."""
    try:
        host = docker_engine.find_or_start()
        image = make_base_image(host.url, Progress())
    except OpsError as error:
        pytest.skip(f"NO DOCKER ENGINE, SO THE LOCAL STACK IS NOT TESTED: {error}")
    try:
        yield Engine(address=host.url, base=image.name)
    finally:
        if host.started:
            docker_engine.stop()


@pytest.fixture(scope="module")
def stack(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """The local stack, not yet deployed. Whatever happens, the engine is clean afterwards."""
    made = Stack.make(tmp_path_factory.mktemp("local"), engine, f"t{os.getpid()}")
    try:
        yield made
    finally:
        made.clear()
