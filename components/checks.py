"""The rules between the sections of the configuration.

A rule is a function that yields one sentence for each problem. The names of its parameters are the sections
that it needs: it runs on what is valid of them, whatever is wrong with the others, and ends where it reads a value
that is not.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from pydantic import SecretStr

from components.engine import Engine
from components.sections import App, Backup, Tls
from components.values import Probe, Restart, Update, Volume
from components.values.base import InvalidValueError

DEFAULT_DATABASE_URL = "file:/app/data/db/database.db"
FIXED_VARIABLES: Mapping[str, str] = {"NODE_ENV": "production", "NEXT_TELEMETRY_DISABLED": "1"}

_DATA_FOLDERS = {
    "/app/uploads/documents": "uploaded documents",
    "/app/data/chat-sessions": "chat sessions",
}
_COVERED = {
    "/": "hides the whole image",
    "/app": "hides the app itself",
    "/app/prisma": "hides the database's schema, which is part of the app",
    "/app/node_modules": "hides the app's packages",
}


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """What is configured beside the program's own keys."""

    server_url: str | None
    has_api_key: bool
    url_by_variable: bool = False
    """Whether the server's address comes from DOKPLOY_URL, and so is put right there."""
    plain: frozenset[tuple[str, ...]] = frozenset()
    """Where something stands in plain text: a key of the program or ``dokploy:apiKey``, and the names below it."""
    under_policies: bool = True
    """Whether the policy pack judges this run, or the run only looks."""


def sqlite_path(database_url: str) -> str:
    """The file of a SQLite URL, without the URL's options."""
    return database_url.removeprefix("file:").partition("?")[0]


def public_url(platform: str, host: str, tls: Tls, docker: Engine) -> str:
    """Where people reach the app: on Dokploy by its host name, on a Docker engine by its port."""
    if platform == "docker":
        return docker.url
    return f"{'http' if tls.certificate == 'none' else 'https'}://{host}"


def reserved(host: str) -> bool:
    """Whether a host name is set aside for examples and never reaches a server (RFC 2606, RFC 6761)."""
    return host.rsplit(".", 1)[-1] in ("example", "invalid", "test") or any(
        host == name or host.endswith(f".{name}") for name in ("example.com", "example.net", "example.org")
    )


Check = Callable[..., Iterator[str]]


def run(checks: Iterable[Check], sections: Mapping[str, Any]) -> list[str]:
    """The problems that ``checks`` find in ``sections``."""
    return [problem for check in checks for problem in _judged(check, sections)]


def _judged(check: Check, sections: Mapping[str, Any]) -> Iterator[str]:
    names = inspect.signature(check).parameters
    if all(name in sections for name in names):
        with suppress(InvalidValueError):  # the rest of this rule is about a value that has its own problem
            yield from check(**{name: sections[name] for name in names})


def _source(app: App) -> Iterator[str]:
    git = app.source.git
    if git and git.ssh_key_id is None and not git.url.startswith(("https://", "http://")):
        yield f"app.source.git.url: {git.url!r} needs a key; use an https address, or set sshKeyId"
    if app.source.image and app.build.type != "nixpacks":
        yield f"app.build.type: {app.build.type} builds a repository, and the source is an image; leave it"
    if app.build.type == "nixpacks" and (app.build.dockerfile or app.build.stage or app.build.context_path):
        yield "app.build: dockerfile, contextPath and stage belong to type dockerfile; set the type too"


def _replicas(app: App) -> Iterator[str]:
    if app.replicas != 1:
        yield (
            f"app.replicas: {app.replicas} is not 1; the database is a SQLite file, which one process writes "
            "(two corrupt it); choose a larger tier to grow"
        )


# As the pack sees it (policies/sop/views/resource.py), which imports nothing from here.
_PRODUCTION = re.compile(r"(?<!non)(?<!pre)(?:^|[-_.])(?:prod(?:uction)?|prd|live)\d*(?:[-_.]|$)", re.IGNORECASE)


def _policies(stack: str, surroundings: Surroundings | None) -> Iterator[str]:
    if surroundings is not None and not surroundings.under_policies and _PRODUCTION.search(stack):
        yield (
            "policies: production is updated under its policies only; run `make up STACK=production`, or first export "
            "PULUMI_OPTION_POLICY_PACK=./policies PULUMI_OPTION_POLICY_PACK_CONFIG=policies/levels/production.json"
        )


def _update(update: Update) -> Iterator[str]:
    if update.order != "stop-first":
        yield (
            f"update.order: {update.order} runs the old and the new container at once on one SQLite file; "
            "choose stop-first"
        )
    if update.parallelism != 1:
        yield f"update.parallelism: {update.parallelism} is not 1, and there is one container; choose 1"


def _monitor(update: Update, health_check: Probe) -> Iterator[str]:
    # Swarm begins to watch when the check has succeeded once: a release that never does is taken back in any case.
    judged = health_check.interval_seconds * health_check.retries
    if update.monitor_seconds <= judged:
        yield (
            f"update.monitorSeconds: {update.monitor_seconds} is not above {judged}, the time in which the health "
            "check finds that a release has stopped answering (intervalSeconds x retries); it would not be rolled back"
        )


