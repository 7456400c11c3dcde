"""SOP, Environment Requirements and 2.3: memory, CPU, storage, node, and one writer for one SQLite file."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sop import numbers
from sop.rule import rule
from sop.texts.quantities import in_mi, in_millicores
from sop.views.family import Family
from sop.views.node_release import NodeRelease
from sop.views.nouns import Size
from sop.views.subjects import RESOURCE_TIER, Sizes
from sop.views.workload import Workload

_HEAP = re.compile(r"--max[-_]old[-_]space[-_]size[= ][\"']?([0-9]+)")
_TIERS = ", ".join(
    f"{name} ({in_mi(tier.memory)}, {in_millicores(tier.nano_cpus)})" for name, tier in numbers.TIERS.items()
)


@rule(
    "sizing-memory-minimum",
    "A container has a memory limit of at least 2048Mi.",
    judges=Workload,
    section="2.3",
    cis="5.11",
    severity="high",
    remedy="choose the standard tier or a larger one",
)
def memory_minimum(workload: Workload) -> Iterator[str]:
    yield from _at_least("memory", workload.memory, numbers.MEMORY_MINIMUM, in_mi(numbers.MEMORY_MINIMUM))


@rule(
    "sizing-cpu-minimum",
    "A container has a CPU limit of at least 1000m.",
    judges=Workload,
    section="2.3",
    cis="5.12",
    severity="high",
    remedy="choose the standard tier or a larger one",
)
def cpu_minimum(workload: Workload) -> Iterator[str]:
    yield from _at_least("cpu", workload.cpu, numbers.NANO_CPUS_MINIMUM, in_millicores(numbers.NANO_CPUS_MINIMUM))


@rule(
    "sizing-storage-minimum",
    "The declared storage is at least 10Gi.",
    judges=Sizes,
    section="2.3",
    severity="medium",
    remedy="choose the standard tier or a larger one",
)
def storage_minimum(sizes: Sizes) -> Iterator[str]:
    if sizes.storage is None or sizes.storage < numbers.STORAGE_MINIMUM:
        yield f"storage {sizes.storage_text} is below {in_mi(numbers.STORAGE_MINIMUM)}"


@rule(
    "sizing-storage-declared",
    "A stack with a container declares its storage, which nothing else limits.",
    judges=Family,
    section="2.3",
    severity="medium",
    remedy="declare the tier with the component ResourceTier, which also watches over the storage",
)
def storage_declared(family: Family) -> Iterator[str]:
    if RESOURCE_TIER not in family.components:
        yield f"no storage of at least {in_mi(numbers.STORAGE_MINIMUM)} is declared"


@rule(
    "sizing-tier-named",
    "Sizes are those of the tier that the stack declares, or of a named one.",
    judges=Family,
    section="2.3",
    severity="medium",
    remedy=f"choose one of {_TIERS}, or deploy through AppContainer with a custom tier and its reason",
)
def tier_named(family: Family) -> Iterator[str]:
    workload = family.workload
    memory, cpu = workload.memory, workload.cpu
    if memory is None or cpu is None:
        return  # reported by the rules for the minimum
    declared = family.declared_sizes
    if RESOURCE_TIER in family.components and not declared and workload.resource.below("chatzwa:index:AppContainer"):
        return  # an earlier program, whose tier shows no sizes
    # A named tier whose sizes are not those of its name is reported by sizing-custom-reasoned.
    allowed = [numbers.TIERS.get(sizes.name, (sizes.memory, sizes.nano_cpus)) for sizes in declared]
    if not any((memory.amount, cpu.amount) == sizes[:2] for sizes in allowed or numbers.TIERS.values()):
        names = " or ".join(sizes.name for sizes in declared)
        expected = f"what the stack declares, the tier {names}" if declared else "a tier of the procedure"
        yield f"memory {memory.text} with cpu {cpu.text} is not {expected}"


@rule(
    "sizing-custom-reasoned",
    "A named tier has the procedure's sizes, and any other one has a reason.",
    judges=Sizes,
    section="2.3",
    severity="medium",
    remedy=f"use one of {_TIERS} as it is, or name the tier custom and write the reason",
)
def custom_reasoned(sizes: Sizes) -> Iterator[str]:
    tier = numbers.TIERS.get(sizes.name)
    if tier is not None:
        declared = (sizes.memory, sizes.nano_cpus, sizes.storage)
        if declared != tuple(tier) and sizes.storage is not None and sizes.storage >= numbers.STORAGE_MINIMUM:
            yield f"tier {sizes.name} does not have the sizes of that name"
    elif sizes.name != "custom":
        yield f"tier {sizes.name or 'without a name'} is not one of {', '.join(numbers.TIERS)} and custom"
    elif not sizes.reason.strip():
        yield "a custom tier has no reason"


@rule(
    "sizing-units-written",
    "Sizes are written with a unit that the platform reads as people do.",
    judges=Workload,
    section="2.3",
    severity="high",
    remedy="write memory like 2048Mi and CPU like 1000m (on Docker: MiB as a number, cores like 1.0)",
)
def units_written(workload: Workload) -> Iterator[str]:
    memory, cpu = workload.memory, workload.cpu
    if memory is not None and (not memory.plain or (memory.amount or 0) > numbers.MEMORY_ABSURD):
        yield f"memory {memory.text!r} has no plain unit: Dokploy reads it as bytes, Docker's plugin as MiB"
    if cpu is not None and (not cpu.plain or (cpu.amount or 0) > numbers.CORES_ABSURD * 10**9):
        yield f"cpu {cpu.text!r} is not written in whole cores or m: Dokploy reads 0.5 as no limit at all"


@rule(
    "sizing-memory-recommended",
    "Production has the recommended memory of 4096Mi.",
    judges=Workload,
    section="Environment Requirements",
    severity="low",
    remedy="choose the high-traffic tier",
    production_only=True,
)
def memory_recommended(workload: Workload) -> Iterator[str]:
    memory = workload.memory
    if memory is None or memory.amount is None or memory.amount < numbers.MEMORY_MINIMUM:
        return  # reported by the rule for the minimum
    if memory.amount < numbers.MEMORY_RECOMMENDED:
        yield f"memory {memory.text} is below the recommended {in_mi(numbers.MEMORY_RECOMMENDED)}"


@rule(
    "sizing-heap-below-memory",
    "Node's heap is smaller than the container's memory.",
    judges=Workload,
    section="2.3",
    severity="medium",
    remedy="set --max-old-space-size to about three quarters of the memory limit, or leave it out",
)
def heap_below_memory(workload: Workload) -> Iterator[str]:
    memory = workload.memory
    if memory is None or memory.amount is None:
        return
    for text in (workload.env.text("NODE_OPTIONS") or "", *workload.command):
        for heap in _HEAP.findall(text):
            if int(heap) * numbers.MIB >= memory.amount:
                yield f"a heap of {heap}Mi does not fit into a memory limit of {memory.text}"


@rule(
    "sizing-node-version",
    "Node is at least 18.17 and not below what the app asks for, 20.9.",
    judges=NodeRelease,
    section="Environment Requirements",
    severity="high",
    remedy="set NIXPACKS_NODE_VERSION=22, or build on an image of node 22",
)
def node_version(release: NodeRelease) -> Iterator[str]:
    if release.given is None:
        yield "NIXPACKS_NODE_VERSION is not set, and Nixpacks takes node 18 by itself"
    elif release.version is None:
        yield f"node {release.given!r} is no version number"
    else:
        for limit, whose in ((numbers.NODE_MINIMUM, "the procedure"), (numbers.NODE_OF_THE_APP, "the app")):
            if release.version < limit:
                yield f"node {release.given} is below {limit[0]}.{limit[1]}, which {whose} asks for"


@rule(
    "sizing-replicas-single",
    "One container writes the SQLite file.",
    judges=Workload,
    section="2.3",
    severity="critical",
    remedy="set replicas to 1 and choose a larger tier to grow",
)
def replicas_single(workload: Workload) -> Iterator[str]:
    if workload.replicas != 1 and workload.on_sqlite:
        yield f"{workload.replicas} replicas and not 1 on one SQLite file"


@rule(
    "sizing-update-stop-first",
    "The old container has stopped before the new one opens the SQLite file.",
    judges=Workload,
    section="2.3",
    severity="critical",
    remedy="set updatePolicy.order and rollbackPolicy.order to stop-first",
)
def update_stop_first(workload: Workload) -> Iterator[str]:
    if workload.update is None or not workload.on_sqlite:
        return
    for name in ("updatePolicy", "rollbackPolicy"):
        order = workload.fields.block(name).text("order")
        if order != "stop-first":
            yield f"{name}.order is {order or 'not set, which means start-first'}, and two containers would write"


@rule(
    "sizing-reservation-below-limit",
    "What is reserved is not more than the limit.",
    judges=Workload,
    section="2.3",
    severity="medium",
    remedy="lower the reservation, or leave it out",
)
def reservation_below_limit(workload: Workload) -> Iterator[str]:
    for what, reserved, limit in (
        ("memory", workload.memory_reserved, workload.memory),
        ("cpu", workload.cpu_reserved, workload.cpu),
    ):
        if reserved is None or limit is None or reserved.amount is None or limit.amount is None:
            continue
        if reserved.amount > limit.amount:
            yield f"{what} reservation {reserved.text} is above the limit {limit.text}"


def _at_least(what: str, size: Size | None, minimum: int, minimum_text: str) -> Iterator[str]:
    if size is None:
        yield f"{what} has no limit; at least {minimum_text} is asked for"
    elif size.amount is None or size.amount < minimum:
        yield f"{what} {size.text} is below {minimum_text}"
