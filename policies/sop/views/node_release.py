"""Which release of node an image has or a builder is told to take."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from sop.views.dokploy_workload import DokployWorkload
from sop.views.resource import Resource
from sop.views.subjects import Reference
from sop.views.workload import APPLICATION

_VERSION = re.compile(r"[\^~]?v?([0-9]+)(?:\.([0-9]+|[xX*]))?(?:\.(?:[0-9]+|[xX*]))?")
# `node:22-alpine`, `ubi9/nodejs-20:1`, `distroless/nodejs20-debian12`; the release stands in the name or in the tag.
_IMAGE = re.compile(r"(?:.*/)?node(?:js)?(?:-?([0-9]+)(?:-[a-z0-9]+)?)?(?::([^@]+))?(@.+)?")
_VARIABLES = {
    "nixpacks": "NIXPACKS_NODE_VERSION",
    "railpack": "RAILPACK_NODE_VERSION",
    "paketo_buildpacks": "BP_NODE_VERSION",
}
"""Where builders are told the release. Only Nixpacks takes one that is too old where nothing is said."""


@dataclass(frozen=True, kw_only=True)
class NodeRelease:
    """The release of one image or build that shows one."""

    TYPES: ClassVar[frozenset[str]] = Reference.TYPES
    given: str | None
    """As it is written; None where Nixpacks is told none."""

    @classmethod
    def views(cls, resource: Resource) -> Iterator[NodeRelease]:
        builder = DokployWorkload(resource).builder if resource.type == APPLICATION else None
        if builder is not None:
            variable = _VARIABLES.get(builder)
            given = resource.fields.block("env").text(variable) if variable else None
            if given is not None or builder == "nixpacks":
                yield cls(given=given)
            return
        for reference in Reference.views(resource):
            found = _IMAGE.fullmatch(reference.text or "")
            # A digest alone shows nothing, and neither does an image of another name.
            if found is not None and (found[1] or found[2] or not found[3]):
                yield cls(given=found[1] or (found[2] or "latest").partition("-")[0])

    @property
    def version(self) -> tuple[int, int] | None:
        """The major and the minor version; None for what is no number."""
        found = _VERSION.fullmatch(self.given or "")
        if found is None:
            return None
        # A major version alone stands for the newest of it.
        return int(found[1]), int(found[2]) if (found[2] or "").isdigit() else 99
