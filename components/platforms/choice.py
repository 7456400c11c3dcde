"""The platform that a stack has chosen."""

from __future__ import annotations

from typing import Literal

from components.engine import Engine
from components.platforms.protocol import Platform


def chosen(platform: Literal["dokploy", "docker"], engine: Engine) -> Platform:
    """The platform by its name. Only its own SDKs are imported: the other one's need not even be there."""
    if platform == "docker":
        from components.platforms.docker import Docker

        return Docker(engine)
    from components.platforms.dokploy import Dokploy

    return Dokploy()
