"""What rules judge besides workloads: ways in, mounts, timers and sizes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from sop import quantities
from sop.docker_workload import DockerWorkload
from sop.fields import Fields
from sop.resource import Resource
from sop.workload import APPLICATION, CONTAINER

DOMAIN = "dokploy:index:Domain"
MOUNT = "dokploy:index:Mount"
PORT = "dokploy:index:Port"
SCHEDULE = "dokploy:index:Schedule"
VOLUME_BACKUP = "dokploy:index:VolumeBackup"
REMOTE_IMAGE = "docker:index/remoteImage:RemoteImage"
BUILT_IMAGE = "docker:index/image:Image"
MIDDLEWARE = "dokploy:index:Middleware"
BACKUP_CRON = "chatzwa:index:BackupCron"
RESOURCE_TIER = "chatzwa:index:ResourceTier"
ENV_SECRETS = "chatzwa:index:EnvSecrets"


@dataclass(frozen=True, kw_only=True)
class Domain:
    """A host name that leads to a port of an application."""

    TYPES: ClassVar[frozenset[str]] = frozenset({DOMAIN})
    fields: Fields

    @classmethod
    def views(cls, resource: Resource) -> Iterator[Domain]:
        yield cls(fields=resource.fields)

    @property
    def host(self) -> str:
        return self.fields.text("host") or ""

    @property
    def path(self) -> str:
        return self.fields.text("path") or "/"

    @property
    def port(self) -> int | None:
        port = self.fields.number("port")
        return None if port is None else int(port)


@dataclass(frozen=True, kw_only=True)
class Mounted:
    """A folder inside a container and what lies behind it."""

    TYPES: ClassVar[frozenset[str]] = frozenset({MOUNT, CONTAINER})
    path: str
    host_path: str | None = None
    """The folder of the host; None for a volume or a file."""
    volume: str | None = None

    @classmethod
    def views(cls, resource: Resource) -> Iterator[Mounted]:
        fields = resource.fields
        if resource.type == MOUNT:
            yield cls(
                path=fields.text("mountPath") or "",
                host_path=fields.text("hostPath"),
                volume=fields.text("volumeName"),
            )
            return
        for block in fields.blocks("volumes"):
            yield cls(
                path=block.text("containerPath") or "",
                host_path=block.text("hostPath"),
                volume=block.text("volumeName"),
            )
        for block in fields.blocks("mounts"):
            bound = block.text("type") == "bind"
            source = block.text("source")
            yield cls(
                path=block.text("target") or "",
                host_path=source if bound else None,
                volume=source if block.text("type") == "volume" else None,
            )


@dataclass(frozen=True, kw_only=True)
class Sizes:
    """The sizes that the ResourceTier component declares."""

    TYPES: ClassVar[frozenset[str]] = frozenset({RESOURCE_TIER})
    name: str
    reason: str
    memory: int | None
    nano_cpus: int | None
    storage: int | None
    storage_text: str

    @classmethod
    def views(cls, resource: Resource) -> Iterator[Sizes]:
        tier = resource.fields.block("tier")
        storage = tier.text("storage") or ""
        yield cls(
            name=tier.text("name") or "",
            reason=tier.text("reason") or "",
            memory=quantities.size(tier.text("memory") or ""),
            nano_cpus=quantities.nano_cpus(tier.text("cpu") or ""),
            storage=quantities.size(storage),
            storage_text=storage or "nothing",
        )


@dataclass(frozen=True, kw_only=True)
class Entrance:
    """A port of the host that leads into a container."""

    TYPES: ClassVar[frozenset[str]] = frozenset({PORT, CONTAINER})
    what: str
    address: str | None
    """Where it listens; None for every address of the server, which is all that Dokploy can do."""

    @classmethod
    def views(cls, resource: Resource) -> Iterator[Entrance]:
        if resource.type == PORT:
            yield cls(what=f"port {resource.fields.text('publishedPort') or resource.name}", address=None)
            return
        for port in DockerWorkload(resource).published:
            yield cls(what=f"port {port.internal}", address=port.address)
        if resource.fields.flag("publishAllPorts"):
            yield cls(what="publishAllPorts", address=None)


@dataclass(frozen=True, kw_only=True)
class Reference:
    """An image that is named by its reference.

    A container's image that is not known yet is one that another resource pulls or builds: that one is judged.
    """

    TYPES: ClassVar[frozenset[str]] = frozenset({APPLICATION, CONTAINER, REMOTE_IMAGE, BUILT_IMAGE})
    text: str | None

    @classmethod
    def views(cls, resource: Resource) -> Iterator[Reference]:
        fields = resource.fields
        if resource.type == APPLICATION:
            yield cls(text=fields.block("image").text("reference"))
        elif resource.type == CONTAINER:
            yield cls(text=DockerWorkload(resource).image)
        else:
            yield cls(text=fields.text("imageName" if resource.type == BUILT_IMAGE else "name") or "")
