"""A workload with everything that belongs to it, which only a whole stack can show."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from pulumi_policy import PolicyResource

from sop.fields import Fields
from sop.jobs import Job
from sop.resource import Resource
from sop.subjects import DOMAIN, MIDDLEWARE, MOUNT, SCHEDULE, VOLUME_BACKUP, Domain, Mounted
from sop.workload import APPLICATION, CONTAINER, Workload

DEPLOYMENT = "dokploy:index:Deployment"
NOTIFICATION = "dokploy:index:Notification"
BASIC_AUTH = "dokploy:index:BasicAuth"


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A domain, and what stands in front of the application there."""

    domain: Domain
    guards: tuple[str, ...]
    """The configuration of each of its middlewares that is part of the stack: Traefik's own, as text."""

    def guarded_by(self, pattern: str) -> bool:
        """Whether a middleware's configuration matches a regular expression, whatever the case."""
        return any(re.search(pattern, guard, re.IGNORECASE | re.DOTALL) for guard in self.guards)


class Family:
    """A workload and its relatives, each read when a rule asks for it."""

    TYPES: ClassVar[frozenset[str]] = frozenset()

    def __init__(self, workload: PolicyResource, stack: Sequence[PolicyResource]) -> None:
        (self.workload,) = Workload.views(_resource(workload))
        self._stack = stack
        applications = [one.urn for one in stack if one.resource_type == APPLICATION]
        self._own = [one for one in stack if _application_of(one, applications) == workload.urn]
        self._self = workload

    @staticmethod
    def views(stack: Sequence[PolicyResource]) -> Iterator[Family]:
        """One for each workload of the stack."""
        return (Family(one, stack) for one in stack if one.resource_type in Workload.TYPES)

    @property
    def components(self) -> frozenset[str]:
        """The types of all resources of the stack that are components of this project."""
        return frozenset(one.resource_type for one in self._stack if one.resource_type.startswith("chatzwa:"))

    @property
    def mounts(self) -> list[Mounted]:
        if self._self.resource_type == CONTAINER:
            return list(Mounted.views(self.workload.resource))
        return [mounted for one in self._of(MOUNT) for mounted in Mounted.views(_resource(one))]

    @property
    def entries(self) -> list[Entry]:
        middlewares = [one for one in self._stack if one.resource_type == MIDDLEWARE]
        return [_entry(one, middlewares) for one in self._of(DOMAIN)]

    @property
    def jobs(self) -> list[Job]:
        return [Job(fields=Fields(one.props)) for one in self._of(SCHEDULE)]

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
        """The mount that holds a path, the deepest where several do."""
        holding = [m for m in self.mounts if path == m.path or path.startswith(m.path.rstrip("/") + "/")]
        return max(holding, key=lambda mount: len(mount.path), default=None)

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


def _application_of(one: PolicyResource, applications: Sequence[str]) -> str | None:
    """The application that a resource names.

    The id itself is no property of the application, and unknown before it exists: what the engine tells is
    which resource the value comes from. A literal id names the only application there is, if there is one.
    """
    if "applicationId" not in Fields(one.props):
        return None
    sources = one.property_dependencies.get("applicationId") or one.dependencies
    named = [source.urn for source in sources if source.urn in applications]
    return next(iter(named or (applications if len(applications) == 1 else ())), None)


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
