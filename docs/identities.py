"""How an object of each resource is known: its id for an import, and how a lost create is found again.

The package schema has no place for either; `docs.provider` puts them on its page.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Identity:
    """`id` is what `pulumi import` takes; `marker` says where the mark stands in Dokploy, or what stands in for it."""

    id: str
    marker: str
    column: str | None = None
    """The field of Dokploy's row that holds the mark; None where no field can."""


def _in(column: str, id: str, more: str = "") -> Identity:
    return Identity(id=id, column=column, marker=f"in its `{column}`{more}")


def _without(id: str, marker: str) -> Identity:
    return Identity(id=id, marker=marker)


_APPENDED = ", after the text of your own"

IDENTITIES: Mapping[str, Identity] = {
    "Project": _in("description", "`projectId`", _APPENDED),
    "Environment": _in("description", "`environmentId`", _APPENDED),
    "Application": _in("description", "`applicationId`", _APPENDED),
    "Mount": _in("content", "`mountId`", "; in its `hostPath` for type `file`, whose content is your own"),
    "Port": _without("`portId`", "none: the published port and its protocol"),
    "Domain": _in("serviceName", "`domainId`", ", which has no effect for an application"),
    "Redirect": _without("`redirectId`", "none: an equal redirect of the application"),
    "BasicAuth": _without("`securityId`", "none: the user name, which is unique in an application"),
    "Middleware": _without(
        "name of the file without `.yml`, such as `headers-1a2b3c4d`",
        "the suffix of its file's name, made of the URN: writing it again writes the same file",
    ),
    "Schedule": _in("description", "`scheduleId`", _APPENDED),
    "VolumeBackup": _in("serviceName", "`volumeBackupId`", ", which has no effect"),
    "Deployment": _without(
        "`applicationId` of the application", "the release in the deployment's title and in `DOKPLOY_RELEASE`"
    ),
    "Registry": _in("registryName", "`registryId`", _APPENDED),
    "Destination": _in("name", "`destinationId`", _APPENDED),
    "SshKey": _in("description", "`sshKeyId`", _APPENDED),
    "Tag": _without("`tagId`", "none: the name, which is unique in an organisation"),
    "Notification": _in("name", "`notificationId`", _APPENDED),
    "Redis": _in("description", "`redisId`", _APPENDED),
    "Postgres": _in("description", "`postgresId`", _APPENDED),
}
