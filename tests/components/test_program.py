"""Both committed stacks, run as a whole: what the engine is asked for."""

from __future__ import annotations

import json
from typing import Any

import pulumi
import pytest

from tests.components.program import Run, Secret, run
from tests.components.stacks import PLACES, SECRETS, SECTIONS, complete, raw

STACKS = ("staging", "production")


@pytest.fixture(scope="module", params=STACKS)
def built(request: pytest.FixtureRequest) -> Run:
    """One stack as it is committed, with its owner's host and secrets."""
    return run(request.param, complete(request.param))


@pytest.fixture(scope="module")
def production() -> Run:
    """The production stack."""
    return run("production", complete("production"))


def test_a_stack_is_one_project_one_application_and_what_belongs_to_it(built: Run) -> None:
    counts = {kind: len(built.of(kind)) for kind in ("Project", "Environment", "Application", "Mount", "Domain")}
    assert counts == {"Project": 1, "Environment": 1, "Application": 1, "Mount": 4, "Domain": 1}
    assert {schedule.inputs["name"]: schedule.inputs["cronExpression"] for schedule in built.of("Schedule")} == {
        "backup": "0 2 * * *",
        "prune": "0 3 * * *",
        "drill": "0 5 * * 0",
        "storage": "30 * * * *",
    }


def test_every_child_lies_under_the_component_that_speaks_of_it(production: Run) -> None:
    parents = {resource.name: resource.parent for resource in production.resources.values()}
    assert parents["chatzwa-project"] == "chatzwa:index:DokployProject"
    assert parents["chatzwa-application"] == "chatzwa:index:AppContainer"
    assert parents["chatzwa-volume-database"] == "chatzwa:index:AppContainer"
    assert parents["chatzwa-domain"] == "chatzwa:index:Ingress"
    assert parents["chatzwa-deployment"] == "chatzwa:index:Release"
    assert parents["chatzwa-schedule-backup"] == "chatzwa:index:BackupCron"
    assert parents["chatzwa-schedule-storage"] == "chatzwa:index:ResourceTier"


@pytest.mark.parametrize(
    ("stack", "memory", "cpu"), [("staging", "2048Mi", "1000m"), ("production", "4096Mi", "2000m")]
)
def test_the_tier_becomes_the_containers_limits(stack: str, memory: str, cpu: str) -> None:
    built = run(stack, complete(stack))
    application = built.one("Application").inputs
    assert (application["memoryLimit"], application["cpuLimit"], application["replicas"]) == (memory, cpu, 1)
    tier = built.one("ResourceTier").inputs["tier"]
    assert (tier["memory"], tier["cpu"]) == (memory, cpu)


def test_the_storage_check_watches_85_percent_of_the_tier_on_every_volume(production: Run) -> None:
    (check,) = [schedule for schedule in production.of("Schedule") if schedule.inputs["name"] == "storage"]
    assert f"LIMIT_KIB={20 * 1024 * 1024}\nPERCENT=85\n" in check.inputs["command"]
    assert "'/app/data/db /app/uploads/documents /app/data/chat-sessions /app/backups'" in check.inputs["command"]


def test_a_volume_that_exists_already_is_mounted_by_its_own_name_and_a_change_of_it_deploys() -> None:
    config = complete("production")
    config["volumes"][0]["volumeName"] = "chat_data"
    built = run("production", config)
    named = {mount.inputs["mountPath"]: mount.inputs["volumeName"] for mount in built.of("Mount")}
    assert named["/app/data/db"] == "chat_data"
    assert named["/app/backups"] == "chatzwa-production-backups"
    assert "chat_data on /app/data/db" in built.one("Deployment").inputs["triggers"]["volumes"]


def test_the_deployment_comes_after_mounts_variables_and_domain(built: Run) -> None:
    deployment = built.one("Deployment")
    urns = {resource.name: urn for urn, resource in built.resources.items()}
    for name in ("application", "domain", "volume-database", "volume-uploads", "volume-sessions", "volume-backups"):
        assert urns[f"chatzwa-{name}"] in deployment.depends_on, name


