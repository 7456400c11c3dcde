"""swarm.*: what `docker stats` says of every running container, those of other applications among them."""

from __future__ import annotations

from typing import Any

from ..procedure import Call, Router
from ..services import Service, Task
from ..validation import OPTIONAL_TEXT

ROUTER = Router("swarm")

MACHINE = 24 * 1024**3
"""Bytes of memory of the simulated machine: what a container without a limit may use."""

USUAL_SHARE = 0.25
"""Of its limit, which a container uses where a test says nothing."""


@ROUTER.query("getContainerStats", serverId=OPTIONAL_TEXT)
def container_stats(call: Call) -> Any:
    swarm = call.world.swarm
    return [
        _stats(service, task, swarm.memory_used.get(service.name)) for service, task in swarm.containers() if task.alive
    ]


def _stats(service: Service, task: Task, used: int | None) -> dict[str, str]:
    limit = task.release.memory or MACHINE
    used = int(limit * USUAL_SHARE) if used is None else used
    id = (task.container or "")[:12]
    return {
        "BlockIO": "0B / 0B",
        "CPUPerc": "0.00%",
        "Container": id,
        "ID": id,
        "MemPerc": f"{used * 100 / limit:.2f}%",
        "MemUsage": f"{_size(used)} / {_size(limit)}",
        "Name": f"{service.name}.{task.slot}.{task.id}",
        "NetIO": "0B / 0B",
    }


def _size(count: int) -> str:
    """As Docker prints bytes: four figures and a unit."""
    size = float(count)
    for unit in ("B", "KiB", "MiB"):
        if size < 1024:
            return f"{size:.4g}{unit}"
        size /= 1024
    return f"{size:.4g}GiB"
