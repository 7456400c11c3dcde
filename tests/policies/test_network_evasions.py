"""Ways in and containers: other ways of writing what a rule forbids, and honest ones that look like them."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from tests.policies import stacks
from tests.policies.court import Court, Given, broken

APP = stacks.APP
HEADERS = {"stsSeconds": 31536000, "contentSecurityPolicy": "default-src 'self'"}


@pytest.fixture(scope="module")
def court() -> Court:
    return Court()


def reported(court: Court, resources: list[Given], *, stack: str = "production") -> list[str]:
    return sorted({violation.rule for violation in court.judge(resources, stack=stack)})


def _with(name: str, middleware: dict[str, Any]) -> list[Given]:
    return broken(stacks.dokploy(), name, ["configuration"], yaml.safe_dump(middleware))


ORIGINS = "network-origins-named"


@pytest.mark.parametrize(
    ("more", "everybody"),
    [
        ({"customResponseHeaders": {"Access-Control-Allow-Origin": "*"}}, True),
        ({"customResponseHeaders": {"access-control-allow-origin": " * "}}, True),
        ({"accessControlAllowOriginListRegex": [".*"]}, True),
        ({"accessControlAllowOriginListRegex": ["^https://chat$", "^https?://.+$"]}, True),
        ({"accessControlAllowOriginList": ["https://a.company.com", "*"]}, True),
        ({"AccessControlAllowOriginList": ["*"]}, True),
        ({"accessControlAllowOriginList": "https://a.company.com, *"}, True),
        ({"customResponseHeaders": {"Access-Control-Allow-Origin": ""}}, False),
        ({"customRequestHeaders": {"Access-Control-Allow-Origin": "*"}}, False),
        ({"accessControlAllowHeaders": ["*"], "accessControlAllowOriginList": ["https://a.company.com"]}, False),
        ({"accessControlAllowOriginListRegex": [r"^https://[a-z]+\.company\.com$"]}, False),
    ],
)
def test_a_middleware_names_the_origins(court: Court, more: dict[str, Any], everybody: bool) -> None:
    found = reported(court, _with("headers", {"headers": {**HEADERS, **more}}))
    assert found == ([ORIGINS] if everybody else [])


def test_a_comment_admits_nobody_and_adds_no_header(court: Court) -> None:
    text = "headers:\n  # accessControlAllowOriginList: ['*']\n  # stsSeconds: 31536000\n  contentSecurityPolicy: x\n"
    changed = broken(stacks.dokploy(), "headers", ["configuration"], text)
    assert reported(court, changed) == ["network-headers-sent"]


@pytest.mark.parametrize(
    ("variable", "value", "everybody"),
    [
        ("ACCESS_CONTROL_ALLOW_ORIGIN", "*", True),
        ("CORS_ORIGINS", '["*"]', True),
        ("CORS_ORIGIN", "*", True),
        ("CORS", "'*'", True),
        ("ALLOWED_ORIGINS", "https://a.company.com; *", True),
        ("CORS_ORIGINS", '["https://a.company.com"]', False),
        ("CORS_ALLOWED_HEADERS", "*", False),
        ("CORS_METHODS", "*", False),
        ("GLOB", "*", False),
    ],
)
def test_a_variable_names_the_origins(court: Court, variable: str, value: str, everybody: bool) -> None:
    expected = [ORIGINS] if everybody else []
    assert reported(court, broken(stacks.dokploy(), APP, ["env", variable], value)) == expected
    docker = broken(stacks.docker(), "container", ["envs", 6], f"{variable}={value}")
    assert reported(court, docker, stack="local") == expected


@pytest.mark.parametrize(
    ("headers", "sent"),
    [
        ({"stsSeconds": 31536000, "contentSecurityPolicyReportOnly": "default-src 'self'"}, False),
        (
            {
                "stsSeconds": 31536000,
                "customResponseHeaders": {"Content-Security-Policy-Report-Only": "default-src 'self'"},
            },
            False,
        ),
        ({**HEADERS, "contentSecurityPolicy": ""}, False),
        ({**HEADERS, "stsSeconds": 1}, False),
        ({**HEADERS, "stsSeconds": 15551999}, False),
        (
            {
                "customRequestHeaders": {
                    "Strict-Transport-Security": "max-age=31536000",
                    "Content-Security-Policy": "default-src 'self'",
                }
            },
            False,
        ),
        ({**HEADERS, "stsSeconds": 15552000}, True),
        ({"STSSeconds": "31536000", "ContentSecurityPolicy": "default-src 'self'"}, True),
        (
            {
                "customResponseHeaders": {
                    "strict-transport-security": "includeSubDomains; max-age=31536000",
                    "content-security-policy": "default-src 'self'",
                }
            },
            True,
        ),
    ],
)
def test_the_headers_are_those_that_browsers_obey(court: Court, headers: dict[str, Any], sent: bool) -> None:
    found = reported(court, _with("headers", {"headers": headers}))
    assert found == ([] if sent else ["network-headers-sent"])


@pytest.mark.parametrize(
    ("middleware", "guarded"),
    [
        ({"ipAllowList": {"sourceRange": ["0.0.0.0/0"]}}, False),
        ({"ipAllowList": {"sourceRange": ["10.0.0.0/8", "::/0"]}}, False),
        ({"ipAllowList": {"sourceRange": ["0.0.0.0/1", "128.0.0.0/1"]}}, False),
        ({"ipAllowList": {"sourceRange": []}}, False),
        ({"basicAuth": {"users": []}}, False),
        ({"headers": {"customRequestHeaders": {"X-Note": "basicAuth"}}}, False),
        ({"ipAllowList": {"sourceRange": ["192.0.2.7", "2001:db8::/32"]}}, True),
        ({"ipWhiteList": {"sourceRange": "10.0.0.0/8,172.16.0.0/12"}}, True),
        ({"basicAuth": {"usersFile": "/users"}}, True),
        ({"digestAuth": {"users": ["a:b:c"]}}, True),
        ({"forwardAuth": {"address": "https://login.company.com"}}, True),
    ],
)
def test_administration_is_for_some(court: Court, middleware: dict[str, Any], guarded: bool) -> None:
    assert reported(court, _with("office", middleware)) == ([] if guarded else ["network-admin-guarded"])


@pytest.mark.parametrize(
    ("path", "administers"),
    [
        ("/Admin", True),
        ("/admin/", True),
        ("/api/v1/admin", True),
        ("/admin-panel", True),
        ("/administration", True),
        ("/administer-survey", False),
        ("/badminton", False),
        ("/adminton", False),
    ],
)
def test_administration_is_known_by_its_path(court: Court, path: str, administers: bool) -> None:
    changed = broken(_with("office", {"compress": {}}), "admin-domain", ["path"], path)
    assert reported(court, changed) == (["network-admin-guarded"] if administers else [])


def _database(kind: str, **props: Any) -> list[Given]:
    given = {"environmentId": "environment-1", "name": "cache", "password": "x" * 16, **props}
    return [*stacks.dokploy(), Given(type=f"dokploy:index:{kind}", name="cache", props=given, protected=True)]


@pytest.mark.parametrize("kind", ["Redis", "Postgres"])
@pytest.mark.parametrize(
    ("props", "rules"),
    [
        ({"externalPort": 6379}, ["network-ports-local"]),
        ({"externalPort": None}, []),
        ({"image": "redis:latest"}, ["container-image-pinned"]),
        ({"image": "postgres"}, ["container-image-pinned"]),
        ({"image": "postgres:18"}, []),
        ({}, []),
    ],
)
def test_a_database_of_dokploy_is_judged_like_a_container(
    court: Court, kind: str, props: dict[str, Any], rules: list[str]
) -> None:
    assert reported(court, _database(kind, **props)) == rules


def _beside(mount: dict[str, Any]) -> list[Given]:
    """The container with one more mount."""
    volumes = next(one.props["volumes"] for one in stacks.docker() if one.name == "container")
    return broken(stacks.docker(), "container", ["volumes"], [*volumes, mount])


SOCKET, SYSTEM = "container-socket-away", "container-host-paths-safe"


@pytest.mark.parametrize(
    ("path", "rules"),
    [
        ("/var/run/docker.sock/", [SOCKET]),
        ("/var/run/../run/docker.sock", [SOCKET]),
        ("//run//docker.sock", [SOCKET]),
        ("/run/containerd", [SOCKET]),
        ("/run/user/1000", [SOCKET]),
        ("/run/user/1000/docker.sock", [SOCKET]),
        ("/run/podman/", [SOCKET]),
        ("/srv/docker.sock", [SOCKET]),
        ("/var", [SYSTEM, SOCKET]),
        ("/", [SYSTEM, SOCKET]),
        ("/.", [SYSTEM, SOCKET]),
        ("/var/lib", [SYSTEM]),
        ("/srv/../etc", [SYSTEM]),
        ("//etc", [SYSTEM]),
        ("/etc/localtime", [SYSTEM]),
        ("/home", [SYSTEM]),
        ("/home/chat", [SYSTEM]),
        ("/home/chat/.ssh", [SYSTEM]),
        ("/home/chat/data", []),
        ("/srv/chatzwa", []),
        ("/var/lib/chatzwa", []),
        ("/run/chatzwa", []),
        ("/etcetera", []),
    ],
)
def test_a_folder_of_the_host_is_one_of_its_own(court: Court, path: str, rules: list[str]) -> None:
    mount = {"containerPath": "/x", "hostPath": path}
    assert reported(court, _beside(mount), stack="local") == rules
    named = {"containerPath": "/x", "volumeName": path}
    assert reported(court, _beside(named), stack="local") == rules
    options = {"type": "none", "o": "rw,bind", "device": path}
    assert reported(court, broken(stacks.docker(), "volume", ["driverOpts"], options), stack="local") == rules
    inline = {"type": "volume", "target": "/x", "source": "x", "volumeOptions": {"driverOptions": options}}
    assert reported(court, broken(stacks.docker(), "container", ["mounts"], [inline]), stack="local") == rules
    props = {"applicationId": "application-1", "type": "bind", "hostPath": path, "mountPath": "/x"}
    bound = Given(type="dokploy:index:Mount", name="bound", props=props, protected=True)
    assert reported(court, [*stacks.dokploy(), bound]) == rules


@pytest.mark.parametrize(
    ("path", "rules"),
    [
        ("/etc/localtime", []),
        ("/etc/timezone", []),
        ("/usr/share/zoneinfo", []),
        ("/etc", [SYSTEM]),
        ("/etc/ssl", [SYSTEM]),
        ("/etc/localtime/../shadow", [SYSTEM]),
    ],
)
def test_a_container_may_read_the_time_of_the_place(court: Court, path: str, rules: list[str]) -> None:
    mount = {"containerPath": "/x", "hostPath": path, "readOnly": True}
    assert reported(court, _beside(mount), stack="local") == rules
    bound = {"type": "bind", "target": "/x", "source": path, "readOnly": True}
    assert reported(court, broken(stacks.docker(), "container", ["mounts"], [bound]), stack="local") == rules


def test_a_volume_on_a_server_of_files_is_no_folder_of_the_host(court: Court) -> None:
    options = {"type": "nfs", "o": "addr=10.0.0.4,rw", "device": ":/var/lib/docker"}
    assert reported(court, broken(stacks.docker(), "volume", ["driverOpts"], options), stack="local") == []


@pytest.mark.parametrize(
    ("user", "rules"),
    [
        ("00", ["container-user-plain"]),
        ("000:1000", ["container-user-plain"]),
        ("root:root", ["container-user-plain"]),
        (":1000", ["container-user-plain"]),
        ("1000", []),
        ("node", []),
        ("10:0", []),
    ],
)
def test_root_has_several_names(court: Court, user: str, rules: list[str]) -> None:
    assert reported(court, broken(stacks.docker(), "container", ["user"], user), stack="local") == rules


@pytest.mark.parametrize(
    ("limits", "rules"),
    [
        ([{"name": "nproc", "soft": -1, "hard": -1}], ["container-processes-limited"]),
        ([{"name": "nproc", "soft": 512, "hard": 512}], []),
        ([{"name": "nofile", "soft": 1024, "hard": 1024}], []),
    ],
)
def test_a_limit_of_processes_on_dokploy_is_one(court: Court, limits: list[dict[str, Any]], rules: list[str]) -> None:
    assert reported(court, broken(stacks.dokploy(), APP, ["ulimits"], limits)) == rules
