"""A Redis server that Dokploy runs."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote

from pydantic import Field

from dokploy.database import Database
from dokploy.database_inputs import DatabaseInputs
from dokploy.resource import Secret
from dokploy.rows import Row


class RedisInputs(DatabaseInputs):
    """What a Redis server is asked to be."""

    password: Annotated[Secret, Field(min_length=8, pattern=r"^[A-Za-z0-9_][A-Za-z0-9_@%^+=:,.-]*$")] = Field(
        description="Password, 8 or more of letters, digits and _ @ % ^ + = : , . - (not first): Dokploy hands it to a "
        "shell unquoted."
    )
    image: str = Field("redis:8", min_length=1, description="Image with its tag or digest.")


class Redis(Database[RedisInputs]):
    """A Redis server with its volume. It is deployed with the create and whenever what runs has changed."""

    name = "Redis"
    router = "redis"
    Inputs = RedisInputs

    def own_columns(self, inputs: RedisInputs) -> Row:
        return {"databasePassword": inputs.password, "dockerImage": inputs.image}

    def own_inputs(self, row: Row) -> Row:
        return {"password": row["databasePassword"], "image": row["dockerImage"]}

    def password_of(self, inputs: RedisInputs) -> str:
        return inputs.password

    def url(self, inputs: RedisInputs, app_name: str) -> str:
        return f"redis://default:{quote(inputs.password, safe='')}@{app_name}:6379"