def _window(restart: Restart, health_check: Probe) -> Iterator[str]:
    longest = restart.max_attempts * (restart.delay_seconds + health_check.verdict_seconds)
    if restart.condition == "on-failure" and restart.window_seconds <= longest:
        yield (
            f"restart.windowSeconds: {restart.window_seconds} is not above {longest}, what maxAttempts "
            "attempts take at most; the attempts would never be used up and the container restart for ever"
        )


def _volumes(volumes: tuple[Volume, ...]) -> Iterator[str]:
    for what, values in (
        ("name", [volume.name for volume in volumes]),
        ("mountPath", [volume.mount_path for volume in volumes]),
    ):
        for index, value in enumerate(values):
            if value in values[:index]:
                yield f"volumes[{index}].{what}: {value} is used twice; every volume has its own"
    for index, volume in enumerate(volumes):
        if volume.mount_path in _COVERED:
            why = _COVERED[volume.mount_path]
            yield f"volumes[{index}].mountPath: {volume.mount_path} {why}; mount a folder of data"
        for other in volumes:
            if PurePosixPath(other.mount_path) in PurePosixPath(volume.mount_path).parents:
                yield (
                    f"volumes[{index}].mountPath: {volume.mount_path} lies inside {other.mount_path}, "
                    f"which is volume {other.name}; mount them side by side"
                )


def _data(volumes: tuple[Volume, ...], backup: Backup) -> Iterator[str]:
    for folder, what in {**_DATA_FOLDERS, backup.folder: "backups"}.items():
        if not _on_volume(folder, volumes):
            yield (
                f"volumes: no volume holds {folder}, so every deployment loses the {what}; "
                f"add one with mountPath {folder}"
            )


def _on_volume(path: str, volumes: tuple[Volume, ...]) -> bool:
    return any(PurePosixPath(path).is_relative_to(volume.mount_path) for volume in volumes)


def _database(environment: Mapping[str, str], volumes: tuple[Volume, ...]) -> Iterator[str]:
    url = environment.get("DATABASE_URL", DEFAULT_DATABASE_URL)
    key = "environment.DATABASE_URL"
    path = sqlite_path(url)
    if not url.startswith("file:"):
        yield f"{key}: the app's schema is SQLite; write it like {DEFAULT_DATABASE_URL}"
    elif not path.startswith("/"):
        yield (
            f"{key}: {url!r} is relative, and the app resolves it inside its own prisma folder; "
            f"write it like {DEFAULT_DATABASE_URL}"
        )
    elif not all(character.isalnum() or character in "._/-" for character in path) or ".." in path:
        yield f"{key}: {path!r} may hold letters, digits, dots, hyphens and underscores only"
    elif not _on_volume(str(PurePosixPath(path).parent), volumes):
        yield (
            f"{key}: {path} is on no volume, so every deployment starts with an empty database; "
            "put it below the mountPath of a volume"
        )


def _fixed(environment: Mapping[str, str]) -> Iterator[str]:
    for name, value in FIXED_VARIABLES.items():
        if environment.get(name, value) != value:
            yield f"environment.{name}: {environment[name]!r} is not the SOP's {value!r}; leave it out"


def _urls(environment: Mapping[str, str], platform: str, host: str, tls: Tls, docker: Engine) -> Iterator[str]:
    expected = public_url(platform, host, tls, docker)
    url = environment.get("NEXTAUTH_URL")
    if url is not None and url.rstrip("/") != expected:
        decides = "docker.bind and docker.hostPort decide" if platform == "docker" else "host decides"
        yield f"environment.NEXTAUTH_URL: {url!r} is not {expected}; leave it out, {decides}"


def _ollama(environment: Mapping[str, str]) -> Iterator[str]:
    for name in ("OLLAMA_BASE_URL", "OLLAMA_EMBEDDING_BASE_URL"):
        if any(local in environment.get(name, "") for local in ("//localhost", "//127.", "//[::1]")):
            yield (
                f"environment.{name}: {environment[name]!r} is the container itself; name the server that runs Ollama"
            )


def _references(environment: Mapping[str, str], secrets: Mapping[str, SecretStr]) -> Iterator[str]:
    for key, value in (
        *((f"environment.{name}", value) for name, value in environment.items()),
        *((f"secrets.{name}", value.get_secret_value()) for name, value in secrets.items()),
    ):
        if "{{" in value:
            yield f"{key}: holds {{{{, where Dokploy or Swarm puts in something else; write the value itself"
        if "\0" in value:
            yield f"{key}: holds a NUL character, which no environment can carry"


CHECKS: tuple[Check, ...] = (
    _source,
    _replicas,
    _update,
    _monitor,
    _policies,
    _window,
    _volumes,
    _data,
    _database,
    _fixed,
    _urls,
    _ollama,
    _references,
)
