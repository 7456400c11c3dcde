"""A channel that Dokploy sends its events to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dokploy import marker
from dokploy.errors import UPDATE_AGAIN, DokployError
from dokploy.resource import Context, Model, Resource, State
from dokploy.resources.notification_inputs import BLOCKS, CHANNELS, NotificationInputs
from dokploy.rows import Row, leftover, listed, remove

_FLAGS = (
    "appDeploy",
    "appBuildError",
    "databaseBackup",
    "volumeBackup",
    "dokployBackup",
    "dokployRestart",
    "dockerCleanup",
)
_WITHOUT_THRESHOLD = ("ntfy", "gotify")


class NotificationOutputs(Model):
    """Nothing beyond the inputs."""


NotificationState = State[NotificationInputs, NotificationOutputs]


class Notification(Resource[NotificationInputs, NotificationOutputs]):
    """A channel of the organisation and the events that it is told of. Another kind of channel replaces it.

    Dokploy tells of failed builds and backups. It does not tell of a release that crashes after the build, nor of a
    schedule that fails; and while a receiver is slow to answer, further deployments wait.
    Its name in Dokploy carries the provider's marker: a notification has no description.
    """

    name = "Notification"
    Inputs = NotificationInputs
    Outputs = NotificationOutputs

    def create(self, ctx: Context, inputs: NotificationInputs) -> NotificationState:
        mark = ctx.marker(inputs.kind)

        def ours() -> Row | None:
            rows = ctx.server.read("notification.all")
            return leftover(ctx, rows, lambda row: mark.marks(row["name"]), "notification", "notificationId")

        def find() -> NotificationState | None:
            row = ours()
            return None if row is None else self._write(ctx, row, inputs)

        def make() -> NotificationState:
            ctx.server.write(f"notification.create{_pascal(inputs.kind)}", _body(ctx, inputs))
            # The answer is empty.
            rows = ctx.server.read("notification.all")
            made = next((row for row in rows if mark.marks(row["name"])), None)
            if made is None:
                raise DokployError(f"Dokploy took the notification but does not list it; {UPDATE_AGAIN}")
            return State(id=made["notificationId"], inputs=inputs, outputs=NotificationOutputs())

        return ctx.server.create_once(find, make)

    def read(
        self, ctx: Context, id: str, inputs: NotificationInputs | None, outputs: NotificationOutputs | None
    ) -> NotificationState | None:
        row = listed(ctx, "notification", "notificationId", id)
        return None if row is None else State(id=id, inputs=_inputs(row), outputs=NotificationOutputs())

    def update(self, ctx: Context, state: NotificationState, inputs: NotificationInputs) -> NotificationState:
        return self._write(ctx, ctx.server.read("notification.one", notificationId=state.id), inputs)

    def delete(self, ctx: Context, state: NotificationState) -> None:
        remove(ctx, "notification.remove", {"notificationId": state.id}, claim="notification.one")

    def forces_replacement(self, old: Mapping[str, Any], new: Mapping[str, Any]) -> set[str]:
        return {name for name in CHANNELS if (name in old) != (name in new)}

    def _write(self, ctx: Context, row: Row, inputs: NotificationInputs) -> NotificationState:
        key = f"{inputs.kind}Id"
        # Without the channel's own id and at least one of its fields an update fails, and a flag that is left out
        # may be taken for false: everything is sent.
        body = {"notificationId": row["notificationId"], key: row[key], **_body(ctx, inputs)}
        ctx.server.write(f"notification.update{_pascal(inputs.kind)}", body, repeatable=True)
        return State(id=row["notificationId"], inputs=inputs, outputs=NotificationOutputs())


def _body(ctx: Context, inputs: NotificationInputs) -> Row:
    values = inputs.model_dump(by_alias=True)
    flags = [*_FLAGS, *(() if inputs.kind in _WITHOUT_THRESHOLD else ("serverThreshold",))]
    return {
        "name": ctx.marker(inputs.kind).on(inputs.name),
        **{flag: values[flag] for flag in flags},
        **values[inputs.kind],
    }


def _inputs(row: Row) -> NotificationInputs:
    kind = row["notificationType"]
    flags = {flag: bool(row[flag]) for flag in _FLAGS}
    # A channel without thresholds stores none; what was asked for is the default.
    threshold = True if kind in _WITHOUT_THRESHOLD else bool(row["serverThreshold"])
    if kind not in BLOCKS:
        raise DokployError(
            f"notification {marker.strip(row['name'])} is of the kind {kind}; known here are {', '.join(CHANNELS)}"
        )
    channel = BLOCKS[kind].unjudged(row[kind])
    return NotificationInputs.unjudged(
        {"name": marker.strip(row["name"]), **flags, "serverThreshold": threshold, kind: channel}
    )


def _pascal(kind: str) -> str:
    return kind[:1].upper() + kind[1:]
