"""What rules judge besides workloads: ways in, mounts, timers and sizes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from sop.texts import quantities
from sop.texts.host_paths import normal_path
from sop.views.docker_workload import DockerWorkload
from sop.views.fields import Fields
from sop.views.resource import Resource
from sop.views.workload import APPLICATION, CONTAINER

DOMAIN = "dokploy:index:Domain"
MOUNT = "dokploy:index:Mount"
PORT = "dokploy:index:Port"
SCHEDULE = "dokploy:index:Schedule"
VOLUME_BACKUP = "dokploy:index:VolumeBackup"
REMOTE_IMAGE = "docker:index/remoteImage:RemoteImage"
BUILT_IMAGE = "docker:index/image:Image"
VOLUME = "docker:index/volume:Volume"
DATABASES = frozenset({"dokploy:index:Postgres", "dokploy:index:Redis"})
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
    """A folder inside a container and what lies behind it, or a volume that stands for a folder of the host."""

    TYPES: ClassVar[frozenset[str]] = frozenset({MOUNT, CONTAINER, VOLUME})
    path: str
    """Empty for a volume by itself."""
    host_path: str | None = None
    """The folder of the host; None for a volume, a file or memory."""
    volume: str | None = None
    """The volume's name; None also for one without a name, which the next container does not get."""
    read_only: bool = False

    @property
    def keeps(self) -> bool:
        """Whether what is written there is still there for the next container."""
        return self.host_path is not None or self.volume is not None

    @classmethod
    def views(cls, resource: Resource) -> Iterator[Mounted]:
        fields = resource.fields
        if resource.type == VOLUME:
            device = _bound(fields.block("driverOpts"))
            if device is not None:
                yield cls(path="", host_path=device)
        elif resource.type == MOUNT:
            yield cls._of(fields.text("mountPath"), fields.text("hostPath"), fields.text("volumeName"))
        else:
            yield from cls._of_container(fields)

    @classmethod
    def _of_container(cls, fields: Fields) -> Iterator[Mounted]:
        for block in fields.blocks("volumes"):
            yield cls._of(
                block.text("containerPath"), block.text("hostPath"), block.text("volumeName"), block.flag("readOnly")
            )
        for block in fields.blocks("mounts"):
            kind, source = block.text("type"), block.text("source")
            bound = source if kind == "bind" else _bound(block.block("volumeOptions").block("driverOptions"))
            named = source if kind == "volume" else None
            yield cls._of(block.text("target"), bound, named, block.flag("readOnly"))
        for path in fields.block("tmpfs"):
            yield cls._of(path)

    @classmethod
    def _of(
        cls, path: str | None, host_path: str | None = None, volume: str | None = None, read_only: bool = False
    ) -> Mounted:
        if volume is not None and volume.startswith("/"):
            host_path, volume = volume, None  # what Docker makes of such a name
        return cls(
            path=normal_path(path) if path else "", host_path=host_path, volume=volume or None, read_only=read_only
        )


def _bound(options: Fields) -> str | None:
    """The folder of the host that a volume's driver is told to show; None where it is told none."""
    kinds = (options.text("o") or "").split(",")
    return options.text("device") if {"bind", "rbind"} & set(kinds) else None


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

    TYPES: ClassVar[frozenset[str]] = frozenset({PORT, CONTAINER, *DATABASES})
    what: str
    address: str | None
    """Where it listens; None for every address of the server, which is all that Dokploy can do."""

    @classmethod
    def views(cls, resource: Resource) -> Iterator[Entrance]:
        if resource.type == PORT:
            yield cls(what=f"port {resource.fields.text('publishedPort') or resource.name}", address=None)
            return
        if resource.type in DATABASES:
            port = resource.fields.text("externalPort")
            if port is not None:
                yield cls(what=f"port {port}", address=None)
            return
        for published in DockerWorkload(resource).published:
            yield cls(what=f"port {published.internal}", address=published.address)
        if resource.fields.flag("publishAllPorts"):
            yield cls(what="publishAllPorts", address=None)


@dataclass(frozen=True, kw_only=True)
class Reference:
    """An image that is named by its reference.

    A container's image that is not known yet is one that another resource pulls or builds: that one is judged.
    """

    TYPES: ClassVar[frozenset[str]] = frozenset({APPLICATION, CONTAINER, REMOTE_IMAGE, BUILT_IMAGE, *DATABASES})
    text: str | None

    @classmethod
    def views(cls, resource: Resource) -> Iterator[Reference]:
        fields = resource.fields
        if resource.type == APPLICATION:
            yield cls(text=fields.block("image").text("reference"))
        elif resource.type == CONTAINER:
            yield cls(text=DockerWorkload(resource).image)
        elif resource.type in DATABASES:
            yield cls(text=fields.text("image"))  # Dokploy's own default has a version
        else:
            yield cls(text=fields.text("imageName" if resource.type == BUILT_IMAGE else "name") or "")
