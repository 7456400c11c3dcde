"""`python -m ops rollback` on stacks that the real engine deployed: back, proved, and the program knows it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from dokploy.simulator import Simulator
from tests.ops.deployed import STACK, Copy, deployed

pytestmark = pytest.mark.engine

IMAGE = "registry.company.co/chatzwa"
GOOD, BAD, NEXT, BROKEN = (f"{IMAGE}:{version}" for version in ("1.0.0", "1.1.0", "1.2.0", "1.3.0"))


class Site:
    """A deployed copy, with the app's section of its configuration to change."""

    def __init__(self, copy: Copy) -> None:
        self.copy = copy
        self._file = copy.checkout.folder / f"Pulumi.{STACK}.yaml"

    @property
    def simulator(self) -> Simulator:
        return self.copy.simulator

    @property
    def application(self) -> dict[str, Any]:
        (row,) = self.simulator.state.applications.values()
        return row

    @property
    def running(self) -> set[str]:
        """The images that run."""
        found = self.simulator.world.swarm.containers(self.application["appName"])
        return {task.release.image for _, task in found if task.alive and task.desired == "running"}

    def configure(self, **app: Any) -> None:
        content = yaml.safe_load(self._file.read_text())
        section = content["config"]["chatzwa:app"]
        section.update(app)
        if "image" in section["source"]:
            section.pop("build", None)
        self._file.write_text(json.dumps(content))

    def release(self, image: str) -> None:
        self.configure(source={"image": image})
        self.copy.checkout.up().succeeded()

    def rollback(self, *arguments: str) -> Any:
        return self.copy.ops("rollback", STACK, *arguments)

    def deploys(self) -> int:
        return sum(call.procedure == "application.deploy" for call in self.simulator.calls)


