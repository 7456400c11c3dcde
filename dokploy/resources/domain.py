"""A host name that Dokploy's Traefik routes to an application."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from pydantic import Field, field_validator, model_validator

from dokploy.errors import NotFound
from dokploy.fields import PLACEHOLDER, AbsolutePath, Id, Port, Text
from dokploy.resource import Context, Model, Resource, State, Trait
from dokploy.resources.ownership import of_application

_HOST = re.compile(r"(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*", re.I)


class DomainInputs(Model):
    """What a domain is asked to be."""

    application_id: Annotated[Id, Trait.REPLACES] = Field(description="Id of the application.")
    host: str = Field(description="Host name without scheme or port; no underscore, no wildcard.")
    path: AbsolutePath = Field("/", description="Only paths under this one are routed.")
    port: Port = Field(3000, description="Port of the container.")
    https: bool = Field(False, description="Serve over TLS and redirect plain HTTP; needs a certificateType.")
    certificate_type: Literal["none", "letsencrypt", "custom"] = Field(
        "none", description="Where the certificate comes from."
    )
    custom_cert_resolver: Text = Field(
        None, description="Name of the Traefik certificate resolver (certificateType `custom`)."
    )
    middlewares: list[str] = Field(
        default_factory=list, description="Traefik middlewares in their order, such as `headers@file`."
    )
    internal_path: AbsolutePath = Field("/", description="Path that the container sees in place of `path`.")
    strip_path: bool = Field(False, description="Remove `path` before the request reaches the container.")

    @field_validator("host")
    @classmethod
    def _is_a_host_name(cls, host: str) -> str:
        if host != PLACEHOLDER and not _HOST.fullmatch(host):
            raise ValueError(f"{host!r} is not a host name: labels of letters, digits and hyphens, no underscore")
        return host

    @model_validator(mode="after")
    def _is_consistent(self) -> DomainInputs:
        if self.https and self.certificate_type == "none":
            # Dokploy takes this and serves no TLS at all.
            raise ValueError("https needs certificateType letsencrypt or custom")
        if (self.certificate_type == "custom") != (self.custom_cert_resolver is not None):
            raise ValueError("customCertResolver belongs to certificateType custom, and is needed there")
        return self


class DomainOutputs(Model):
    """Nothing beyond the inputs."""


DomainState = State[DomainInputs, DomainOutputs]


class Domain(Resource[DomainInputs, DomainOutputs]):
    """A domain of an application. It takes effect at once, without a deployment."""

    name = "Domain"
    Inputs = DomainInputs
    Outputs = DomainOutputs

    def create(self, ctx: Context, inputs: DomainInputs) -> DomainState:
        mark = ctx.marker(inputs.application_id)

        def find() -> DomainState | None:
            application = ctx.server.read("application.one", applicationId=inputs.application_id)
            for row in application["domains"]:
                if mark.marks(row["serviceName"]):
                    ctx.log("info", f"adopting domain {row['domainId']}, left by an interrupted run")
                    return self._update(ctx, row["domainId"], inputs)
            return None

        def make() -> DomainState:
            body = {"applicationId": inputs.application_id, "domainType": "application", **_body(ctx, inputs)}
            row = ctx.server.write("domain.create", body)
            return State(id=row["domainId"], inputs=inputs, outputs=DomainOutputs())

        with ctx.server.traefik:
            return ctx.server.create_once(find, make, parent=inputs.application_id)

    def read(
        self, ctx: Context, id: str, inputs: DomainInputs | None, outputs: DomainOutputs | None
    ) -> DomainState | None:
        try:
            if inputs is None:
                return _state(of_application(ctx.server.read("domain.one", domainId=id), "domain", id))
            application = ctx.server.read("application.one", applicationId=inputs.application_id)
        except NotFound:
            return None
        return next((_state(row) for row in application["domains"] if row["domainId"] == id), None)

    def update(self, ctx: Context, state: DomainState, inputs: DomainInputs) -> DomainState:
        ctx.server.claim("application.one", applicationId=inputs.application_id)
        with ctx.server.traefik:
            return self._update(ctx, state.id, inputs)

    def delete(self, ctx: Context, state: DomainState) -> None:
        with ctx.server.traefik:
            try:
                ctx.server.claim("application.one", applicationId=state.inputs.application_id)
                ctx.server.write("domain.delete", {"domainId": state.id}, repeatable=True)
            except NotFound:
                return

    def _update(self, ctx: Context, id: str, inputs: DomainInputs) -> DomainState:
        ctx.server.write("domain.update", {"domainId": id, **_body(ctx, inputs)}, repeatable=True)
        return State(id=id, inputs=inputs, outputs=DomainOutputs())


def _body(ctx: Context, inputs: DomainInputs) -> dict[str, Any]:
    return {
        "host": inputs.host,
        "path": inputs.path,
        "port": inputs.port,
        "https": inputs.https,
        "certificateType": inputs.certificate_type,
        "customCertResolver": inputs.custom_cert_resolver,
        "middlewares": inputs.middlewares,
        "internalPath": inputs.internal_path,
        "stripPath": inputs.strip_path,
        # Has no effect for an application, and survives updates: the place for the marker.
        "serviceName": ctx.marker(inputs.application_id).text,
    }


def _state(row: dict[str, Any]) -> DomainState:
    inputs = DomainInputs.model_construct(
        application_id=row["applicationId"],
        host=row["host"],
        path=row["path"] or "/",
        # Dokploy routes to port 80 where none is stored.
        port=row["port"] if row["port"] is not None else 80,
        https=row["https"],
        certificate_type=row["certificateType"],
        custom_cert_resolver=row["customCertResolver"],
        middlewares=row["middlewares"] or [],
        internal_path=row["internalPath"] or "/",
        strip_path=row["stripPath"],
    )
    return State(id=row["domainId"], inputs=inputs, outputs=DomainOutputs())
