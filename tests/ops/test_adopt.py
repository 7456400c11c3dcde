"""What `adopt` makes of a project that was made by hand: one thing changed at a time."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from collections.abc import Callable, Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import yaml
from rich.console import Console

from dokploy.simulator import Simulator
from ops.adopt.command import EPILOG
from ops.adopt.parts import slug_of
from ops.adopt.project import Adoption, Options, adopt
from ops.adopt.render import show
from ops.errors import UsageError
from tests.engine.by_hand import ByHand
from tests.ops.adopting import HOOK, STACK, by_hand
from tests.ops.checkout import SECRETS

ROOT = Path(__file__).resolve().parents[2]
Make = Callable[..., Adoption]


@pytest.fixture
def simulator() -> Iterator[Simulator]:
    with Simulator() as running:
        by_hand(running)
        yield running


@pytest.fixture
def adopted(simulator: Simulator, tmp_path: Path) -> Make:
    """Adopts the project after an edit of the application's row."""

    def make(*, project: str = "My Chat", **edits: Any) -> Adoption:
        (row,) = simulator.state.applications.values()
        row.update(edits)
        known = {"DOKPLOY_URL": simulator.url, "DOKPLOY_API_KEY": simulator.api_key}
        return adopt(Options(root=tmp_path, project=project, stack=STACK), known)

    return make


def _found(adoption: Adoption, resource: str, property: str) -> list[tuple[str, str]]:
    return [
        (change.found, change.then)
        for change in adoption.notes.changes
        if (change.resource, change.property) == (f"chatzwa-{resource}", property)
    ]


@pytest.mark.parametrize(
    ("memory", "cpu", "tier"),
    [
        (2 * 1024**3, 10**9, "standard"),
        (4 * 1024**3, 2 * 10**9, "high-traffic"),
        (None, None, "standard"),
        (512 * 1024**2, 5 * 10**8, "standard"),
        (3 * 1024**3, 5 * 10**8, "high-traffic"),
        (
            8 * 1024**3,
            3 * 10**9,
            {"memory": "8192Mi", "cpu": "3000m", "storage": "10Gi", "reason": "as found in Dokploy"},
        ),
    ],
)
def test_the_tier_is_the_one_with_these_limits_or_the_smallest_that_takes_nothing_away(
    adopted: Make, memory: int | None, cpu: int | None, tier: object
) -> None:
    limits = {"memoryLimit": memory and str(memory), "cpuLimit": cpu and str(cpu)}
    assert adopted(**limits).config["tier"] == tier


def test_a_limit_that_dokploy_misunderstands_counts_as_dokploy_understands_it(adopted: Make) -> None:
    adoption = adopted(memoryLimit="2048Mi")
    assert _found(adoption, "application", "memoryLimit") == [("2Ki", "4096Mi")]


def test_an_image_is_taken_over_and_its_password_is_asked_for(adopted: Make) -> None:
    adoption = adopted(
        sourceType="docker", dockerImage="registry.company.co/chat:3", username="robot", password="canary"
    )
    source = adoption.config["app"]["source"]
    assert source == {"image": {"reference": "registry.company.co/chat:3", "username": "robot"}}
    assert "app.source.image.password" in adoption.notes.secrets
    assert adoption.config["app"]["shell"] == "bash", "its schedules say so"


def test_a_source_that_the_program_does_not_take_is_told_and_not_written(adopted: Make) -> None:
    adoption = adopted(sourceType="bitbucket")
    assert "source" not in adoption.config["app"]
    assert any(line.startswith("app.source: the source is bitbucket") for line in adoption.notes.first)


def test_a_login_in_the_repositorys_address_is_not_written(adopted: Make) -> None:
    adoption = adopted(customGitUrl="https://robot:canary@git.company.co/chat.git")
    assert adoption.config["app"]["source"]["git"]["url"] == "https://git.company.co/chat.git"
    assert "canary" not in _all(adoption)