def test_the_deployment_is_triggered_by_settings_volumes_and_revision(production: Run) -> None:
    triggers = production.one("Deployment").inputs["triggers"]
    assert triggers == {
        "generation": "7",
        "revision": "1",
        "volumes": "backups on /app/backups, database on /app/data/db, sessions on /app/data/chat-sessions, "
        "uploads on /app/uploads/documents",
    }
    config = complete()
    config["app"]["revision"] = "2"
    assert run("production", config).one("Deployment").inputs["triggers"]["revision"] == "2"


def test_every_secret_arrives_marked_and_nowhere_in_plain_text(production: Run) -> None:
    variables = production.one("Application").inputs["env"]
    assert isinstance(variables, Secret) or all(isinstance(variables[name], Secret) for name in SECRETS)
    for resource in production.resources.values():
        text = json.dumps(resource.inputs, default=lambda secret: "marked")
        for name, value in SECRETS.items():
            assert value not in text, f"{name} stands in plain text among the inputs of {resource.name}"
    assert production.one("EnvSecrets").inputs["secret_names"] == sorted(SECRETS)


def test_the_container_gets_the_variables_that_the_app_needs(production: Run) -> None:
    variables = production.one("Application").inputs["env"]
    variables = variables.value if isinstance(variables, Secret) else variables
    plain = {name: value.value if isinstance(value, Secret) else value for name, value in variables.items()}
    assert plain["DATABASE_URL"] == "file:/app/data/db/database.db"
    assert plain["NEXTAUTH_URL"] == "https://chat.company.co"
    assert {name: plain[name] for name in SECRETS} == SECRETS


def test_stateful_resources_are_protected_in_production_only() -> None:
    stateful = {"DokployProject", "Project", "Environment", "AppContainer", "Application", "Mount"}
    for stack in STACKS:
        protected = {r.type.rsplit(":", 1)[-1] for r in run(stack, complete(stack)).resources.values() if r.protect}
        assert protected == (stateful if stack == "production" else set())


def test_the_app_starts_so_that_its_end_is_seen(production: Run) -> None:
    application = production.one("Application").inputs
    assert application["command"] == ["/bin/bash", "-lc"]
    (start,) = application["args"]
    assert start.index("prisma db push") < start.index("tsx server.ts")
    assert "tee" not in start


def test_the_release_is_watched_for_longer_than_its_health_needs(built: Run) -> None:
    application = built.one("Application").inputs
    check, update, restart = (application[key] for key in ("healthCheck", "updatePolicy", "restartPolicy"))
    verdict = check["startPeriodSeconds"] + check["intervalSeconds"] * check["retries"]
    assert verdict == 300, "the SOP's healthcheckTimeout"
    assert update["monitorSeconds"] > check["intervalSeconds"] * check["retries"]
    assert (update["order"], update["failureAction"]) == ("stop-first", "rollback")
    assert application["rollbackPolicy"]["order"] == "stop-first"
    assert (restart["condition"], restart["maxAttempts"]) == ("on-failure", 3)
    assert restart["windowSeconds"] > 3 * verdict
    assert check["test"][:3] == ["CMD", "/bin/bash", "-lc"]


def test_a_committed_stack_builds_the_apps_repository(built: Run) -> None:
    application = built.one("Application").inputs
    assert application["git"]["url"] == "https://github.com/gagangborneo/chatzwa.git"
    assert application["git"]["branch"] == "main"
    assert application["build"]["type"] == "nixpacks"
    assert application["autoDeploy"] is False


def test_an_image_is_deployed_as_it_is_with_its_password_secret() -> None:
    config = complete()
    config["app"]["source"] = {
        "image": {"reference": "registry.company.co/chatzwa:1", "username": "robot", "password": "pass-0123456789"}
    }
    built = run("production", config)
    application = built.one("Application").inputs
    image = application["image"].value if isinstance(application["image"], Secret) else application["image"]
    assert image["reference"] == "registry.company.co/chatzwa:1"
    assert "git" not in application
    assert "build" not in application
    for resource in built.resources.values():
        assert "pass-0123456789" not in json.dumps(resource.inputs, default=lambda secret: "marked"), resource.name


