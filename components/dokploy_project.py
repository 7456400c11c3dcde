"""Where the app lives (SOP 2.2)."""

from __future__ import annotations

from dataclasses import dataclass, field

import pulumi

from components.inputs import HIDDEN, visible
from components.platforms.protocol import Place, Platform


@dataclass(frozen=True, kw_only=True)
class DokployProjectArgs:
    """The names that people see in Dokploy."""

    project: str
    environment: str
    description: str
    platform: Platform = field(metadata=HIDDEN)


class DokployProject(pulumi.ComponentResource):
    """The project and the environment of one stack. It holds no variables: those belong to the app."""

    place: Place

    def __init__(self, name: str, args: DokployProjectArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("chatzwa:index:DokployProject", name, visible(args), opts)
        self.place = args.platform.place(
            name,
            project=args.project,
            environment=args.environment,
            description=args.description,
            parent=self,
        )
        self.register_outputs({"project_id": self.place.project_id, "environment_id": self.place.environment_id})
