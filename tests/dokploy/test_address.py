"""The server's address and the key: refused before anything is sent."""

from __future__ import annotations

import pytest

from dokploy.client import DokployClient
from dokploy.errors import (
    Invalid,
    Unauthorized,
)
from tests.dokploy.desk import KEY


@pytest.mark.parametrize("url", ["https://dokploy.test", "http://[::1]:3000/", " https://dokploy.test:8443 \n"])
def test_a_plain_origin_is_an_address(url: str) -> None:
    assert DokployClient(url, KEY).url == url.strip().rstrip("/")


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("", "is empty"),
        ("dokploy.test", "must start with https://"),
        ("ftp://dokploy.test", "must start with https://"),
        ("https://admin:hunter22@dokploy.test", "user or password"),
        ("https://", "no host name"),
        ("https://dokploy.test/api", "without path"),
        ("https://dokploy.test?token=hunter22", "without path"),
        ("https://dokploy.test#x", "without path"),
        ("https://dokploy.test:99999", "not a valid URL"),
        ("https://dok ploy.test", "blank or a control character"),
        ("https://[::1", "not a valid URL"),
    ],
)
def test_anything_else_is_refused_with_the_command_that_sets_it(url: str, said: str) -> None:
    with pytest.raises(Invalid, match=said) as caught:
        DokployClient(url, KEY)
    assert "pulumi config set dokploy:url" in str(caught.value)
    assert "hunter22" not in str(caught.value)


def test_plain_http_to_another_machine_is_a_warning() -> None:
    assert "unencrypted" in (DokployClient("http://dokploy.test", KEY).warning or "")


@pytest.mark.parametrize("url", ["https://dokploy.test", "http://127.0.0.1:3000", "http://[::1]", "http://a.localhost"])
def test_an_encrypted_or_local_address_is_none(url: str) -> None:
    assert DokployClient(url, KEY).warning is None


@pytest.mark.parametrize("key", ["", "  \n"])
def test_a_missing_key_is_said_with_the_command_that_sets_it(key: str) -> None:
    with pytest.raises(Unauthorized, match=r"apiKey is missing.*pulumi config set --secret dokploy:apiKey"):
        DokployClient("https://dokploy.test", key)


@pytest.mark.parametrize("key", ["two words", "new\nline", "schlüssel"])
def test_a_key_that_no_header_carries_is_refused_unseen(key: str) -> None:
    with pytest.raises(Unauthorized, match="characters that no key has") as caught:
        DokployClient("https://dokploy.test", key)
    assert key not in str(caught.value)
