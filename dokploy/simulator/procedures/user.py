"""user.*: who a key belongs to, and new keys."""

from __future__ import annotations

from typing import Any

from ..clock import iso
from ..errors import ApiError, server_error
from ..keys import Key
from ..procedure import Call, Router
from ..state import Row
from ..validation import ID, Flag, Number, Record, Text

ROUTER = Router("user")
_RIGHTS = (
    "canCreateProjects",
    "canAccessToSSHKeys",
    "canCreateServices",
    "canDeleteProjects",
    "canDeleteServices",
    "canAccessToDocker",
    "canAccessToAPI",
    "canAccessToGitProviders",
    "canAccessToTraefikFiles",
    "canDeleteEnvironments",
    "canCreateEnvironments",
)


@ROUTER.query("get")
def get(call: Call) -> Any:
    organization = call.state.organizations[call.key.organization_id]
    keys = [key for key in call.world.keys.values() if key.name and key.user_id == call.key.user_id]
    return {
        "id": call.key.user_id[:21],
        "organizationId": call.key.organization_id,
        "userId": call.key.user_id,
        "role": call.key.role,
        "createdAt": organization["createdAt"],
        "teamId": None,
        "isDefault": True,
        **dict.fromkeys(_RIGHTS, False),
        **{f"accessed{name}": list(ids) for name, ids in call.state.accessed.items()},
        "accessedGitProviders": [],
        "accessedServers": [],
        "user": {
            "id": call.key.user_id,
            "firstName": "Admin",
            "lastName": "User",
            "email": "admin@example.com",
            "image": None,
            "allowImpersonation": False,
            "twoFactorEnabled": False,
            "stripeCustomerId": None,
            "stripeSubscriptionId": None,
            "serversQuantity": 0,
            "isEnterpriseCloud": False,
            "sendInvoiceNotifications": False,
            "apiKeys": [_listed(key, organization["createdAt"]) for key in keys],
        },
    }


def _listed(key: Key, created: str) -> Row:
    common = {"prefix": None, "enabled": True, "expiresAt": None}
    return {"id": key.id, "name": key.name, **common, "createdAt": created}


@ROUTER.mutation(
    "createApiKey",
    name=Text(min=1, max=32, max_message="Name must be at most 32 characters"),
    prefix=Text(optional=True),
    expiresIn=Number(optional=True, coerce=False),
    metadata=Record(fields={"organizationId": ID}),
    rateLimitEnabled=Flag(optional=True, coerce=False),
    rateLimitTimeWindow=Number(optional=True, coerce=False),
    rateLimitMax=Number(optional=True, coerce=False),
    remaining=Number(optional=True, coerce=False),
    refillAmount=Number(optional=True, coerce=False),
    refillInterval=Number(optional=True, coerce=False),
)
def create_api_key(call: Call) -> Any:
    """Without `rateLimitEnabled: false` a key is good for ten verifications a day, two for each call."""
    data = call.data
    organization_id = data["metadata"]["organizationId"]
    if organization_id not in call.state.organizations:
        raise ApiError("FORBIDDEN", "You are not a member of this organization")
    if data.get("expiresIn") is not None and data["expiresIn"] < 86_400:
        raise server_error("The expiresIn is smaller than the predefined minimum value.")
    limited = data.get("rateLimitEnabled", True)
    window_ms, most = data.get("rateLimitTimeWindow", 86_400_000), data.get("rateLimitMax", 10)
    now = call.world.now()
    key = call.world.add_key(
        organization_id,
        prefix=data.get("prefix", ""),
        name=data["name"],
        user_id=call.key.user_id,
        role=call.key.role,
        limit=most if limited else None,
        window_s=window_ms / 1000,
        remaining=data.get("remaining"),
    )
    expires = data.get("expiresIn")
    return {
        "configId": "default",
        "name": data["name"],
        "start": key.text[:6],
        "referenceId": key.user_id,
        "prefix": data.get("prefix"),
        "key": key.text,
        "refillInterval": data.get("refillInterval"),
        "refillAmount": data.get("refillAmount"),
        "lastRefillAt": None,
        "enabled": True,
        "rateLimitEnabled": limited,
        "rateLimitTimeWindow": window_ms,
        "rateLimitMax": most,
        "requestCount": 0,
        "remaining": data.get("remaining"),
        "lastRequest": None,
        "expiresAt": iso(now + expires) if expires else None,
        "createdAt": iso(now),
        "updatedAt": iso(now),
        "permissions": None,
        "metadata": None,
        "id": key.id,
    }


@ROUTER.mutation("deleteApiKey", apiKeyId=ID)
def delete_api_key(call: Call) -> Any:
    for text in [key.text for key in call.world.keys.values() if key.id == call.data["apiKeyId"]]:
        del call.world.keys[text]
    return True
