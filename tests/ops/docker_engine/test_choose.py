"""Which engine is taken, with a script in the place of `docker`."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest

from ops.docker_engine import choose, debian, environment, host, programs
from ops.errors import OpsError
from ops.progress import Progress
from tests.components.stacks import ROOT
from tests.toolchain.test_path import program

ANSWERS = """
case "$2" in
  context) exit 1 ;;
esac
grep -qxF "$2" {answering} && echo 20.10.24 && exit 0
echo "Cannot connect to $2" >&2; exit 1
"""


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine with a `docker`, a default and a rootless socket, and no engine that answers."""
    (tmp_path / "answering").touch()
    program(tmp_path / "bin", "docker", ANSWERS.format(answering=tmp_path / "answering"))
    for name in ("docker.sock", "rootless/docker.sock"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    monkeypatch.setattr(host, "DEFAULT_SOCKET", tmp_path / "docker.sock")
    monkeypatch.setattr(programs, "SYSTEM_FOLDERS", "/nowhere")
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:/usr/bin:/bin")
    return tmp_path


def found(machine: Path, **variables: str) -> host.DockerHost | None:
    given = {"XDG_RUNTIME_DIR": str(machine / "rootless"), "DOCKER_CONFIG": str(machine / "config")}
    return choose.find(given | variables, root=machine)


def answering(machine: Path, *urls: str) -> None:
    (machine / "answering").write_text("".join(f"{url}\n" for url in urls))


def test_docker_host_comes_before_all_others(machine: Path) -> None:
    answering(machine, "tcp://one:2375", f"unix://{machine}/docker.sock")
    engine = found(machine, DOCKER_HOST="tcp://one:2375")
    assert engine == host.DockerHost(url="tcp://one:2375", how="DOCKER_HOST")


def test_a_docker_host_that_is_silent_is_one_line_and_no_other_engine_is_taken(machine: Path) -> None:
    answering(machine, f"unix://{machine}/docker.sock")
    with pytest.raises(
        OpsError, match=r"^DOCKER_HOST=tcp://one:2375 names an engine that does not answer \(.*unset it$"
    ):
        found(machine, DOCKER_HOST="tcp://one:2375")


def test_the_default_socket_comes_before_the_rootless_one(machine: Path) -> None:
    answering(machine, f"unix://{machine}/docker.sock", f"unix://{machine}/rootless/docker.sock")
    engine = found(machine)
    assert engine == host.DockerHost(url=f"unix://{machine}/docker.sock", how="default socket")


def test_a_rootless_engine_is_found(machine: Path) -> None:
    answering(machine, f"unix://{machine}/rootless/docker.sock")
    engine = found(machine)
    assert engine is not None
    assert engine.how == "rootless socket"


def test_the_context_that_the_user_chose_comes_before_the_sockets(machine: Path) -> None:
    answering(machine, "unix:///desktop.sock", f"unix://{machine}/docker.sock")
    program(
        machine / "bin",
        "docker",
        """[ "$1 $2 $3" = "context inspect desktop" ] && echo tcp://desktop:2375 && exit 0
        [ "$2" = tcp://desktop:2375 ] && echo 28.0.0 && exit 0; exit 1""",
    )
    (machine / "config").mkdir()
    (machine / "config" / "config.json").write_text(json.dumps({"currentContext": "desktop"}))
    assert found(machine) == host.DockerHost(url="tcp://desktop:2375", how="docker context")


def test_without_the_docker_command_one_line_says_what_to_install(
    machine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(OpsError, match=r"^there is no docker on PATH: install"):
        found(machine)


@pytest.mark.parametrize("variable", ["XDG_RUNTIME_DIR", "DOCKER_CONFIG"])
def test_a_machine_without_an_engine_has_none(machine: Path, variable: str) -> None:
    assert found(machine, **{variable: "/nowhere"}) is None


def test_who_may_not_install_an_engine_is_told_so_in_one_line(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(
        OpsError, match=r"^no Docker engine answers, and none can be installed here \(.*\): start Docker$"
    ):
        choose.find_or_start({"DOCKER_CONFIG": str(machine)}, root=machine)


def test_packages_are_installed_after_an_update_and_optional_ones_where_they_exist(machine: Path) -> None:
    program(machine / "bin", "apt-get", f'echo "$@" >> {machine / "calls"}')
    program(machine / "bin", "apt-cache", '[ "$2" = docker-cli ]')
    debian.install("docker.io", optional=("docker-cli", "docker-other"))
    update, install = (machine / "calls").read_text().splitlines()
    assert update.endswith(" update")
    assert install.endswith(" install --yes --no-install-recommends docker.io docker-cli")


def test_what_apt_cannot_install_is_one_line(machine: Path) -> None:
    program(machine / "bin", "apt-get", "echo Reading; echo 'E: no such package'; echo more; exit 100")
    with pytest.raises(OpsError, match=r"^apt-get update failed: E: no such package$"):
        debian.install("docker.io")


def test_an_engine_that_the_stack_names_and_that_does_not_answer_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(environment, "install_plugins", lambda home: None)
    shutil.copy(ROOT / "Pulumi.yaml", tmp_path)
    (tmp_path / "Pulumi.local.yaml").write_text(
        "config:\n  chatzwa:platform: docker\n  chatzwa:docker: {host: unix:///no/such.sock}\n"
    )
    expected = r"^docker\.host unix:///no/such\.sock does not answer \(there is no /no/such\.sock\): look at it with"
    with pytest.raises(OpsError, match=expected):
        environment.docker_environment(tmp_path, "local", Progress())
