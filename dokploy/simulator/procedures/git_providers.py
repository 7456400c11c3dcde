"""github.* and gitProvider.*: the GitHub App can only be installed in Dokploy's UI, so it is there from the start.

A test puts it into `sim.state.git_providers`: the row that `github.githubProviders` shows, by its githubId.
"""

from __future__ import annotations

from typing import Any

from ..errors import bad_request, not_found
from ..procedure import Call, Router
from ..validation import ID

GITHUB = Router("github")
ROUTER = Router("gitProvider")


@GITHUB.query("githubProviders")
def github_providers(call: Call) -> Any:
    return [dict(row) for row in call.state.git_providers.values()]


@GITHUB.query("one", githubId=ID)
def github_one(call: Call) -> Any:
    row = call.state.git_providers.get(call.data["githubId"])
    if row is None:
        raise not_found("Github Provider")
    return dict(row)


@ROUTER.query("getAll")
def every(call: Call) -> Any:
    return [dict(row["gitProvider"]) for row in call.state.git_providers.values()]


@ROUTER.mutation("remove", gitProviderId=ID)
def remove(call: Call) -> Any:
    for key, row in call.state.git_providers.items():
        if row["gitProvider"]["gitProviderId"] == call.data["gitProviderId"]:
            return call.state.git_providers.pop(key)["gitProvider"]
    raise bad_request("Git Provider not found")
