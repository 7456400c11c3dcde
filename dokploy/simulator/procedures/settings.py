"""settings.*: which server this is and whether it is well."""

from __future__ import annotations

from typing import Any

from ..procedure import Call, Router
from ..world import VERSION

ROUTER = Router("settings")


@ROUTER.query("getDokployVersion")
def version(call: Call) -> Any:
    return VERSION


@ROUTER.query("health")
def health(call: Call) -> Any:
    return {"status": "ok"}


@ROUTER.query("isCloud")
def is_cloud(call: Call) -> Any:
    return False
