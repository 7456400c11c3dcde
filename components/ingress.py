"""The public way in: host name and certificate (SOP 4.3), and what stands before the app (Security 1 and 2)."""

from __future__ import annotations

from dataclasses import dataclass, field

import pulumi

from components.inputs import HIDDEN, visible
from components.platforms.protocol import Platform, Workload
from components.values import Route


@dataclass(frozen=True, kw_only=True)
class IngressArgs:
    """Which host leads to which port, who issues the certificate, and what a request has to pass."""

    route: Route
    workload: Workload = field(metadata=HIDDEN)
    platform: Platform = field(metadata=HIDDEN)


class Ingress(pulumi.ComponentResource):
    """One host name with its certificate, the security headers, the limit of requests, the origins and the guard.

    A Docker engine publishes a port and has no proxy: what stands before the app here is not there.
    """

    domain_id: pulumi.Output[str]

    def __init__(self, name: str, args: IngressArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("chatzwa:index:Ingress", name, visible(args), opts)
        self.domain_id = args.platform.route(name, args.route, args.workload, parent=self)
        self.register_outputs({"domain_id": self.domain_id})
