"""The platform of the SOP: Dokploy, through the ``dokploy`` provider's typed SDK."""

from components.platforms.dokploy.platform import Dokploy

__all__ = ["Dokploy"]