@pytest.mark.parametrize(
    ("column", "value", "property", "told"),
    [
        ("labelsSwarm", {"team": "canary", "tier": "x"}, "labels", "team, tier"),
        ("placementSwarm", {"Constraints": ["node.role==manager"]}, "placement", "Constraints"),
        ("ulimitsSwarm", [{"Name": "nofile", "Soft": 1, "Hard": 2}], "ulimits", "nofile"),
        ("networkIds", ["net1"], "networkIds", "net1"),
        ("detachDokployNetwork", True, "detachDokployNetwork", "True"),
        ("registryId", "reg1", "registryId", "reg1"),
        ("watchPaths", ["src/**"], "watchPaths", "src/**"),
        ("isPreviewDeploymentsActive", True, "previews", "True"),
    ],
)
def test_what_the_configuration_has_no_key_for_is_announced_as_cleared(
    adopted: Make, column: str, value: object, property: str, told: str
) -> None:
    adoption = adopted(**{column: value})
    assert _found(adoption, "application", property) == [(told, "none")]
    assert "canary" not in _all(adoption)


def test_what_no_property_speaks_of_stays_and_is_told(adopted: Make) -> None:
    adoption = adopted(networkSwarm=[{"Target": "other"}])
    assert any("networkSwarm" in line for line in adoption.notes.left)


def test_an_application_on_a_remote_server_is_a_warning_before_anything_else(adopted: Make) -> None:
    adoption = adopted(serverId="srv1")
    assert any("remote server srv1" in line and "make it anew" in line for line in adoption.notes.first)


def test_an_own_start_command_is_kept(adopted: Make) -> None:
    adoption = adopted(command="node", args=["server.js", "--name", "two words"])
    assert adoption.config["app"]["startCommand"] == "exec node server.js --name 'two words'"


def test_a_start_command_that_holds_a_secret_is_not_written(adopted: Make) -> None:
    adoption = adopted(command="node", args=["server.js", "--token=aB3xK9pQ7zR2wL5m"])
    assert "startCommand" not in adoption.config["app"]
    assert "aB3xK9pQ7zR2wL5m" not in _all(adoption)


def test_a_restart_policy_within_the_sop_is_kept(adopted: Make) -> None:
    policy = {"Condition": "on-failure", "Delay": 20 * 10**9, "MaxAttempts": 3, "Window": 1500 * 10**9}
    adoption = adopted(restartPolicySwarm=policy)
    kept = {"condition": "on-failure", "maxAttempts": 3, "delaySeconds": 20, "windowSeconds": 1500}
    assert adoption.config["restart"] == kept
    assert _found(adoption, "application", "restartPolicy") == []


def test_a_window_in_which_attempts_are_never_used_up_gives_way_to_the_sops(adopted: Make) -> None:
    policy = {"Condition": "on-failure", "Delay": 20 * 10**9, "MaxAttempts": 3, "Window": 60 * 10**9}
    assert adopted(restartPolicySwarm=policy).config["restart"]["windowSeconds"] == 1200


def test_variables_are_sorted_into_plain_ones_and_secrets(adopted: Make) -> None:
    adoption = adopted()
    plain = {"DATABASE_URL", "ZAI_API_URL", "LOG_LEVEL"}
    assert set(adoption.config["environment"]) == plain
    assert set(adoption.notes.secrets) == {f"secrets.{name}" for name in (*SECRETS, "SUPPORT_HOOK")}


def test_a_secret_that_is_missing_is_asked_for(adopted: Make) -> None:
    adoption = adopted(env="ZAI_API_URL=https://api.z.ai/v1\nZAI_API_KEY=zai-0123456789")
    assert adoption.notes.secrets == ["secrets.ZAI_API_KEY"]
    assert adoption.notes.missing == [f"secrets.{name}" for name in SECRETS if name != "ZAI_API_KEY"]


def test_a_database_inside_the_image_is_told_before_the_first_up(adopted: Make) -> None:
    adoption = adopted(env="DATABASE_URL=file:./database.db")
    assert "DATABASE_URL" not in adoption.config["environment"]
    assert any("environment.DATABASE_URL: 'file:./database.db' is relative" in line for line in adoption.notes.first)


def test_a_volume_keeps_its_name_on_the_server(adopted: Make) -> None:
    volumes = {volume["name"]: volume for volume in adopted().config["volumes"]}
    assert volumes["database"] == {"name": "database", "mountPath": "/app/data/db", "volumeName": "chat_data"}
    assert volumes["backups"] == {"name": "backups", "mountPath": "/app/backups"}


