"""Describes what runs: source, build, start and sizes of an application, in the configuration's words."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from pydantic import ValidationError

from components import scripts
from components.values import TIERS, Sizes
from dokploy import secrecy, units
from ops.adopt.found import Row
from ops.adopt.imports import NAME, named
from ops.adopt.notes import Notes

_APPLICATION = named("application")
_PROGRAMS_SHELL = re.compile(r"/bin/(bash|sh) -lc")

UNUSED: Mapping[str, object] = {
    "memoryReservation": None,
    "cpuReservation": None,
    "buildArgs": None,
    "buildSecrets": None,
    "createEnvFile": False,
    "autoDeploy": False,
    "replicas": 1,
}
"""Properties that the program sets to these values, whatever was there, and that Dokploy calls the same."""

CLEARED: Mapping[str, str] = {
    "labelsSwarm": "labels",
    "placementSwarm": "placement",
    "ulimitsSwarm": "ulimits",
    "networkIds": "networkIds",
    "detachDokployNetwork": "detachDokployNetwork",
    "registryId": "registryId",
    "watchPaths": "watchPaths",
    "isPreviewDeploymentsActive": "previews",
}
"""Columns and the properties that they become: imported as they are, and cleared by the first `up`, since the program
asks for none of them."""

UNKNOWN = ("networkSwarm", "modeSwarm", "endpointSpecSwarm", "rollbackRegistryId", "rollbackActive")
"""Columns that neither the provider nor the configuration found here speaks of."""


def describe_source(row: Row, notes: Notes) -> dict[str, Any]:
    """`source` and `build` of the configuration; empty where Dokploy's source is none that the program takes."""
    match row["sourceType"]:
        case "docker":
            login = {"registryUrl": row["registryUrl"], "username": row["username"]}
            if row["password"]:
                notes.secrets.append("app.source.image.password")
            return {"source": {"image": _filled({"reference": row["dockerImage"], **login})}}
        case "git":
            git = {
                "url": _without_login(row["customGitUrl"] or "", notes),
                "branch": row["customGitBranch"],
                "buildPath": row["customGitBuildPath"] or "/",
                "sshKeyId": row["customGitSSHKeyId"],
            }
            return {"source": {"git": _with_submodules(row, git)}, "build": _build(row, notes)}
        case "github":
            keys = ("githubId", "owner", "repository", "branch", "buildPath")
            return {
                "source": {"github": _with_submodules(row, {key: row[key] for key in keys})},
                "build": _build(row, notes),
            }
    notes.first.append(f"app.source: the source is {row['sourceType']}, and the program takes git, github or image")
    return {}


def describe_start(row: Row, shell: str, notes: Notes) -> dict[str, Any]:
    """`shell` and `startCommand`: the program's own start only where it runs already."""
    words = (row["command"] or "").split()
    args = row["args"] or []
    if _PROGRAMS_SHELL.fullmatch(" ".join(words)) and len(args) == 1:
        return {"shell": shell} if args[0] == scripts.text("start") else {"shell": shell, "startCommand": args[0]}
    if not words and not args:
        notes.first.append(
            "app.startCommand: the image's own start is kept; the app's `npm start` hides how the server ended, so "
            "that a restart on failure (SOP 2.1) never comes: leave the key out to let the program start the server"
        )
        return {"shell": shell, "startCommand": ""}
    line = f"exec {shlex.join([*words, *args])}"
    if any(secrecy.of_text(line)):
        notes.first.append("app.startCommand: the start command seems to hold a secret, and is not written; set it")
        return {"shell": shell}
    for property in ("command", "args"):
        notes.change(_APPLICATION, property, "its own words", "the same through a shell", "the program's form")
    return {"shell": shell, "startCommand": line}


def shell_of(row: Row, schedules: list[str]) -> str:
    """The shell that the image is known to have; bash for what Nixpacks builds."""
    found = _PROGRAMS_SHELL.search(row["command"] or "")
    if found:
        return found[1]
    if schedules:
        return "sh" if "sh" in schedules else "bash"
    return "sh" if row["sourceType"] == "docker" else "bash"


