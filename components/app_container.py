"""The app: what runs, with which sizes, on which volumes and how it starts, restarts and is replaced."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pulumi

from components import scripts
from components.inputs import HIDDEN, visible
from components.platforms.protocol import Place, Platform, Workload
from components.values import Build, Probe, Restart, Rollback, Service, Shell, Sizes, Source, Update, Volume


@dataclass(frozen=True, kw_only=True)
class AppContainerArgs:
    """SOP 2.1 (build, restart), 2.2 (source) and 2.3 (sizes), and what the SOP forgets: the volumes."""

    service_name: str
    description: str
    source: Source
    build: Build
    revision: str
    port: int
    shell: Shell
    start_command: str | None
    """Text for the shell; None is the program's own start, an empty text the image's own command."""
    tier: Sizes
    replicas: int
    volumes: tuple[Volume, ...]
    volume_prefix: str
    probe: Probe
    probe_test: tuple[str, ...]
    restart: Restart
    update: Update
    stop_grace_seconds: int
    rollback: Rollback | None
    """Where the image of each release is kept, to go back to it (SOP Emergency 2)."""
    backup_command: str | None = field(metadata=HIDDEN)
    """Text for the shell that copies the data before a running container is replaced (SOP 1.2)."""
    environment: Mapping[str, pulumi.Input[str]] = field(metadata=HIDDEN)
    place: Place = field(metadata=HIDDEN)
    platform: Platform = field(metadata=HIDDEN)


class AppContainer(pulumi.ComponentResource):
    """The application and its volumes. Whether it serves is not said here: ``Release`` proves it.

    The command replaces the image's entry point, since the app's own ``npm start`` hides how the server ended
    and keeps SIGTERM from it. A login shell finds node in an image that Nixpacks built.
    """

    workload: Workload

    def __init__(self, name: str, args: AppContainerArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("chatzwa:index:AppContainer", name, visible(args), opts)
        start = scripts.text("start") if args.start_command is None else args.start_command
        self.workload = args.platform.service(
            name,
            Service(
                name=args.service_name,
                description=args.description,
                source=args.source,
                build=args.build,
                revision=args.revision,
                port=args.port,
                command=(f"/bin/{args.shell}", "-lc") if start else (),
                args=(start,) if start else (),
                sizes=args.tier,
                replicas=args.replicas,
                volumes=args.volumes,
                volume_prefix=args.volume_prefix,
                probe=args.probe,
                probe_test=args.probe_test,
                restart=args.restart,
                update=args.update,
                stop_grace_seconds=args.stop_grace_seconds,
                rollback=args.rollback,
                run_before=(f"/bin/{args.shell}", "-c", args.backup_command) if args.backup_command else (),
            ),
            environment=args.environment,
            place=args.place,
            parent=self,
        )
        self.register_outputs({"application_id": self.workload.id, "app_name": self.workload.app_name})