def test_a_volume_that_hides_the_app_stays_outside_of_the_stack(simulator: Simulator, adopted: Make) -> None:
    mount = next(row for row in simulator.state.mounts.values() if row["volumeName"] == "chat_data")
    mount["mountPath"] = "/app/prisma"
    adoption = adopted()
    assert "/app/prisma" not in str(adoption.config["volumes"])
    assert any("chat_data stays on /app/prisma" in line for line in adoption.notes.left)


def test_a_schedule_that_only_sounds_like_a_backup_is_left_alone(simulator: Simulator, adopted: Make) -> None:
    job = next(row for row in simulator.state.schedules.values() if row["name"] == "Nightly backup")
    job["command"] = "curl -s http://localhost:3000/api/warm"
    adoption = adopted()
    assert "chatzwa-schedule-backup" not in {each.name for each in adoption.adopted}
    assert any("'Nightly backup' goes on running" in line for line in adoption.notes.left)


def test_the_sops_own_schedules_are_recognised_with_their_times(simulator: Simulator, adopted: Make) -> None:
    (row,) = simulator.state.applications.values()
    ByHand(simulator)(
        "schedule.create",
        applicationId=row["applicationId"],
        name="Old copies",
        cronExpression="0 4 * * *",
        command='find /app/backups -name "*.db" -mtime +14 -delete',
        enabled=True,
    )
    adoption = adopted()
    assert "chatzwa-schedule-prune" in {each.name for each in adoption.adopted}
    backup = adoption.config["backup"]
    assert (backup["schedule"], backup["pruneSchedule"], backup["retentionDays"]) == ("0 1 * * *", "0 4 * * *", 14)


def test_a_cron_expression_that_never_runs_makes_way_for_the_sops(simulator: Simulator, adopted: Make) -> None:
    job = next(row for row in simulator.state.schedules.values() if row["name"] == "Nightly backup")
    job["cronExpression"] = "every night"
    adoption = adopted()
    assert _found(adoption, "schedule-backup", "cronExpression") == [("every night", "0 2 * * *")]


def test_a_service_that_was_never_deployed_has_no_deployment_to_import(simulator: Simulator, adopted: Make) -> None:
    simulator.state.deployments.clear()
    assert "chatzwa-deployment" not in {each.name for each in adopted().adopted}


def test_what_stood_in_the_stacks_file_stays_with_its_encrypted_values(
    simulator: Simulator, adopted: Make, tmp_path: Path
) -> None:
    file = tmp_path / f"Pulumi.{STACK}.yaml"
    secure = {"JWT_SECRET": {"secure": "v1:abc"}}
    app = {"revision": "7", "startCommand": "exec node old.js"}
    old = {"encryptionsalt": "v1:xyz", "config": {"chatzwa:secrets": secure, "chatzwa:app": app, "chatzwa:tier": "x"}}
    file.write_text(yaml.safe_dump(old))
    adopted()
    new = yaml.safe_load(file.read_text())
    assert new["encryptionsalt"] == "v1:xyz"
    assert new["config"]["chatzwa:secrets"] == secure
    assert new["config"]["chatzwa:app"]["revision"] == "7"
    assert new["config"]["chatzwa:app"]["startCommand"] == ""
    assert new["config"]["chatzwa:tier"] == "high-traffic"
    assert new["config"]["dokploy:url"] == simulator.url
    assert yaml.safe_load((tmp_path / f"Pulumi.{STACK}.yaml.bak").read_text()) == old


def test_a_project_that_is_not_there_names_those_that_are(adopted: Make) -> None:
    with pytest.raises(UsageError, match=r"there is no project 'Chat'; there is: My Chat"):
        adopted(project="Chat")


def test_two_projects_of_one_name_are_told_apart_by_their_ids(simulator: Simulator, adopted: Make) -> None:
    ByHand(simulator)("project.create", name="My Chat", description="another")
    with pytest.raises(UsageError, match=r"there are 2 projects named 'My Chat': give the id"):
        adopted()
    first, _ = simulator.state.projects
    assert adopted(project=first).adopted[0].id == first


