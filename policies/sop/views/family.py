"""A workload with everything that belongs to it, which only a whole stack can show."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import ClassVar

from pulumi_policy import PolicyResource

from sop.texts.host_paths import normal_path
from sop.views.dokploy_workload import DokployWorkload
from sop.views.fields import Fields
from sop.views.jobs import FOLDER, LOCAL_COMMAND, REMOTE_COMMAND, Job
from sop.views.owners import owners
from sop.views.resource import Resource
from sop.views.subjects import (
    BACKUP_CRON,
    DOMAIN,
    MIDDLEWARE,
    MOUNT,
    RESOURCE_TIER,
    SCHEDULE,
    VOLUME_BACKUP,
    Domain,
    Mounted,
    Sizes,
)
from sop.views.workload import CONTAINER, Workload

DEPLOYMENT = "dokploy:index:Deployment"
NOTIFICATION = "dokploy:index:Notification"
BASIC_AUTH = "dokploy:index:BasicAuth"


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A domain, and what stands in front of the application there."""

    domain: Domain
    guards: tuple[str, ...]
    """The configuration of each of its middlewares that is part of the stack: Traefik's own, as text."""


class Elsewhere(DokployWorkload, of="elsewhere"):
    """An application that is not in the stack, of which nothing is known but what belongs to it here."""

    platform = "elsewhere"

    def __init__(self, resource: Resource) -> None:
        super().__init__(replace(resource, fields=Fields(None)))

    @property
    def on_sqlite(self) -> bool:
        return False


class Family:
    """A workload and its relatives, each read when a rule asks for it."""

    TYPES: ClassVar[frozenset[str]] = frozenset()

    def __init__(self, workload: Workload, own: Sequence[PolicyResource], stack: Sequence[PolicyResource]) -> None:
        self.workload = workload
        self._own = own
        self._stack = stack

    @staticmethod
    def views(stack: Sequence[PolicyResource]) -> Iterator[Family]:
        """One for each workload of the stack, and one for each application elsewhere that it has ways in or jobs of."""
        owner_of = owners(stack)
        for one in stack:
            if one.resource_type in Workload.TYPES:
                (workload,) = Workload.views(_resource(one))
                yield Family(workload, [other for other in stack if owner_of.get(other.urn) == one.urn], stack)
        workloads = {one.urn for one in stack if one.resource_type in Workload.TYPES}
        for owner in dict.fromkeys(owner for owner in owner_of.values() if owner not in workloads):
            own = [one for one in stack if owner_of.get(one.urn) == owner]
            first = next((one for one in own if one.resource_type in (DOMAIN, SCHEDULE)), None)
            if first is not None:
                yield Family(Elsewhere(_resource(first)), own, stack)

    @property
    def components(self) -> frozenset[str]:
        """The types of all resources of the stack that are components of this project.

        The size of an application elsewhere is declared there.
        """
        types = {one.resource_type for one in self._stack if one.resource_type.startswith("chatzwa:")}
        return frozenset({*types, RESOURCE_TIER} if isinstance(self.workload, Elsewhere) else types)

    @property
    def declared_sizes(self) -> list[Sizes]:
        """Those of the tiers that the stack declares; a tier that an earlier program declared does not show them."""
        return [
            sizes
            for one in self._stack
            if one.resource_type == RESOURCE_TIER and "tier" in Fields(one.props)
            for sizes in Sizes.views(_resource(one))
        ]

    @property
    def mounts(self) -> list[Mounted]:
        if self.workload.resource.type == CONTAINER:
            return list(Mounted.views(self.workload.resource))
        return [mounted for one in self._of(MOUNT) for mounted in Mounted.views(_resource(one))]

    @property
    def entries(self) -> list[Entry]:
        middlewares = [one for one in self._stack if one.resource_type == MIDDLEWARE]
        return [_entry(one, middlewares) for one in self._of(DOMAIN)]

    @cached_property
    def schedules(self) -> list[Job]:
        """The commands that Dokploy runs by the clock."""
        return self._jobs(self._of(SCHEDULE))

    @cached_property
    def jobs(self) -> list[Job]:
        """The schedules, and the commands of pulumi-command: those belong to the host, and to whatever it runs."""
        return [
            *self.schedules,
            *self._jobs(one for one in self._stack if one.resource_type in (LOCAL_COMMAND, REMOTE_COMMAND)),
        ]

    def _jobs(self, resources: Iterable[PolicyResource]) -> list[Job]:
        return [Job(_resource(one), self.workload.database or "") for one in resources]

    @property
    def timed_copies(self) -> list[tuple[str, str]]:
        """What copies the database by the clock, for people, and its cron expression.

        On a Docker engine the component BackupCron tells when, since the clock is the host's.
        """
        components = [] if self.schedules else [one for one in self._stack if one.resource_type == BACKUP_CRON]
        told = ((one.name, Fields(one.props).block("schedules").text("backup")) for one in components)
        return [
            *(
                (job.what, job.fields.text("cronExpression") or "")
                for job in self.schedules
                if job.copies and job.enabled
            ),
            *((f"schedules.backup of {name}", expression) for name, expression in told if expression is not None),
        ]

    @cached_property
    def folders_of_copies(self) -> set[str]:
        """Where copies of the database go, as far as the jobs tell; the procedure's own folder where none does."""
        return {folder for job in self.jobs if job.copies for folder in job.folders or ()} or {FOLDER}

    @property
    def volume_backups(self) -> list[Fields]:
        return [Fields(one.props) for one in self._of(VOLUME_BACKUP)]

    @property
    def notifications(self) -> list[Fields]:
        """Those of the whole stack: they belong to the server and to no application."""
        return [Fields(one.props) for one in self._stack if one.resource_type == NOTIFICATION]

    @property
    def is_deployed(self) -> bool:
        """Whether a Deployment follows its releases."""
        return bool(self._of(DEPLOYMENT))

    @property
    def asks_for_a_password(self) -> bool:
        """Whether all of its domains ask for a user and a password."""
        return bool(self._of(BASIC_AUTH))

    def volume_of(self, path: str) -> Mounted | None:
        """The mount that keeps a path, the deepest where several hold it."""
        path = normal_path(path)
        holding = [m for m in self.mounts if path == m.path or path.startswith(m.path.rstrip("/") + "/")]
        deepest = max(holding, key=lambda mount: len(mount.path), default=None)
        return deepest if deepest is not None and deepest.keeps else None

    def _of(self, kind: str) -> list[PolicyResource]:
        return [one for one in self._own if one.resource_type == kind]


def _resource(one: PolicyResource) -> Resource:
    return Resource(
        type=one.resource_type,
        urn=one.urn,
        name=one.name,
        fields=Fields(one.props),
        protected=one.opts.protect,
    )


def _entry(one: PolicyResource, middlewares: Sequence[PolicyResource]) -> Entry:
    """What stands in front of a domain. Its references are unknown until the middlewares exist, their origin is not."""
    domain = Fields(one.props)
    sources = {source.urn for source in one.property_dependencies.get("middlewares", [])}
    linked = [middleware for middleware in middlewares if middleware.urn in sources]
    if not linked and middlewares:
        # `headers-1a2b3c4d@file` is the middleware named headers.
        names = {text.partition("@")[0].rpartition("-")[0] for text in domain.texts("middlewares")}
        linked = [middleware for middleware in middlewares if Fields(middleware.props).text("name") in names]
    return Entry(
        domain=Domain(fields=domain),
        guards=tuple(Fields(middleware.props).text("configuration") or "" for middleware in linked),
    )
