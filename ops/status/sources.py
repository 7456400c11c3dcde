"""Where a status comes from: Dokploy, the site's certificate, and a refresh that is only previewed."""

from __future__ import annotations

import json
from typing import Any

from pulumi.automation import CommandError

from dokploy.errors import DokployError
from ops.errors import OpsError
from ops.progress import Progress
from ops.status.application import read_application
from ops.status.values import Application, Drift, Status
from ops.verify.certificate import look
from ops.verify.prepare import Options, target_of
from ops.verify.stack import NO_WAY, Deployed, reason
from ops.verify.target import Target

UNCHANGED = {"same", "refresh", "read"}


class Sources:
    """Collects the parts of one stack's status; a part that cannot be had becomes a note."""

    def __init__(self, stack: Deployed, progress: Progress) -> None:
        self._stack = stack
        self._progress = progress
        self._notes: list[str] = []

    def status(self, *, drift: bool = True) -> Status:
        """Ask everything; without `drift` no refresh is previewed."""
        application = self._application()
        days = self._certificate_days()
        return Status(
            stack=self._stack.name,
            outputs=self._stack.outputs,
            deployment=self._stack.deployment,
            application=application,
            certificate_days=days,
            drift=self._drift() if drift else None,
            notes=tuple(self._notes),
        )

    def _application(self) -> Application | None:
        stack = self._stack
        if stack.application_id is None:
            self._notes.append("the stack runs on no Dokploy: `docker ps` on its engine shows the container")
            return None
        client = stack.client()
        if client is None:
            self._notes.append(NO_WAY)
            return None
        self._progress.note(f"reads {client.url}: the application, its containers, deployments and schedules")
        try:
            return read_application(client, stack.application_id)
        except DokployError as error:
            self._notes.append(str(error))
            return None
        finally:
            client.close()

    def _certificate_days(self) -> int | None:
        try:
            target = target_of(self._stack, Options())
        except OpsError as error:
            self._notes.append(str(error))
            return None
        if not target.is_encrypted:
            self._notes.append(f"certificate: {target.url} is plain http")
            return None
        self._progress.note(f"contacts {target.host} at {target.address}: its certificate")
        days, problem = certificate_days(target)
        if problem:
            self._notes.append(f"certificate: {problem}")
        return days

    def _drift(self) -> list[Drift] | None:
        """Compare Dokploy with the state. A preview writes neither, and the selected stack stays selected."""
        with self._progress.step("previews a refresh, to find what was changed by hand"):
            try:
                said = self._stack.engine.run(
                    ["refresh", "--preview-only", "--json", "--stack", self._stack.name],
                    cwd=str(self._stack.root),
                    additional_env={},
                )
            except CommandError as error:
                self._notes.append(f"drift: {reason(error)}")
                return None
        return differences(json.loads(said.stdout[said.stdout.index("{") :]))


def certificate_days(target: Target) -> tuple[int | None, str | None]:
    """The days that are left of a site's certificate, or why there is none to count."""
    try:
        shown = look(target.address, target.host, target.authority)
    except OSError as error:
        return None, f"{target.address} cannot be reached: {error.strerror or error}"
    return shown.days_left, shown.problem


def differences(digest: dict[str, Any]) -> list[Drift]:
    """What the engine's digest of a previewed refresh says has changed."""
    return [
        Drift(
            name=step["urn"].rpartition("::")[2],
            operation="gone" if step["op"] == "delete" else "changed",
            properties=sorted({*(step.get("detailedDiff") or {}), *(step.get("diffReasons") or ())}),
        )
        for step in digest.get("steps") or []
        if step["op"] not in UNCHANGED
    ]
