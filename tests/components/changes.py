"""Changes of a good configuration, and the problems that the program then has with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from components.checks import Surroundings
from components.messages import SettingsError
from components.settings import Settings
from tests.components.stacks import SERVER, complete

Config = dict[str, Any]


def problems(change: Callable[[Config], object], surroundings: Surroundings = SERVER) -> list[str]:
    """What is wrong with the production stack after one change."""
    config = complete()
    change(config)
    try:
        Settings.load(config, stack="production", surroundings=surroundings)
    except SettingsError as error:
        return list(error.problems)
    return []


def put(path: str, value: object) -> Callable[[Config], None]:
    """A change that sets one key."""

    def change(config: Config) -> None:
        *parents, last = path.split("/")
        place: Any = config
        for part in parents:
            place = place[int(part)] if isinstance(place, list) else place.setdefault(part, {})
        if isinstance(place, list):
            place[int(last)] = value
        else:
            place[last] = value

    return change


def drop(path: str) -> Callable[[Config], None]:
    """A change that removes one key."""

    def change(config: Config) -> None:
        *parents, last = path.split("/")
        place: Any = config
        for part in parents:
            place = place[part]
        del place[last]

    return change


def sized(**sizes: object) -> Callable[[Config], object]:
    """A change to a custom tier of these sizes."""
    return put("tier", {"memory": "4Gi", "cpu": "2", "storage": "10Gi", "reason": "many users", **sizes})


def add_volume(mount_path: str) -> Callable[[Config], None]:
    """A change that adds one volume."""
    return lambda config: config["volumes"].append({"name": "extra", "mountPath": mount_path})
