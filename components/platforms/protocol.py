"""What a platform has to offer: the children that the components need, made from the nouns of ``values``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import pulumi

from components.values import Channel, CronJob, Offsite, Rollout, Route, Service


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where services are put."""

    project_id: pulumi.Output[str]
    environment_id: pulumi.Output[str]


@dataclass(frozen=True, kw_only=True)
class Workload:
    """A service that the platform knows, deployed or not."""

    id: pulumi.Output[str]
    app_name: pulumi.Output[str]
    generation: pulumi.Output[str]
    """Changes whenever the platform's settings of the service do, so that it has to be deployed again."""


@dataclass(frozen=True, kw_only=True)
class Deployed:
    """One deployment that has come to its end."""

    id: pulumi.Output[str]
    release: pulumi.Output[str]


class Platform(Protocol):
    """Creates the children of a component, all of them under ``parent`` and named after ``name``."""

    def place(self, name: str, *, project: str, environment: str, description: str, parent: pulumi.Resource) -> Place:
        """Where the service lives."""
        ...

    def service(
        self,
        name: str,
        service: Service,
        *,
        environment: Mapping[str, pulumi.Input[str]],
        place: Place,
        parent: pulumi.Resource,
    ) -> Workload:
        """The service with its volumes. Whether it runs already is the platform's; nobody relies on it yet."""
        ...

    def route(self, name: str, route: Route, workload: Workload, *, parent: pulumi.Resource) -> pulumi.Output[str]:
        """The way in from outside; gives the platform's id of it."""
        ...

    def release(
        self,
        name: str,
        workload: Workload,
        *,
        rollout: Rollout,
        triggers: Mapping[str, pulumi.Input[str]],
        backups: Sequence[pulumi.Input[str]],
        after: Sequence[pulumi.Resource],
        parent: pulumi.Resource,
    ) -> Deployed:
        """Deploys the service once ``after`` is there, and again whenever one of ``triggers`` changes.

        ``backups`` are ids of cron jobs that have to succeed before a running version is replaced. It ends well only
        when the new version is healthy, stays so, and answers from outside.
        """
        ...

    def cron_job(self, name: str, job: CronJob, workload: Workload, *, parent: pulumi.Resource) -> pulumi.Output[str]:
        """A command by the clock inside the service's container; gives the platform's id of it."""
        ...

    def alert(
        self, name: str, channel: Channel, *, kind: str, title: str, deployments: bool, parent: pulumi.Resource
    ) -> pulumi.Output[str]:
        """Tells a channel of what fails, and with ``deployments`` of what goes well; gives the platform's id of it."""
        ...

    def offsite(
        self, name: str, asked: Offsite, *, title: str, volume: str, workload: Workload, parent: pulumi.Resource
    ) -> pulumi.Output[str]:
        """Sends a volume to a bucket by the clock; gives the platform's id of it."""
        ...