def test_a_github_app_and_a_dockerfile_are_passed_on() -> None:
    config = complete()
    config["app"]["source"] = {"github": {"githubId": "gh-1", "owner": "company", "repository": "chatzwa"}}
    config["app"]["build"] = {"type": "dockerfile", "dockerfile": "Dockerfile", "contextPath": "."}
    application = run("production", config).one("Application").inputs
    assert application["github"]["owner"] == "company"
    build = {"type": "dockerfile", "dockerfile": "Dockerfile", "contextPath": "."}
    assert build.items() <= application["build"].items()


def test_a_shell_of_ones_own_goes_everywhere() -> None:
    config = complete()
    config["app"]["shell"] = "sh"
    built = run("production", config)
    application = built.one("Application").inputs
    assert application["command"] == ["/bin/sh", "-lc"]
    assert application["healthCheck"]["test"][1] == "/bin/sh"
    assert {schedule.inputs["shellType"] for schedule in built.of("Schedule")} == {"sh"}


def test_an_empty_start_command_leaves_the_images_own() -> None:
    config = complete()
    config["app"]["startCommand"] = ""
    application = run("production", config).one("Application").inputs
    assert (application.get("command", []), application.get("args", [])) == ([], [])


def test_the_outputs_say_where_it_is_and_what_runs(production: Run) -> None:
    assert production.outputs == {
        "url": "https://chat.company.co",
        "tier": "high-traffic",
        "source": "https://github.com/gagangborneo/chatzwa.git@main",
        "app_name": "chatzwa-ab12cd",
        "deployment_id": "deployment-1",
        "release": "release-1",
        "schedules": {
            "backup": "0 2 * * *",
            "prune": "0 3 * * *",
            "drill": "0 5 * * 0",
            "offsite": "0 4 * * *",
            "storage": "30 * * * *",
        },
        "offsite": "chatzwa-production at https://s3.company.co",
        "alerts": ("slack",),
        "dokploy_ids": {
            "project_id": "chatzwa-project-id",
            "environment_id": "chatzwa-environment-id",
            "application_id": "chatzwa-application-id",
            "domain_id": "chatzwa-domain-id",
        },
    }


@pytest.mark.parametrize("stack", STACKS)
def test_a_stack_as_committed_is_refused_with_the_commands_that_complete_it(stack: str) -> None:
    config: dict[str, Any] = {
        key.removeprefix("chatzwa:"): value for key, value in raw(stack).items() if key.startswith("chatzwa:")
    }
    with pytest.raises(pulumi.RunError) as caught:
        run(stack, config, server=raw(stack)["dokploy:url"])
    text = str(caught.value)
    assert f"pulumi config set host chat.your-company.com --stack {stack}" in text
    assert f"pulumi config set dokploy:url https://dokploy.your-company.com --stack {stack}" in text
    for name in SECRETS:
        assert f"pulumi config set --secret --path secrets.{name} --stack {stack}" in text
    for path in PLACES:
        assert (f"pulumi config set --path {path} YOURS --stack {stack}" in text) == (stack == "production")
    for path in SECTIONS:
        assert (f"pulumi config set --secret --path {path} --stack {stack}" in text) == (stack == "production")


def test_nothing_is_registered_when_the_configuration_is_refused() -> None:
    config = complete()
    config["backup"]["schedule"] = "never"
    with pytest.raises(pulumi.RunError, match=r"backup\.schedule"):
        run("production", config)


def test_an_update_of_production_without_the_policies_is_refused_with_the_line_that_sets_them() -> None:
    with pytest.raises(pulumi.RunError, match=r"export PULUMI_OPTION_POLICY_PACK=\./policies"):
        run("production", complete(), policies="")


def test_staging_may_be_updated_without_the_policies() -> None:
    assert run("staging", complete(), policies="").one("Application")
