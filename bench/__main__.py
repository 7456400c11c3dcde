"""`python -m bench`: prints the calls an operation costs and the plugin's start. It judges nothing: tests do."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench import calls, docker_latency, latency, startup

PEER = {
    "create": ("14", "6.2"),
    "up without a change": ("9", "0.65, and it is not empty"),
    "one env value changed": ("15", "6.4"),
    "image that cannot be pulled": ("", "6.3, without a log line"),
    "health check that fails for ever": ("", 'says "Apply complete!"'),
    "destroy": ("17", "1.5 to 1.8"),
}
"""A Terraform provider on a real Dokploy v0.30.2 with the same eight objects: calls, and seconds."""

IMPORTS_SHOWN = 15


def main() -> None:
    """Measure and print, one table after the other."""
    console = Console(highlight=False, width=None if sys.stdout.isatty() else 120)
    with tempfile.TemporaryDirectory(prefix="dokploy-bench-") as folder:
        _print_peers(console, list(calls.of_the_peers_stack(Path(folder) / "peers")))
        _print_limits(console, Path(folder))
        _print_latency(console, "the simulator", latency.measure(Path(folder) / "latency"))
    _print_latency(console, "a Docker engine", docker_latency.measure())
    _print_start(console)


def _print_peers(console: Console, measurements: Iterable[calls.Measured]) -> None:
    table = _table(
        "Eight objects: a project, an application, a domain, three volumes, two schedules; and their deployment",
        *("operation", "calls", "and polling", "seconds", "exit code", "peer's calls", "peer's seconds"),
    )
    for each in measurements:
        peer = PEER.get(each.operation, ("", ""))
        row = (each.operation, str(each.other), str(each.polling), f"{each.seconds:.1f}", str(each.outcome.code))
        table.add_row(*row, *peer)
    console.print(table)
    console.print(
        "Ours: on the simulator, which answers at once and deploys within a second. The peer's: on a real server, "
        "where each call takes 30 to 50 ms.\n"
    )


def _print_limits(console: Console, folder: Path) -> None:
    table = _table("Bounds that the tests hold", "stack", "operation", "calls", "and polling", "bound")
    children = calls.of_twenty_children(folder / "children")
    table.add_row("20 children", children.operation, str(children.other), str(children.polling), "4")
    for each in calls.of_production(folder / "production"):
        made = calls.resources_of(each)
        bound = {"create": f"{2 * made} (2 for each of {made})", "up without a change": "6"}.get(each.operation, "")
        table.add_row("production", each.operation, str(each.other), str(each.polling), bound)
    console.print(table)
    console.print()


def _print_latency(console: Console, where: str, measured: latency.Latency | str) -> None:
    if isinstance(measured, str):
        console.print(f"End of `pulumi up` after the release is proved on {where}: not measured, {measured}\n")
        return
    title = f"End of `pulumi up` after the release is proved on {where}, {len(measured.seconds)} rounds"
    table = _table(title, "", "seconds", "aim")
    table.add_row("median", f"{measured.median:.2f}", "1.00")
    table.add_row("longest", f"{measured.longest:.2f}", "")
    console.print(table)
    console.print()


def _print_start(console: Console) -> None:
    start = startup.measure()
    table = _table(f"Start of the plugin, median of {startup.ROUNDS}", "until", "seconds", "times a bare import")
    for name, seconds in (
        ("bare `import pulumi`", start.bare),
        ("the plugin's port", start.plugin_port),
        ("the plugin's first answer", start.plugin_answer),
    ):
        table.add_row(name, f"{seconds:.2f}", f"{seconds / start.bare:.1f}")
    console.print(table)
    console.print()
    imports = startup.profile()
    table = _table("What it imports", "package", "ms by itself", "modules")
    for each in imports[:IMPORTS_SHOWN]:
        table.add_row(each.name, f"{each.milliseconds:.0f}", str(each.modules))
    rest = imports[IMPORTS_SHOWN:]
    total = f"{sum(each.milliseconds for each in rest):.0f}"
    table.add_row(f"{len(rest)} others", total, str(sum(each.modules for each in rest)))
    console.print(table)


def _table(title: str, *columns: str) -> Table:
    table = Table(title=title, title_justify="left", title_style="bold", box=None, pad_edge=False, padding=(0, 3, 0, 0))
    for column in columns:
        table.add_column(column, overflow="fold", header_style="dim")
    return table


if __name__ == "__main__":
    main()
