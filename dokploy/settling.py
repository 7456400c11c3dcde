"""Calls that succeed only once an old container has ended, and the volumes that it leaves."""

from __future__ import annotations

from dokploy.errors import ServerFailure
from dokploy.polling import WaitEndedError, wait_for
from dokploy.resource import Context
from dokploy.rows import Row
from dokploy.swarm import inspections

SETTLES_WITHIN_S = 60.0
"""For the first task to run, and for a container that is still stopping."""


def settled(ctx: Context, procedure: str, body: Row) -> None:
    """Call it until it succeeds; its last error where it fails for longer than a container takes to stop.

    A volume that is not there any more is a success.
    """
    failures: list[ServerFailure] = []

    def attempt() -> bool | None:
        try:
            ctx.server.write(procedure, body)
        except ServerFailure as error:
            if "no such volume" in str(error):
                return True
            failures.append(error)
            ctx.log("progress", f"waiting for the old container to end: {error}")
            return None
        return True

    try:
        wait_for(ctx, attempt, at_most_s=SETTLES_WITHIN_S)
    except WaitEndedError:
        raise failures[-1] if failures else ServerFailure(f"{procedure}: Dokploy did not answer") from None


def remove_volume(ctx: Context, name: str, server_id: str | None) -> None:
    """Remove a Docker volume with its data, as soon as no container uses it."""
    server = {"serverId": server_id} if server_id else {}
    settled(ctx, "dockerVolume.removeVolume", {"volumeName": name, **server})


def volumes_of(ctx: Context, app_name: str) -> list[str]:
    """The named volumes of the containers that run; those of a service that runs none are not known."""
    found: set[str] = set()
    for _, inspected in inspections(ctx, app_name):
        found.update(mount["Name"] for mount in inspected.get("Mounts") or [] if mount["Type"] == "volume")
    return sorted(found)
