"""The look-ups of the provider. A further one is a file here and a line below."""

from typing import Any

from dokploy.lookup import Lookup
from dokploy.lookups.organization import GetDestination, GetGithubProvider, GetRegistry, GetServer
from dokploy.lookups.project import GetApplication, GetEnvironment, GetProject

LOOKUPS: tuple[Lookup[Any, Any], ...] = (
    GetProject(),
    GetEnvironment(),
    GetApplication(),
    GetRegistry(),
    GetDestination(),
    GetServer(),
    GetGithubProvider(),
)
