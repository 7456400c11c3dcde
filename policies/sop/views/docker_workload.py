"""A container of a Docker engine. Sizes are numbers of MiB, CPUs text in cores, durations Docker's own text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property
from typing import Any

from pulumi_policy.proxy import UnknownValueError

from sop.numbers import MIB
from sop.texts import quantities
from sop.views.fields import Fields
from sop.views.nouns import Health, Published, Restart, Size, Update
from sop.views.workload import CONTAINER, Workload

_CORES = re.compile(r"[0-9]{1,3}(\.[0-9]+)?")
_NUMBER = re.compile(r"[0-9]+(\.[0-9]+)?")


class DockerWorkload(Workload, of=CONTAINER):
    """A container of a Docker engine."""

    platform = "docker"

    @property
    def memory(self) -> Size | None:
        return _mebibytes(self.fields.text("memory"))

    @property
    def cpu(self) -> Size | None:
        text = self.fields.text("cpus")
        return (
            None
            if text is None
            else Size(text=text, amount=quantities.nano_cpus(text), plain=_CORES.fullmatch(text) is not None)
        )

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
        try:
            return self.fields.text("image") or ""
        except UnknownValueError:
            return None  # another resource pulls or builds it

    @cached_property
    def _env(self) -> Fields:
        entries = self.fields.value("envs") or ()
        known: dict[str, str] = {}
        unknown: UnknownValueError | None = None
        for index in range(len(entries)):
            try:
                name, _, value = str(entries[index]).partition("=")
            except UnknownValueError as error:
                unknown = error
            else:
                known[name] = value
        return _Variables(known, unknown)

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


class _Variables(Fields):
    """Variables, of which an entry that is unknown may be any that is not among the others."""

    def __init__(self, known: Mapping[str, str], unknown: UnknownValueError | None) -> None:
        super().__init__(known, ("envs",))
        self._unknown = unknown

    def __contains__(self, name: object) -> bool:
        if not super().__contains__(name) and self._unknown is not None:
            raise self._unknown
        return super().__contains__(name)

    def value(self, name: str) -> Any:
        return super().value(name) if name in self else None


def _mebibytes(text: str | None) -> Size | None:
    if text is None:
        return None
    amount = int(float(text)) * MIB if _NUMBER.fullmatch(text) else None
    return Size(text=f"{text}Mi" if amount is not None else text, amount=amount, plain=amount is not None)
