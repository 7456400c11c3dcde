"""The steps of a rehearsal: up, up again, refresh, destroy, each judged by what it must and must not do."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

from pulumi.automation import CommandError, Stack

from dokploy.simulator import Simulator
from ops.engine import Engine
from ops.masking import Masking
from ops.progress import Progress
from ops.rehearsal.hosts import Replaced
from ops.rehearsal.report import ApiCall, Report, Resource, Step
from ops.rehearsal.watch import Watch

LEFT_BEHIND = (
    *("projects", "environments", "applications", "domains", "mounts", "schedules"),
    *("notifications", "destinations", "volume_backups", "registries"),
)
"""The tables of Dokploy that hold nothing any more once the stack is destroyed."""


class Rehearsal:
    """One stack against one simulator, step by step. Every step is recorded; `report` puts them together."""

    def __init__(
        self,
        *,
        stack: Stack,
        engine: Engine,
        simulator: Simulator,
        masking: Masking,
        tidy: Callable[[str], str],
        progress: Progress,
    ) -> None:
        self._stack = stack
        self._engine = engine
        self._simulator = simulator
        self._masking = masking
        self._tidy = tidy
        self._progress = progress
        self._steps: list[Step] = []
        self._violations: list[Any] = []
        self._resources: tuple[Resource, ...] = ()
        self._outputs: dict[str, Any] = {}

    def run(self, *, destroy: bool = True) -> None:
        """Run the steps; a failed first `up` is the last, since nothing is there to judge the others by."""
        self.up()
        if self._steps[-1].failures:
            return
        self.second_up()
        self.refresh()
        if destroy:
            self.destroy()

    def up(self) -> None:
        """Everything is created."""
        self._step("up", "up: create everything", self._stack.up)
        state = json.loads(self._cli("stack", "export"))["deployment"].get("resources", [])
        self._resources = tuple(
            Resource(type=item["type"], name=item["urn"].rpartition("::")[2], urn=item["urn"]) for item in state
        )
        self._outputs = self._masking.value(json.loads(self._cli("stack", "output", "--json")))

    def second_up(self) -> None:
        """Nothing is left to do."""
        self._step("second_up", "up again: must change nothing", self._stack.up, unchanged=True)

    def refresh(self) -> None:
        """Dokploy holds exactly what was asked for."""
        self._step("refresh", "refresh: must find nothing changed", self._stack.refresh, unchanged=True)

    def destroy(self) -> None:
        """Dokploy holds nothing of the stack any more. What is protected has to be let go of first."""
        self._cli("state", "unprotect", "--all", "--yes")
        self._step("destroy", "destroy: must leave nothing behind", self._stack.destroy, judge=self._left_behind)

    def report(self, *, host: str, replaced: tuple[Replaced, ...] = (), kept: str | None = None) -> Report:
        return Report(
            stack=self._stack.name,
            host=host,
            replaced=replaced,
            steps=tuple(self._steps),
            resources=self._resources,
            outputs=self._outputs,
            violations=tuple(self._violations),
            kept=kept,
        )

    def _step(
        self,
        name: str,
        doing: str,
        run: Callable[..., Any],
        *,
        unchanged: bool = False,
        judge: Callable[[], list[str]] = list,
    ) -> None:
        watch = Watch(self._tidy, self._progress)
        calls, began, failures = len(self._simulator.calls), time.monotonic(), []
        with self._progress.step(doing):
            try:
                run(
                    on_output=watch.line,
                    on_error=watch.line,
                    on_event=watch.event,
                    color="never",
                    show_secrets=False,
                    suppress_progress=True,
                )
            except CommandError:
                failures.append("the engine failed; its last lines say why")
        seconds = time.monotonic() - began
        if unchanged:
            failures += [f"must change nothing, but did: {change}" for change in watch.changes]
        failures += judge() if not failures else []
        # Every run finds the same.
        self._violations += [violation for violation in watch.violations if violation not in self._violations]
        self._steps.append(
            Step(
                name=name,
                seconds=seconds,
                calls=tuple(
                    ApiCall(method=call.method, path=call.path, status=call.status)
                    for call in list(self._simulator.calls)[calls:]
                ),
                changes=tuple(watch.changes),
                failures=tuple(failures),
                engine_lines=watch.last_lines if failures else (),
            )
        )

    def _cli(self, *command: str) -> str:
        project = str(self._stack.workspace.work_dir)
        return self._engine.run([*command, "--stack", self._stack.name], cwd=project, additional_env={}).stdout

    def _left_behind(self) -> list[str]:
        state = self._simulator.state
        counts = {table: len(getattr(state, table)) for table in LEFT_BEHIND}
        left = [f"Dokploy still holds {count} {table}" for table, count in counts.items() if count]
        resources = json.loads(self._cli("stack", "export"))["deployment"].get("resources") or []
        return left + [f"the state still holds {item['urn']}" for item in resources]
