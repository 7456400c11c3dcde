"""The resources of the provider. A further one is a file here and a line below."""

from typing import Any, Final

from dokploy.catalogue import Catalogue
from dokploy.resource import Resource

RESOURCES: Final[Catalogue[Resource[Any, Any]]] = Catalogue(
    "dokploy.resources",
    {
        "Project": "project",
        "Environment": "environment",
        "Application": "application",
        "Mount": "mount",
        "Port": "port",
        "Domain": "domain",
        "Redirect": "redirect",
        "BasicAuth": "basic_auth",
        "Middleware": "middleware",
        "Schedule": "schedule",
        "VolumeBackup": "volume_backup",
        "Deployment": "deployment",
        "Registry": "registry",
        "Destination": "destination",
        "SshKey": "ssh_key",
        "Tag": "tag",
        "Notification": "notification",
        "Redis": "redis",
        "Postgres": "postgres",
    },
)
"""By the module that each lies in."""
