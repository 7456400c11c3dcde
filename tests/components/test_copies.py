"""Copies that leave the server, and images that stay to go back to."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest

from components.checks import Surroundings
from components.messages import SettingsError
from components.settings import Settings
from tests.components.program import Run, run
from tests.components.stacks import SECTIONS, SERVER, complete, local
from tests.components.test_alerts import opened

PLAIN = Surroundings(
    server_url="https://dokploy.company.co",
    has_api_key=True,
    plain=frozenset(tuple(path.split(".")) for path in SECTIONS),
)


@pytest.fixture(scope="module")
def production() -> Run:
    return run("production", complete())


def problems(section: str, part: str, change: dict[str, Any], base: dict[str, Any] | None = None) -> list[str]:
    """What is wrong once `change` is made to one part of a section; None takes a key away."""
    config = base or complete()
    whole = {**config.get(section, {}).get(part, {}), **change}
    config[section] = {
        **config.get(section, {}),
        part: {key: value for key, value in whole.items() if value is not None},
    }
    with pytest.raises(SettingsError) as caught:
        Settings.load(config, stack="production", surroundings=SERVER)
    return list(caught.value.problems)


def test_the_volume_of_the_copies_goes_off_site_after_the_copy_and_never_the_live_files(production: Run) -> None:
    backup, destination = opened(production.one("VolumeBackup").inputs), opened(production.one("Destination").inputs)
    assert backup["volumeName"] == "chatzwa-production-backups"
    assert (backup["cronExpression"], backup["keepLatestCount"], backup["enabled"]) == ("0 4 * * *", 7, True)
    assert backup["destinationId"] == "chatzwa-destination-id"
    assert destination["endpoint"] == "https://s3.company.co"
    assert destination["secretAccessKey"] == SECTIONS["backup.offsite.secretKey"]
    assert production.one("VolumeBackup").parent == "chatzwa:index:BackupCron"
    assert production.outputs["schedules"]["offsite"] == "0 4 * * *"
    assert production.outputs["offsite"] == "chatzwa-production at https://s3.company.co"


def test_a_volume_that_exists_already_is_the_one_that_is_sent() -> None:
    config = complete()
    config["volumes"][3]["volumeName"] = "chat_copies"
    assert run("production", config).one("VolumeBackup").inputs["volumeName"] == "chat_copies"


def test_the_image_of_each_release_is_kept_in_the_registry(production: Run) -> None:
    registry = opened(production.one("Registry").inputs)
    assert (registry["url"], registry["username"]) == ("registry.company.co", "chatzwa")
    assert registry["password"] == SECTIONS["app.rollback.registry.password"]
    assert production.one("Application").inputs["rollback"] == {"registryId": "chatzwa-registry-id"}
    assert not production.one("Registry").protect, "a login holds no data"


def test_a_registry_that_dokploy_knows_is_found_by_its_name() -> None:
    config = complete()
    config["app"]["rollback"] = {"registryName": "company"}
    made = run("production", config)
    assert made.of("Registry") == []
    assert made.one("Application").inputs["rollback"] == {"registryId": "registry-of-company"}


def test_a_stack_that_names_neither_keeps_and_sends_nothing() -> None:
    made = run("staging", complete("staging"))
    assert (made.of("Destination"), made.of("VolumeBackup"), made.of("Registry")) == ([], [], [])
    assert made.outputs["offsite"] is None
    assert "rollback" not in made.one("Application").inputs


def test_no_secret_of_a_section_is_in_plain_text(production: Run) -> None:
    for resource in production.resources.values():
        text = json.dumps(resource.inputs, default=lambda secret: "marked")
        assert not [path for path, value in SECTIONS.items() if value in text], resource.name


@pytest.mark.parametrize(
    ("section", "part", "change", "expected"),
    [
        ("backup", "offsite", {"bucket": None}, "backup.offsite.bucket: is not set"),
        (
            "backup",
            "offsite",
            {"secretKey": None},
            "backup.offsite.secretKey: is not set; run `pulumi config set --secret",
        ),
        ("backup", "offsite", {"endpoint": "s3.co"}, "backup.offsite.endpoint: 's3.co' is not an address"),
        (
            "backup",
            "offsite",
            {"endpoint": "https://s3.example.com"},
            "backup.offsite.endpoint: s3.example.com is a name",
        ),
        (
            "backup",
            "offsite",
            {"schedule": "5 2 * * *"},
            "backup.offsite.schedule: '5 2 * * *' (UTC) fires less than 15",
        ),
        (
            "backup",
            "offsite",
            {"schedule": "0 2 * * *"},
            "backup.offsite.schedule: '0 2 * * *' (UTC) fires less than 15",
        ),
        ("backup", "offsite", {"keepLatest": 0}, "backup.offsite.keepLatest: 0 is outside 1 to 1000 archives"),
        ("app", "rollback", {"registry": None}, "app.rollback: choose exactly one of registry and registryName"),
        ("app", "rollback", {"registryName": "x"}, "app.rollback: choose exactly one of registry and registryName"),
    ],
)
def test_a_bad_value_is_named_with_the_way_out(section: str, part: str, change: dict[str, Any], expected: str) -> None:
    (problem,) = problems(section, part, change)
    assert problem.startswith(expected)


def test_the_time_zone_of_the_copy_counts() -> None:
    config = complete()
    # 02:00 in Jakarta is 19:00 UTC.
    config["backup"] |= {
        "timezone": "Asia/Jakarta",
        "offsite": {**config["backup"]["offsite"], "schedule": "5 19 * * *"},
    }
    with pytest.raises(SettingsError, match=r"backup\.offsite\.schedule: '5 19 \* \* \*'"):
        Settings.load(config, stack="production", surroundings=SERVER)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"url": "https://registry.company.co"}, "is not a registry; write its host name alone"),
        ({"url": "registry.example.com"}, "app.rollback.registry.url: registry.example.com is a name for examples"),
        ({"password": None}, "app.rollback.registry.password: is not set; run `pulumi config set --secret"),
    ],
)
def test_a_bad_registry_is_named_with_the_way_out(change: dict[str, Any], expected: str) -> None:
    registry = {**complete()["app"]["rollback"]["registry"], **change}
    (problem,) = problems(
        "app", "rollback", {"registry": {key: value for key, value in registry.items() if value is not None}}
    )
    assert expected in problem


@pytest.mark.parametrize("path", SECTIONS)
def test_a_secret_in_plain_text_is_refused_without_being_shown(path: str) -> None:
    with pytest.raises(SettingsError) as caught:
        Settings.load(complete(), stack="production", surroundings=PLAIN)
    assert any(problem.startswith(f"{path}: stands in plain text") for problem in caught.value.problems)
    assert SECTIONS[path] not in str(caught.value)


def test_a_docker_engine_says_what_it_has_no_counterpart_for() -> None:
    production = copy.deepcopy(complete())
    config = local()
    config["backup"]["offsite"] = production["backup"]["offsite"]
    config["app"]["rollback"] = production["app"]["rollback"]
    with pytest.raises(SettingsError) as caught:
        Settings.load(config, stack="local", surroundings=SERVER)
    text = str(caught.value)
    assert "backup.offsite: is for the platform dokploy, and a Docker engine sends nothing to a bucket" in text
    assert "app.rollback: is for the platform dokploy" in text
