"""A host name that Dokploy's Traefik routes to an application."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Literal

from pydantic import Field, field_validator, model_validator

from dokploy.child import ChildInputs, ChildState, listed
from dokploy.errors import DokployError
from dokploy.fields import PLACEHOLDER, AbsolutePath, Port, Text
from dokploy.resource import Context, InitializationFailedError
from dokploy.rows import Row
from dokploy.traefik import TraefikChild, routers

_HOST = re.compile(r"(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*", re.I)


class DomainInputs(ChildInputs):
    """What a domain is asked to be."""

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
    enabled: bool = Field(True, description="Whether Traefik routes it.")

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


class Domain(TraefikChild[DomainInputs]):
    """A domain of an application. It takes effect at once, without a deployment."""

    name = "Domain"
    router, id_key, what = "domain", "domainId", "domain"
    Inputs = DomainInputs

    def create(self, ctx: Context, inputs: DomainInputs) -> ChildState[DomainInputs]:
        # A create makes it switched on, whatever is sent.
        state = super().create(ctx, inputs.model_copy(update={"enabled": True}))
        if inputs.enabled:
            return state
        try:
            return self.update(ctx, state, inputs)
        except DokployError as error:
            raise InitializationFailedError(
                replace(state, inputs=inputs), f"it is still switched on: {error}"
            ) from error

    def rows(self, ctx: Context, application_id: str) -> list[Row]:
        return listed(ctx, application_id, "domains")

    def is_ours(self, ctx: Context, row: Row, inputs: DomainInputs) -> bool:
        return ctx.marker(inputs.application_id).marks(row["serviceName"])

    def ownership(self, inputs: DomainInputs) -> Row:
        return {"applicationId": inputs.application_id, "domainType": "application"}

    def body(self, ctx: Context, inputs: DomainInputs) -> Row:
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
            # Only an update takes it: what is created is on.
            "enabled": inputs.enabled,
            # Has no effect for an application, and survives updates: the place for the marker.
            "serviceName": ctx.marker(inputs.application_id).text,
        }

    def arrived(self, ctx: Context, state: ChildState[DomainInputs], seen: object) -> bool:
        # Switched off, it may share its host with one that is not.
        found = routers(ctx, state.inputs.application_id).values() if state.inputs.enabled else ()
        return not state.inputs.enabled or any(_routes(str(router.get("rule")), state.inputs) for router in found)

    def inputs_of(self, row: Row) -> DomainInputs:
        return DomainInputs.model_construct(
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
            enabled=row["enabled"],
        )


def _routes(rule: str, inputs: DomainInputs) -> bool:
    """Whether a rule of Traefik is that of the domain: by host, and by path where it is not all of the host."""
    if f"Host(`{inputs.host}`)".lower() not in rule.lower():
        return False
    return "PathPrefix" not in rule if inputs.path == "/" else f"`{inputs.path}`" in rule
