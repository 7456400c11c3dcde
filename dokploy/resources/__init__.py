"""The resources of the provider. A further one is a file here and a line below."""

from typing import Any

from dokploy.resource import Resource
from dokploy.resources.application import Application
from dokploy.resources.basic_auth import BasicAuth
from dokploy.resources.deployment import Deployment
from dokploy.resources.destination import Destination
from dokploy.resources.domain import Domain
from dokploy.resources.environment import Environment
from dokploy.resources.middleware import Middleware
from dokploy.resources.mount import Mount
from dokploy.resources.notification import Notification
from dokploy.resources.port import Port
from dokploy.resources.postgres import Postgres
from dokploy.resources.project import Project
from dokploy.resources.redirect import Redirect
from dokploy.resources.redis import Redis
from dokploy.resources.registry import Registry
from dokploy.resources.schedule import Schedule
from dokploy.resources.ssh_key import SshKey
from dokploy.resources.tag import Tag
from dokploy.resources.volume_backup import VolumeBackup

RESOURCES: tuple[Resource[Any, Any], ...] = (
    Project(),
    Environment(),
    Application(),
    Mount(),
    Port(),
    Domain(),
    Redirect(),
    BasicAuth(),
    Middleware(),
    Schedule(),
    VolumeBackup(),
    Deployment(),
    Registry(),
    Destination(),
    SshKey(),
    Tag(),
    Notification(),
    Redis(),
    Postgres(),
)
