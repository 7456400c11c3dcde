"""Each secret that stands in plain text in the stack's file is refused, whatever stands encrypted beside it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pulumi
import pytest
import yaml
from pulumi.runtime.config import set_all_config

from components import configuration
from tests.components.program import Server
from tests.components.stacks import SECRETS, complete

CANARY = "canary-9f8a7b6c5d4e3f2a1b0c9d8e7f6a5b4c"
LOCK = {"secure": "v1:abc"}
ENCRYPTED = ("alerts", "app", "backup", "secrets")


def refused(
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    used: dict[str, Any],
    file: str | None,
    *,
    encrypted: tuple[str, ...] = ENCRYPTED,
    api_key_encrypted: bool = True,
    named: str | None = None,
) -> list[str]:
    """What is said of plain text where the engine has `used` and the stack's file is `file`, or has another name."""
    monkeypatch.chdir(folder)
    for name in ("DOKPLOY_URL", "DOKPLOY_API_KEY", "PULUMI_OPTION_CONFIG_FILE"):
        monkeypatch.delenv(name, raising=False)
    if named is not None:
        monkeypatch.setenv("PULUMI_OPTION_CONFIG_FILE", named)
    if file is not None:
        (folder / (named or "Pulumi.production.yaml")).write_text(file)
    pulumi.runtime.set_mocks(Server(), project="chatzwa", stack="production", preview=True)
    texts = {f"chatzwa:{key}": value if isinstance(value, str) else json.dumps(value) for key, value in used.items()}
    secret_keys = [f"chatzwa:{key}" for key in encrypted] + ["dokploy:apiKey"] * api_key_encrypted
    set_all_config({**texts, "dokploy:url": "https://dokploy.company.co", "dokploy:apiKey": CANARY}, secret_keys)
    said = ""
    try:
        configuration.settings()
    except pulumi.RunError as error:
        said = str(error)
    assert CANARY not in said
    return [line.strip(" -") for line in said.splitlines() if "in plain text" in line]


def written(change: dict[str, Any]) -> str:
    """A stack's file with every secret encrypted but for `change`, by key."""
    encrypted = {"chatzwa:secrets": dict.fromkeys(SECRETS, LOCK), "dokploy:apiKey": LOCK}
    return yaml.safe_dump({"config": encrypted | change})


def with_secret(name: str, value: object = CANARY) -> dict[str, Any]:
    return {**complete(), "secrets": {**SECRETS, name: value}}


JWT = dict.fromkeys(SECRETS, LOCK) | {"JWT_SECRET": CANARY}
FOUND = (
    "secrets.JWT_SECRET: stands in plain text in the stack's file; remove it there, change it where it is used, and "
    "run `pulumi config set --secret --path secrets.JWT_SECRET --stack production`"
)


@pytest.mark.parametrize("key", ["chatzwa:secrets", "chatzwa:config:secrets", "secrets"])
def test_one_among_encrypted_ones_is_refused_with_its_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    file = yaml.safe_dump({"config": {key: JWT}})
    assert refused(tmp_path, monkeypatch, with_secret("JWT_SECRET"), file) == [FOUND]


def test_each_of_a_key_without_anything_encrypted_is_refused_even_without_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = refused(tmp_path, monkeypatch, with_secret("JWT_SECRET"), None, encrypted=("alerts", "app", "backup"))
    assert [line.partition(":")[0] for line in found] == sorted(f"secrets.{name}" for name in SECRETS)
    assert FOUND in found


def test_a_key_of_the_server_in_plain_text_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (found,) = refused(tmp_path, monkeypatch, complete(), None, api_key_encrypted=False)
    assert found.startswith("dokploy:apiKey: stands in plain text")
    assert found.endswith("run `pulumi config set --secret dokploy:apiKey --stack production`")


@pytest.mark.parametrize(
    "path",
    [
        "alerts.slack.webhookUrl",
        "app.rollback.registry.password",
        "backup.offsite.secretKey",
        "alerts.custom.endpoint",
        "alerts.email.password",
        "app.source.image.password",
        "ingress.guard.users.ops",
    ],
)
def test_a_secret_of_a_section_is_refused_beside_encrypted_ones_and_in_an_invalid_section(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    section, *parts = path.split(".")
    config = complete()
    inner: Any = CANARY
    for part in reversed(parts):
        inner = {part: inner}
    config[section] = inner  # lacks what the section needs
    file = written({f"chatzwa:{section}": inner})
    (found,) = refused(tmp_path, monkeypatch, config, file, encrypted=(*ENCRYPTED, "ingress"))
    assert found.startswith(f"{path}: stands in plain text")
    assert f"--secret --path {path} --stack" in found


def test_a_name_with_a_dot_is_set_by_a_path_that_the_shell_and_pulumi_read_as_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    guard = {"guard": {"users": {"ops@company.co": CANARY}}}
    (found,) = refused(tmp_path, monkeypatch, {**complete(), "ingress": guard}, None)
    assert """--path 'ingress.guard.users["ops@company.co"]' --stack""" in found


@pytest.mark.parametrize(
    ("config", "file"),
    [
        pytest.param(complete(), written({}), id="all encrypted"),
        pytest.param(complete(), written({"chatzwa:secrets": LOCK}), id="encrypted as a whole"),
        pytest.param(complete(), None, id="no file"),
        pytest.param(complete(), "config: [", id="no yaml"),
        pytest.param(complete(), "- 1", id="no map"),
        pytest.param(complete(), "config:", id="no configuration"),
        pytest.param(complete(), "text", id="no keys"),
        pytest.param(complete(), written({"chatzwa:secrets": JWT}), id="another file takes its place"),
        pytest.param(
            complete(),
            written({"chatzwa:secrets": dict.fromkeys(SECRETS, LOCK) | {"JWT_SECRET": None}}),
            id="emptied",
        ),
        pytest.param(complete(), written({"chatzwa:host": "chat.company.co"}), id="no secret"),
    ],
)
def test_nothing_is_said_where_nothing_is_known_to_stand_in_plain_text(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, config: dict[str, Any], file: str | None
) -> None:
    assert refused(tmp_path, monkeypatch, config, file) == []


def test_the_file_that_the_environment_names_is_the_one_that_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = written({"chatzwa:secrets": JWT})
    assert refused(tmp_path, monkeypatch, with_secret("JWT_SECRET"), file, named="other.yaml") == [FOUND]
