"""A redirect that Traefik answers for an application's domains."""

from __future__ import annotations

from pydantic import Field

from dokploy.child import ChildInputs, ChildState, listed
from dokploy.resource import Context
from dokploy.rows import Row
from dokploy.traefik import TraefikChild, Yaml, middlewares, withdraw_middleware


class RedirectInputs(ChildInputs):
    """What a redirect is asked to be."""

    regex: str = Field(min_length=1, description="Expression that the whole address has to match.")
    replacement: str = Field(min_length=1, description="Where it leads; `${1}` is the first group of the expression.")
    permanent: bool = Field(False, description="Answer with a permanent redirect in place of a temporary one.")


class Redirect(TraefikChild[RedirectInputs]):
    """A redirect of all domains of an application. It takes effect at once, without a deployment."""

    name = "Redirect"
    router, id_key, what = "redirects", "redirectId", "redirect"
    Inputs = RedirectInputs

    def rows(self, ctx: Context, application_id: str) -> list[Row]:
        return listed(ctx, application_id, "redirects")

    def is_ours(self, ctx: Context, row: Row, inputs: RedirectInputs) -> bool:
        # It has no field for a marker: an equal one serves as well.
        return (row["regex"], row["replacement"]) == (inputs.regex, inputs.replacement)

    def body(self, ctx: Context, inputs: RedirectInputs) -> Row:
        return {"regex": inputs.regex, "replacement": inputs.replacement, "permanent": inputs.permanent}

    def arrived(self, ctx: Context, state: ChildState[RedirectInputs], seen: object) -> bool:
        inputs = state.inputs
        application = ctx.server.read("application.one", applicationId=inputs.application_id)
        entries = middlewares(ctx, application)
        wanted = {"regex": inputs.regex, "replacement": inputs.replacement, "permanent": inputs.permanent}
        return any(
            row["redirectId"] == state.id and entries.get(_name(row, application)) == {"redirectRegex": wanted}
            for row in application["redirects"]
        )

    def withdraw(self, ctx: Context, row: Row, application: Row) -> None:
        def left(entries: Yaml) -> bool:
            return entries.pop(_name(row, application), None) is not None

        withdraw_middleware(ctx, application, left)

    def inputs_of(self, row: Row) -> RedirectInputs:
        return RedirectInputs.model_construct(
            application_id=row["applicationId"],
            regex=row["regex"],
            replacement=row["replacement"],
            permanent=row["permanent"],
        )


def _name(row: Row, application: Row) -> str:
    """What the redirect is called in Traefik's file."""
    return f"redirect-{application['appName']}-{row['uniqueConfigKey']}"
