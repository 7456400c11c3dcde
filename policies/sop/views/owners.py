"""Which application each resource of a stack belongs to."""

from __future__ import annotations

from collections.abc import Sequence

from pulumi_policy import PolicyResource
from pulumi_policy.proxy import UnknownValueError

from sop.views.fields import Fields
from sop.views.workload import APPLICATION


def owners(stack: Sequence[PolicyResource]) -> dict[str, str]:
    """By URN of a resource: the URN of the application that it names, or the id of one that is not in the stack.

    The id itself is no property of the application, and unknown before it exists. The engine tells which resource
    a value comes from, and so what the id is once it is known. A literal id that nothing tells of names the only
    application there is, if there is one.
    """
    applications = [one.urn for one in stack if one.resource_type == APPLICATION]
    named: dict[str, str] = {}
    by_id: dict[str, str] = {}
    literal: dict[str, str] = {}
    for one in stack:
        identity = _application_id(one)
        if identity is None:
            continue
        sources = one.property_dependencies.get("applicationId") or one.dependencies
        owner = next((source.urn for source in sources if source.urn in applications), None)
        if owner is None:
            literal[one.urn] = identity
        else:
            named[one.urn] = owner
            by_id |= {identity: owner} if identity else {}
    only = applications[0] if len(applications) == 1 else ""
    for urn, identity in literal.items():
        # An application whose own id is known is not the one of another id.
        is_another = identity != "" and only in by_id.values()
        named[urn] = by_id.get(identity) or (identity if is_another else only or identity)
    return named


def _application_id(one: PolicyResource) -> str | None:
    """The id of the application that it belongs to; empty while that is unknown, None where it belongs to none."""
    try:
        return Fields(one.props).text("applicationId")
    except UnknownValueError:
        return ""
