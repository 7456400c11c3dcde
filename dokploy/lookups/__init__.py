"""The look-ups of the provider. A further one is a class in a file here and a line below."""

from typing import Any, Final

from dokploy.catalogue import Catalogue
from dokploy.lookup import Lookup

LOOKUPS: Final[Catalogue[Lookup[Any, Any]]] = Catalogue(
    "dokploy.lookups",
    {
        "getProject": "project",
        "getEnvironment": "project",
        "getApplication": "project",
        "getRegistry": "organization",
        "getDestination": "organization",
        "getServer": "organization",
        "getGithubProvider": "organization",
    },
)
"""By the module that each lies in."""
