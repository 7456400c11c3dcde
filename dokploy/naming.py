"""The part of a Swarm service's name that is ours to choose."""

from __future__ import annotations

import re

LIMIT = 56
"""Characters. Dokploy appends seven more, and Swarm refuses a service name of over 63."""


def service_name(name: str) -> str:
    """Lower-case letters, digits and hyphens of a name: Dokploy takes others and then fails the deployment."""
    slug = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:LIMIT].strip("-")
    return slug or "app"
