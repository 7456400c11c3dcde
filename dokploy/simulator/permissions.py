"""What the key of a plain member may not do. Owners and admins may do everything."""

from __future__ import annotations

from typing import Any

from .errors import bad_request, unauthorized
from .keys import Key
from .state import Row

# A member without any grant; deploy, saveEnvironment, domains, mounts and schedules stay open.
_RESOURCES = {
    "application.create": "service",
    "application.update": "service",
    "application.delete": "service",
    "docker": "docker",
    "settings.readTraefikFile": "traefikFiles",
    "settings.updateTraefikFile": "traefikFiles",
    "registry": "registry",
    "destination": "destination",
    "notification": "notification",
    "sshKey": "sshKeys",
}
_OF_A_SERVICE = ("application.one", "deployment.all")


def check(key: Key, procedure: str, data: dict[str, Any]) -> None:
    """Raises what Dokploy answers; an unknown application is a missing permission too."""
    if key.role != "member":
        return
    if procedure == "project.create":
        raise bad_request('Error creating the project: unauthorized to access resource "project"')
    resource = _RESOURCES.get(procedure) or _RESOURCES.get(procedure.partition(".")[0])
    if resource is not None:
        raise unauthorized(f'unauthorized to access resource "{resource}"')
    if procedure in _OF_A_SERVICE and data.get("applicationId") not in key.services:
        raise unauthorized("You don't have access to this service")


def visible(key: Key, applications: list[Row]) -> list[Row]:
    if key.role != "member":
        return applications
    return [app for app in applications if app["applicationId"] in key.services]
