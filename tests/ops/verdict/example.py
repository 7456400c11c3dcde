"""A verdict on two stacks with something of everything in it, to change one thing of."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from ops.verdict.catalogue import Catalogue, Exemption, Rule, Sentence
from ops.verdict.model import Change, PathChange, Report, Resource, Restart, Sizes, StackVerdict, Violation

COMPONENT = "urn:pulumi:staging::chatzwa::chatzwa:index:AppContainer::chatzwa"
APPLICATION = "urn:pulumi:staging::chatzwa::chatzwa:index:AppContainer$dokploy:index:Application::chatzwa-application"
MOUNT = "urn:pulumi:staging::chatzwa::chatzwa:index:AppContainer$dokploy:index:Mount::chatzwa-volume-database"
STACK = "urn:pulumi:staging::chatzwa::pulumi:pulumi:Stack::chatzwa-staging"

MEMORY = Rule(
    id="sizing-memory-minimum",
    outcome="A container has a memory limit of at least 2048Mi.",
    section="2.3",
    severity="high",
    remedy="choose the standard tier or a larger one",
    cis="5.11",
)
HEADERS = Rule(
    id="network-headers-sent",
    outcome="Answers carry the security headers.",
    section="Security 2",
    severity="medium",
    remedy="attach a middleware",
)
CATALOGUE = Catalogue(
    name="chatzwa-sop",
    version="0.1.0",
    rules=(MEMORY, HEADERS),
    coverage=(
        Sentence(section="2.3", says="Memory is 2048Mi at least", rules=("sizing-memory-minimum",)),
        Sentence(section="Security 2", says="Headers are sent", rules=("network-headers-sent",)),
        Sentence(section="Data Protection", says="The law is kept", why="No resource shows it."),
    ),
)
ADVICE = Violation(
    rule="network-headers-sent",
    level="advisory",
    urn=APPLICATION,
    text="no middleware adds HSTS",
    remedy="attach a middleware",
    section="SOP, Security 2",
)
BLOCK = Violation(
    rule="sizing-memory-minimum",
    level="mandatory",
    urn=APPLICATION,
    text="1024Mi is below 2048Mi",
    remedy="choose the standard tier or a larger one",
    section="SOP 2.3",
)
STANDARD = Sizes(tier="standard", memory="2048Mi", cpu="1000m", storage="10Gi")
LARGE = Sizes(tier="high-traffic", memory="4096Mi", cpu="2000m", storage="20Gi")


def stack(**changed: Any) -> StackVerdict:
    """Staging: an update, a replacement, one advice, one exemption, a restart with downtime."""
    valid = StackVerdict(
        stack="staging",
        changes=(
            Change(
                operation="update",
                urn=APPLICATION,
                type="dokploy:index:Application",
                name="chatzwa-application",
                paths=(PathChange(path="memoryLimit", before="2048Mi", after="4096Mi"),),
            ),
            Change(
                operation="replace",
                urn=MOUNT,
                type="dokploy:index:Mount",
                name="chatzwa-volume-database",
                paths=(PathChange(path="applicationId", before="a", after="b"),),
                reasons=("applicationId",),
            ),
        ),
        unchanged=7,
        violations=(ADVICE,),
        exemptions=(
            Exemption(
                rule="container-image-pinned",
                resource="*::chatzwa-application",
                reason="The candidates share a tag.",
                owner="A Person",
                ticket="OPS-42",
                expires=date(2026, 12, 31),
                days_left=36,
            ),
        ),
        before=STANDARD,
        after=LARGE,
        restarts=(Restart(name="chatzwa-deployment", reason="triggers.generation", downtime=True, why="stop-first"),),
        resources=(
            Resource(urn=STACK, type="pulumi:pulumi:Stack", name="chatzwa-staging", parent="", operation="same"),
            Resource(
                urn=COMPONENT, type="chatzwa:index:AppContainer", name="chatzwa", parent=STACK, operation="update"
            ),
            Resource(
                urn=APPLICATION,
                type="dokploy:index:Application",
                name="chatzwa-application",
                parent=COMPONENT,
                operation="update",
            ),
            Resource(
                urn=MOUNT,
                type="dokploy:index:Mount",
                name="chatzwa-volume-database",
                parent=COMPONENT,
                operation="replace",
            ),
        ),
        seconds=4.2,
    )
    return replace(valid, **changed)


def report(*stacks: StackVerdict, **changed: Any) -> Report:
    valid = Report(
        stacks=stacks or (stack(),),
        catalogue=CATALOGUE,
        rehearsed=False,
        made="2026-11-25T12:00:00Z",
        commit="0123456789abcdef0123456789abcdef01234567",
        lines={"staging": {"chatzwa:tier": 8}},
    )
    return replace(valid, **changed)
