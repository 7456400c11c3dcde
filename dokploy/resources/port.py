"""A port of the host that leads to an application."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from dokploy import fields
from dokploy.child import ApplicationChild, ChildInputs, listed
from dokploy.resource import Context
from dokploy.rows import Row


class PortInputs(ChildInputs):
    """What a published port is asked to be."""

    published_port: fields.Port = Field(description="Port of the host, open to every network that reaches it.")
    target_port: fields.Port = Field(description="Port of the container.")
    publish_mode: Literal["ingress", "host"] = Field(
        "host", description="`host`: on the node that runs the container; `ingress`: on every node of the swarm."
    )
    protocol: Literal["tcp", "udp"] = Field("tcp", description="Protocol.")


class Port(ApplicationChild[PortInputs]):
    """A published port. It reaches the container with the next deployment; a Domain needs no published port.

    Dokploy takes the same port twice and then fails the deployment, so a port that is there already is adopted.
    """

    name = "Port"
    router, id_key, what = "port", "portId", "port"
    Inputs = PortInputs

    def rows(self, ctx: Context, application_id: str) -> list[Row]:
        return listed(ctx, application_id, "ports")

    def is_ours(self, ctx: Context, row: Row, inputs: PortInputs) -> bool:
        return (row["publishedPort"], row["protocol"]) == (inputs.published_port, inputs.protocol)

    def body(self, ctx: Context, inputs: PortInputs) -> Row:
        return {
            "publishedPort": inputs.published_port,
            "targetPort": inputs.target_port,
            "publishMode": inputs.publish_mode,
            "protocol": inputs.protocol,
        }

    def inputs_of(self, row: Row) -> PortInputs:
        return PortInputs.model_construct(
            application_id=row["applicationId"],
            published_port=row["publishedPort"],
            target_port=row["targetPort"],
            publish_mode=row["publishMode"],
            protocol=row["protocol"],
        )
