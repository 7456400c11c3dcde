"""notification.*: channels that hear of deployments and failures. The simulator sends nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .. import views
from ..errors import bad_request, not_found, server_error
from ..ids import nanoid
from ..procedure import EMPTY, Call, Router
from ..state import Row
from ..validation import ID, NULLABLE_TEXT, OPTIONAL_TEXT, PRESENT_TEXT, Fields, Flag, Items, Number, Record, Rule, Text

ROUTER = Router("notification")
_FLAGS = (
    "appDeploy",
    "appBuildError",
    "databaseBackup",
    "volumeBackup",
    "dokployRestart",
    "dokployBackup",
    "dockerCleanup",
    "serverThreshold",
)
_DECORATION = Flag(coerce=False)
_PRIORITY = Number(coerce=False)
_ADDRESSES = Items(of=Text())
_HEADERS = Record(fields={}, open=True, optional=True, nullable=True)

_CHANNELS: Mapping[str, Fields] = {
    "slack": {"webhookUrl": ID, "channel": ID},
    "telegram": {"botToken": ID, "chatId": ID, "messageThreadId": ID},
    "discord": {"webhookUrl": ID, "decoration": _DECORATION},
    "email": {
        "smtpServer": ID,
        "smtpPort": Number(coerce=False),
        "username": ID,
        "password": ID,
        "fromAddress": ID,
        "toAddresses": _ADDRESSES,
    },
    "resend": {"apiKey": ID, "fromAddress": ID, "toAddresses": _ADDRESSES},
    "gotify": {"serverUrl": ID, "appToken": ID, "priority": _PRIORITY, "decoration": _DECORATION},
    "ntfy": {"serverUrl": ID, "topic": ID, "accessToken": PRESENT_TEXT, "priority": _PRIORITY},
    "mattermost": {"webhookUrl": ID, "channel": NULLABLE_TEXT, "username": NULLABLE_TEXT},
    "custom": {"endpoint": ID, "headers": _HEADERS},
    "lark": {"webhookUrl": ID},
    "pushover": {
        "userKey": ID,
        "apiToken": ID,
        "priority": Number(optional=True, coerce=False),
        "retry": Number(optional=True, nullable=True, coerce=False),
        "expire": Number(optional=True, nullable=True, coerce=False),
    },
    "teams": {"webhookUrl": ID},
}
_FREE = ("custom", "pushover")  # their flags may be left out
_NO_THRESHOLD = ("gotify", "ntfy")


def _optional(rule: Rule) -> Rule:
    """The same rule for an update, where every channel field may be left out."""
    values = {**vars(rule), "optional": True, "present": False}
    return type(rule)(**values)


def _add(kind: str, fields: Fields) -> None:
    """create, update and test of one kind of channel."""
    title, own = kind.capitalize(), f"{kind}Id"
    flags = {
        name: Flag(optional=True) if kind in _FREE else Flag(present=True)
        for name in _FLAGS
        if name != "serverThreshold" or kind not in _NO_THRESHOLD
    }

    @ROUTER.mutation(f"create{title}", name=Text(), **flags, **fields)
    def create(call: Call) -> Any:
        key = nanoid()
        row = {
            "notificationId": nanoid(),
            "name": call.data["name"],
            **{name: call.data.get(name, False) for name in _FLAGS},
            "notificationType": kind,
            "createdAt": call.world.stamp(),
            **{f"{other}Id": key if other == kind else None for other in _CHANNELS},
            "organizationId": call.key.organization_id,
        }
        channel = {own: key, **{name: call.data.get(name) for name in fields}}
        call.state.notifications[row["notificationId"]] = row
        call.state.channels[key] = channel
        return EMPTY

    loose = {name: _optional(rule) for name, rule in {**flags, **fields}.items()}

    @ROUTER.mutation(f"update{title}", notificationId=ID, **{own: ID}, name=OPTIONAL_TEXT, **loose)
    def update(call: Call) -> Any:
        """Without a channel field nothing changes at all."""
        row = _row(call)
        values = {name: call.data[name] for name in fields if name in call.data}
        if not values:
            raise server_error("No values to set")
        row.update({name: call.data[name] for name in ("name", *flags) if name in call.data})
        if call.data[own] in call.state.channels:
            call.state.channels[call.data[own]].update(values)
        return EMPTY

    @ROUTER.mutation(f"test{title}Connection", **fields)
    def test(call: Call) -> Any:
        """A receiver whose address holds `fail` answers with an error; the others are well."""
        address = str(call.data.get("endpoint") or call.data.get("webhookUrl") or "")
        if address.endswith("fail"):
            reason = "Internal Server Error"
            if kind == "custom":
                raise bad_request(f"Failed to send custom notification: {reason}")
            failed = f"Failed to send {kind} notification"
            raise bad_request(f"{failed} {failed} {reason}")
        return True


for _kind, _fields in _CHANNELS.items():
    _add(_kind, _fields)


def _row(call: Call) -> Row:
    try:
        return call.owned(call.state.notifications[call.data["notificationId"]], "notification")
    except KeyError:
        raise not_found("Notification") from None


def _joined(call: Call, row: Row, kinds: tuple[str, ...]) -> Row:
    channels = call.state.channels
    return {**row, **{kind: dict(channels[row[f"{kind}Id"]]) if row[f"{kind}Id"] else None for kind in kinds}}


def _own(call: Call) -> list[Row]:
    return call.state.of(call.state.notifications, "organizationId", call.key.organization_id)


@ROUTER.query("all")
def every(call: Call) -> Any:
    """Newest first, the secrets of the channels in clear."""
    return [_joined(call, row, tuple(_CHANNELS)) for row in views.newest_first(_own(call))]


@ROUTER.query("getEmailProviders")
def email_providers(call: Call) -> Any:
    return [_joined(call, row, ("email", "resend")) for row in _own(call)]


@ROUTER.query("one", notificationId=ID)
def one(call: Call) -> Any:
    return _joined(call, _row(call), tuple(_CHANNELS))


@ROUTER.mutation("remove", notificationId=ID)
def remove(call: Call) -> Any:
    if call.data["notificationId"] not in call.state.notifications:
        raise bad_request("Notification not found")
    return call.state.notifications.pop(_row(call)["notificationId"])
