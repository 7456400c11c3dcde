"""What hangs on an application, and what only looks as if it did."""

from __future__ import annotations

from typing import Any

from dokploy.errors import Invalid


def of_application(row: dict[str, Any], what: str, id: str) -> dict[str, Any]:
    """The row of an object that is imported; Invalid where it hangs on a database, a compose file or on nothing."""
    if not row.get("applicationId"):
        raise Invalid(f"{what} {id} belongs to no application, so that it cannot be imported")
    return row
