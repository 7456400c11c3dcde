"""CIS Docker Benchmark 4 and 5: what a container may do to its host. The procedure asks for it in Security 2."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from pulumi_policy import PolicyResource

from sop.rule import rule
from sop.texts.host_paths import belongs_to_the_system, leads_to_an_engine
from sop.views.docker_workload import DockerWorkload
from sop.views.dokploy_workload import DokployWorkload
from sop.views.family import Family
from sop.views.resource import Resource
from sop.views.subjects import Mounted, Reference
from sop.views.workload import CONTAINER, Workload

_SECTION = "Security 2"
_CAPABILITIES_ALLOWED = frozenset({"NET_BIND_SERVICE"})
_PINNED = re.compile(r"@sha256:[0-9a-f]{64}$|^sha256:[0-9a-f]{64}$|:(?!latest$)[\w][\w.-]*$")
_ROOT = re.compile(r"0*|root")


@dataclass(frozen=True, kw_only=True)
class Container:
    """A container whose every option its owner sets. An Application of Dokploy has no such options."""

    TYPES: ClassVar[frozenset[str]] = frozenset({CONTAINER})
    resource: Resource

    @classmethod
    def views(cls, resource: Resource) -> Iterator[Container]:
        yield cls(resource=resource)


class ImageFromElsewhere(Family):
    """A workload of a stack in which no resource makes an image."""

    @staticmethod
    def views(stack: Sequence[PolicyResource]) -> Iterator[Family]:
        if not any(one.resource_type.endswith("Image") for one in stack):
            yield from Family.views(stack)


@rule(
    "container-privileged-off",
    "A container has no privileges over its host.",
    judges=Container,
    section=_SECTION,
    cis="5.5",
    severity="critical",
    remedy="remove privileged",
)
def privileged_off(container: Container) -> Iterator[str]:
    if container.resource.fields.flag("privileged"):
        yield "it is privileged"


@rule(
    "container-socket-away",
    "No container can command the engine that runs it.",
    judges=Mounted,
    section=_SECTION,
    cis="5.32",
    severity="critical",
    remedy="remove the mount of the engine's socket",
    exemptible=False,
)
def socket_away(mounted: Mounted) -> Iterator[str]:
    if mounted.host_path is not None and leads_to_an_engine(mounted.host_path):
        yield f"{mounted.host_path} gives the container the engine's socket"


@rule(
    "container-host-paths-safe",
    "No folder of the system is mounted into a container.",
    judges=Mounted,
    section=_SECTION,
    cis="5.6",
    severity="high",
    remedy="use a named volume, or a folder of its own such as /srv/chatzwa",
)
def host_paths_safe(mounted: Mounted) -> Iterator[str]:
    path = mounted.host_path
    if path is not None and belongs_to_the_system(path, read_only=mounted.read_only):
        yield f"{path} belongs to the host's system"


@rule(
    "container-capabilities-dropped",
    "A container has none of the kernel's capabilities that it does not need.",
    judges=Container,
    section=_SECTION,
    cis="5.4",
    severity="high",
    remedy="set capabilities.drops to ALL, and add NET_BIND_SERVICE at most",
)
def capabilities_dropped(container: Container) -> Iterator[str]:
    capabilities = container.resource.fields.block("capabilities")
    if "ALL" not in _without_prefix(capabilities.texts("drops")):
        yield "not ALL capabilities are dropped"
    added = sorted(_without_prefix(capabilities.texts("adds")) - _CAPABILITIES_ALLOWED)
    if added:
        yield f"{', '.join(added)} is added"


@rule(
    "container-privileges-fixed",
    "A process cannot gain privileges that the container did not start with.",
    judges=Container,
    section=_SECTION,
    cis="5.26",
    severity="high",
    remedy="set securityOpts to no-new-privileges:true",
)
def privileges_fixed(container: Container) -> Iterator[str]:
    options = {text.replace("=", ":") for text in container.resource.fields.texts("securityOpts")}
    if not options & {"no-new-privileges", "no-new-privileges:true"}:
        yield "no-new-privileges is not set"


@rule(
    "container-user-plain",
    "The app does not run as root.",
    judges=Container,
    section=_SECTION,
    cis="4.1",
    severity="high",
    remedy="set user to one without rights, such as 1000:1000",
)
def user_plain(container: Container) -> Iterator[str]:
    user = container.resource.fields.text("user") or ""
    if _ROOT.fullmatch(user.partition(":")[0].strip()):
        yield "it runs as root"


@rule(
    "container-image-pinned",
    "An image is named by a version or a digest, so that the same name means the same image tomorrow.",
    judges=Reference,
    section="Compliance 1",
    cis="5.28",
    severity="high",
    remedy="name a tag other than latest, or a digest: registry.your-company.com/chatzwa:1.4.2",
)
def image_pinned(reference: Reference) -> Iterator[str]:
    if reference.text is not None and not _PINNED.search(reference.text.rpartition("/")[2]):
        yield f"the image {reference.text!r} may be another one tomorrow"


@rule(
    "container-image-known",
    "An image that is not known beforehand is made by a resource of the stack, which is judged in its place.",
    judges=ImageFromElsewhere,
    section="Compliance 1",
    cis="5.28",
    severity="high",
    remedy="name the image by a version or a digest, or pull it with a RemoteImage",
)
def image_known(family: Family) -> Iterator[str]:
    if isinstance(family.workload, DockerWorkload) and family.workload.image is None:
        yield "its image is unknown at this time, and no resource of this stack makes one"


@rule(
    "container-processes-limited",
    "A container cannot fill the host with processes.",
    judges=Workload,
    section=_SECTION,
    cis="5.29",
    severity="medium",
    remedy="set an ulimit named nproc, such as 512",
)
def processes_limited(workload: Workload) -> Iterator[str]:
    limits = [block.number("hard") for block in workload.fields.blocks("ulimits") if block.text("name") == "nproc"]
    if isinstance(workload, DokployWorkload) and not limits:
        return  # it has no other limit, and this one counts by user, who may be root
    if not any(limit is not None and limit > 0 for limit in (*limits, workload.fields.number("pidsLimit"))):
        yield "the number of its processes has no limit"


@rule(
    "container-root-read-only",
    "What belongs to the image cannot be changed while it runs.",
    judges=Container,
    section=_SECTION,
    cis="5.13",
    severity="low",
    remedy="set readOnly, with tmpfs or volumes where the app writes",
)
def root_read_only(container: Container) -> Iterator[str]:
    if not container.resource.fields.flag("readOnly"):
        yield "its root file system can be written to"


def _without_prefix(names: tuple[str, ...]) -> set[str]:
    return {name.upper().removeprefix("CAP_") for name in names}
