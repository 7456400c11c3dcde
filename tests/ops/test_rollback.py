"""`python -m ops rollback` on stacks that the real engine deployed: back, proved, and the program knows it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from dokploy.simulator import Simulator, sources
from ops.evidence.records import Rollback, evidence_file, read
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

    @property
    def record(self) -> Rollback:
        """The newest record of the evidence."""
        newest = read(evidence_file(self.copy.checkout.folder, {}))[-1]
        assert isinstance(newest, Rollback)
        return newest

    @property
    def deployment(self) -> dict[str, Any]:
        """What the state holds of the deployment."""
        outputs: dict[str, Any] = self.copy.checkout.resources["chatzwa-deployment"]["outputs"]
        return outputs

    def deploys(self) -> int:
        return sum(call.procedure == "application.deploy" for call in self.simulator.calls)


@pytest.fixture(scope="module")
def of_image(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with deployed(tmp_path_factory.mktemp("image") / "checkout", source={"image": GOOD}) as copy:
        site = Site(copy)
        site.release(BAD)
        yield site


def test_an_image_is_left_for_the_last_stable_one_and_the_program_knows_it(of_image: Site) -> None:
    site = of_image
    deploys, left = site.deploys(), site.deployment["release"]

    # Without --yes and without a terminal nothing is changed.
    listed = site.rollback()
    assert listed.returncode == 0, listed.stderr
    assert f"Return {STACK} from {BAD} to {GOOD}" in listed.stdout
    assert "Nothing was changed" in listed.stdout
    assert "The database and its schema are not rolled back" in listed.stdout
    assert "The backup from before it: schedule backup, " in listed.stdout
    assert (site.deploys(), site.running) == (deploys, {BAD})

    back = site.rollback("--yes", "--json")
    assert back.returncode == 0, back.stdout + back.stderr
    assert f"changes {site.simulator.url}: the application runs {GOOD} again, then asks https://" in back.stderr
    document = json.loads(back.stdout)
    assert (document["result"], document["current"], document["to"]["what"]) == ("returned", BAD, GOOD)
    assert [each["stable"] for each in document["deployments"]] == ["proved", "proved"]
    assert document["backup"]["schedule"] == "backup"
    assert (site.deploys(), site.running) == (deploys + 1, {GOOD})
    assert site.simulator.api_key not in back.stdout + back.stderr

    # State, status and evidence say what runs now.
    assert (site.deployment["status"], site.deployment["release"]) == ("rolled back", document["release"])
    status = json.loads(site.copy.ops("status", STACK, "--no-drift", "--json").stdout)
    assert (status["healthy"], status["release"]) == (True, document["release"])
    assert status["deployment"] == {"status": "rolled back", "imageOrCommit": GOOD}
    record = site.record
    assert (record.result, record.proof, record.deployment_id) == ("succeeded", "serves", document["to"]["id"])
    assert (record.left, record.left_release, record.to, record.to_release) == (BAD, left, GOOD, document["release"])

    # The program still names the bad image: the preview says so, and nothing deploys it by itself.
    preview = site.copy.checkout.preview().succeeded()
    assert {"image.reference": "update"} in preview.differences.values()
    assert f'"{GOOD}" => "{BAD}"' in preview.text
    assert f"somebody went back to {GOOD}, and what was left for it is not deployed again by this" in preview.text
    refused = site.copy.checkout.up().failed()
    assert f"{BAD} was rolled back and is not deployed again" in refused.text
    assert (site.deploys(), site.running) == (deploys + 1, {GOOD})

    # With the good image in the program there is nothing to deploy, and the next version comes as ever.
    site.release(GOOD)
    assert (site.deploys(), site.running) == (deploys + 1, {GOOD})
    site.copy.checkout.preview("--expect-no-changes").succeeded()
    site.release(NEXT)
    assert (site.deploys(), site.running) == (deploys + 2, {NEXT})


def test_a_release_that_failed_is_left_for_the_one_before_it(of_image: Site) -> None:
    site = of_image
    site.simulator.behave("pull_failure")
    site.configure(source={"image": BROKEN})
    site.copy.checkout.up().failed()
    site.simulator.behave("healthy")

    back = site.rollback("--yes")
    assert back.returncode == 0, back.stdout + back.stderr
    assert f"{STACK} is back at {NEXT}, and it serves." in back.stdout
    # What failed is in no list of what can be returned to.
    assert BROKEN not in back.stdout.partition("The database")[0]
    assert (site.record.left, site.record.to) == (BROKEN, NEXT)
    deploys = site.deploys()

    # What the command says to do.
    assert f"pulumi config set --path app.source.image {NEXT} --stack {STACK}" in back.stdout
    site.release(NEXT)
    assert (site.deploys(), site.running) == (deploys, {NEXT})
    site.copy.checkout.preview("--expect-no-changes").succeeded()


def test_an_earlier_release_that_does_not_come_up_is_told(of_image: Site) -> None:
    site = of_image
    site.simulator.behave("pull_failure")
    id = next(row["deploymentId"] for row in site.simulator.state.deployments.values() if row["description"] == GOOD)
    failed = site.rollback("--yes", "--to", id)
    site.simulator.behave("healthy")
    assert failed.returncode == 1
    assert "rollback of chatzwa failed: the image pull failed" in failed.stderr
    assert "Traceback" not in failed.stderr
    assert (site.record.result, site.record.exit_code, site.record.proof) == ("failed", 1, "none")


def test_an_id_that_is_not_there_is_wrong_usage(of_image: Site) -> None:
    ended = of_image.rollback("--yes", "--to", "no-such-id")
    assert ended.returncode == 2
    assert "there is no deployment no-such-id" in ended.stderr


REGISTRY = {"registryUrl": "registry.company.co", "imagePrefix": "chat", "username": "chat", "password": "s3cret-4711"}


@pytest.fixture(scope="module")
def of_git(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Dokploy builds another commit each time, and a registry that it knows keeps the images."""
    commits = iter([f"{number}" * 40 for number in range(1, 9)])
    fetch = sources.fetch

    def another(row: Any, app: Any, outcome: Any) -> Any:
        patch.setattr(sources, "COMMIT", next(commits))
        return fetch(row, app, outcome)

    def know_a_registry(simulator: Simulator) -> None:
        given = {"registryId": "kept", "registryName": "company", "organizationId": simulator.organization_id}
        simulator.state.registries["kept"] = {**given, **REGISTRY}

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("dokploy.simulator.deployments.fetch", another)
        folder = tmp_path_factory.mktemp("git") / "checkout"
        with deployed(folder, prepare=know_a_registry, rollback={"registryName": "company"}) as copy:
            yield Site(copy)


