"""The last lines of a log, for the people who read about a failure."""

from __future__ import annotations

from dokploy.errors import DokployError
from dokploy.resource import Context
from dokploy.rollout import LOG_ASKED


def of_record(ctx: Context, deployment_id: str) -> str:
    """What a build, or the run of a schedule, wrote."""
    return _last_lines(ctx, "deployment.readLogs", deploymentId=deployment_id)


def of_containers(ctx: Context, application_id: str) -> str:
    """What the containers of an application wrote."""
    return _last_lines(ctx, "application.readLogs", applicationId=application_id, since="all")


def _last_lines(ctx: Context, procedure: str, **which: str) -> str:
    """Scrubbed of secrets; a log that cannot be read says so, since the failure itself is to be told."""
    try:
        text = ctx.server.query(procedure, tail=LOG_ASKED, **which)
    except DokployError as error:
        return f"(the log could not be read: {error})"
    return ctx.server.client.scrub(str(text or ""))
