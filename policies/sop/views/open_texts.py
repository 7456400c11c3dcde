"""Texts that everybody sees who may look at a deployment, its image or its state."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Final

from pulumi_policy.proxy import UnknownValueError

from sop import marks
from sop.views.family import DEPLOYMENT
from sop.views.fields import WITHHELD
from sop.views.jobs import LOCAL_COMMAND, REMOTE_COMMAND
from sop.views.resource import Resource
from sop.views.subjects import BUILT_IMAGE, ENV_SECRETS, MOUNT, SCHEDULE
from sop.views.workload import APPLICATION, CONTAINER

_SOURCES: Final = ("git", "github", "gitlab", "gitea", "bitbucket", "image")
_COMMAND: Final = ("create", "update", "delete", "environment")
_DESCRIBED: Final = ("description", "env")
_PLACES: Final[Mapping[str, tuple[str, ...]]] = {
    ENV_SECRETS: ("plain",),
    APPLICATION: ("description", "command", "args", "healthCheck", "labels", "buildArgs", *_SOURCES),
    CONTAINER: ("command", "entrypoints", "healthcheck", "labels"),
    SCHEDULE: ("description", "command"),
    MOUNT: ("content",),
    DEPLOYMENT: ("triggers",),
    BUILT_IMAGE: ("build",),
    LOCAL_COMMAND: _COMMAND,
    REMOTE_COMMAND: _COMMAND,
    "dokploy:index:Project": _DESCRIBED,
    "dokploy:index:Environment": _DESCRIBED,
}
"""The properties that are read, with everything in them."""
_WRITTEN_DOWN: Final = frozenset(
    {"plain", "description", "command", "args", "entrypoints", "healthCheck", "healthcheck"}
)
"""Known at every preview. The rest often holds what is known only later: an update judges it again then."""
_NAMELESS: Final = frozenset({"healthCheck", "healthcheck", "triggers"})
"""The names in them say nothing of what they hold: a trigger `secrets` is a digest."""


@dataclass(frozen=True, kw_only=True)
class InTheOpen:
    """A text that Pulumi does not keep secret: no secret may stand there."""

    TYPES: ClassVar[frozenset[str]] = frozenset(_PLACES)
    where: str
    """`git url`, for people."""
    text: str
    variable: str | None = None
    """The name that it has there, if that says what it is."""

    @classmethod
    def views(cls, resource: Resource) -> Iterator[InTheOpen]:
        for place in _PLACES[resource.type]:
            if place in resource.fields:
                where = "variable" if place == "plain" else place
                yield from _texts(resource.fields.value, place, where, None, strict=place in _WRITTEN_DOWN)


def _texts(
    read: Callable[[Any], Any], key: str | int, where: str, name: str | None, *, strict: bool
) -> Iterator[InTheOpen]:
    """Every text at `key` and below it. An unknown one is an error where `strict`, and left out elsewhere."""
    try:
        value = read(key)
    except UnknownValueError:
        if strict:
            raise
        return
    if value is None or value == WITHHELD or isinstance(value, marks.Marked):
        return
    if isinstance(value, Mapping):
        if set(value) == {"label", "value"}:  # how Docker's labels are written
            label = str(value["label"])
            yield from _texts(value.__getitem__, "value", f"{where} {label}", label, strict=strict)
            return
        for inner in value:
            called, named = (where, None) if where in _NAMELESS else (f"{where} {inner}", inner)
            yield from _texts(value.__getitem__, inner, called, named, strict=strict)
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for index in range(len(value)):
            yield from _texts(value.__getitem__, index, where, name, strict=strict)
    else:
        yield InTheOpen(where=where, text=_written(value), variable=name)


def _written(value: Any) -> str:
    """A number or a flag as people would write it."""
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:.0f}" if isinstance(value, float) and value.is_integer() else str(value)