def test_a_kept_image_is_run_again_and_what_was_left_is_not_built_by_another_change(of_git: Site) -> None:
    site = of_git
    none = site.rollback("--yes")
    assert none.returncode == 3
    assert "no earlier stable deployment is left" in none.stderr

    site.configure(revision="2")
    site.copy.checkout.up().succeeded()
    deploys = site.deploys()
    back = site.rollback("--yes", "--json")
    assert back.returncode == 0, back.stdout + back.stderr
    good = json.loads(back.stdout)["to"]
    assert (good["way"], good["stable"], good["what"]) == ("kept image", "proved", "1" * 40)
    assert REGISTRY["password"] not in back.stdout + back.stderr
    assert site.deploys() == deploys
    assert site.running == {f"{site.application['appName']}:v1"}
    assert (site.deployment["status"], site.deployment["imageOrCommit"]) == ("rolled back", "1" * 8)
    assert (site.record.left, site.record.to) == ("2" * 40, "1" * 40)

    # A change of the run-time alone would start the image that was built last.
    site.configure(stopGraceSeconds=40)
    refused = site.copy.checkout.up().failed()
    assert "was rolled back and is not deployed again" in refused.text
    assert site.running == {f"{site.application['appName']}:v1"}
    site.configure(revision="5")
    site.copy.checkout.up().succeeded()
    assert site.running == {f"{site.application['appName']}:latest"}
