"""Who hears of failures: each kind of channel from the configuration to Dokploy's notification."""

from __future__ import annotations

import json
from typing import Any

import pytest

from components.messages import SettingsError
from components.section_secrets import needed
from components.settings import Settings
from tests.components.program import Run, Secret, run
from tests.components.stacks import SERVER, WEBHOOK, complete, local

CANARY = "canary-0123456789"
CHANNELS: dict[str, dict[str, Any]] = {
    "slack": {"channel": "#ops", "webhookUrl": f"https://hooks.slack.co/{CANARY}"},
    "discord": {"webhookUrl": f"https://discord.co/{CANARY}"},
    "telegram": {"chatId": -1001234, "botToken": CANARY},
    "email": {
        "smtpServer": "smtp.company.co",
        "username": "robot",
        "fromAddress": "robot@company.co",
        "toAddresses": ["ops@company.co"],
        "password": CANARY,
    },
    "ntfy": {"serverUrl": "https://ntfy.company.co", "topic": "chatzwa", "accessToken": CANARY},
    "gotify": {"serverUrl": "https://gotify.company.co", "appToken": CANARY},
    "custom": {"endpoint": f"https://hooks.company.co/{CANARY}"},
}


def built(alerts: dict[str, Any]) -> Run:
    return run("production", {**complete(), "alerts": alerts})


def opened(value: Any) -> Any:
    """The value with its secrets in the open."""
    if isinstance(value, Secret):
        return opened(value.value)
    return {key: opened(inner) for key, inner in value.items()} if isinstance(value, dict) else value


def problems(alerts: dict[str, Any], base: dict[str, Any] | None = None) -> list[str]:
    with pytest.raises(SettingsError) as caught:
        Settings.load({**(base or complete()), "alerts": alerts}, stack="production", surroundings=SERVER)
    return list(caught.value.problems)


@pytest.mark.parametrize("kind", CHANNELS)
def test_a_channel_is_told_of_failures_and_its_secret_is_marked(kind: str) -> None:
    made = built({kind: CHANNELS[kind]})
    notification = made.one("Notification")
    inputs = opened(notification.inputs)
    assert inputs["name"] == "chatzwa-production"
    assert (inputs["appBuildError"], inputs["volumeBackup"], inputs["appDeploy"]) == (True, True, False)
    asked = {key: str(value) if key == "chatId" else value for key, value in CHANNELS[kind].items()}
    assert asked.items() <= inputs[kind].items()
    assert notification.parent == "chatzwa:index:Alerts"
    for resource in made.resources.values():
        assert CANARY not in json.dumps(resource.inputs, default=lambda secret: "marked"), resource.name


def test_several_channels_are_all_told_and_before_the_first_release() -> None:
    made = built({**CHANNELS, "deployments": True})
    assert len(made.of("Notification")) == len(CHANNELS)
    assert all(one.inputs["appDeploy"] is True for one in made.of("Notification"))
    names = {made.resources[urn].name for urn in made.one("Deployment").depends_on}
    assert {f"chatzwa-alert-{kind}" for kind in CHANNELS} <= names
    assert sorted(made.outputs["alerts"]) == sorted(CHANNELS)


def test_a_stack_without_a_channel_tells_nobody_and_still_deploys() -> None:
    made = built({})
    assert (made.of("Notification"), made.outputs["alerts"]) == ([], ())
    assert made.one("Deployment")


@pytest.mark.parametrize("path", [path for path in needed({"alerts": CHANNELS}) if path.startswith("alerts.")])
def test_a_secret_that_is_missing_is_named_with_its_command(path: str) -> None:
    _, kind, name = path.split(".")
    channel = {key: value for key, value in CHANNELS[kind].items() if key != name}
    assert problems({kind: channel}) == [
        f"{path}: is not set; run `pulumi config set --secret --path {path} --stack production`"
    ]


@pytest.mark.parametrize("path", [path for path in needed({"alerts": CHANNELS}) if path.startswith("alerts.")])
def test_a_secret_that_is_no_text_is_not_shown_either(path: str) -> None:
    _, kind, name = path.split(".")
    (problem,) = problems({kind: {**CHANNELS[kind], name: 4711}})
    assert problem == f"{path}: must be text in quotes"


def test_every_secret_of_a_channel_is_asked_for_but_the_token_that_ntfy_may_do_without() -> None:
    asked = {path for path in needed({"alerts": CHANNELS}) if path.startswith("alerts.")}
    secret = {
        f"alerts.{kind}.{key}" for kind in CHANNELS for key, value in CHANNELS[kind].items() if CANARY in str(value)
    }
    assert secret - asked == {"alerts.ntfy.accessToken"}


@pytest.mark.parametrize(
    ("alerts", "expected"),
    [
        ({"slak": {}}, "alerts.slak: unknown key; did you mean slack?"),
        ({"slack": {"webhookUrl": WEBHOOK}}, "alerts.slack.channel: is not set"),
        ({"discord": {"webhookUrl": CANARY}}, "alerts.discord.webhookUrl: is not an address that begins with https://"),
        ({"custom": {"endpoint": 4711}}, "alerts.custom.endpoint: must be text in quotes"),
        ({"gotify": {"serverUrl": "gotify.co", "appToken": CANARY}}, "alerts.gotify.serverUrl: 'gotify.co' is not an"),
        ({"ntfy": {"serverUrl": "https://n.co", "topic": "t", "priority": 9}}, "alerts.ntfy.priority: 9 is outside"),
    ],
)
def test_a_bad_value_is_named_without_what_is_secret(alerts: dict[str, Any], expected: str) -> None:
    (problem,) = problems(alerts)
    assert problem.startswith(expected)
    assert CANARY not in problem
    assert "4711" not in problem


def test_a_docker_engine_notifies_nobody_and_says_so() -> None:
    found = problems({"slack": CHANNELS["slack"]}, local())
    assert "alerts: is for the platform dokploy, and a Docker engine notifies nobody; leave it out" in found
