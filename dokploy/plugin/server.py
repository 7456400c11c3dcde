"""Starts the plugin: one gRPC server on loopback, whose port is the first line of the standard output."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import grpc
from pulumi.runtime.proto import provider_pb2_grpc

from dokploy.lookup import Lookup
from dokploy.plugin.engine_log import EngineLog
from dokploy.plugin.servicer import DokployServicer
from dokploy.resource import Resource

THREADS = 64
"""A deployment waits on a thread for minutes; the engine works on at most 16 resources at a time by default."""

MESSAGE_LIMIT_BYTES = 400 * 1024 * 1024
"""The engine's own limit."""


def serve(resources: Iterable[Resource[Any, Any]], lookups: Iterable[Lookup[Any, Any]], arguments: list[str]) -> None:
    """Answer the engine until it ends this process or goes away. The engine's address is the last argument."""
    addresses = [argument for argument in arguments if not argument.startswith("-")]
    server, port = started(resources, EngineLog(addresses[-1] if addresses else None), lookups)
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    _wait()
    server.stop(grace=1).wait()
    # Python would wait for its threads, of which one may follow a deployment for minutes.
    os._exit(0)


def started(
    resources: Iterable[Resource[Any, Any]], log: EngineLog, lookups: Iterable[Lookup[Any, Any]] = ()
) -> tuple[Any, int]:
    """A gRPC server that answers for these resources and look-ups, and its port on loopback."""
    options = [
        ("grpc.max_receive_message_length", MESSAGE_LIMIT_BYTES),
        ("grpc.max_send_message_length", MESSAGE_LIMIT_BYTES),
    ]
    server = grpc.server(ThreadPoolExecutor(max_workers=THREADS), options=options)
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(DokployServicer(resources, lookups, log), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    return server, port


def _wait() -> None:
    """Until asked to end, or until the engine has died: an orphan would keep the terminal's pipe open."""
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: ended.set())
    # Ctrl-C reaches the whole process group, but an operation in flight has to finish and be recorded: the engine
    # asks with Cancel instead.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = os.getppid()
    while not ended.wait(1.0):
        if os.getppid() != parent:
            return
