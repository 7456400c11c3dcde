"""A user and password that Traefik asks for before an application is reached."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from dokploy.child import ApplicationChild, ChildInputs, listed
from dokploy.resource import Context, Secret
from dokploy.rows import Row


class BasicAuthInputs(ChildInputs):
    """What a login is asked to be."""

    username: str = Field(pattern=r"^[^:\s]+$", description="Name of the user; unique in the application.")
    password: Annotated[Secret, Field(min_length=1)] = Field(description="Password of the user.")


class BasicAuth(ApplicationChild[BasicAuthInputs]):
    """HTTP basic authentication in front of all domains of an application. It takes effect at once.

    Dokploy keeps user names unique in an application: one that is there already is adopted and gets the password.
    """

    name = "BasicAuth"
    router, id_key, what = "security", "securityId", "login"
    touches_traefik = True
    Inputs = BasicAuthInputs

    def rows(self, ctx: Context, application_id: str) -> list[Row]:
        return listed(ctx, application_id, "security")

    def is_ours(self, ctx: Context, row: Row, inputs: BasicAuthInputs) -> bool:
        return bool(row["username"] == inputs.username)

    def body(self, ctx: Context, inputs: BasicAuthInputs) -> Row:
        return {"username": inputs.username, "password": inputs.password}

    def inputs_of(self, row: Row) -> BasicAuthInputs:
        return BasicAuthInputs.model_construct(
            application_id=row["applicationId"], username=row["username"], password=row["password"]
        )
