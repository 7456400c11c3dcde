"""A container as the rules see it, whichever platform runs it.

Every property is read when a rule asks for it, so that one unknown value stops only the rules that need it.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

from sop import quantities
from sop.fields import Fields
from sop.numbers import MIB
from sop.resource import Resource

APPLICATION = "dokploy:index:Application"
CONTAINER = "docker:index/container:Container"
_PROBED_PORT = re.compile(r"(?:127\.0\.0\.1|localhost|\[::1\]):([0-9]{1,5})")


@dataclass(frozen=True, kw_only=True)
class Size:
    """A size or a share as it is written, and its amount in bytes or billionths of a core."""

    text: str
    amount: int | None
    plain: bool
    """Whether it is written with a unit that nobody can mistake."""


@dataclass(frozen=True, kw_only=True)
class Health:
    """The check inside the container. None is what nobody has said."""

    test: tuple[str, ...]
    start_period_s: float | None
    retries: float | None

    @property
    def port(self) -> int | None:
        """The port that is asked, where the test shows it."""
        found = _PROBED_PORT.search(" ".join(self.test))
        return int(found[1]) if found else None


@dataclass(frozen=True, kw_only=True)
class Restart:
    """What happens when the container ends."""

    condition: str
    attempts: float
    """0 for no limit."""
    window_s: float | None
    """None where the platform has no window."""


@dataclass(frozen=True, kw_only=True)
class Update:
    """How a running container is replaced."""

    order: str | None
    failure_action: str | None


@dataclass(frozen=True, kw_only=True)
class Published:
    """A port of the container that is reachable from outside it; `internal` is the container's side."""

    internal: int | None
    address: str


class Workload(ABC):
    """One Application of Dokploy or one container of Docker."""

    TYPES: ClassVar[frozenset[str]] = frozenset({APPLICATION, CONTAINER})
    platform: ClassVar[str]

    def __init__(self, resource: Resource) -> None:
        self.resource = resource
        self.fields = resource.fields

    @staticmethod
    def views(resource: Resource) -> Iterator[Workload]:
        yield DokployWorkload(resource) if resource.type == APPLICATION else DockerWorkload(resource)

    # What both platforms have.

    @property
    @abstractmethod
    def memory(self) -> Size | None: ...

    @property
    @abstractmethod
    def cpu(self) -> Size | None: ...

    @property
    @abstractmethod
    def memory_reserved(self) -> Size | None: ...

    @property
    @abstractmethod
    def cpu_reserved(self) -> Size | None: ...

    @property
    @abstractmethod
    def replicas(self) -> int: ...

    @property
    @abstractmethod
    def image(self) -> str | None:
        """The image's reference; None where the platform builds it from a repository."""

    @property
    @abstractmethod
    def env(self) -> Fields: ...

    @property
    @abstractmethod
    def command(self) -> tuple[str, ...]:
        """What replaces the image's own start; empty where nothing does."""

    @property
    @abstractmethod
    def health(self) -> Health | None: ...

    @property
    @abstractmethod
    def restart(self) -> Restart: ...

    @property
    @abstractmethod
    def update(self) -> Update | None:
        """None where the platform never runs two containers at once."""

    @property
    @abstractmethod
    def stop_grace_s(self) -> float | None: ...

    # What follows from it.

    @property
    def database(self) -> str | None:
        """The path of the SQLite file; None for another kind of database. The app's schema is SQLite."""
        url = self.env.text("DATABASE_URL")
        if url is None:
            return ""
        return url.removeprefix("file:").partition("?")[0] if url.startswith("file:") else None

    @property
    def on_sqlite(self) -> bool:
        return self.database is not None


