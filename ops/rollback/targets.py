"""What an application can be returned to, and which of it was stable, from what Dokploy and Pulumi really know.

Dokploy keeps about ten deployments. Its `done` says nothing about health, so that what counts as stable comes from
Pulumi: a deployment whose `up` succeeded had stayed healthy and answered.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from dokploy.client import DokployClient
from dokploy.record import Record
from dokploy.release import is_rollback, release_of, source_of, was_left
from ops.errors import OpsError, UsageError

Way = Literal["kept image", "image", "none"]
"""An image that Dokploy kept in a registry, an image that is pulled again, or no way back."""

Known = Literal["proved", "failed", "unknown"]

SLACK = timedelta(seconds=30)
"""Two machines' clocks: by so much a deployment may seem to lie outside of the `up` that made it."""

LOG_LINES = 500
_PULLED = re.compile(r"^Pulling (\S+)$", re.MULTILINE)
_OURS = re.compile(r"\[((?:back-)?[0-9a-f]{12}(?:-[0-9a-f]{8}){1,2})\]")


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """One deployment of Dokploy's history that had ended well there."""

    id: str
    created: str
    what: str
    """The image, or the commit that was built."""
    way: Way
    known: Known
    rollback_id: str | None = None

    def to_json(self) -> dict[str, str]:
        return {
            "id": self.id,
            "created": self.created,
            "what": self.what,
            "way": self.way,
            "stable": self.known,
        }


@dataclass(frozen=True, kw_only=True)
class Past:
    """An application and its history, newest first."""

    application: Mapping[str, Any]
    current: str
    """The image or the commit that the application is at, as far as is known."""
    left_at: str
    """When that was deployed; empty where no record of it is left."""
    candidates: tuple[Candidate, ...]
    returnable: tuple[Candidate, ...]
    """Those that a rollback without an id may choose, the best first."""

    @property
    def release(self) -> str:
        """The id in the application's variables; empty where none was ever deployed."""
        return release_of(self.application) or ""

    @property
    def of_image(self) -> bool:
        return bool(self.application["sourceType"] == "docker")

    def choose(self, id: str | None) -> Candidate:
        """The deployment to return to; UsageError for one that is not there, OpsError where there is no way."""
        if id is None:
            if self.returnable:
                return self.returnable[0]
            raise OpsError(self._nothing())
        chosen = next((each for each in self.candidates if each.id == id), None)
        if chosen is None:
            raise UsageError(f"there is no deployment {id} that ended well; without --to and --yes they are listed")
        if chosen.way == "none":
            raise OpsError(f"deployment {id} cannot be returned to: {self.advice}")
        return chosen

    @property
    def advice(self) -> str:
        """What to do where Dokploy has no way back."""
        if self.of_image:
            return "its image is not known; set app.source.image to it and run `make up`"
        return (
            "Dokploy cannot build an earlier commit of a branch, and no registry keeps the images: "
            "set app.source.git.branch to a tag of that commit and run `make up`"
        )

    def _nothing(self) -> str:
        if self.candidates and all(each.way == "none" for each in self.candidates):
            return f"there is no way back: {self.advice}"
        if any(each.way != "none" and each.known == "unknown" for each in self.candidates):
            return "no earlier deployment is known to have been stable: choose one of the list with --to ID"
        return f"no earlier stable deployment is left of {self.current or 'this application'}"


@dataclass(frozen=True, kw_only=True)
class Update:
    """One `up` of the stack's history."""

    began: datetime
    ended: datetime
    succeeded: bool


def updates(history: Iterable[Mapping[str, Any]]) -> list[Update]:
    """The `up`s among what `pulumi stack history --json` lists."""
    return [
        Update(
            began=_moment(each["startTime"]), ended=_moment(each["endTime"]), succeeded=each["result"] == "succeeded"
        )
        for each in history
        if each["kind"] == "update" and each.get("endTime")
    ]


def read_past(
    client: DokployClient, application_id: str, deployed: Mapping[str, Any], history: Sequence[Update]
) -> Past:
    """`deployed`: the outputs of the program's deployment, as the state holds them."""
    application = client.query("application.one", applicationId=application_id)
    rows = client.query("deployment.all", applicationId=application_id) or []
    rows = sorted(rows, key=lambda row: str(row["createdAt"]), reverse=True)
    of_image = application["sourceType"] == "docker"
    keeps = bool(application["rollbackActive"] and application["rollbackRegistryId"])
    ended = [row for row in rows if row["status"] in ("done", "error")]
    contents = {row["deploymentId"]: _content(client, row, of_image=of_image) for row in ended}
    release = release_of(application)
    current = _current(application, release, [contents[row["deploymentId"]] for row in ended])
    candidates = [
        Candidate(
            id=row["deploymentId"],
            created=row["createdAt"],
            what=contents[row["deploymentId"]],
            way=_way(row, contents[row["deploymentId"]], keeps=keeps, of_image=of_image),
            known=_known(row, deployed, history),
            rollback_id=row["rollbackId"],
        )
        for row in ended
        if row["status"] == "done"
    ]
    at = next((row["createdAt"] for row in ended if contents[row["deploymentId"]] == current), "")
    rolled_back = [found[1] for row in rows if (found := _OURS.search(row["title"])) and is_rollback(found[1])]
    rolled_back += [release] if is_rollback(release) and release else []
    returnable = [
        each
        for each in candidates
        if each.known == "proved" and each.way != "none" and each.what != current and (not at or each.created < at)
        # Who went back once does not want to come back to what was left then.
        if not (of_image and any(was_left(one, each.what) for one in rolled_back))
    ]
    return Past(
        application=application,
        current=current or source_of(application),
        left_at=at,
        candidates=tuple(candidates),
        returnable=tuple(returnable),
    )


def _content(client: DokployClient, row: Mapping[str, Any], *, of_image: bool) -> str:
    record = Record.of(dict(row))
    if not of_image:
        return record.commit or ""
    if _OURS.search(record.title) and record.description:
        return record.description
    log = client.query("deployment.readLogs", deploymentId=record.id, tail=LOG_LINES)
    found = _PULLED.search(str(log or ""))
    return found[1] if found else ""


def _current(application: Mapping[str, Any], release: str | None, contents: Sequence[str]) -> str:
    if application["sourceType"] == "docker":
        return str(application["dockerImage"] or "")
    if release is not None and is_rollback(release):
        commit = release.rpartition("-")[2]
        return next((content for content in contents if content.startswith(commit)), commit)
    return contents[0] if contents else ""


def _way(row: Mapping[str, Any], content: str, *, keeps: bool, of_image: bool) -> Way:
    if keeps and row["rollbackId"]:
        return "kept image"
    return "image" if of_image and content else "none"


def _known(row: Mapping[str, Any], deployed: Mapping[str, Any], history: Sequence[Update]) -> Known:
    """The state knows of the last deployment; of earlier ones, the `up` that was at work when they began."""
    if row["deploymentId"] == deployed.get("deploymentId") and deployed.get("status") in ("done", "failed"):
        return "proved" if deployed["status"] == "done" else "failed"
    if not _OURS.search(row["title"]) and not Record.of(dict(row)).commit:
        return "unknown"
    created = _moment(row["createdAt"])
    near = [(max(each.began - created, created - each.ended), each) for each in history]
    distance, update = min(near, key=lambda pair: pair[0], default=(SLACK * 2, None))
    if update is None or distance > SLACK:
        return "unknown"
    return "proved" if update.succeeded else "failed"


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("Z", "+00:00"))
