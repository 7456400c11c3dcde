"""Reserved host names make way for the rehearsal's own, and nothing else does."""

from __future__ import annotations

import pytest

from ops.rehearsal.hosts import Replaced, with_host

OWN = "staging.chatzwa.localhost"


@pytest.mark.parametrize(
    "reserved",
    [
        "example.com",
        "chat.example.net",
        "a.b.example.org",
        "chatzwa.example",
        "no.invalid",
        "x.test",
        "Chat.Example.COM",
    ],
)
def test_a_reserved_name_is_replaced_and_reported_with_its_key(reserved: str) -> None:
    changed, found = with_host({"chatzwa:host": reserved}, OWN)

    assert changed == {"chatzwa:host": OWN}
    assert found == [Replaced(key="chatzwa:host", host=reserved)]


@pytest.mark.parametrize(
    "real",
    [
        "chat.example.com.my",
        "myexample.com",
        "contest.id",
        "chatzwa.localhost",
        "ops@example.com",
        "https://github.com/owner/example.git",
        "npm run test",
        "my-example.community",
    ],
)
def test_what_only_looks_like_a_reserved_name_stays(real: str) -> None:
    assert with_host({"key": real}, OWN) == ({"key": real}, [])


def test_names_inside_urls_lists_and_maps_are_found() -> None:
    config = {"chatzwa:app": {"urls": ["https://chat.example.com/login", "https://other.dev"], "port": 3000}}

    changed, found = with_host(config, OWN)

    assert changed == {"chatzwa:app": {"urls": [f"https://{OWN}/login", "https://other.dev"], "port": 3000}}
    assert found == [Replaced(key="chatzwa:app.urls[0]", host="chat.example.com")]


def test_the_given_configuration_is_not_changed() -> None:
    config = {"chatzwa:host": "chat.example.com"}

    with_host(config, OWN)

    assert config == {"chatzwa:host": "chat.example.com"}
