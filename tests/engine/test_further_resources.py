"""The resources beside the seven of a deployment, in one stack: made once, equal at a second look, gone at last."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from dokploy.simulator import Fault, Simulator
from dokploy.simulator.state import State, Table
from tests.engine.conftest import NewWorkspace
from tests.engine.example import Program, application_only, ref
from tests.engine.outcome import Outcome

pytestmark = pytest.mark.engine

PRIVATE_KEY = "-----BEGIN OPENSSH PRIVATE KEY-----\ncanary-private-key\n-----END OPENSSH PRIVATE KEY-----\n"

CREATES = {
    "port": "port.create",
    "redirect": "redirects.create",
    "login": "security.create",
    "nightly": "volumeBackups.create",
    "registry": "registry.create",
    "bucket": "destination.create",
    "key": "sshKey.create",
    "tag": "tag.create",
    "alarm": "notification.createCustom",
    "cache": "redis.create",
    "database": "postgres.create",
}
"""The name of a resource, and the call that makes it."""

CHANGES: dict[str, dict[str, Any]] = {
    "port": {"target_port": 3001},
    "redirect": {"permanent": True},
    "login": {"password": "canary-login-changed"},
    "nightly": {"cron_expression": "30 3 * * *"},
    "registry": {"username": "other"},
    "bucket": {"region": "eu-west-1"},
    "key": {"name": "renamed"},
    "tag": {"color": "#00ff00"},
    "alarm": {"app_deploy": True},
    "cache": {"memory_limit": "512Mi"},
    "database": {"memory_limit": "512Mi"},
    "headers": {"configuration": json.dumps({"headers": {"frameDeny": False}})},
}


def _program() -> Program:
    program = application_only()
    web, production = ref("web"), ref("production")
    program.declare("port", "Port", application_id=web, published_port=8443, target_port=3000)
    program.declare("redirect", "Redirect", application_id=web, regex="^http://old/(.*)", replacement="http://new/$1")
    program.declare("login", "BasicAuth", application_id=web, username="staff", password="canary-login")
    program.declare("headers", "Middleware", name="chat-headers")
    program["headers"]["configuration"] = json.dumps({"headers": {"frameDeny": True}})
    program.declare("registry", "Registry", name="registry", url="registry.example.com", username="puller")
    program["registry"]["password"] = "canary-registry"
    program.declare("bucket", "Destination", name="bucket", endpoint="https://s3.example.com", bucket="chat")
    program["bucket"].update(access_key="canary-access", secret_access_key="canary-secret-access", region="eu")
    program.declare("nightly", "VolumeBackup", application_id=web, name="nightly", volume_name="web-data")
    program["nightly"].update(destination_id=ref("bucket"), cron_expression="0 3 * * *")
    program.declare("key", "SshKey", name="key", public_key="ssh-ed25519 AAAA chat", private_key=PRIVATE_KEY)
    program.declare("tag", "Tag", name="tag", color="#ff0000", project_ids=[ref("chat")])
    program.declare("alarm", "Notification", name="alarm", app_build_error=True)
    program["alarm"]["custom"] = {"endpoint": "https://alarm.example.com/canary-hook"}
    program.declare("cache", "Redis", environment_id=production, name="cache", password="canary-redis-1")
    program.declare("database", "Postgres", environment_id=production, name="database", password="canary-postgres-1")
    program["database"].update(database_name="chat", database_user="chat")
    return program


def _tables(state: State) -> dict[str, Table]:
    """Where the server keeps each resource."""
    return {
        "port": state.ports,
        "redirect": state.redirects,
        "login": state.security,
        "nightly": state.volume_backups,
        "registry": state.registries,
        "bucket": state.destinations,
        "key": state.ssh_keys,
        "tag": state.tags,
        "alarm": state.notifications,
        "cache": state.databases["redis"],
        "database": state.databases["postgres"],
    }


@dataclass(frozen=True, kw_only=True)
class Life:
    """`made`: the server's ids after the first up, in which every create lost its answer."""

    up: Outcome
    ids: dict[str, str]
    made: dict[str, list[str]]
    second_up: Outcome
    refresh: Outcome
    update: Outcome
    after_update: Outcome
    state_file: str
    destroy: Outcome
    left: dict[str, list[str]]


@pytest.fixture(scope="module")
def life(new_workspace: NewWorkspace) -> Iterator[Life]:
    with Simulator() as simulator:
        workspace = new_workspace(simulator)

        def rows() -> dict[str, list[str]]:
            return {name: list(table) for name, table in _tables(simulator.state).items()}

        program = _program()
        for procedure in CREATES.values():
            simulator.fail(Fault(procedure=procedure, kind="drop_after"))
        up = workspace.up(program)
        ids, made = workspace.ids, rows()
        second_up = workspace.up(program, "--expect-no-changes")
        refresh = workspace.refresh()
        for name, properties in CHANGES.items():
            program[name].update(properties)
        update = workspace.up(program)
        after_update = workspace.pulumi("refresh", "--preview-only", "--expect-no-changes")
        yield Life(
            up=up,
            ids=ids,
            made=made,
            second_up=second_up,
            refresh=refresh,
            update=update,
            after_update=after_update,
            state_file=workspace.state_file.read_text(),
            destroy=workspace.destroy(),
            left=rows(),
        )


@pytest.mark.parametrize("name", CREATES)
def test_a_lost_answer_leaves_one_object_that_the_state_knows(life: Life, name: str) -> None:
    life.up.succeeded()
    assert life.made[name] == [life.ids[name]]


def test_the_second_up_changes_nothing(life: Life) -> None:
    life.second_up.succeeded()


def test_a_refresh_of_an_untouched_server_changes_nothing(life: Life) -> None:
    assert life.refresh.succeeded().differences == {}


def test_every_change_is_made_in_place(life: Life) -> None:
    assert life.update.succeeded().steps == {name: ["update"] for name in CHANGES}


def test_the_server_holds_the_changes(life: Life) -> None:
    assert life.after_update.code == 0, life.after_update.text


def test_no_output_and_no_state_shows_a_secret(life: Life) -> None:
    shown = [outcome.text for outcome in (life.up, life.refresh, life.update, life.after_update, life.destroy)]
    assert [text for text in (*shown, life.state_file) if "canary" in text] == []


def test_destroy_leaves_nothing(life: Life) -> None:
    life.destroy.succeeded()
    assert life.left == {name: [] for name in CREATES}
