"""Takes a project that was made by hand in Dokploy under this program's care: what to import, and how to configure.

Dokploy is only read. Nothing is deleted there, now or by the first `up`.
"""

from __future__ import annotations

import json
import os
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import yaml

from components.checks import DEFAULT_DATABASE_URL, sqlite_path
from components.values import TIERS
from dokploy.client import DokployClient
from dokploy.given import KEY_VARIABLE, URL_VARIABLE, Given
from ops.adopt.app import describe_rest, describe_source, describe_start, describe_tier, shell_of
from ops.adopt.found import KINDS, Found, find
from ops.adopt.imports import NAME, Adopted, import_file, named
from ops.adopt.notes import Notes
from ops.adopt.parts import describe_domain, describe_volumes, slug_of
from ops.adopt.schedules import Schedules, Setting
from ops.adopt.sections import written
from ops.adopt.swarm import describe_swarm
from ops.adopt.variables import describe_variables, read_variables
from ops.errors import UsageError
from ops.stack_file import read_config, stacks

_KEPT = {"app": ("revision", "deployTimeoutSeconds", "rollback"), "backup": ("offsite",)}
"""Parts of sections that nothing in Dokploy tells: those of the stack's file stay."""


@dataclass(frozen=True, kw_only=True)
class Options:
    """What to adopt, and into which stack of the project in `root`."""

    root: Path
    project: str
    stack: str
    environment: str | None = None
    application: str | None = None
    out: Path | None = None

    @property
    def import_path(self) -> Path:
        return self.out or self.root / f"import.{self.stack}.json"

    @property
    def stack_path(self) -> Path:
        return self.root / f"Pulumi.{self.stack}.yaml"


@dataclass(frozen=True, kw_only=True)
class Adoption:
    """All that was found, described in this program's words."""

    stack: str
    adopted: tuple[Adopted, ...]
    config: Mapping[str, Any]
    """By key without the namespace."""
    notes: Notes
    import_path: Path
    stack_path: Path
    dokploy_url: str
    imports: Mapping[str, Any] = field(default_factory=dict)

    def commands(self) -> Iterator[str]:
        """What to run, in this order. Pulumi asks for the value of each secret."""
        stack = ("--stack", self.stack)
        yield shlex.join(["pulumi", "stack", "select", "--create", *stack])
        for path in (*self.notes.secrets, *self.notes.missing):
            yield shlex.join(["pulumi", "config", "set", "--secret", "--path", path, *stack])
        file = str(self.import_path)
        yield shlex.join(["pulumi", "import", "--file", file, "--generate-code=false", "--yes", *stack])
        yield shlex.join(["pulumi", "preview", "--diff", *stack])

    def to_json(self) -> dict[str, Any]:
        return {
            "stack": self.stack,
            "import_file": str(self.import_path),
            "stack_file": str(self.stack_path),
            "resources": [{"name": each.name, "type": each.kind, "id": each.id} for each in self.adopted],
            "config": self.config,
            "first": self.notes.first,
            "changes": [asdict(change) for change in self.notes.changes],
            "left": self.notes.left,
            "secrets": self.notes.secrets,
            "missing_secrets": self.notes.missing,
            "commands": list(self.commands()),
        }


def adopt(options: Options, inherited: Mapping[str, str] = os.environ) -> Adoption:
    """Read the project and write both files.

    Raises UsageError where the server, the key or the project is not there, and DokployError for what Dokploy says.
    """
    url, key, given = _server(options, inherited)
    client = DokployClient(url, key, given=given)
    try:
        found = find(client, options.project, options.environment, options.application)
    finally:
        client.close()
    adoption = describe(found, options, url)
    _write(adoption)
    return adoption


def describe(found: Found, options: Options, url: str) -> Adoption:
    """The resources, the configuration and the notes; nothing is read or written."""
    notes, row = Notes(), found.application
    schedules = Schedules.of(found.schedules, notes)
    variables = read_variables(found, notes)
    database = _database(variables.plain.get("DATABASE_URL"))
    mounts = describe_volumes(row["mounts"], database, schedules.backup.folder, options.stack, notes)
    domain = describe_domain(row["domains"], notes)
    shell = shell_of(row, [each["shellType"] for each in schedules.rows.values()])
    source = describe_source(row, notes)
    start = describe_start(row, shell, notes)
    tier = describe_tier(row, schedules.storage, notes)
    probe, restart, update, grace = describe_swarm(row, notes)
    plain = describe_variables(
        variables,
        host=domain.host,
        tls=domain.tls,
        volumes=mounts.volumes,
        is_built="image" not in source.get("source", {}),
        stack=options.stack,
        notes=notes,
    )
    setting = Setting(
        database=database,
        folders=tuple(volume.mount_path for volume in mounts.volumes),
        storage=TIERS[tier].storage if isinstance(tier, str) else tier["storage"],
        shell=shell,
    )
    jobs = tuple(schedules.adopted(setting, notes))
    describe_rest(row, notes)
    _leave_the_rest(found, notes)
    config = {
        **({"host": domain.host} if domain.host else {}),
        "project": _place(found, notes),
        "tier": tier,
        "app": {**source, "port": domain.port, "replicas": 1, **start, "stopGraceSeconds": grace},
        "environment": plain,
        "volumes": [written(volume) for volume in mounts.volumes],
        "healthCheck": written(probe),
        "restart": written(restart),
        "update": written(update),
        "backup": written(schedules.backup),
        "storageCheck": written(schedules.storage_check),
        "tls": written(domain.tls),
    }
    adopted = (*_roof(found), *mounts.adopted, *domain.adopted, *jobs, *_deployment(found, notes))
    return Adoption(
        stack=options.stack,
        adopted=adopted,
        config=config,
        notes=notes,
        import_path=options.import_path,
        stack_path=options.stack_path,
        dokploy_url=url,
        imports=import_file(list(adopted)),
    )


