"""Any Docker engine, on this machine or over SSH, through pulumi-docker and pulumi-command."""

from components.platforms.docker.platform import Docker

__all__ = ["Docker"]
