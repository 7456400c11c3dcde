"""The program and its schema under the real CLI: what a newcomer meets at the first preview."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from tests.components.stacks import ROOT, SECRETS, WEBHOOK
from toolchain import locate

pytestmark = pytest.mark.engine


@dataclass(frozen=True, kw_only=True)
class Project:
    """A copy of the program with a home and a state of its own. No Dokploy is needed to be refused."""

    folder: Path

    def pulumi(self, *arguments: str, given: str | None = None) -> subprocess.CompletedProcess[str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("PULUMI_", "DOKPLOY_"))}
        settings = {
            "PULUMI_HOME": str(self.folder / "home"),
            "PULUMI_BACKEND_URL": f"file://{self.folder / 'state'}",
            "PULUMI_CONFIG_PASSPHRASE": "",
            "PULUMI_SKIP_UPDATE_CHECK": "true",
            "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
            "PULUMI_DISABLE_REGISTRY_RESOLVE": "true",
        }
        return subprocess.run(
            [str(locate()), *arguments, "--stack", "production", "--non-interactive", "--color", "never"],
            cwd=self.folder,
            env={**kept, **settings},
            input=given,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=120,
            check=False,
        )

    @property
    def stack_file(self) -> Path:
        return self.folder / "Pulumi.production.yaml"

    def preview(self) -> str:
        """What a refused preview prints."""
        done = self.pulumi("preview")
        assert done.returncode != 0, done.stdout
        assert "Traceback" not in done.stdout
        return done.stdout


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """The production stack as it is committed."""
    for name in ("Pulumi.yaml", "Pulumi.production.yaml", "__main__.py"):
        shutil.copy(ROOT / name, tmp_path)
    for name in ("components", "dokploy", ".venv"):
        (tmp_path / name).symlink_to(ROOT / name)
    (tmp_path / "state").mkdir()
    made = Project(folder=tmp_path)
    done = made.pulumi("stack", "init")
    assert done.returncode == 0, done.stdout
    return made


def test_a_first_preview_names_every_command_that_is_still_to_be_run(project: Project) -> None:
    text = project.preview()
    assert "pulumi config set host chat.your-company.com --stack production" in text
    assert "pulumi config set dokploy:url https://dokploy.your-company.com --stack production" in text
    for name in SECRETS:
        assert f"pulumi config set --secret --path secrets.{name} --stack production" in text
    assert "pulumi config set --secret dokploy:apiKey --stack production" in text
    assert "Missing required configuration" not in text


def test_secrets_that_are_set_by_path_are_found_and_encrypted(project: Project) -> None:
    first, *others = SECRETS
    for name in others:
        done = project.pulumi("config", "set", "--secret", "--path", f"secrets.{name}", given=SECRETS[name])
        assert done.returncode == 0, done.stdout
    text = project.preview()
    assert f"secrets.{first}" in text
    for name in others:
        assert f"secrets.{name}" not in text
        assert SECRETS[name] not in text + project.stack_file.read_text()


@pytest.mark.parametrize("beside", ["--secret", "--plaintext"])
def test_a_secret_in_plain_text_is_refused_whatever_stands_beside_it(project: Project, beside: str) -> None:
    for path, how in (
        ("secrets.NEXTAUTH_SECRET", beside),
        ("secrets.JWT_SECRET", "--plaintext"),
        ("alerts.slack.webhookUrl", "--plaintext"),
        ("dokploy:apiKey", "--plaintext"),
    ):
        value = SECRETS.get(path.removeprefix("secrets."), WEBHOOK)
        done = project.pulumi("config", "set", how, *(["--path"] if "." in path else []), path, given=value)
        assert done.returncode == 0, done.stdout
    text = project.preview()
    for path in ("secrets.JWT_SECRET", "alerts.slack.webhookUrl", "dokploy:apiKey"):
        assert f"{path}: stands in plain text in the stack's file" in text
    assert ("secrets.NEXTAUTH_SECRET: stands" in text) == (beside == "--plaintext")
    assert SECRETS["JWT_SECRET"] not in text
    assert WEBHOOK not in text


def test_what_is_left_out_falls_back_to_the_schema_and_all_else_is_told_at_once(project: Project) -> None:
    project.stack_file.write_text(
        yaml.safe_dump({"config": {"chatzwa:colour": "red", "chatzwa:backup": {"schedule": "never"}}})
    )
    text = project.preview()
    for problem in (
        "colour: unknown key",
        "backup.schedule: 'never' is not",
        "host: chat.example.com is",
        "no AI provider",
    ):
        assert problem in text
    assert "is missing configuration value" not in text


def test_sections_of_the_wrong_type_are_told_with_all_else_and_emptied_ones_say_nothing(project: Project) -> None:
    project.stack_file.write_text(
        "config:\n  chatzwa:alerts:\n  chatzwa:restart: 3\n  chatzwa:volumes: {database: /app/data/db}\n"
        "  chatzwa:protect: perhaps\n  chatzwa:app: {port: 70000, replicas: 2, source: {image: a:1}}\n"
    )
    text = project.preview()
    for problem in (
        "restart: must be a map of keys and values, not '3'",
        "volumes: must be a list, not dict",
        "protect: must be true or false, not 'perhaps'",
        "app.port: 70000 is outside 1 to 65535",
        "app.replicas: 2 is not 1",
    ):
        assert problem in text
    assert " alerts:" not in text
    assert "must be of type" not in text
