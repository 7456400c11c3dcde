"""registry.*: image registries; a password that holds "wrong" is refused by their login."""

from __future__ import annotations

import re
from typing import Any

from ..errors import bad_request, not_found
from ..ids import nanoid
from ..procedure import Call, Router
from ..state import Row
from ..validation import ID, NULLABLE_TEXT, OPTIONAL_TEXT, PRESENT_TEXT, OneOf, Text
from ..views import newest_first

ROUTER = Router("registry")
_HOST = re.compile(r"[a-zA-Z0-9](?:[a-zA-Z0-9.-]*[a-zA-Z0-9])?(?::\d{1,5})?")
_URL_RULE = "Registry URL must be a valid hostname or hostname:port (e.g. registry.example.com or localhost:5000)"
_TYPE = OneOf(values=("cloud",))


def _is_host(text: str) -> bool:
    return not text or bool(_HOST.fullmatch(text))


_URL = Text(test=_is_host, test_message=_URL_RULE)


def _login(url: str, username: str, password: str) -> None:
    """`docker login`, as Dokploy runs it before it keeps a registry."""
    if "wrong" in password:
        command = f"printf %s '***' | docker login '{url}' -u '{username}' --password-stdin"
        reason = f"login attempt to http://{url}/v2/ failed with status: 401 Unauthorized"
        failed = f"Command execution failed: Command failed: {command}"
        raise bad_request(f"{failed}\nError response from daemon: {reason}\n")


@ROUTER.mutation(
    "create",
    registryName=Text(min=1),
    username=Text(min=1),
    password=Text(min=1),
    registryUrl=_URL,
    registryType=_TYPE,
    imagePrefix=PRESENT_TEXT,
    serverId=NULLABLE_TEXT,
)
def create(call: Call) -> Any:
    """The answer holds the password."""
    data = {name: value for name, value in call.data.items() if name != "serverId"}
    _login(data["registryUrl"], data["username"], data["password"])
    row = {
        "registryId": nanoid(),
        **data,
        "createdAt": call.world.stamp(),
        "organizationId": call.key.organization_id,
    }
    call.state.registries[row["registryId"]] = row
    return dict(row)


def _row(call: Call) -> Row:
    try:
        return call.owned(call.state.registries[call.data["registryId"]], "registry")
    except KeyError:
        raise not_found("Registry") from None


@ROUTER.query("one", registryId=ID)
def one(call: Call) -> Any:
    return {name: value for name, value in _row(call).items() if name != "password"}


@ROUTER.query("all")
def every(call: Call) -> Any:
    """With the passwords."""
    rows = call.state.of(call.state.registries, "organizationId", call.key.organization_id)
    return [dict(row) for row in newest_first(rows)]


@ROUTER.mutation(
    "update",
    registryId=ID,
    registryName=OPTIONAL_TEXT,
    username=OPTIONAL_TEXT,
    password=OPTIONAL_TEXT,
    registryUrl=Text(test=_is_host, test_message=_URL_RULE, optional=True),
    registryType=OneOf(values=("cloud",), optional=True),
    imagePrefix=NULLABLE_TEXT,
)
def update(call: Call) -> Any:
    """The row changes even when the login then fails."""
    row = _row(call)
    row.update(call.data)
    _login(row["registryUrl"], row["username"], row["password"])
    return True


@ROUTER.mutation("remove", registryId=ID)
def remove(call: Call) -> Any:
    row = call.state.registries.pop(_row(call)["registryId"])
    for app in call.state.applications.values():
        for column in ("registryId", "rollbackRegistryId", "buildRegistryId"):
            if app[column] == row["registryId"]:
                app[column] = None
    return row


@ROUTER.mutation(
    "testRegistry",
    registryName=OPTIONAL_TEXT,
    username=Text(min=1),
    password=Text(min=1),
    registryUrl=_URL,
    registryType=_TYPE,
    imagePrefix=NULLABLE_TEXT,
)
def test(call: Call) -> Any:
    _login(call.data["registryUrl"], call.data["username"], call.data["password"])
    return True


@ROUTER.mutation("testRegistryById", registryId=ID)
def test_by_id(call: Call) -> Any:
    row = _row(call)
    _login(row["registryUrl"], row["username"], row["password"])
    return True