def describe_tier(row: Row, storage: str | None, notes: Notes) -> str | dict[str, Any]:
    """A named tier where the limits are its own, else a custom one; the SOP's where they are below its minimum."""
    memory, cpu = _limit(row["memoryLimit"], units.memory_text), _limit(row["cpuLimit"], units.cpu_text)
    tier = _tier(memory, cpu, storage)
    for property, found, then in (("memoryLimit", memory, tier.memory), ("cpuLimit", cpu, tier.cpu)):
        notes.change(_APPLICATION, property, found, then, f"SOP 2.3, {tier.name}")
    if tier.name == "custom":
        return tier.model_dump(exclude={"name"})
    return tier.name


def describe_rest(row: Row, notes: Notes) -> None:
    """Note what the program changes besides, and what it does not speak of."""
    for property, then in UNUSED.items():
        found = row[property] or then
        text = property in ("buildArgs", "buildSecrets")
        notes.change(_APPLICATION, property, "set" if text and found else found, then, "the program's own")
    for column, property in CLEARED.items():
        notes.change(_APPLICATION, property, _told(row[column]), "", "no key of the configuration asks for it")
    if row["serverId"]:
        notes.first.append(
            f"the application runs on the remote server {row['serverId']}, and the program deploys to Dokploy's own: "
            "the first `up` would make it anew there; adopt it only where that is meant"
        )
    for column in UNKNOWN:
        if row.get(column):
            notes.left.append(
                f"the application's {column} is none of the program's; see the preview for what becomes of it"
            )
    if row["name"] != NAME:
        notes.change(_APPLICATION, "name", row["name"], NAME, "the program's name; the service keeps its own")


def _told(found: Any) -> str:
    """What stands in a column, without the values of a map, which may be anything; empty for nothing."""
    if isinstance(found, dict):
        return ", ".join(found)
    if isinstance(found, list):
        return ", ".join(str(each.get("Name")) if isinstance(each, dict) else str(each) for each in found)
    return str(found) if found else ""


def _build(row: Row, notes: Notes) -> dict[str, Any]:
    kind = row["buildType"]
    if kind == "dockerfile":
        return _filled(
            {
                "type": kind,
                "dockerfile": row["dockerfile"],
                "contextPath": row["dockerContextPath"],
                "stage": row["dockerBuildStage"],
            }
        )
    notes.change(_APPLICATION, "build", kind, "nixpacks", "SOP 2.1")
    if row["publishDirectory"]:
        notes.change(_APPLICATION, "build", row["publishDirectory"], None, "the app is a program, no folder of files")
    return {"type": "nixpacks"}


def _tier(memory: str | None, cpu: str | None, storage: str | None) -> Sizes:
    for tier in TIERS.values():
        if (memory, cpu) == (tier.memory, tier.cpu) and storage in (None, tier.storage):
            return tier
    try:
        custom = Sizes.model_validate(
            {"memory": memory, "cpu": cpu, "storage": storage or "10Gi", "reason": "as found in Dokploy"}
        )
    except ValidationError:
        # The smallest that takes nothing away.
        return next(
            (
                tier
                for tier in TIERS.values()
                if _fits(memory, tier.memory, units.memory_bytes) and _fits(cpu, tier.cpu, units.nano_cpus)
            ),
            TIERS["high-traffic"],
        )
    return custom


def _fits(found: str | None, limit: str, size: Any) -> bool:
    return found is None or size(found) <= size(limit)


def _limit(raw: str | None, text: Any) -> str | None:
    """The limit as Dokploy understands its raw text: the number that it begins with; 0 is none."""
    found = re.match(r"\s*\+?(\d+)", raw or "", re.ASCII)
    number = int(found[1]) if found else 0
    return str(text(number)) if number else None


def _without_login(url: str, notes: Notes) -> str:
    parts = urlsplit(url)
    if "@" not in parts.netloc or parts.scheme not in ("http", "https"):
        return url
    notes.first.append(
        "app.source.git.url: the address holds a login, and is written without it; use an SSH key or the GitHub App"
    )
    notes.change(_APPLICATION, "git", "an address with a login", "without it", "a login is a secret")
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))


def _with_submodules(row: Row, source: dict[str, Any]) -> dict[str, Any]:
    return _filled({**source, "enableSubmodules": bool(row["enableSubmodules"]) or None})


def _filled(values: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value}