def test_several_applications_have_to_be_chosen_from(simulator: Simulator, adopted: Make, tmp_path: Path) -> None:
    (row,) = simulator.state.applications.values()
    ByHand(simulator)("application.create", name="Worker", environmentId=row["environmentId"])
    known = {"DOKPLOY_URL": simulator.url, "DOKPLOY_API_KEY": simulator.api_key}
    options = Options(root=tmp_path, project="My Chat", stack=STACK)
    with pytest.raises(UsageError, match=r"choose one with --application \(Chat, Worker\)"):
        adopt(options, known)
    chosen = Options(root=tmp_path, project="My Chat", stack=STACK, application="Chat")
    assert any("Worker, in environment production, stays" in line for line in adopt(chosen, known).notes.left)


@pytest.mark.parametrize(
    ("given", "name"), [("My Chat", "my-chat"), ("production", "production"), ("9 lives", "x-9-lives"), ("ü", "x-0")]
)
def test_a_name_becomes_one_that_the_configuration_takes(given: str, name: str) -> None:
    assert slug_of(given) == name


def test_the_summary_holds_every_note_and_whole_commands_and_no_secret(adopted: Make) -> None:
    adoption, paper = adopted(), StringIO()
    show(adoption, Console(file=paper, width=60))
    text = paper.getvalue()
    for line in (*adoption.commands(), *adoption.notes.first, *adoption.notes.left):
        assert line in text
    for secret in (*SECRETS.values(), HOOK):
        assert secret not in text


def test_the_commands_hold_where_the_folder_has_a_blank(simulator: Simulator, tmp_path: Path) -> None:
    root = tmp_path / "my project"
    root.mkdir()
    known = {"DOKPLOY_URL": simulator.url, "DOKPLOY_API_KEY": simulator.api_key}

    commands = [*adopt(Options(root=root, project="My Chat", stack=STACK), known).commands()]

    (imported,) = (shlex.split(each) for each in commands if each.startswith("pulumi import "))
    assert imported[3] == str(root / f"import.{STACK}.json")
    assert len(imported) == 8


def _all(adoption: Adoption) -> str:
    return json.dumps(adoption.to_json()) + adoption.stack_path.read_text() + adoption.import_path.read_text()


def _command(simulator: Simulator | None, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    own = {"DOKPLOY_URL": simulator.url, "DOKPLOY_API_KEY": simulator.api_key} if simulator else {}
    own |= more
    kept = {name: value for name, value in os.environ.items() if not name.startswith("DOKPLOY_")}
    return subprocess.run(
        [sys.executable, "-m", "ops", "adopt", *arguments],
        cwd=ROOT,
        env={**kept, **own},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_command_ends_with_2_and_one_line_where_nothing_is_to_be_adopted(simulator: Simulator) -> None:
    ended = _command(simulator, "Nowhere")
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr == "error: there is no project 'Nowhere'; there is: My Chat\n"


def test_the_command_without_a_key_says_where_it_is_read(simulator: Simulator) -> None:
    ended = _command(None, "My Chat")
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr.startswith("error: no API key: set DOKPLOY_API_KEY")
    assert HOOK not in ended.stderr


@pytest.mark.parametrize(
    ("variables", "said"),
    [
        ({"DOKPLOY_API_KEY": "wrong-key"}, "and set the variable DOKPLOY_API_KEY to it\n"),
        (
            {"DOKPLOY_URL": "dokploy.company.co"},
            "error: DOKPLOY_URL must start with https:// or http://; set the variable",
        ),
    ],
)
def test_a_wrong_address_or_key_is_told_by_the_variable_that_it_came_from(
    simulator: Simulator, variables: dict[str, str], said: str
) -> None:
    ended = _command(simulator, "My Chat", **variables)

    assert (ended.returncode, ended.stdout) == (3, "")
    assert said in ended.stderr
    assert "pulumi config set" not in ended.stderr


def test_the_help_gives_a_missing_key_the_exit_code_that_it_has() -> None:
    assert "2 wrong usage: no such project, no address or no key" in EPILOG