def _roof(found: Found) -> Iterator[Adopted]:
    for kind, component, id in (
        ("Project", "DokployProject", found.project["projectId"]),
        ("Environment", "DokployProject", found.environment["environmentId"]),
        ("Application", "AppContainer", found.application["applicationId"]),
    ):
        yield Adopted(kind=kind, role=kind.lower(), id=id, component=component)


def _deployment(found: Found, notes: Notes) -> Iterator[Adopted]:
    why = "the program deploys once and follows the release until it is healthy (SOP 3)"
    notes.change(named("deployment"), "triggers" if found.has_deployed else "", None, "the program's", why)
    if found.has_deployed:
        id = found.application["applicationId"]
        yield Adopted(kind="Deployment", role="deployment", id=id, component="Release")


def _place(found: Found, notes: Notes) -> dict[str, str]:
    names = {"name": found.project["name"], "environment": found.environment["name"]}
    slugs = {key: slug_of(name) for key, name in names.items()}
    why = "names are 2 to 32 lower-case letters, digits and hyphens"
    notes.change(named("project"), "name", names["name"], slugs["name"], why)
    notes.change(named("environment"), "name", names["environment"], slugs["environment"], why)
    return slugs


def _database(url: str | None) -> str:
    path = sqlite_path(url or "")
    return path if path.startswith("/") else sqlite_path(DEFAULT_DATABASE_URL)


def _leave_the_rest(found: Found, notes: Notes) -> None:
    """Say what is around the application and stays as it is."""
    row = found.application
    for kind, rows, key in (
        ("port", row["ports"], "publishedPort"),
        ("redirect", row["redirects"], "regex"),
        ("login", row["security"], "username"),
        ("volume backup", found.volume_backups, "name"),
    ):
        notes.left += [f"the {kind} {each[key]} stays as it is" for each in rows]
    for environment in found.project["environments"]:
        applications = [
            each["name"] for each in environment["applications"] if each["applicationId"] != row["applicationId"]
        ]
        others = [each["name"] for kind in KINDS for each in environment.get(kind) or []]
        notes.left += [
            f"{name}, in environment {environment['name']}, stays as it is" for name in (*applications, *others)
        ]


def _server(options: Options, inherited: Mapping[str, str]) -> tuple[str, str, Given]:
    """Dokploy's address, its key, and where each was read; UsageError where one is not there."""
    known = read_config(options.root, options.stack) if options.stack in stacks(options.root) else {}
    of_environment, key = inherited.get(URL_VARIABLE), inherited.get(KEY_VARIABLE)
    url = of_environment or known.get("dokploy:url")
    if not isinstance(url, str):
        raise UsageError(f"no server: set DOKPLOY_URL, or dokploy:url in Pulumi.{options.stack}.yaml")
    if not key:
        raise UsageError("no API key: set DOKPLOY_API_KEY; its environment is where this command reads it")
    return url, key, Given(url_by_variable=bool(of_environment), key_by_variable=True)


def _write(adoption: Adoption) -> None:
    """Write the import file, and the stack's file with what else stood there; the old one stays beside it."""
    adoption.import_path.write_text(json.dumps(adoption.imports, indent=2) + "\n", encoding="utf-8")
    path = adoption.stack_path
    content: dict[str, Any] = {}
    if path.exists():
        old = path.read_text(encoding="utf-8")
        content = yaml.safe_load(old) or {}
        path.with_name(f"{path.name}.bak").write_text(old, encoding="utf-8")
    config = content.setdefault("config", {})
    for key, value in adoption.config.items():
        before = config.get(f"{NAME}:{key}") or {}
        kept = {part: before[part] for part in _KEPT.get(key, ()) if part in before}
        config[f"{NAME}:{key}"] = {**value, **kept} if kept else value
    config.setdefault(f"{NAME}:protect", True)
    config["dokploy:url"] = adoption.dokploy_url
    text = yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=120)
    path.write_text(text, encoding="utf-8")
