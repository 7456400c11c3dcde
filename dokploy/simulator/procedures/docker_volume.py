"""dockerVolume.*: the volumes that outlive their services."""

from __future__ import annotations

from typing import Any

from ..errors import server_error
from ..procedure import EMPTY, Call, Router
from ..validation import ID, OPTIONAL_TEXT

ROUTER = Router("dockerVolume")


@ROUTER.mutation("removeVolume", volumeName=ID, serverId=OPTIONAL_TEXT)
def remove(call: Call) -> Any:
    name, swarm = call.data["volumeName"], call.world.swarm
    reason = None
    users = [
        task.container
        for _, task in swarm.containers()
        if any(mount.get("Name") == name for mount in task.release.mounts)
    ]
    if name not in swarm.volumes:
        reason = f"get {name}: no such volume"
    elif users:
        reason = f"remove {name}: volume is in use - [{users[0]}]"
    if reason is not None:
        command = f"docker volume rm {name}\nError response from daemon: {reason}\n"
        raise server_error(f"Command execution failed: Command failed: {command}")
    swarm.volumes.remove(name)
    return EMPTY
