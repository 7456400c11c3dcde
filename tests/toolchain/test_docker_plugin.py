"""The docker plugin under the real engine and a real Docker engine, through the SDK that programs use."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ops.docker_engine.base_image import NAME, make_base_image
from ops.progress import Progress
from tests.toolchain.conftest import Project
from toolchain import install_plugins

pytestmark = [pytest.mark.engine, pytest.mark.docker]

PREFIX = f"chz-test-{os.getpid()}"

PROGRAM = """
import pulumi
import pulumi_docker as docker

image = docker.RemoteImage(
    "image", name="PREFIX:1", build=docker.RemoteImageBuildArgs(context=".", dockerfile="Dockerfile")
)
network = docker.Network("network", name="PREFIX-net")
volume = docker.Volume("volume")
container = docker.Container(
    "container",
    name="PREFIX-one",
    image=image.image_id,
    command=["sleep", "600"],
    envs=ENVS,
    memory=MEMORY,
    memory_swap=MEMORY,
    cpus="0.5",
    network_mode="bridge",
    networks_advanced=[docker.ContainerNetworksAdvancedArgs(name=network.name, aliases=["one"])],
    volumes=[docker.ContainerVolumeArgs(volume_name=volume.name, container_path="/data")],
    healthcheck=docker.ContainerHealthcheckArgs(tests=["CMD", "true"], interval="1m30s", timeout="5s", retries=2),
    capabilities=docker.ContainerCapabilitiesArgs(drops=["ALL"]),
    read_only=True,
    restart="on-failure",
    max_retry_count=3,
    destroy_grace_seconds=1,
)
pulumi.export("id", container.id)
pulumi.export("volume", volume.name)
pulumi.export("found", docker.get_network_output(name=network.name).driver)
"""

EVERY_TYPE = """
import pulumi
import pulumi_docker as docker

provider = docker.Provider(
    "provider",
    registry_auth=[docker.ProviderRegistryAuthArgs(address="http://127.0.0.1:1", username="a", password="b")],
)
options = pulumi.ResourceOptions(provider=provider)
docker.ServiceConfig("config", data="eA==", opts=options)
docker.Secret("secret", data="eA==", opts=options)
docker.Service(
    "service",
    task_spec=docker.ServiceTaskSpecArgs(container_spec=docker.ServiceTaskSpecContainerSpecArgs(image="a:1")),
    opts=options,
)
docker.RegistryImage("pushed", name="127.0.0.1:1/a:1", opts=options)
docker.Tag("tag", source_image="a:1", target_image="b:1", opts=options)
docker.Plugin("plugin", name="a/b", opts=options)
docker.BuildxBuilder("builder", opts=options)
docker.RemoteImage("named", name="a:1", opts=options)
"""


@pytest.fixture
def containers(project: Project, docker_host: str) -> Iterator[Project]:
    """The project with the plugins in its home, on an engine that has the base image."""
    make_base_image(docker_host, Progress())
    install_plugins(Path(project.environment["PULUMI_HOME"]))
    project.environment["DOCKER_HOST"] = docker_host
    project.write("Dockerfile", f"FROM {NAME}\nLABEL made-by=test\n")
    write(project)
    yield project
    project.pulumi("destroy", "--yes")


def write(project: Project, *, memory: int = 64, envs: tuple[str, ...] = ("WHO=ada",)) -> None:
    values = {"PREFIX": PREFIX, "MEMORY": str(memory), "ENVS": repr(list(envs))}
    program = PROGRAM
    for name, value in values.items():
        program = program.replace(name, value)
    project.write("__main__.py", program)


def docker(project: Project, *arguments: str) -> str:
    environment = {**os.environ, "DOCKER_HOST": project.environment["DOCKER_HOST"]}
    return subprocess.run(["docker", *arguments], env=environment, capture_output=True, text=True, check=True).stdout


def inspected(project: Project) -> Any:
    return json.loads(docker(project, "container", "inspect", f"{PREFIX}-one"))[0]


def test_a_container_is_made_as_asked_changed_in_place_replaced_and_removed(containers: Project) -> None:
    containers.pulumi("up", "--yes", "--skip-preview")
    made = inspected(containers)
    assert made["HostConfig"]["Memory"] == 64 * 1024 * 1024
    assert made["HostConfig"]["NanoCpus"] == 500_000_000
    assert made["HostConfig"]["RestartPolicy"] == {"Name": "on-failure", "MaximumRetryCount": 3}
    assert made["Config"]["Cmd"] == ["sleep", "600"]
    assert f"{PREFIX}-net" in made["NetworkSettings"]["Networks"]
    outputs = json.loads(containers.pulumi("stack", "output", "--json"))
    assert outputs["found"] == "bridge"
    assert outputs["volume"].startswith("volume-")
    containers.pulumi("preview", "--expect-no-changes")
    containers.pulumi("refresh", "--yes", "--expect-no-changes")

    write(containers, memory=80)
    containers.pulumi("up", "--yes", "--skip-preview")
    assert inspected(containers)["Id"] == made["Id"]
    assert inspected(containers)["HostConfig"]["Memory"] == 80 * 1024 * 1024

    write(containers, memory=80, envs=("WHO=eva",))
    containers.pulumi("up", "--yes", "--skip-preview")
    assert inspected(containers)["Id"] != made["Id"]
    assert "WHO=eva" in inspected(containers)["Config"]["Env"]
    containers.pulumi("preview", "--expect-no-changes")

    containers.pulumi("destroy", "--yes")
    for kind in ("container", "network", "image"):
        assert PREFIX not in docker(containers, kind, "ls")


def test_every_type_of_the_sdk_is_known(containers: Project) -> None:
    containers.write("__main__.py", EVERY_TYPE)
    said = containers.pulumi("preview")
    assert "10 to create" in said  # the stack and the provider too
