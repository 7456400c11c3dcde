"""What a URL, an address and a stack's proof say about where to connect."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ops.errors import OpsError, UsageError
from ops.verify.prepare import Options, application_of, contacted, target_of
from ops.verify.stack import Deployed
from ops.verify.target import Address, Secret, locate


def stack(outputs: dict[str, Any] | None = None, **config: Any) -> Deployed:
    return Deployed(
        name="production",
        root=Path(),
        engine=None,  # type: ignore[arg-type]  # nothing is run
        outputs={"url": "https://chat.localhost"} if outputs is None else outputs,
        config={f"chatzwa:{key}": value for key, value in config.items()},
        secrets=(Secret(name="secrets.A", value="a-secret-value"),),
        server=("https://dokploy.localhost", "a-key"),
    )


@pytest.mark.parametrize(
    ("url", "address", "http_address", "expected"),
    [
        ("https://a.localhost", None, None, ("https://a.localhost", "a.localhost:443", "a.localhost:80")),
        ("https://A.localhost/", None, None, ("https://a.localhost", "a.localhost:443", "a.localhost:80")),
        ("https://a.localhost:8443", None, None, ("https://a.localhost:8443", "a.localhost:8443", "None")),
        ("https://a.localhost", "[::1]:443", None, ("https://a.localhost", "[::1]:443", "[::1]:80")),
        ("https://a.localhost", "192.0.2.7:8443", None, ("https://a.localhost", "192.0.2.7:8443", "None")),
        (
            "https://a.localhost",
            "192.0.2.7:8443",
            "192.0.2.7:81",
            ("https://a.localhost", "192.0.2.7:8443", "192.0.2.7:81"),
        ),
        ("http://127.0.0.1:3000", None, None, ("http://127.0.0.1:3000", "127.0.0.1:3000", "None")),
    ],
)
def test_a_url_says_where_to_connect(
    url: str, address: str | None, http_address: str | None, expected: tuple[str, str, str]
) -> None:
    assert tuple(map(str, locate(url, address, http_address))) == expected


@pytest.mark.parametrize(
    "url", ["ftp://a.localhost", "https://", "https://u:p@a.localhost", "https://a.localhost/x", "https://a:99999"]
)
def test_what_is_no_site_is_refused(url: str) -> None:
    with pytest.raises(UsageError, match="is not the URL of a site"):
        locate(url, None, None)


@pytest.mark.parametrize("text", ["", "host", "host:", "host:0", ":443", "host:99999", "http://host:1", "u@host:1"])
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="is no address"):
        Address.of(text)


@pytest.mark.parametrize(
    ("proof", "expected"),
    [
        ("http://192.0.2.7:81", ("192.0.2.7:443", "192.0.2.7:81")),
        ("https://192.0.2.7", ("192.0.2.7:443", "192.0.2.7:80")),
        ("https://192.0.2.7:8443", ("192.0.2.7:8443", "None")),
    ],
)
def test_the_address_that_proves_deployments_is_the_one_to_verify(proof: str, expected: tuple[str, str]) -> None:
    target = target_of(stack(proof={"address": proof}), Options())
    assert (str(target.address), str(target.http_address)) == expected


def test_an_address_of_the_command_line_wins() -> None:
    target = target_of(stack(proof={"address": "http://192.0.2.7:80"}), Options(address="127.0.0.1:8443"))
    assert (str(target.address), target.http_address) == ("127.0.0.1:8443", None)


def test_limits_path_and_contract_come_from_the_stack() -> None:
    config = {
        "storageCheck": {"thresholdPercent": 75},
        "healthCheck": {"path": "/healthz"},
        "proof": {"contract": "strict"},
    }
    target = target_of(stack(**config), Options())
    assert (target.limits.disk_percent, target.health_path, target.contract) == (75, "/healthz", "strict")
    assert target_of(stack(**config), Options(contract="compat")).contract == "compat"


def test_a_stack_that_was_never_deployed_has_no_url_and_says_the_way_out() -> None:
    with pytest.raises(OpsError, match="make up STACK=production"):
        target_of(stack({}), Options())
    assert target_of(stack({}), Options(url="https://other.localhost")).url == "https://other.localhost"


def test_a_stack_on_a_docker_engine_has_no_application_on_dokploy() -> None:
    assert application_of(stack({"url": "http://127.0.0.1:3000", "docker_ids": {"application_id": "x"}})) is None


@pytest.mark.parametrize(
    ("config", "url", "has_proxy"),
    [
        ({}, None, True),
        ({"platform": "dokploy"}, None, True),
        ({"platform": "docker"}, None, False),
        # A site that somebody put before it.
        ({"platform": "docker"}, "https://chat.localhost", True),
    ],
)
def test_only_a_docker_engines_own_port_has_no_proxy(config: dict[str, Any], url: str | None, has_proxy: bool) -> None:
    assert target_of(stack(**config), Options(url=url)).has_proxy is has_proxy


def test_what_is_contacted_names_no_secret() -> None:
    made = stack({"url": "https://chat.localhost", "dokploy_ids": {"application_id": "x"}})
    said = "\n".join(contacted(target_of(made, Options()), made))
    assert "https://dokploy.localhost" in said
    assert "the values of 1 secret of stack production" in said
    assert "a-secret-value" not in said + repr(made) + repr(target_of(made, Options()))
    assert "a-key" not in said + repr(made)
