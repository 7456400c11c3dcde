"""Bad input gets one clear line each, before anything is asked of a server; what is not known yet fails nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from dokploy.plugin.properties import UNKNOWN, decode
from tests.dokploy.plugin.harness import Provider

SOURCES = "image, git, github, gitlab, gitea and bitbucket"
VALID: dict[str, dict[str, Any]] = {
    "Project": {"name": "chat"},
    "Environment": {"projectId": "p", "name": "staging"},
    "Application": {"environmentId": "e", "name": "web", "image": {"reference": "web:1"}},
    "Mount": {"applicationId": "a", "type": "volume", "mountPath": "/data", "volumeName": "data"},
    "Domain": {"applicationId": "a", "host": "chat.example"},
    "Schedule": {"applicationId": "a", "name": "nightly", "cronExpression": "0 2 * * *", "command": "backup"},
    "Deployment": {"applicationId": "a"},
}
GIT = {"url": "https://git.example/web", "branch": "main"}
POLICY = {"parallelism": 1, "order": "stop-first"}
BIND = {"type": "bind", "volumeName": None, "hostPath": "/srv/data"}
FILE = {"type": "file", "volumeName": None, "filePath": "app.conf", "content": "x"}


def changed(kind: str, change: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in {**VALID[kind], **change}.items() if value is not None}


@pytest.mark.parametrize("kind", VALID)
def test_the_valid_example_is_accepted(bare: Provider, kind: str) -> None:
    assert bare.refusals(kind, VALID[kind]) == []


BAD: list[tuple[str, dict[str, Any], str]] = [
    # any resource
    ("Project", {"name": None}, "name: is required"),
    ("Project", {"name": ""}, "name: string should have at least 1 character"),
    ("Project", {"nmae": "x"}, "nmae: is no property of this resource; check the spelling"),
    ("Project", {"name": 7}, "name: input should be a valid string (given: 7)"),
    ("Project", {"env": {"A B": "x"}}, "env: key 'A B': only letters, digits, '_', '.' and '-' are read from a key"),
    ("Project", {"env": {"PORT": 3000}}, 'env["PORT"]: input should be a valid string'),
    ("Project", {"env": "A=b"}, "env: input should be a valid dictionary"),
    # Application
    ("Application", {"image": None}, f"exactly one source of {SOURCES} is needed, given: none"),
    ("Application", {"git": GIT}, f"exactly one source of {SOURCES} is needed, given: image and git"),
    ("Application", {"memoryLimit": "2 GB"}, "memoryLimit: memory '2 GB' is not a size; write it as 2048Mi or 2Gi"),
    ("Application", {"memoryLimit": "2048"}, "memoryLimit: 2Ki is below the 4Mi that Docker needs"),
    ("Application", {"memoryLimit": "0"}, "memoryLimit: memory '0' must be above 0; leave it out for no limit"),
    ("Application", {"cpuLimit": "two"}, "cpuLimit: cpu 'two' is not a number of CPUs; write it as 1000m or 1"),
    (
        "Application",
        {"memoryLimit": "1Gi", "memoryReservation": "2Gi"},
        "memoryReservation 2048Mi is above memoryLimit 1024Mi; lower it or raise the limit",
    ),
    (
        "Application",
        {"cpuLimit": "500m", "cpuReservation": "1"},
        "cpuReservation 1000m is above cpuLimit 500m; lower it or raise the limit",
    ),
    ("Application", {"replicas": -1}, "replicas: input should be greater than or equal to 0 (given: -1)"),
    (
        "Application",
        {"replicas": 1.5},
        "replicas: input should be a valid integer, got a number with a fractional part",
    ),
    ("Application", {"env": {"DOKPLOY_RELEASE": "1"}}, "env: DOKPLOY_RELEASE is the provider's own; leave it out"),
    (
        "Application",
        {"env": {"A": "${{project.B}}"}},
        "env: A: Dokploy would replace the reference ${{...}} in the value; set allowReferences if that is meant",
    ),
    (
        "Application",
        {"buildArgs": {"A": "${{project.B}}"}},
        "buildArgs: A: Dokploy would replace the reference ${{...}} in the value; set allowReferences if that is meant",
    ),
    ("Application", {"env": {"A": "a\0b"}}, 'env["A"]: holds a NUL character, which Dokploy\'s database cannot keep'),
    (
        "Application",
        {"command": ["sh", "-c 'x y'"]},
        "command[1]: \"-c 'x y'\" holds a blank; Dokploy splits the command at blanks, so put it into args",
    ),
    ("Application", {"healthCheck": {"test": []}}, "healthCheck.test: list should have at least 1 item"),
    (
        "Application",
        {"healthCheck": {"test": ["curl", "localhost"]}},
        "healthCheck.test: has to begin with CMD, CMD-SHELL or NONE (given: 'curl')",
    ),
    (
        "Application",
        {"healthCheck": {"test": ["CMD-SHELL", "curl", "localhost"]}},
        "healthCheck.test: CMD-SHELL takes one text after it (given: 2)",
    ),
    (
        "Application",
        {"healthCheck": {"test": ["NONE"], "intervalSeconds": 0}},
        "healthCheck.intervalSeconds: input should be greater than or equal to 0.001 (given: 0)",
    ),
    (
        "Application",
        {"restartPolicy": {"condition": "always"}},
        "restartPolicy.condition: input should be 'none', 'on-failure' or 'any' (given: 'always')",
    ),
    ("Application", {"updatePolicy": {"parallelism": 1}}, "updatePolicy.order: is required"),
    (
        "Application",
        {"rollbackPolicy": {**POLICY, "failureAction": "rollback"}},
        "rollbackPolicy: a rollback cannot be rolled back; choose failureAction pause or continue",
    ),
    ("Application", {"build": {"type": "heroku"}}, "build.type: input should be 'nixpacks', 'dockerfile', "),
    (
        "Application",
        {"image": None, "git": GIT, "build": {"type": "nixpacks", "contextPath": "x"}},
        "build: contextPath: only for a build of type dockerfile",
    ),
    (
        "Application",
        {"image": None, "git": {**GIT, "url": "git@git.example:web"}},
        "git: git url 'git@git.example:web' has to be http(s), or sshKeyId has to name a key",
    ),
    (
        "Application",
        {"image": None, "git": {**GIT, "branch": "a branch"}},
        "git.branch: only letters, digits and . _ - / # are taken (given: 'a branch')",
    ),
    (
        "Application",
        {"image": None, "git": {**GIT, "buildPath": "web"}},
        "git.buildPath: has to start with / (given: 'web')",
    ),
    # Mount
    ("Mount", {"mountPath": "data"}, "mountPath: has to start with / (given: 'data')"),
    ("Mount", {"volumeName": None}, "a mount of type volume needs volumeName"),
    ("Mount", {"hostPath": "/srv"}, "hostPath does not belong to a mount of type volume"),
    ("Mount", {**FILE, "type": "bind", "filePath": None, "hostPath": "/srv"}, "content does not belong to a mount"),
    ("Mount", {"volumeName": "x"}, "volumeName: 'x' has to be two or more of letters, digits, _ . -"),
    ("Mount", {**BIND, "hostPath": "srv"}, "hostPath: has to start with / (given: 'srv')"),
    ("Mount", {**FILE, "filePath": "../../etc/cron.d/x"}, "filePath: '..' would leave Dokploy's folder of files"),
    ("Mount", {"type": "tmpfs"}, "type: input should be 'volume', 'bind' or 'file' (given: 'tmpfs')"),
    # Domain
    ("Domain", {"host": "under_score.example"}, "host: 'under_score.example' is not a host name"),
    ("Domain", {"host": "https://chat.example"}, "host: 'https://chat.example' is not a host name"),
    ("Domain", {"port": 70000}, "port: input should be less than or equal to 65535 (given: 70000)"),
    ("Domain", {"port": 0}, "port: input should be greater than or equal to 1 (given: 0)"),
    ("Domain", {"path": "x"}, "path: has to start with / (given: 'x')"),
    ("Domain", {"https": True}, "https needs certificateType letsencrypt or custom"),
    (
        "Domain",
        {"certificateType": "custom"},
        "customCertResolver belongs to certificateType custom, and is needed there",
    ),
    # Schedule
    ("Schedule", {"cronExpression": "61 * * * *"}, "cronExpression: '61 * * * *' is not a cron expression"),
    ("Schedule", {"cronExpression": "0 0 30 2 *"}, "cronExpression: '0 0 30 2 *' is not a cron expression"),
    ("Schedule", {"cronExpression": "* * * * * *"}, "cronExpression: '* * * * * *' is not a cron expression"),
    ("Schedule", {"timezone": "Mars/Olympus"}, "timezone: 'Mars/Olympus' is not a time zone"),
    ("Schedule", {"shellType": "zsh"}, "shellType: input should be 'bash' or 'sh' (given: 'zsh')"),
    ("Schedule", {"command": ""}, "command: string should have at least 1 character"),
    # Deployment
    ("Deployment", {"timeoutSeconds": 0}, "timeoutSeconds: input should be greater than 0 (given: 0)"),
    ("Deployment", {"triggers": ["a"]}, "triggers: input should be a valid dictionary"),
]


@pytest.mark.parametrize(("kind", "change", "line"), BAD, ids=[f"{kind}-{line[:40]}" for kind, _, line in BAD])
def test_bad_input_gets_one_clear_line(bare: Provider, kind: str, change: dict[str, Any], line: str) -> None:
    reasons = bare.refusals(kind, changed(kind, change))
    assert len(reasons) == 1
    assert reasons[0].startswith(line)
    assert "\n" not in reasons[0]


def test_all_problems_are_told_at_once(bare: Provider) -> None:
    change = {"replicas": -1, "cpuLimit": "two", "healthCheck": {"test": []}}
    assert len(bare.refusals("Application", changed("Application", change))) == 3


SECRET = "correct-horse-battery"
SECRET_PLACES: list[tuple[str, dict[str, Any]]] = [
    ("Application", {"env": {"A KEY": SECRET}}),
    ("Application", {"env": {"PLAIN": SECRET + "\0"}}),
    ("Application", {"env": {"PLAIN": SECRET + "x" * 140_000}}),
    ("Application", {"env": {"PLAIN": SECRET + "${{project.X}}"}}),
    ("Application", {"env": {"PLAIN": [SECRET]}}),
    ("Application", {"buildSecrets": {"PLAIN": {"nested": SECRET}}}),
    ("Application", {"image": {"reference": "web:1", "password": [SECRET]}}),
    ("Application", {"image": {"reference": "web:1", "pasword": SECRET}}),
    ("Mount", {**FILE, "content": [SECRET]}),
]


@pytest.mark.parametrize(("kind", "change"), SECRET_PLACES)
def test_no_line_holds_the_value_of_a_secret(bare: Provider, kind: str, change: dict[str, Any]) -> None:
    reasons = bare.refusals(kind, changed(kind, change))
    assert reasons
    assert SECRET not in "".join(reasons)


def test_a_value_that_the_program_marks_as_secret_is_not_shown(bare: Provider) -> None:
    properties = changed("Domain", {"path": "admin-9"})
    assert "admin-9" in bare.refusals("Domain", properties)[0]
    assert bare.refusals("Domain", properties, [("path",)]) == ["path: has to start with /"]


UNKNOWNS: list[tuple[str, dict[str, Any]]] = [
    ("Project", {"name": UNKNOWN, "env": {"A": UNKNOWN}}),
    ("Project", {"env": UNKNOWN}),
    ("Environment", {"projectId": UNKNOWN}),
    ("Application", {"image": UNKNOWN}),
    ("Application", {"image": {"reference": UNKNOWN, "password": UNKNOWN}}),
    ("Application", {"image": None, "git": {"url": UNKNOWN, "branch": UNKNOWN, "buildPath": UNKNOWN}}),
    ("Application", {"memoryLimit": UNKNOWN, "memoryReservation": "8Gi"}),
    ("Application", {"memoryLimit": "1Gi", "memoryReservation": UNKNOWN, "cpuLimit": UNKNOWN}),
    ("Application", {"replicas": UNKNOWN, "autoDeploy": UNKNOWN}),
    ("Application", {"healthCheck": {"test": UNKNOWN, "retries": UNKNOWN}}),
    ("Application", {"healthCheck": {"test": [UNKNOWN, "x"]}}),
    ("Application", {"healthCheck": UNKNOWN, "command": [UNKNOWN], "args": UNKNOWN}),
    ("Application", {"rollbackPolicy": {**POLICY, "failureAction": UNKNOWN}}),
    ("Mount", {"mountPath": UNKNOWN, "volumeName": UNKNOWN}),
    ("Mount", {"type": UNKNOWN}),
    ("Mount", {**BIND, "hostPath": UNKNOWN}),
    ("Mount", {**FILE, "filePath": UNKNOWN, "content": UNKNOWN}),
    ("Domain", {"host": UNKNOWN, "port": UNKNOWN, "path": UNKNOWN}),
    ("Domain", {"https": True, "certificateType": UNKNOWN}),
    ("Schedule", {"cronExpression": UNKNOWN, "timezone": UNKNOWN, "enabled": UNKNOWN}),
    ("Deployment", {"triggers": UNKNOWN, "timeoutSeconds": UNKNOWN}),
]


@pytest.mark.parametrize(("kind", "change"), UNKNOWNS)
def test_what_is_unknown_fails_nothing(bare: Provider, kind: str, change: dict[str, Any]) -> None:
    assert bare.refusals(kind, changed(kind, change)) == []


def test_what_is_wrong_beside_something_unknown_is_told(bare: Provider) -> None:
    reasons = bare.refusals("Domain", changed("Domain", {"host": UNKNOWN, "port": 70000}))
    assert reasons == ["port: input should be less than or equal to 65535 (given: 70000)"]


def test_inputs_beside_something_unknown_are_canonical(bare: Provider) -> None:
    change = {"replicas": UNKNOWN, "memoryLimit": "2Gi", "env": {"A": UNKNOWN}}
    inputs = decode(bare.checked("Application", changed("Application", change)))[0]
    assert inputs == {
        **VALID["Application"],
        **change,
        "memoryLimit": "2048Mi",
        "autoDeploy": False,
        "allowReferences": False,
        "createEnvFile": False,
        "detachDokployNetwork": False,
        "removeVolumes": False,
    }


SAME: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("Application", {"memoryLimit": "2Gi"}, {"memoryLimit": "2048Mi"}),
    ("Application", {"memoryLimit": "2147483648"}, {"memoryLimit": "2048Mi"}),
    ("Application", {"cpuLimit": "1"}, {"cpuLimit": "1000m"}),
    ("Application", {"cpuLimit": "0.5"}, {"cpuLimit": "500m"}),
    ("Application", {"env": {}, "args": [], "replicas": 1}, {}),
    ("Application", {"stopGracePeriodSeconds": 10}, {"stopGracePeriodSeconds": 10.0}),
    ("Application", {"description": ""}, {}),
    ("Application", {"description": "web \n"}, {"description": "web"}),
    ("Application", {"image": {"reference": "web:1", "username": "", "password": ""}}, {}),
    ("Environment", {"description": ""}, {}),
    ("Project", {"description": ""}, {}),
    ("Schedule", {"description": ""}, {}),
    ("Mount", {**FILE, "content": ""}, {**FILE, "content": None}),
    ("Domain", {"path": "/", "port": 3000, "https": False, "middlewares": []}, {}),
]


@pytest.mark.parametrize(("kind", "one", "other"), SAME)
def test_two_spellings_of_the_same_are_the_same(
    bare: Provider, kind: str, one: dict[str, Any], other: dict[str, Any]
) -> None:
    spelled = [decode(bare.checked(kind, changed(kind, change)))[0] for change in (one, other)]
    assert spelled[0] == spelled[1]
