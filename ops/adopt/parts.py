"""Describes what belongs to an application: its volumes and its host name."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from pydantic import TypeAdapter, ValidationError

from components import checks
from components.fields import HostName
from components.sections import DEFAULT_VOLUMES, Tls
from components.values import Volume
from ops.adopt.found import Row
from ops.adopt.imports import Adopted, named
from ops.adopt.notes import Notes
from ops.adopt.sections import valid

MIDDLEWARES = ("rate-limit", "headers", "origins")
"""What the program puts before every application."""
_FILE = "@file"
_LONGEST_NAME = 32


@dataclass(frozen=True, kw_only=True)
class Volumes:
    """The volumes to configure, and the mounts among them that are there already."""

    volumes: tuple[Volume, ...]
    adopted: tuple[Adopted, ...]


def describe_volumes(mounts: Sequence[Row], database: str, backups: str, stack: str, notes: Notes) -> Volumes:
    """Every named volume under a name of the program's; what the SOP's data still needs is added.

    `database` is the SQLite file, `backups` the folder of its copies.
    """
    volumes: list[Volume] = []
    adopted: list[Adopted] = []
    for row in sorted(mounts, key=_order):
        volume = _volume(row, volumes, database, stack, notes)
        if volume is not None:
            volumes.append(volume)
            role = f"volume-{volume.name}"
            adopted.append(Adopted(kind="Mount", role=role, id=row["mountId"], component="AppContainer"))
            notes.change(named(role), "mountPath", row["mountPath"], volume.mount_path, "written without a last slash")
    for volume in _needed(database, backups):
        if not any(PurePosixPath(volume.mount_path).is_relative_to(other.mount_path) for other in volumes):
            why = f"no volume holds {volume.mount_path}: every deployment loses what is in it (SOP 5.3)"
            notes.change(named(f"volume-{volume.name}"), "", None, "made, empty", why)
            notes.first.append(f"{volume.mount_path} gets an empty volume; what the container holds there now is lost")
            volumes.append(volume)
    return Volumes(volumes=tuple(sorted(volumes, key=_rank)), adopted=tuple(adopted))


def _order(row: Row) -> tuple[int, str]:
    """A folder comes before those inside it."""
    return len(PurePosixPath(row["mountPath"]).parts), row["mountPath"]


def _rank(volume: Volume) -> tuple[int, str]:
    """As the program lists its own, the others behind: the text of the storage check has their order."""
    own = [each.name for each in DEFAULT_VOLUMES]
    return own.index(volume.name) if volume.name in own else len(own), volume.mount_path


def _needed(database: str, backups: str) -> Iterator[Volume]:
    folders = {"database": str(PurePosixPath(database).parent), "backups": backups}
    for volume in DEFAULT_VOLUMES:
        yield Volume(name=volume.name, mount_path=folders.get(volume.name, volume.mount_path))


def _volume(row: Row, others: Sequence[Volume], database: str, stack: str, notes: Notes) -> Volume | None:
    path = row["mountPath"]
    if row["type"] != "volume":
        notes.left.append(f"the {row['type']} mount on {path} stays; the program has named volumes only")
        return None
    name = _name(path, database, {other.name for other in others})
    own = f"chatzwa-{stack}-{name}"
    try:
        volume = Volume(name=name, mount_path=path, volume_name=None if row["volumeName"] == own else row["volumeName"])
    except ValidationError as error:
        volume, problems = None, [str(error.errors()[0]["msg"]).removeprefix("Value error, ")]
    else:
        problems = checks.run(checks.CHECKS, {"volumes": (*others, volume)})
    if problems:
        sentence = re.sub(r"^volumes\[\d+\]\.\w+: ", "", problems[0])
        notes.left.append(f"the volume {row['volumeName']} stays on {path}, outside of the stack: {sentence}")
        return None
    return volume


def _name(path: str, database: str, taken: set[str]) -> str:
    known = {volume.mount_path: volume.name for volume in DEFAULT_VOLUMES}
    folder = "/" + path.strip("/")
    name = "database" if PurePosixPath(folder) == PurePosixPath(database).parent else known.get(folder)
    if name is None or name in taken:
        slug = slug_of(PurePosixPath(folder).name or "root")
        name = next(each for each in (slug, *(f"{slug[:28]}-{number}" for number in range(2, 99))) if each not in taken)
    return name


def slug_of(text: str) -> str:
    """A name of the kind that the configuration takes: 2 to 32 lower-case letters, digits and inner hyphens."""
    slug = re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")
    slug = slug if slug[:1].isalpha() else f"x-{slug}"
    slug = slug[:_LONGEST_NAME].strip("-")
    return slug if len(slug) >= 2 else f"{slug}-0"


@dataclass(frozen=True, kw_only=True)
class Domain:
    """The host name, if one is there; the port and the certificate that go with it."""

    host: str | None
    port: int
    tls: Tls
    adopted: tuple[Adopted, ...] = ()


def describe_domain(domains: Sequence[Row], notes: Notes) -> Domain:
    """The first host name with TLS, or else the first; the program has one."""
    rows = sorted(domains, key=lambda row: (not row["https"], row["createdAt"]))
    chosen = next((row for row in rows if _is_host(row["host"])), None)
    for row in rows:
        if row is not chosen:
            notes.left.append(f"the domain {row['host']}{row['path'] or ''} stays; the program has one host name")
    references = _middlewares(chosen["middlewares"] or [] if chosen else [], notes)
    if chosen is None:
        notes.first.append("host: there is no host name to take over; set one with `pulumi config set host NAME`")
        return Domain(host=None, port=3000, tls=Tls())
    port = chosen["port"] if chosen["port"] is not None else 80
    tls = _tls(chosen)
    _domain_changes(chosen, tls, references, notes)
    adopted = Adopted(kind="Domain", role="domain", id=chosen["domainId"], component="Ingress")
    theirs = (
        Adopted(kind="Middleware", role=role, id=reference.removesuffix(_FILE), component="Ingress")
        for role, reference in references.items()
        if reference.endswith(_FILE)
    )
    return Domain(host=chosen["host"], port=port, tls=tls, adopted=(*theirs, adopted))


def _middlewares(present: Sequence[str], notes: Notes) -> dict[str, str]:
    """The reference of each middleware of the program by its role; where it is to be made, its name."""
    found: dict[str, str] = {}
    for role in MIDDLEWARES:
        made = re.compile(rf"{re.escape(named(role))}-[0-9a-f]{{8}}{_FILE}")
        found[role] = next((reference for reference in present if made.fullmatch(reference)), named(role))
        if found[role] == named(role):
            notes.change(named(role), "", None, "made", "SOP 4.3, Security 2: it stands before the app")
    return found


def _tls(row: Row) -> Tls:
    if row["https"] and row["certificateType"] == "custom":
        return valid(Tls, certificate="custom", custom_cert_resolver=row["customCertResolver"])
    return Tls()


def _domain_changes(row: Row, tls: Tls, references: Mapping[str, str], notes: Notes) -> None:
    wanted: dict[str, tuple[Any, str]] = {
        "https": (True, "SOP 4.3"),
        "certificateType": (tls.certificate, "SOP 4.3"),
        "path": ("/", "the whole host is the app's"),
        "internalPath": ("/", "the whole host is the app's"),
        "stripPath": (False, "the whole host is the app's"),
        "middlewares": (list(references.values()), "SOP 4.3, Security 2"),
    }
    blank = {"path": "/", "internalPath": "/", "middlewares": []}
    for property, (then, why) in wanted.items():
        notes.change(named("domain"), property, row[property] or blank.get(property, row[property]), then, why)
    foreign = [reference for reference in row["middlewares"] or [] if reference not in references.values()]
    if foreign:
        names = ", ".join(foreign)
        notes.first.append(f"the first `up` takes the middlewares {names} off {row['host']}; see what they protect")


def _is_host(host: str) -> bool:
    try:
        TypeAdapter(HostName).validate_python(host)
    except ValidationError:
        return False
    return True
