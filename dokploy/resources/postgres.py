"""A PostgreSQL server that Dokploy runs."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote

from pydantic import Field

from dokploy.database import Database
from dokploy.database_inputs import DatabaseInputs
from dokploy.resource import Secret, Trait
from dokploy.rows import Row

NAME = r"^[a-zA-Z_][a-zA-Z0-9_]{0,62}$"


class PostgresInputs(DatabaseInputs):
    """What a PostgreSQL server is asked to be."""

    database_name: Annotated[str, Field(pattern=NAME), Trait.REPLACES] = Field(description="Name of the database.")
    database_user: Annotated[str, Field(pattern=NAME), Trait.REPLACES] = Field(description="Name of the user.")
    password: Annotated[Secret, Field(min_length=8, pattern=r"^[a-zA-Z0-9@#%^&*()_+\-=\[\]{}|;:,.<>?~]+$")] = Field(
        description="Password, 8 or more of letters, digits and @#%^&*()_+-=[]{}|;:,.<>?~: Dokploy refuses others."
    )
    image: str = Field("postgres:18", min_length=1, description="Image with its tag or digest.")


class Postgres(Database[PostgresInputs]):
    """A PostgreSQL server with its volume. It is deployed with the create and whenever what runs has changed."""

    name = "Postgres"
    router = "postgres"
    Inputs = PostgresInputs

    def own_columns(self, inputs: PostgresInputs) -> Row:
        return {
            "databaseName": inputs.database_name,
            "databaseUser": inputs.database_user,
            "databasePassword": inputs.password,
            "dockerImage": inputs.image,
        }

    def own_inputs(self, row: Row) -> Row:
        return {
            "databaseName": row["databaseName"],
            "databaseUser": row["databaseUser"],
            "password": row["databasePassword"],
            "image": row["dockerImage"],
        }

    def password_of(self, inputs: PostgresInputs) -> str:
        return inputs.password

    def url(self, inputs: PostgresInputs, app_name: str) -> str:
        login = f"{inputs.database_user}:{quote(inputs.password, safe='')}"
        return f"postgresql://{login}@{app_name}:5432/{inputs.database_name}"
