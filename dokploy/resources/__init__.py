"""The resources of the provider. A further one is a file here and a line below."""

from typing import Any

from dokploy.resource import Resource
from dokploy.resources.application import Application
from dokploy.resources.deployment import Deployment
from dokploy.resources.domain import Domain
from dokploy.resources.environment import Environment
from dokploy.resources.mount import Mount
from dokploy.resources.project import Project
from dokploy.resources.schedule import Schedule

RESOURCES: tuple[Resource[Any, Any], ...] = (
    Project(),
    Environment(),
    Application(),
    Mount(),
    Domain(),
    Schedule(),
    Deployment(),
)
