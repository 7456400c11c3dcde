"""A volume backup: what Dokploy leaves off is said, and what it would go on running is switched off."""

from __future__ import annotations

import pytest

from dokploy.simulator import Fault, Simulator
from tests.dokploy.plugin.harness import CallError, Provider, RefusedError
from tests.dokploy.resources.child_cases import VOLUME_BACKUP


def test_it_is_enabled_where_nothing_is_said(provider: Provider, simulator: Simulator) -> None:
    # Dokploy stores null for what is left out, and never runs such a backup.
    kept, _ = VOLUME_BACKUP.make(provider)
    assert simulator.state.volume_backups[kept.id]["enabled"] is True


def test_one_that_was_made_by_hand_and_never_runs_is_shown_as_that(provider: Provider, simulator: Simulator) -> None:
    kept, properties = VOLUME_BACKUP.make(provider)
    simulator.state.volume_backups[kept.id]["enabled"] = None
    provider.restart()
    imported = provider.import_("VolumeBackup", kept.id)
    assert imported is not None
    assert imported.inputs["enabled"] is False
    assert list(provider.diff(imported, properties).detailedDiff) == ["enabled"]


def test_it_belongs_to_the_application(provider: Provider, simulator: Simulator) -> None:
    kept, properties = VOLUME_BACKUP.make(provider)
    row = simulator.state.volume_backups[kept.id]
    assert (row["applicationId"], row["serviceType"]) == (properties["applicationId"], "application")


def test_a_delete_switches_it_off_first(provider: Provider, simulator: Simulator) -> None:
    # Deleting the row alone leaves its timer running until Dokploy is restarted.
    kept, _ = VOLUME_BACKUP.make(provider)
    calls = len(simulator.calls)
    provider.delete(kept)
    writes = [call.procedure for call in simulator.calls[calls:] if call.method == "POST"]
    assert writes == ["volumeBackups.update", "volumeBackups.delete"]


def test_one_whose_deletion_fails_does_not_run_any_more(provider: Provider, simulator: Simulator) -> None:
    kept, _ = VOLUME_BACKUP.make(provider)
    simulator.fail(Fault(procedure="volumeBackups.delete", kind="echo", times=9))
    with pytest.raises(CallError, match=r"^volumeBackups\.delete: "):
        provider.delete(kept)
    assert simulator.state.volume_backups[kept.id]["enabled"] is False


def test_one_that_belongs_to_nothing_is_not_imported(provider: Provider, simulator: Simulator) -> None:
    kept, _ = VOLUME_BACKUP.make(provider)
    simulator.state.volume_backups[kept.id]["applicationId"] = None
    provider.restart()
    with pytest.raises(AssertionError, match="belongs to no application"):
        provider.import_("VolumeBackup", kept.id)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"cronExpression": "every day"}, "'every day' is not a cron expression"),
        ({"cronExpression": "0 0 30 2 *"}, "is not a cron expression of five fields that ever runs"),
        ({"cronExpression": "0 0 4 * * *"}, "is not a cron expression of five fields"),
        ({"volumeName": "x"}, "volumeName: 'x' has to be two or more of"),
        ({"volumeName": "a b"}, "volumeName: 'a b' has to be two or more of"),
        ({"keepLatestCount": 0}, "keepLatestCount: .*greater than or equal to 1"),
        ({"prefix": ""}, "prefix: "),
    ],
)
def test_what_dokploy_would_take_and_never_run_is_refused(provider: Provider, change: dict[str, str], why: str) -> None:
    with pytest.raises(RefusedError, match=why) as refused:
        VOLUME_BACKUP.make(provider, **change)
    assert len(refused.value.reasons) == 1
    assert "\n" not in refused.value.reasons[0]
