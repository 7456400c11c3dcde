"""The local stack as it is committed, run as a whole: what a Docker engine is asked for."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pulumi
import pytest

from tests.components.program import Run, Secret, run
from tests.components.stacks import SECRETS, local


@pytest.fixture(scope="module")
def built() -> Run:
    return run("local", local())


def container(config: dict[str, Any]) -> dict[str, Any]:
    """The container that the engine is asked for."""
    return run("local", config).one("Container").inputs


def plain(value: Any) -> Any:
    return value.value if isinstance(value, Secret) else value


def test_the_local_stack_is_one_container_with_its_network_image_volumes_and_commands(built: Run) -> None:
    kinds = ("Network", "RemoteImage", "Volume", "Container", "Command")
    assert {kind: len(built.of(kind)) for kind in kinds} == {
        "Network": 1,
        "RemoteImage": 1,
        "Volume": 4,
        "Container": 1,
        "Command": 6,  # the backup before, the release and four jobs of cron
    }
    assert not [one for one in built.resources.values() if one.type.startswith("dokploy:")]


def test_every_child_lies_under_the_component_that_speaks_of_it(built: Run) -> None:
    parents = {one.name: one.parent for one in built.resources.values()}
    assert parents["chatzwa-network"] == "chatzwa:index:DokployProject"
    assert parents["chatzwa-container"] == "chatzwa:index:AppContainer"
    assert parents["chatzwa-volume-database"] == "chatzwa:index:AppContainer"
    assert parents["chatzwa-image"] == "chatzwa:index:AppContainer"
    assert parents["chatzwa-release"] == "chatzwa:index:Release"
    assert parents["chatzwa-cron-backup"] == "chatzwa:index:BackupCron"
    assert parents["chatzwa-cron-storage"] == "chatzwa:index:ResourceTier"


def test_the_tier_becomes_limits_that_the_engine_gives_back_unchanged(built: Run) -> None:
    inputs = built.one("Container").inputs
    assert (inputs["memory"], inputs["memorySwap"], inputs["cpus"]) == (2048, 2048, "1.0")
    assert inputs["ulimits"] == [{"name": "nproc", "soft": 512, "hard": 512}]


@pytest.mark.parametrize(("cpu", "expected"), [("1500m", "1.5"), ("2", "2.0"), ("1250m", "1.25")])
def test_cores_are_written_as_the_engine_writes_them(cpu: str, expected: str) -> None:
    config = local()
    config["tier"] = {"memory": "2560Mi", "cpu": cpu, "storage": "10Gi", "reason": "a test"}
    inputs = container(config)
    assert (inputs["cpus"], inputs["memory"], inputs["memorySwap"]) == (expected, 2560, 2560)


@pytest.mark.parametrize(
    ("seconds", "expected"), [(45, "45s"), (60, "1m0s"), (90, "1m30s"), (3600, "1h0m0s"), (3725, "1h2m5s")]
)
def test_durations_are_written_as_the_engine_writes_them(seconds: int, expected: str) -> None:
    config = local()
    config["healthCheck"]["intervalSeconds"] = seconds
    config["healthCheck"]["startPeriodSeconds"] = 0
    config["update"] = {"monitorSeconds": 80_000}
    config["restart"] = {"windowSeconds": 80_000}
    check = container(config)["healthcheck"]
    assert (check["interval"], check["startPeriod"], check["retries"]) == (expected, "0s", 3)


def test_the_container_has_as_few_rights_as_an_app_needs(built: Run) -> None:
    inputs = built.one("Container").inputs
    assert inputs["user"] == "10001:10001"
    assert inputs["capabilities"] == {"drops": ["ALL"]}
    assert inputs["securityOpts"] == ["no-new-privileges:true"]
    assert inputs["readOnly"] is True
    assert inputs["tmpfs"] == {"/tmp": "rw,noexec,nosuid,nodev,size=64m"}
    assert inputs["ports"] == [{"internal": 3000, "external": 3000, "ip": "127.0.0.1"}]
    assert "privileged" not in inputs


def test_the_container_restarts_stops_and_logs_as_the_procedure_asks(built: Run) -> None:
    inputs = built.one("Container").inputs
    assert (inputs["restart"], inputs["maxRetryCount"]) == ("on-failure", 3)
    assert (inputs["stopTimeout"], inputs["destroyGraceSeconds"]) == (30, 30)
    assert (inputs["logDriver"], inputs["logOpts"]) == ("json-file", {"max-file": "3", "max-size": "10m"})
    assert inputs["healthcheck"]["tests"][:2] == ["CMD", "/bin/sh"]


def test_each_volume_is_mounted_where_the_settings_say(built: Run) -> None:
    assert {one["containerPath"]: one["volumeName"] for one in built.one("Container").inputs["volumes"]} == {
        "/app/data/db": "chatzwa-local-database",
        "/app/uploads/documents": "chatzwa-local-uploads",
        "/app/data/chat-sessions": "chatzwa-local-sessions",
        "/app/backups": "chatzwa-local-backups",
    }


def test_secrets_that_are_not_set_get_stand_ins_and_reach_the_container_as_secrets(built: Run) -> None:
    assert built.one("EnvSecrets").inputs["secret_names"] == sorted(SECRETS)
    variables = built.one("Container").inputs["envs"]
    assert isinstance(variables, Secret)
    (value,) = [pair.partition("=")[2] for pair in variables.value if pair.startswith("JWT_SECRET=")]
    assert len(value) == 48
    for one in built.resources.values():
        assert value not in json.dumps(one.inputs, default=lambda secret: "marked"), one.name
    assert "NEXTAUTH_URL=http://127.0.0.1:3000" in variables.value
    assert "DATABASE_URL=file:/app/data/db/database.db" in variables.value
    assert not [pair for pair in variables.value if pair.startswith("NIXPACKS_")]


def test_a_secret_that_is_set_is_used_and_stands_nowhere_in_plain_text() -> None:
    built = run("local", {**local(), "secrets": dict(SECRETS)})
    assert f"JWT_SECRET={SECRETS['JWT_SECRET']}" in plain(built.one("Container").inputs["envs"])
    for one in built.resources.values():
        text = json.dumps(one.inputs, default=lambda secret: "marked")
        assert not [name for name, value in SECRETS.items() if value in text], one.name


def test_without_stand_ins_each_missing_secret_is_named_with_its_command() -> None:
    config = local()
    config["docker"]["standIns"] = False
    with pytest.raises(pulumi.RunError) as caught:
        run("local", config)
    for name in SECRETS:
        assert f"pulumi config set --secret --path secrets.{name} --stack local" in str(caught.value)


def test_the_release_follows_this_container_and_comes_after_all_else(built: Run) -> None:
    release = built.named("chatzwa-release")
    urns = {one.name: urn for urn, one in built.resources.items()}
    assert {urns["chatzwa-container"], urns["chatzwa-volume-database"]} <= release.depends_on
    assert release.inputs["triggers"][0] == "chatzwa-container-id"
    text = release.inputs["environment"]["RELEASE"]
    assert "CONTAINER=chatzwa-container-id\nTIMEOUT_S=600\nPROCESSES=512\n" in text
    assert "MASKED='ADMIN_CLEANUP_KEY JWT_SECRET NEXTAUTH_SECRET ZAI_API_KEY'" in text


def before(config: dict[str, Any]) -> str:
    """What stands for the container that the backup before an update is made for."""
    return str(plain(run("local", config).named("chatzwa-backup-before").inputs["environment"]["BEFORE"]))


def test_the_data_are_copied_before_the_container_and_the_container_waits_for_it(built: Run) -> None:
    copy = built.named("chatzwa-backup-before")
    urns = {one.name: urn for urn, one in built.resources.items()}
    assert urns["chatzwa-backup-before"] in built.one("Container").depends_on
    assert urns["chatzwa-container"] not in copy.depends_on
    assert copy.parent == "chatzwa:index:AppContainer"
    text = copy.inputs["environment"]["BACKUP"]
    assert "CONTAINER=chatzwa-local\nJOB=" in text
    assert "VACUUM INTO" in text
    assert isinstance(copy.inputs["environment"]["BEFORE"], Secret), "a digest of secrets is one"


def test_a_stack_that_asks_for_none_copies_nothing_before() -> None:
    config = local()
    config["backup"]["beforeDeploy"] = False
    assert not [one for one in run("local", config).of("Command") if one.name == "chatzwa-backup-before"]


@pytest.mark.parametrize(
    ("change", "replaces"),
    [
        (lambda config: config["app"].update(revision="2"), True),
        (lambda config: config["environment"].update(ZAI_API_URL="https://other.company.co"), True),
        (lambda config: config["secrets"].update(ZAI_API_KEY="zai-another-0123"), True),
        (lambda config: config["healthCheck"].update(retries=2), True),
        (lambda config: config.update(tier="high-traffic"), True),  # more cores, too
        (lambda config: config["restart"].update(maxAttempts=2), False),
        (lambda config: config["backup"].update(schedule="5 5 * * *"), False),
        (lambda config: config["app"].update(stableSeconds=9), False),
    ],
)
def test_a_copy_is_made_whenever_the_container_will_be_another_one(
    change: Callable[[dict[str, Any]], object], replaces: bool
) -> None:
    config = {**local(), "secrets": dict(SECRETS)}
    unchanged = before(config)
    change(config)
    assert (before(config) != unchanged) is replaces


def test_another_revision_is_another_container_and_another_image(built: Run) -> None:
    config = local()
    config["app"]["revision"] = "2"
    changed = run("local", config)
    assert {"label": "chatzwa.revision", "value": "2"} in changed.one("Container").inputs["labels"]
    assert changed.one("RemoteImage").inputs["name"] != built.one("RemoteImage").inputs["name"]


def test_a_job_runs_the_procedures_script_in_the_container_by_the_clock(built: Run) -> None:
    job = built.named("chatzwa-cron-backup").inputs
    assert "SCHEDULE='0 2 * * *'" in job["environment"]["INSTALL"]
    assert "docker exec chatzwa-local /bin/sh -c" in job["environment"]["INSTALL"]
    assert "VACUUM INTO" in job["environment"]["INSTALL"]
    assert "MARK=chatzwa-local:backup" in job["environment"]["INSTALL"]
    assert "MARK=chatzwa-local:backup" in job["environment"]["REMOVE"]
    assert job["create"] == 'printf "%s\\n" "$INSTALL" | /bin/sh'
    assert job["delete"] == 'printf "%s\\n" "$REMOVE" | /bin/sh'


def test_a_remote_engine_is_reached_over_ssh_with_its_key_checked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "ssh").write_text("#!/bin/sh\necho 20.10\n")
    (tmp_path / "ssh").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    config = local()
    config["docker"]["host"] = "ssh://deploy@server.company.co:2222"
    built = run("local", config)
    (provider,) = [one for one in built.resources.values() if one.type == "pulumi:providers:docker"]
    assert provider.inputs["host"] == "ssh://deploy@server.company.co:2222"
    assert "StrictHostKeyChecking=yes" in provider.inputs["sshOpts"]
    for command in built.of("Command"):
        assert command.inputs["create"].endswith(
            "| ssh -o BatchMode=yes -o StrictHostKeyChecking=yes -p 2222 -- deploy@server.company.co /bin/sh"
        )
        assert "DOCKER_HOST" not in command.inputs["environment"]


def test_the_engine_of_the_environment_is_the_stacks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_HOST", "unix:///run/user/1000/docker.sock")
    built = run("local", local())
    (provider,) = [one for one in built.resources.values() if one.type == "pulumi:providers:docker"]
    assert provider.inputs["host"] == "unix:///run/user/1000/docker.sock"
    release = built.named("chatzwa-release")
    assert release.inputs["environment"]["DOCKER_HOST"] == "unix:///run/user/1000/docker.sock"


def test_an_image_is_kept_since_it_may_be_anybodys_and_its_password_is_secret() -> None:
    config = local()
    config["app"]["source"] = {
        "image": {
            "reference": "registry.company.co/chatzwa:1",
            "registryUrl": "https://registry.company.co",
            "username": "robot",
            "password": "pass-0123456789",
        }
    }
    built = run("local", config)
    image = built.one("RemoteImage").inputs
    assert (image["name"], image["keepLocally"]) == ("registry.company.co/chatzwa:1", True)
    for one in built.resources.values():
        assert "pass-0123456789" not in json.dumps(one.inputs, default=lambda secret: "marked"), one.name


def test_an_image_by_its_id_is_run_as_it_is() -> None:
    config = local()
    config["app"]["source"] = {"image": "sha256:" + "a" * 64}
    built = run("local", config)
    assert not built.of("RemoteImage")
    assert built.one("Container").inputs["image"] == "sha256:" + "a" * 64


def test_the_outputs_say_where_it_is_and_what_runs(built: Run) -> None:
    outputs = dict(built.outputs)
    assert outputs["url"] == "http://127.0.0.1:3000"
    assert outputs["app_name"] == "chatzwa-local"
    assert outputs["deployment_id"] == "chatzwa-container-id"
    assert outputs["docker_ids"]["project_id"] == "chatzwa-local"
    assert "dokploy_ids" not in outputs


def test_a_protected_stack_keeps_its_volumes() -> None:
    built = run("local", {**local(), "protect": True})
    assert all(volume.protect for volume in built.of("Volume"))
    # Or no update could replace them.
    assert not built.one("Container").protect
    assert not built.one("RemoteImage").protect