class DokployWorkload(Workload):
    """An Application of Dokploy."""

    platform = "dokploy"

    @property
    def memory(self) -> Size | None:
        return _memory(self.fields.text("memoryLimit"))

    @property
    def cpu(self) -> Size | None:
        return _cpu(self.fields.text("cpuLimit"))

    @property
    def memory_reserved(self) -> Size | None:
        return _memory(self.fields.text("memoryReservation"))

    @property
    def cpu_reserved(self) -> Size | None:
        return _cpu(self.fields.text("cpuReservation"))

    @property
    def replicas(self) -> int:
        count = self.fields.number("replicas")
        return 1 if count is None else int(count)

    @property
    def image(self) -> str | None:
        return self.fields.block("image").text("reference")

    @property
    def repository(self) -> Fields:
        """The git source, whichever provider it comes through; empty for an image."""
        for name in ("git", "github", "gitlab", "gitea", "bitbucket"):
            if name in self.fields:
                return self.fields.block(name)
        return Fields(None)

    @property
    def builder(self) -> str | None:
        """What builds the image from the repository; None where there is no repository."""
        return (self.fields.block("build").text("type") or "nixpacks") if self.repository else None

    @property
    def env(self) -> Fields:
        return _mapping(self.fields, "env")

    @property
    def command(self) -> tuple[str, ...]:
        return (*self.fields.texts("command"), *self.fields.texts("args"))

    @property
    def health(self) -> Health | None:
        check = self.fields.block("healthCheck")
        if not check:
            return None
        return Health(
            test=check.texts("test"),
            start_period_s=check.number("startPeriodSeconds"),
            retries=check.number("retries"),
        )

    @property
    def restart(self) -> Restart:
        policy = self.fields.block("restartPolicy")
        return Restart(
            condition=policy.text("condition") or "any",
            attempts=policy.number("maxAttempts") or 0,
            window_s=policy.number("windowSeconds") or 0,
        )

    @property
    def update(self) -> Update | None:
        policy = self.fields.block("updatePolicy")
        return Update(order=policy.text("order"), failure_action=policy.text("failureAction"))

    @property
    def stop_grace_s(self) -> float | None:
        return self.fields.number("stopGracePeriodSeconds")

    @property
    def rollback_registry(self) -> str | None:
        """The registry that keeps the images of earlier releases; None where there is none, or it is off."""
        nested = self.fields.block("rollback")
        if "rollbackActive" in self.fields and not self.fields.flag("rollbackActive"):
            return None
        return self.fields.text("rollbackRegistryId") or nested.text("registryId")

    @property
    def pushes_to_a_registry(self) -> bool:
        names = ("registryId", "buildRegistryId")
        return self.rollback_registry is not None or any(self.fields.text(name) for name in names)

    @property
    def preview_env(self) -> Fields:
        """The variables of the environments that Dokploy makes for pull requests."""
        return (
            _mapping(self.fields.block("previews"), "env")
            if "previews" in self.fields
            else _mapping(self.fields, "previewEnv")
        )


class DockerWorkload(Workload):
    """A container of a Docker engine."""

    platform = "docker"

    @property
    def memory(self) -> Size | None:
        return _mebibytes(self.fields.text("memory"))

    @property
    def cpu(self) -> Size | None:
        text = self.fields.text("cpus")
        return None if text is None else Size(text=text, amount=quantities.nano_cpus(text), plain=_cores(text))

    @property
    def memory_reserved(self) -> Size | None:
        return _mebibytes(self.fields.text("memoryReservation"))

    @property
    def cpu_reserved(self) -> Size | None:
        return None

    @property
    def replicas(self) -> int:
        return 1

    @property
    def image(self) -> str | None:
        return self.fields.text("image") or ""

    @cached_property
    def _env(self) -> Fields:
        pairs = (text.partition("=") for text in self.fields.texts("envs"))
        return Fields({name: value for name, _, value in pairs}, ("envs",))

    @property
    def env(self) -> Fields:
        return self._env

    @property
    def command(self) -> tuple[str, ...]:
        return (*self.fields.texts("entrypoints"), *self.fields.texts("command"))

    @property
    def health(self) -> Health | None:
        check = self.fields.block("healthcheck")
        if not check:
            return None
        start = check.text("startPeriod")
        return Health(
            test=check.texts("tests"),
            start_period_s=None if start is None else quantities.seconds(start),
            retries=check.number("retries"),
        )

    @property
    def restart(self) -> Restart:
        return Restart(
            condition=self.fields.text("restart") or "none",
            attempts=self.fields.number("maxRetryCount") or 0,
            window_s=None,
        )

    @property
    def update(self) -> Update | None:
        return None

    @property
    def stop_grace_s(self) -> float | None:
        grace = self.fields.number("destroyGraceSeconds")
        return self.fields.number("stopTimeout") if grace is None else grace

    @property
    def published(self) -> list[Published]:
        return [
            Published(
                internal=None if (port := block.number("internal")) is None else int(port),
                address=block.text("ip") or "0.0.0.0",  # noqa: S104 - what Docker takes where nothing is said
            )
            for block in self.fields.blocks("ports")
        ]


def _mapping(fields: Fields, name: str) -> Fields:
    return fields.block(name)


def _memory(text: str | None) -> Size | None:
    if text is None:
        return None
    amount = quantities.size(text)
    return Size(text=text, amount=amount, plain=re.fullmatch(r"[0-9]+(Ki|Mi|Gi)", text) is not None)


def _cpu(text: str | None) -> Size | None:
    if text is None:
        return None
    return Size(
        text=text, amount=quantities.nano_cpus(text), plain=re.fullmatch(r"[0-9]+m|[0-9]{1,3}", text) is not None
    )


def _cores(text: str) -> bool:
    return re.fullmatch(r"[0-9]{1,3}(\.[0-9]+)?", text) is not None


def _mebibytes(text: str | None) -> Size | None:
    """A number of MiB, which is what pulumi-docker takes."""
    if text is None:
        return None
    amount = int(float(text)) * MIB if re.fullmatch(r"[0-9]+(\.[0-9]+)?", text) else None
    return Size(text=f"{text}Mi" if amount is not None else text, amount=amount, plain=amount is not None)
