"""Pulumi's CLI as a child that ends with this process and sees nothing of the user's own Pulumi."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import IO

from pulumi.automation import CommandResult, OnOutput, PulumiCommand
from pulumi.automation.errors import create_command_error
from semver import VersionInfo

GRACE_S = 15.0
"""How long an interrupted CLI may finish what is in flight; again as long after each further signal."""


class Engine(PulumiCommand):
    """Runs the CLI for the Automation API.

    The base class gives the child this process's environment and lets go of it on Ctrl-C. This one gives it
    only `environment`, starts it in a session of its own, and when this process is interrupted asks it to
    stop, then makes it. Pulumi's own children follow it.
    """

    def __init__(self, cli: Path, environment: Mapping[str, str]) -> None:
        # The engine looks for its language hosts beside the real file, and warns of one on PATH that is another.
        cli = cli.resolve()
        self.command = str(cli)
        self.environment = {**environment, "PATH": f"{cli.parent}{os.pathsep}{environment['PATH']}"}
        said = self.run(["version"], cwd=str(cli.parent), additional_env={}).stdout
        self.version = VersionInfo.parse(said.strip().removeprefix("v"))

    def run(
        self,
        args: list[str],
        cwd: str,
        additional_env: Mapping[str, str],
        on_output: OnOutput | None = None,
        on_error: OnOutput | None = None,
        *,
        given: str | None = None,
    ) -> CommandResult:
        """Run one command to its end; `given` is its standard input, the place for a secret.

        Raises CommandError, with all that the command said, when its exit code is not 0.
        """
        process = subprocess.Popen(
            [self.command, "--non-interactive", *args],
            stdin=subprocess.DEVNULL if given is None else subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=cwd,
            env={**self.environment, **additional_env, "PULUMI_AUTOMATION_API": "true"},
            encoding="utf-8",
            start_new_session=True,
        )
        outputs, errors = _Lines(process.stdout, on_output), _Lines(process.stderr, on_error)
        try:
            if process.stdin is not None:
                with process.stdin as stdin:
                    stdin.write(given or "")
            code = process.wait()
        except BaseException:
            _end(process)
            # A thread that still writes a line while Python shuts down aborts the whole process.
            for lines in (outputs, errors):
                lines.join(GRACE_S)
            raise
        result = CommandResult(stdout=outputs.text(), stderr=errors.text(), code=code)
        if code != 0:
            raise create_command_error(result)
        return result


class _Lines(threading.Thread):
    """Reads one stream to its end and closes it, so that a full pipe never stops the child."""

    def __init__(self, stream: IO[str] | None, each: OnOutput | None) -> None:
        super().__init__(daemon=True)
        assert stream is not None
        self._stream = stream
        self._each = each
        self._lines: list[str] = []
        self.start()

    def run(self) -> None:
        with self._stream:
            for line in self._stream:
                self._lines.append(line.rstrip())
                if self._each is not None:
                    self._each(self._lines[-1])

    def text(self) -> str:
        self.join()
        return "\n".join(self._lines)


def _end(process: subprocess.Popen[str]) -> None:
    """Stop the CLI: after one interrupt it finishes what is in flight, after a second it gives up.

    Whoever interrupts again while it finishes moves on to the next signal at once.
    """
    for stop in (signal.SIGINT, signal.SIGINT, signal.SIGKILL):
        if process.poll() is not None:
            return
        process.send_signal(stop)
        try:
            process.wait(GRACE_S)
        except (subprocess.TimeoutExpired, KeyboardInterrupt):
            continue
