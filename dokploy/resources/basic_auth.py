"""A user and password that Traefik asks for before an application is reached."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from dokploy.child import ChildInputs, ChildState, listed
from dokploy.resource import Context, Secret
from dokploy.rows import Row
from dokploy.traefik import TraefikChild, Yaml, middlewares, withdraw_middleware


class BasicAuthInputs(ChildInputs):
    """What a login is asked to be."""

    username: str = Field(pattern=r"^[^:\s]+$", description="Name of the user; unique in the application.")
    password: Annotated[Secret, Field(min_length=1)] = Field(description="Password of the user.")


class BasicAuth(TraefikChild[BasicAuthInputs]):
    """HTTP basic authentication in front of all domains of an application. It takes effect at once.

    Dokploy keeps user names unique in an application: one that is there already is adopted and gets the password.
    """

    name = "BasicAuth"
    router, id_key, what = "security", "securityId", "login"
    Inputs = BasicAuthInputs

    def rows(self, ctx: Context, application_id: str) -> list[Row]:
        return listed(ctx, application_id, "security")

    def is_ours(self, ctx: Context, row: Row, inputs: BasicAuthInputs) -> bool:
        return bool(row["username"] == inputs.username)

    def body(self, ctx: Context, inputs: BasicAuthInputs) -> Row:
        return {"username": inputs.username, "password": inputs.password}

    def seen(self, ctx: Context, state: ChildState[BasicAuthInputs], inputs: BasicAuthInputs) -> list[str]:
        # The file holds a hash: only that it is another one tells that a new password arrived.
        return self._lines(ctx, state.inputs) if state.inputs.password != inputs.password else []

    def arrived(self, ctx: Context, state: ChildState[BasicAuthInputs], seen: list[str]) -> bool:
        return bool(set(self._lines(ctx, state.inputs)) - set(seen))

    def withdraw(self, ctx: Context, row: Row, application: Row) -> None:
        name = _name(application)

        def left(entries: Yaml) -> bool:
            users = _users(entries, name)
            others = [line for line in users if not line.startswith(f"{row['username']}:")]
            if others:
                entries[name]["basicAuth"]["users"] = others
            elif users:
                del entries[name]
            return others != users

        withdraw_middleware(ctx, application, left)

    def _lines(self, ctx: Context, inputs: BasicAuthInputs) -> list[str]:
        """The lines of the user in Traefik's file."""
        application = ctx.server.read("application.one", applicationId=inputs.application_id)
        users = _users(middlewares(ctx, application), _name(application))
        return [line for line in users if line.startswith(f"{inputs.username}:")]

    def inputs_of(self, row: Row) -> BasicAuthInputs:
        return BasicAuthInputs.model_construct(
            application_id=row["applicationId"], username=row["username"], password=row["password"]
        )


def _name(application: Row) -> str:
    """What the logins of an application are called in Traefik's file."""
    return f"auth-{application['appName']}"


def _users(entries: Yaml, name: str) -> list[str]:
    """A login a line: the user's name and a hash."""
    return list(((entries.get(name) or {}).get("basicAuth") or {}).get("users") or [])
