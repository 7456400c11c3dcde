"""The public way in: host name and certificate (SOP 4.3)."""

from __future__ import annotations

from dataclasses import dataclass, field

import pulumi

from components.inputs import HIDDEN, visible
from components.platforms.protocol import Platform, Workload
from components.values import Route


@dataclass(frozen=True, kw_only=True)
class IngressArgs:
    """Which host leads to which port, and who issues the certificate."""

    route: Route
    workload: Workload = field(metadata=HIDDEN)
    platform: Platform = field(metadata=HIDDEN)


class Ingress(pulumi.ComponentResource):
    """One host name with its certificate. It sets no headers, no rate limit and no list of addresses."""

    domain_id: pulumi.Output[str]

    def __init__(self, name: str, args: IngressArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("chatzwa:index:Ingress", name, visible(args), opts)
        self.domain_id = args.platform.route(name, args.route, args.workload, parent=self)
        self.register_outputs({"domain_id": self.domain_id})