@pytest.fixture(scope="module")
def of_image(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with deployed(tmp_path_factory.mktemp("image") / "checkout") as copy:
        site = Site(copy)
        site.release(GOOD)
        site.release(BAD)
        yield site


def test_an_image_is_left_for_the_last_stable_one_and_the_program_knows_it(of_image: Site) -> None:
    site = of_image
    deploys = site.deploys()

    # Without --yes and without a terminal nothing is changed.
    listed = site.rollback()
    assert listed.returncode == 0, listed.stderr
    assert f"Return {STACK} from {BAD} to {GOOD}" in listed.stdout
    assert "Nothing was changed" in listed.stdout
    assert "The database and its schema are not rolled back" in listed.stdout
    assert "The backup from before it: schedule backup, " in listed.stdout
    document = json.loads(site.rollback("--json").stdout)
    assert (document["result"], document["current"], document["to"]["what"]) == ("listed", BAD, GOOD)
    assert [each["stable"] for each in document["deployments"]] == ["proved", "proved", "proved"]
    assert document["backup"]["schedule"] == "backup"
    assert (site.deploys(), site.running) == (deploys, {BAD})

    back = site.rollback("--yes")
    assert back.returncode == 0, back.stdout + back.stderr
    assert f"{STACK} is back at {GOOD}, and it serves." in back.stdout
    assert (site.deploys(), site.running) == (deploys + 1, {GOOD})
    assert site.simulator.api_key not in back.stdout + back.stderr

    # The program still names the bad image: the preview says so, and nothing deploys it by itself.
    preview = site.copy.checkout.preview().succeeded()
    assert {"image.reference": "update"} in preview.differences.values()
    assert f'"{GOOD}" => "{BAD}"' in preview.text
    refused = site.copy.checkout.up().failed()
    assert f"{BAD} was rolled back and is not deployed again" in refused.text
    assert (site.deploys(), site.running) == (deploys + 1, {GOOD})

    # Who goes back twice is not brought to what was left.
    again = site.rollback("--json")
    assert json.loads(again.stdout)["to"] is None or json.loads(again.stdout)["to"]["what"] != BAD

    # With the good image in the program it is deployed, and the next version as ever.
    site.configure(source={"image": GOOD})
    site.copy.checkout.up().succeeded()
    assert site.running == {GOOD}
    site.copy.checkout.preview("--expect-no-changes").succeeded()
    site.release(NEXT)
    assert site.running == {NEXT}


def test_a_release_that_failed_is_left_for_the_one_before_it(of_image: Site) -> None:
    site = of_image
    site.release(NEXT)
    site.simulator.behave("pull_failure")
    site.configure(source={"image": BROKEN})
    site.copy.checkout.up().failed()
    site.simulator.behave("healthy")
    document = json.loads(site.rollback("--json").stdout)
    assert (document["current"], document["to"]["what"]) == (BROKEN, NEXT)
    assert BROKEN not in [each["what"] for each in document["deployments"]]

    assert site.rollback("--yes").returncode == 0
    # What the command says to do. The deployment that failed is made up for with the good image, and then there is
    # nothing left to do.
    site.configure(source={"image": NEXT})
    site.copy.checkout.up().succeeded()
    assert site.running == {NEXT}
    site.copy.checkout.preview("--expect-no-changes").succeeded()


def test_an_earlier_release_that_does_not_come_up_is_told(of_image: Site) -> None:
    site = of_image
    site.simulator.behave("pull_failure")
    id = next(each["id"] for each in json.loads(site.rollback("--json").stdout)["deployments"] if each["what"] == GOOD)
    failed = site.rollback("--yes", "--to", id)
    site.simulator.behave("healthy")
    assert failed.returncode == 1
    assert "rollback of chatzwa failed: the image pull failed" in failed.stderr
    assert "Traceback" not in failed.stderr


def test_an_id_that_is_not_there_is_wrong_usage(of_image: Site) -> None:
    ended = of_image.rollback("--yes", "--to", "no-such-id")
    assert ended.returncode == 2
    assert "there is no deployment no-such-id" in ended.stderr


@pytest.fixture(scope="module")
def of_git(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with pytest.MonkeyPatch.context() as patch, deployed(tmp_path_factory.mktemp("git") / "checkout") as copy:
        site = Site(copy)
        # Dokploy keeps its images from now on.
        commits = iter([f"{number}" * 40 for number in range(1, 9)])
        from dokploy.simulator import sources

        fetch = sources.fetch

        def another(row: Any, app: Any, outcome: Any) -> Any:
            patch.setattr(sources, "COMMIT", next(commits))
            return fetch(row, app, outcome)

        patch.setattr("dokploy.simulator.deployments.fetch", another)
        yield site


def test_without_a_registry_a_commit_cannot_be_returned_to(of_git: Site) -> None:
    of_git.configure(revision="2")
    of_git.copy.checkout.up().succeeded()
    ended = of_git.rollback("--yes")
    assert ended.returncode == 3
    assert "Dokploy cannot build an earlier commit of a branch" in ended.stderr
    assert "set app.source.git.branch to a tag of that commit" in ended.stderr
    assert of_git.deploys() == 2


def test_a_kept_image_is_run_again_and_what_was_left_is_not_built_by_another_change(of_git: Site) -> None:
    site = of_git
    registry = "registry-of-the-test"
    site.simulator.state.registries[registry] = {
        "registryId": registry,
        "registryUrl": "registry.company.co",
        "imagePrefix": "chat",
        "password": "s3cret-of-the-registry",
    }
    site.application.update(rollbackActive=True, rollbackRegistryId=registry)
    for revision in ("3", "4"):
        site.configure(revision=revision)
        # What the program does not know of stays as it is.
        site.copy.checkout.up().succeeded()
    deploys = site.deploys()
    document = json.loads(site.rollback("--json").stdout)
    good = document["to"]
    assert (good["way"], good["stable"]) == ("kept image", "proved")

    back = site.rollback("--yes")
    assert back.returncode == 0, back.stdout + back.stderr
    assert "s3cret-of-the-registry" not in back.stdout + back.stderr
    assert site.deploys() == deploys
    assert site.running == {f"{site.application['appName']}:v1"}
    outputs = site.copy.checkout.workspace
    state = json.loads((site.copy.checkout.folder / "state/.pulumi/stacks/chatzwa" / f"{STACK}.json").read_text())
    deployment = next(
        each for each in state["checkpoint"]["latest"]["resources"] if each["type"] == "dokploy:index:Deployment"
    )
    assert deployment["outputs"]["status"] == "rolled back"
    assert good["what"].startswith(deployment["outputs"]["imageOrCommit"])
    assert outputs.pulumi("preview").succeeded()

    # A change of memory would start the image that was built last.
    site.configure(stopGraceSeconds=40)
    refused = site.copy.checkout.up().failed()
    assert "was rolled back and is not deployed again" in refused.text
    assert site.running == {f"{site.application['appName']}:v1"}
    site.configure(revision="5")
    site.copy.checkout.up().succeeded()
    assert site.running == {f"{site.application['appName']}:latest"}
