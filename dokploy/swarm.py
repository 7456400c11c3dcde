"""What Docker and its Swarm say of an application: its tasks, its containers, and what they wrote."""

from __future__ import annotations

from dataclasses import dataclass

from dokploy import dotenv
from dokploy.release import RELEASE_KEY
from dokploy.resource import Context
from dokploy.rollout import Cause
from dokploy.rows import Row

_ENDED_BY_ITSELF = ("Failed", "Rejected", "Complete")


@dataclass(frozen=True, kw_only=True)
class Container:
    """A container that runs. Its environment holds every secret and is not kept."""

    release: str
    task: str
    status: str
    health: str | None
    out_of_memory: bool

    @property
    def serves(self) -> bool:
        return self.status == "running" and self.health in (None, "healthy")

    @property
    def may_serve(self) -> bool:
        """Whether it serves or is on its way there."""
        return self.status in ("created", "running") and self.health != "unhealthy"


@dataclass(frozen=True, kw_only=True)
class Task:
    """One attempt of Swarm at running a container. It tells no release; its container does."""

    id: str
    is_wanted: bool
    """Whether Swarm wants it to run, now or after a pause; it wants a successor as soon as one has ended."""
    ended_by_itself: bool
    error: str

    @property
    def cause(self) -> Cause:
        if "unhealthy" in self.error:
            return "unhealthy"
        # Killed, which nobody does in a container but the kernel that is out of memory.
        return "memory" if "(137)" in self.error else "crash"


def inspections(ctx: Context, app_name: str) -> list[tuple[Row, Row]]:
    """Each container that runs, as it is listed and as Docker inspects it: empty where it is gone meanwhile."""
    listed = ctx.server.query("docker.getContainersByAppLabel", appName=app_name, type="swarm") or []
    return [(row, ctx.server.query("docker.getConfig", containerId=row["containerId"]) or {}) for row in listed]


def containers(ctx: Context, app_name: str) -> list[Container]:
    """Those that run, of whatever release."""
    found = []
    for row, inspected in inspections(ctx, app_name):
        if not inspected:
            continue
        state = inspected["State"]
        env = inspected["Config"].get("Env") or []
        found.append(
            Container(
                release=next((entry.partition("=")[2] for entry in env if entry.startswith(f"{RELEASE_KEY}=")), ""),
                # Docker names it <service>.<slot>.<task>.
                task=str(row["name"]).rpartition(".")[2],
                status=state["Status"],
                health=(state.get("Health") or {}).get("Status"),
                out_of_memory=bool(state.get("OOMKilled")) and state["Status"] != "running",
            )
        )
    return found


def carry(ctx: Context, application: Row) -> bool:
    """Whether every container that runs has the variables that stand in the application's row, the release too."""
    wanted = {f"{name}={value}" for name, value in dotenv.parse(application["env"] or "").items()}
    inspected = [each for _, each in inspections(ctx, application["appName"])]
    return bool(inspected) and all(each and wanted <= set(each["Config"].get("Env") or []) for each in inspected)


def tasks(ctx: Context, app_name: str) -> list[Task]:
    """Those that Swarm remembers, of whatever release: about five a slot."""
    rows = ctx.server.query("docker.getServiceContainersByAppName", appName=app_name) or []
    return [
        Task(
            id=row["containerId"],
            is_wanted=row["state"] in ("running", "ready"),
            ended_by_itself=str(row.get("currentState", "")).startswith(_ENDED_BY_ITSELF),
            error=ctx.server.client.scrub(str(row["error"] or "").strip('"')) or "it ended without an error",
        )
        for row in rows
    ]
