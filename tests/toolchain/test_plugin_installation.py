"""Where plugins are put, and where they are taken from."""

from __future__ import annotations

import importlib.util
import io
import json
from dataclasses import dataclass
from pathlib import Path

import pytest
from rich.console import Console

from tests.toolchain.test_path import program
from toolchain import installation, plugins
from toolchain.errors import ToolchainError
from toolchain.installation import How, Installation, adopt
from toolchain.modules import COMMAND, DOCKER, GoModule
from toolchain.progress import Progress

GO = """
if [ "$1" = env ]; then exit 0; fi
while [ "$1" != -o ]; do shift; done
name=${3#./}; printf '#!/bin/sh\\n' > "$2/$name"; chmod +x "$2/$name"
"""
DOWNLOADS = """
folder="$PULUMI_HOME/plugins/resource-$4-v$5"; mkdir -p "$folder"
printf '#!/bin/sh\\necho official' > "$folder/pulumi-resource-$4"; chmod +x "$folder/pulumi-resource-$4"
"""


@dataclass(frozen=True, kw_only=True)
class Machine:
    """A checkout with a Pulumi, an empty cache and a Go that builds at once."""

    folder: Path

    @property
    def home(self) -> Path:
        return self.folder / "home"

    def adopt(self, how: How, script: str) -> None:
        """Set up a Pulumi that was come by in this way and does this."""
        pulumi = program(self.folder / "pulumi", "pulumi", script)
        adopt(self.folder / "checkout" / ".tools", Installation(pulumi=str(pulumi), version="3.0.0", how=how))

    def install(self) -> str:
        said = io.StringIO()
        plugins.install_plugins(self.home, Progress(Console(file=said, width=200)))
        return said.getvalue()

    def installed(self, name: str = "docker", version: str = "5.2.0") -> Path:
        return self.home / "plugins" / f"resource-{name}-v{version}" / f"pulumi-resource-{name}"


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    machine = Machine(folder=tmp_path)
    checkout = tmp_path / "checkout"
    monkeypatch.setattr(plugins, "tools_folder", lambda: checkout / ".tools")
    monkeypatch.setattr(plugins, "locate", lambda: installation.locate(checkout))
    monkeypatch.setenv("CHATZWA_CACHE", str(tmp_path / "cache"))
    program(tmp_path / "go", "go", GO)
    monkeypatch.setenv("PATH", f"{tmp_path / 'go'}:/usr/bin:/bin")
    machine.adopt("source", "exit 1")
    return machine


def test_what_was_built_is_linked_and_a_second_call_does_nothing(machine: Machine) -> None:
    assert "building pulumi-resource-docker 5.2.0" in machine.install()
    built = next((machine.folder / "cache").glob("docker-*/pulumi-resource-docker"))
    assert machine.installed().samefile(built)
    assert machine.installed("command", "1.2.1").exists()
    program(machine.folder / "go", "go", "exit 1")
    assert machine.install() == ""


def test_a_caller_that_prints_for_a_shell_is_not_talked_into(
    machine: Machine, capsys: pytest.CaptureFixture[str]
) -> None:
    plugins.install_plugins(machine.home)
    said = capsys.readouterr()
    assert said.out == ""
    assert "building pulumi-resource-docker 5.2.0" in said.err


def test_a_second_home_needs_no_go(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    machine.install()
    monkeypatch.setenv("PATH", "/nowhere")
    plugins.install_plugins(machine.folder / "another")
    assert plugins.missing_plugins(machine.folder / "another") == []


def test_an_official_plugin_that_is_there_stays(machine: Machine) -> None:
    official = program(machine.installed().parent, "pulumi-resource-docker", "echo official")
    machine.install()
    assert "official" in official.read_text()
    assert not list((machine.folder / "cache").glob("docker-*"))


def test_half_a_download_is_not_taken_for_a_plugin(machine: Machine) -> None:
    official = program(machine.installed().parent, "pulumi-resource-docker", "echo official")
    official.parent.with_name("resource-docker-v5.2.0.partial").touch()
    assert "docker 5.2.0" in plugins.missing_plugins(machine.home)


def test_a_build_of_ours_gives_way_to_a_newer_one(machine: Machine) -> None:
    machine.install()
    (machine.installed().parent / plugins.MARK).write_text("docker-5.2.0-older")
    machine.installed().unlink()
    program(machine.installed().parent, "pulumi-resource-docker", "echo older")
    machine.install()
    assert "older" not in machine.installed().read_text()


def test_a_plugin_outlives_the_cache_it_came_from(machine: Machine) -> None:
    machine.install()
    for file in (machine.folder / "cache").glob("*/*"):
        file.unlink()
    assert plugins.missing_plugins(machine.home) == []


@pytest.mark.parametrize("how", ["path", "release"])
def test_where_pulumi_can_be_downloaded_the_official_plugins_are_too(machine: Machine, how: How) -> None:
    machine.adopt(how, DOWNLOADS)
    machine.install()
    assert "official" in machine.installed().read_text()
    assert "official" in machine.installed("command", "1.2.1").read_text()


def test_what_cannot_be_downloaded_is_built(machine: Machine) -> None:
    machine.adopt("path", "echo 'error: no route to host' >&2; exit 1")
    said = machine.install()
    assert "the official plugin docker cannot be downloaded: error: no route to host" in said
    assert "official" not in machine.installed().read_text()


def test_without_download_and_go_one_line_says_what_is_missing(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(ToolchainError, match=r"^there is no go on PATH; go \S+ or later builds docker$"):
        machine.install()


def test_before_set_up_the_error_says_how_to_set_up(machine: Machine) -> None:
    (machine.folder / "checkout" / ".tools" / "pulumi.json").unlink()
    with pytest.raises(ToolchainError, match="run `make setup`"):
        machine.install()


@pytest.mark.parametrize(("module", "package"), [(DOCKER, "pulumi_docker"), (COMMAND, "pulumi_command")])
def test_a_plugin_has_the_version_that_the_installed_sdk_asks_for(module: GoModule, package: str) -> None:
    found = importlib.util.find_spec(package)
    assert found is not None
    asked = json.loads(Path(str(found.origin)).with_name("pulumi-plugin.json").read_text())
    assert (module.name, module.version) == (asked["name"], asked["version"])
