"""What any database that Dokploy runs is asked to be."""

from __future__ import annotations

from typing import Annotated, Any, Self

from pydantic import Field, model_validator

from dokploy import limits, units
from dokploy.fields import Cpu, Description, Id, Memory, Name, Port, Variables, check_variables
from dokploy.resource import Model, Trait


class DatabaseInputs(Model):
    """The inputs that all databases share."""

    environment_id: Annotated[Id, Trait.REPLACES] = Field(description="Id of the environment it belongs to.")
    name: Name = Field(description="Name shown in Dokploy; its appName starts with it.")
    description: Description = Field(None, description="What the database is for.")
    server_id: Annotated[Id | None, Trait.REPLACES] = Field(
        None, description="Id of the remote server that runs it; without one, Dokploy's own."
    )
    env: Variables = Field(default_factory=dict, description="Environment variables of the container.")
    memory_limit: Memory | None = Field(None, description="Such as `512Mi`.")
    memory_reservation: Memory | None = Field(None, description="Such as `256Mi`; not above the limit.")
    cpu_limit: Cpu | None = Field(None, description="Such as `500m` (millicores) or `1` (cores).")
    cpu_reservation: Cpu | None = Field(None, description="Such as `100m`; not above the limit.")
    external_port: Port | None = Field(None, description="Port of the host that leads to it; none is the safe choice.")
    remove_volume: bool = Field(
        False, description="Remove the volume with its data when the resource is deleted. Otherwise it stays."
    )

    @model_validator(mode="after")
    def _is_consistent(self) -> Self:
        try:
            check_variables(self.env, allow_references=False)
        except ValueError as error:
            raise ValueError(f"env: {error}") from None
        limits.check_reservation("memory", self.memory_reservation, self.memory_limit, units.memory_bytes)
        limits.check_reservation("cpu", self.cpu_reservation, self.cpu_limit, units.nano_cpus)
        return self

    @property
    def deployed(self) -> dict[str, Any]:
        """What takes effect with a deployment."""
        apart = {"name", "description", "password", "externalPort", "removeVolume"}
        return {key: value for key, value in self.properties().items() if key not in apart}
