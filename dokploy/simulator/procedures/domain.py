"""domain.*: applied to the Traefik file at once; no deployment is needed."""

from __future__ import annotations

import re
from typing import Any

from .. import traefik, views
from ..columns import CERTIFICATES
from ..errors import bad_request, not_found
from ..ids import nanoid
from ..procedure import Call, Router
from ..sql import failed_insert
from ..state import Row
from ..validation import ID, NULLABLE_TEXT, Flag, Items, Number, OneOf, Rule, Text

ROUTER = Router("domain")
COLUMNS = (
    "domainId",
    "host",
    "https",
    "port",
    "customEntrypoint",
    "path",
    "serviceName",
    "domainType",
    "uniqueConfigKey",
    "createdAt",
    "composeId",
    "customCertResolver",
    "applicationId",
    "previewDeploymentId",
    "certificateType",
    "internalPath",
    "stripPath",
    "middlewares",
    "forwardAuthEnabled",
    "enabled",
)
_LABEL = r"[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?"
_HOST = re.compile(rf"{_LABEL}(?:\.{_LABEL})*")
_HOST_RULE = (
    "Invalid domain name. Use only letters, numbers, hyphens and dots (e.g. example.com). Underscores are not allowed."
)
_FIELDS: dict[str, Rule] = {
    "host": Text(test=lambda text: bool(_HOST.fullmatch(text)), test_message=_HOST_RULE),
    "https": Flag(optional=True),
    "port": Number(
        optional=True,
        nullable=True,
        min=1,
        min_message="Port must be at least 1",
        max=65535,
        max_message="Port must be 65535 or below",
    ),
    "customEntrypoint": NULLABLE_TEXT,
    "path": NULLABLE_TEXT,
    "serviceName": NULLABLE_TEXT,
    "domainType": OneOf(values=("compose", "application", "preview"), optional=True, nullable=True),
    "customCertResolver": NULLABLE_TEXT,
    "certificateType": OneOf(values=CERTIFICATES, optional=True),
    "internalPath": NULLABLE_TEXT,
    "stripPath": Flag(optional=True),
    "middlewares": Items(of=Text(), optional=True, nullable=True),
    "forwardAuthEnabled": Flag(optional=True),
}


@ROUTER.mutation(
    "create",
    **_FIELDS,
    applicationId=NULLABLE_TEXT,
    composeId=NULLABLE_TEXT,
    previewDeploymentId=NULLABLE_TEXT,
)
def create(call: Call) -> Any:
    domain_id, app_id = nanoid(), call.data.get("applicationId")
    app = call.state.applications.get(app_id) if app_id else None
    call.state.domain_key += 1  # the database counts refused rows too
    if app_id and app is None:
        values = {"domainId": domain_id, "createdAt": call.world.stamp(), **call.data}
        raise bad_request(failed_insert("domain", COLUMNS, values))
    row = {
        "domainId": domain_id,
        "host": None,
        "https": False,
        "port": 3000,
        "customEntrypoint": None,
        "path": "/",
        "serviceName": None,
        "domainType": "application",
        "uniqueConfigKey": call.state.domain_key,
        "createdAt": call.world.stamp(),
        "composeId": None,
        "customCertResolver": None,
        "applicationId": None,
        "previewDeploymentId": None,
        "certificateType": "none",
        "internalPath": "/",
        "stripPath": False,
        "middlewares": [],
        "forwardAuthEnabled": False,
        "enabled": True,
        **call.data,
    }
    call.state.domains[domain_id] = row
    _apply(call, row)
    return dict(row)


def _row(call: Call) -> Row:
    try:
        return call.state.domains[call.data["domainId"]]
    except KeyError:
        raise not_found("Domain") from None


def _apply(call: Call, row: Row) -> None:
    app = call.state.applications.get(row["applicationId"])
    if app is not None:
        traefik.rewrite(call.state, app)


def _joined(call: Call, row: Row) -> Row:
    app = call.state.applications.get(row["applicationId"])
    return {**row, "application": views.pick(app, "applicationId", "appName", "name") if app else None}


@ROUTER.query("one", domainId=ID)
def one(call: Call) -> Any:
    return _joined(call, _row(call))


@ROUTER.query("byApplicationId", applicationId=ID)
def by_application(call: Call) -> Any:
    app = views.application(call.state, call.data["applicationId"])
    rows = call.state.of(call.state.domains, "applicationId", app["applicationId"])
    return [_joined(call, row) for row in rows]


@ROUTER.mutation("update", domainId=ID, **_FIELDS, enabled=Flag(optional=True))
def update(call: Call) -> Any:
    row = _row(call)
    row.update(call.data)
    _apply(call, row)
    return dict(row)


@ROUTER.mutation("toggleEnable", domainId=ID, enabled=Flag(optional=True))
def toggle(call: Call) -> Any:
    row = _row(call)
    row["enabled"] = call.data.get("enabled", not row["enabled"])
    _apply(call, row)
    return dict(row)


@ROUTER.mutation("delete", domainId=ID)
def delete(call: Call) -> Any:
    row = call.state.domains.pop(_row(call)["domainId"])
    _apply(call, row)
    return row


@ROUTER.mutation("validateDomain", domain=ID, serverIp=Text(optional=True))
def validate(call: Call) -> Any:
    return {"isValid": False, "error": f"queryA ENOTFOUND {call.data['domain']}"}
