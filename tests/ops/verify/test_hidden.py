"""Which values of a stack count as its secrets."""

from __future__ import annotations

import json
from typing import Any

from ops.verify.hidden import in_configuration, in_state

HIDDEN = {"secure": "v1:abc"}


def marked(value: Any) -> dict[str, str]:
    """A secret as an exported state holds it."""
    return {
        "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
        "plaintext": json.dumps(value),
    }


def found(outputs: dict[str, Any]) -> dict[str, str]:
    state = {"resources": [{"urn": "urn:1", "outputs": outputs}]}
    return {secret.name: secret.value for secret in in_state(state)}


def test_what_the_file_holds_encrypted_is_a_secret_by_its_path() -> None:
    file = {
        "chatzwa:secrets": {"JWT_SECRET": HIDDEN, "SHORT": HIDDEN},
        "chatzwa:app": {"source": {"image": {"reference": "app:1.4.2", "password": HIDDEN}}, "port": 3000},
        "chatzwa:list": [{"name": "plain-name"}, HIDDEN],
        "dokploy:apiKey": HIDDEN,
        "chatzwa:host": "chat.localhost",
    }
    config = {
        "chatzwa:secrets": {"JWT_SECRET": "jwt-value", "SHORT": "abc"},
        "chatzwa:app": {"source": {"image": {"reference": "app:1.4.2", "password": "of-a-robot"}}, "port": 3000},
        "chatzwa:list": [{"name": "plain-name"}, "in-a-list"],
        "dokploy:apiKey": "the-key",
        "chatzwa:host": "chat.localhost",
    }
    assert {secret.name: secret.value for secret in in_configuration(file, config)} == {
        "secrets.JWT_SECRET": "jwt-value",
        "app.source.image.password": "of-a-robot",
        "list[1]": "in-a-list",
        "dokploy:apiKey": "the-key",
    }


def test_of_variables_that_are_all_secret_in_the_state_the_names_decide() -> None:
    env = {"JWT_SECRET": "jwt-value", "NODE_ENV": "production", "NEXT_PUBLIC_KEY": "for-everybody", "CUSTOM_KEY": "too"}
    assert found({"env": marked(env)}) == {"JWT_SECRET": "jwt-value"}
    assert found({"env": {"JWT_SECRET": marked("jwt-value"), "NODE_ENV": marked("production")}}) == {
        "JWT_SECRET": "jwt-value"
    }


def test_a_containers_list_of_variables_is_read_too() -> None:
    assert found({"envs": marked(["JWT_SECRET=jwt=value", "PORT=3000"])}) == {"JWT_SECRET": "jwt=value"}
    assert found({"envs": [marked("JWT_SECRET=jwt=value")]}) == {"JWT_SECRET": "jwt=value"}


def test_what_is_everywhere_is_not_looked_for() -> None:
    assert found({"env": marked({"A_SECRET": "production", "B_SECRET": "true", "C_SECRET": "abc"})}) == {}


def test_what_the_state_does_not_keep_as_a_secret_is_none() -> None:
    assert found({"env": {"JWT_SECRET": "in-plain-text"}}) == {}
