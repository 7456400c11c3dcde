"""A notification: one channel, whose update Dokploy takes only as a whole."""

from __future__ import annotations

from typing import Any

import pytest

from dokploy.simulator import Simulator
from tests.dokploy.plugin.harness import CallError, Provider
from tests.dokploy.resources.case import Case, with_change
from tests.dokploy.resources.notification_cases import CASES, FLAGS, SLACK

BY_KIND = {case.label: case for case in CASES}
FLAGS_OF_THE_CHANNEL = (*FLAGS, "dockerCleanup")


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_new_name_alone_sends_the_whole_channel(provider: Provider, simulator: Simulator, case: Case) -> None:
    kept, properties = case.make(provider)
    row = simulator.state.notifications[kept.id]
    channel = dict(simulator.state.channels[row[f"{case.label}Id"]])
    provider.update(kept, with_change(properties, {"name": "alarms"}))
    assert row["name"].startswith("alarms")
    assert simulator.state.channels[row[f"{case.label}Id"]] == channel
    assert {flag for flag in FLAGS_OF_THE_CHANNEL if row[flag]} == set(FLAGS) - {"appDeploy"}


@pytest.mark.parametrize("kind", sorted(BY_KIND))
def test_a_threshold_is_sent_to_those_that_have_one(provider: Provider, simulator: Simulator, kind: str) -> None:
    case = BY_KIND[kind]
    kept, properties = case.make(provider)
    row = simulator.state.notifications[kept.id]
    has_one = kind not in ("ntfy", "gotify")
    assert row["serverThreshold"] is has_one
    found = provider.refresh(kept)
    assert found is not None
    assert not provider.diff(found, properties).detailedDiff
    if has_one:
        changed = provider.refresh(provider.update(kept, with_change(properties, {"serverThreshold": False})))
        assert changed is not None
        assert changed.inputs["serverThreshold"] is False


def test_every_flag_and_every_channel_field_that_is_edited_by_hand_is_shown(
    provider: Provider, simulator: Simulator
) -> None:
    kept, properties = BY_KIND["slack"].make(provider)
    row = simulator.state.notifications[kept.id]
    for flag in FLAGS_OF_THE_CHANNEL:
        row[flag] = not row[flag]
    provider.restart()
    found = provider.refresh(kept)
    assert found is not None
    assert set(provider.diff(found, properties).diffs) == set(FLAGS_OF_THE_CHANNEL)


@pytest.mark.parametrize(
    ("channels", "given"),
    [({}, "none"), ({"slack": SLACK, "custom": {"endpoint": "https://hook.example"}}, "slack and custom")],
)
def test_exactly_one_channel_is_needed(provider: Provider, channels: dict[str, Any], given: str) -> None:
    (reason,) = provider.refusals("Notification", {"name": "alerts", **channels})
    assert reason.endswith(f"is needed, given: {given}")


@pytest.mark.parametrize(
    ("kind", "change", "path"),
    [
        ("email", {"smtpPort": 0}, "email.smtpPort"),
        ("email", {"toAddresses": []}, "email.toAddresses"),
        ("ntfy", {"priority": 6}, "ntfy.priority"),
        ("gotify", {"serverUrl": "gotify.example"}, "gotify.serverUrl"),
        ("slack", {"webhookUrl": ""}, "slack.webhookUrl"),
        ("telegram", {"chat": "x"}, "telegram.chat"),
    ],
)
def test_a_mistake_in_a_channel_is_one_line(provider: Provider, kind: str, change: dict[str, Any], path: str) -> None:
    channel = {**BY_KIND[kind].valid[kind], **change}
    (reason,) = provider.refusals("Notification", {"name": "alerts", kind: channel})
    assert reason.startswith(f"{path}: ")


def test_a_kind_that_is_not_known_here_is_not_imported(provider: Provider, simulator: Simulator) -> None:
    kept, _ = BY_KIND["slack"].make(provider)
    simulator.state.notifications[kept.id]["notificationType"] = "teams"
    provider.restart()
    with pytest.raises(CallError, match="notification alerts is of the kind teams; known here are slack, ") as failure:
        provider.import_("Notification", kept.id)
    assert "\n" not in failure.value.line


def test_another_kind_of_channel_is_another_notification(provider: Provider, simulator: Simulator) -> None:
    first, _ = BY_KIND["slack"].make(provider)
    provider.restart()
    second, _ = BY_KIND["custom"].make(provider)
    assert set(simulator.state.notifications) == {first.id, second.id}


def test_headers_are_replaced_as_a_whole(provider: Provider, simulator: Simulator) -> None:
    kept, properties = BY_KIND["custom"].make(provider)
    endpoint = properties["custom"]["endpoint"]
    provider.update(kept, with_change(properties, {"custom": {"endpoint": endpoint, "headers": {"X-Key": "abcdef"}}}))
    (channel,) = simulator.state.channels.values()
    assert channel["headers"] == {"X-Key": "abcdef"}
