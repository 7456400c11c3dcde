"""An SSH key: the private half is readable in Dokploy, and neither half can be changed."""

from __future__ import annotations

import pytest

from dokploy.simulator import Simulator
from tests.dokploy.plugin.harness import CallError, Provider
from tests.dokploy.resources.case import with_change
from tests.dokploy.resources.organization_cases import KEY, SSH_KEY


def test_a_text_that_is_no_private_key_is_one_line_that_does_not_show_it(
    provider: Provider, simulator: Simulator
) -> None:
    with pytest.raises(CallError, match="privateKey: Invalid private key format") as failure:
        SSH_KEY.make(provider, privateKey="not a key at all")
    assert "\n" not in failure.value.line
    assert "not a key" not in failure.value.line
    assert not simulator.state.ssh_keys


def test_a_new_pair_is_a_new_key_which_the_old_one_is_not_taken_for(provider: Provider, simulator: Simulator) -> None:
    first, properties = SSH_KEY.make(provider)
    provider.restart()
    second = provider.create("SshKey", with_change(properties, {"privateKey": KEY.replace("b3B", "c4C")}))
    assert second.id != first.id
    assert set(simulator.state.ssh_keys) == {first.id, second.id}


def test_an_application_may_use_it(provider: Provider, simulator: Simulator) -> None:
    key, _ = SSH_KEY.make(provider)
    project = provider.project()
    git = {"url": "git@git.example:web.git", "branch": "main", "sshKeyId": key.id}
    app = provider.application(project.state["defaultEnvironmentId"], image=None, git=git)
    assert simulator.state.applications[app.id]["customGitSSHKeyId"] == key.id
