"""What each answer of a server means: the answers that a real Dokploy was seen to give, and a proxy's."""

from __future__ import annotations

import json

import pytest

from dokploy.errors import (
    Conflict,
    DokployError,
    Forbidden,
    Invalid,
    NotFound,
    ServerFailure,
    Unauthorized,
)
from tests.dokploy.desk import BARE_401, KEY, PAGE, Desk, coded
from tests.dokploy.scripted_server import Say, answer

# Keys and permissions


def test_a_key_that_never_worked_is_bad_and_the_error_names_the_way_out(desk: Desk) -> None:
    server, client = desk.both(BARE_401)
    with pytest.raises(Unauthorized, match="bad, expired or exhausted API key") as caught:
        client.query("project.all")
    assert "pulumi config set --secret dokploy:apiKey" in str(caught.value)
    assert len(server.requests) == 1


def test_a_key_that_worked_and_works_no_more_is_told_apart(desk: Desk) -> None:
    server, client = desk.worked(BARE_401)
    with pytest.raises(Unauthorized, match=r"accepted before.*database is away.*rateLimitEnabled: false"):
        client.mutate("project.create", {"name": "n"})
    assert len(server.requests) > 2


def test_a_key_spent_between_the_two_checks_of_a_call_is_an_exhausted_key(desk: Desk) -> None:
    _, client = desk.worked(coded(401, "UNAUTHORIZED", "UNAUTHORIZED"))
    with pytest.raises(Unauthorized, match="used up"):
        client.query("settings.getDokployVersion")


def test_a_missing_permission_keeps_what_dokploy_said(desk: Desk) -> None:
    server, client = desk.both(coded(401, "UNAUTHORIZED", 'unauthorized to access resource "registry"'))
    with pytest.raises(Forbidden, match=r'registry\.all: unauthorized to access resource "registry".*permission'):
        client.query("registry.all")
    assert len(server.requests) == 1


def test_a_login_page_of_a_proxy_is_not_a_bad_key(desk: Desk) -> None:
    _, client = desk.both(answer(401, text="<html>Sign in</html>"))
    with pytest.raises(Unauthorized, match="a proxy before Dokploy asks for a login"):
        client.query("project.all")


# Statuses


@pytest.mark.parametrize(
    ("procedure", "status", "message"),
    [
        ("project.one", 404, "Project not found"),
        ("port.one", 400, "Port not found"),
        ("environment.update", 400, "Error updating the environment: Environment not found"),
        ("application.update", 400, "Error updating application"),
        ("rollback.rollback", 400, "Error input: Rolling back"),
        ("security.create", 400, "Application not found"),
        ("notification.remove", 400, "Notification not found"),
    ],
)
def test_a_missing_object_is_not_found_whatever_the_status(
    desk: Desk, procedure: str, status: int, message: str
) -> None:
    _, client = desk.both(coded(status, "NOT_FOUND" if status == 404 else "BAD_REQUEST", message))
    with pytest.raises(NotFound, match=f"{procedure}: {message}"):
        client.mutate(procedure, {})


@pytest.mark.parametrize(
    ("procedure", "message"),
    [
        ("environment.update", "Error updating the environment: You cannot rename the default environment"),
        ("environment.remove", "You cannot delete the default environment"),
        ("project.create", "Error creating the project: tag not found"),
    ],
)
def test_another_400_is_invalid(desk: Desk, procedure: str, message: str) -> None:
    _, client = desk.both(coded(400, "BAD_REQUEST", message))
    with pytest.raises(Invalid, match=message):
        client.mutate(procedure, {})


def test_a_procedure_that_this_dokploy_lacks_is_no_missing_object(desk: Desk) -> None:
    server, client = desk.both(coded(404, "NOT_FOUND", "Not found"))
    with pytest.raises(ServerFailure, match=r"domain\.toggle: this Dokploy has no such procedure"):
        client.query("domain.toggle")
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [(403, "FORBIDDEN", Forbidden), (409, "CONFLICT", Conflict), (413, "PAYLOAD_TOO_LARGE", Invalid),
     (415, "UNSUPPORTED_MEDIA_TYPE", Invalid), (429, "TOO_MANY_REQUESTS", ServerFailure),
     (500, "INTERNAL_SERVER_ERROR", ServerFailure)],
)  # fmt: skip
def test_each_status_has_its_error(desk: Desk, status: int, code: str, kind: type[DokployError]) -> None:
    _, client = desk.both(coded(status, code, "said so"))
    with pytest.raises(kind) as caught:
        client.query("project.all")
    assert type(caught.value) is kind
    assert (caught.value.procedure, caught.value.status) == ("project.all", status)


def test_refused_fields_are_listed_by_name(desk: Desk) -> None:
    issues = [
        {
            "path": ["name"],
            "message": "Too small: expected string to have >=1 characters",
            "input": "hunter22",
        },
        {"path": ["healthCheckSwarm", "Test"], "message": "Invalid input: expected array, received string"},
    ]
    _, client = desk.both(coded(400, "BAD_REQUEST", "Input validation failed", issues=issues))
    with pytest.raises(Invalid) as caught:
        client.mutate("application.update", {"name": ""})
    assert str(caught.value) == (
        "application.update: Dokploy refused name: Too small: expected string to have >=1 characters; "
        "healthCheckSwarm.Test: Invalid input: expected array, received string"
    )


def test_refused_fields_are_listed_where_only_the_short_form_comes(desk: Desk) -> None:
    data = {"zodError": {"formErrors": [], "fieldErrors": {"name": ["Invalid input", "Too long"]}}}
    _, client = desk.both(answer(400, {"message": "Input validation failed", "code": "BAD_REQUEST", "data": data}))
    with pytest.raises(Invalid, match="refused name: Invalid input, Too long"):
        client.mutate("project.create", {})


@pytest.mark.parametrize(
    ("say", "kind", "said"),
    [
        (answer(400, text="Invalid JSON"), Invalid, "the server refused the request: Invalid JSON"),
        (answer(413, text="Body exceeded 1mb limit"), Invalid, "limit of 1 MB"),
        (
            answer(404, text=PAGE),
            ServerFailure,
            "404 with a web page instead of JSON; check that dokploy:url",
        ),
        (answer(403, text=PAGE), Forbidden, "a proxy before Dokploy refuses"),
        (answer(502, text=PAGE), ServerFailure, "502 with a web page"),
        (answer(500, text=""), ServerFailure, "status 500: an empty answer"),
        (answer(200, text=PAGE), ServerFailure, "200 with a web page"),
        (answer(200, text="OK"), ServerFailure, "200 with 2 characters that are not JSON"),
        (answer(200, text="[" * 200_000), ServerFailure, "200000 characters that are not JSON"),
        (answer(500, [1]), ServerFailure, "status 500"),
        (answer(500, {"message": None}), ServerFailure, "status 500"),
        (answer(400, {"message": "x", "code": 5, "issues": 3, "data": []}), Invalid, "project.all: x"),
        (answer(400, {"message": "x", "issues": [None, {"path": None}]}), Invalid, "refused input: None"),
    ],
)
def test_an_answer_that_is_not_dokploys_is_described(desk: Desk, say: Say, kind: type[DokployError], said: str) -> None:
    _, client = desk.both(say)
    with pytest.raises(kind, match=said) as caught:
        client.query("project.all")
    assert "\n" not in str(caught.value)


# Secrets


def test_sql_and_its_values_are_dropped(desk: Desk) -> None:
    message = 'Error Failed query: insert into "mount" ("content") values ($1)\nparams: m1,never-registered'
    _, client = desk.both(coded(500, "INTERNAL_SERVER_ERROR", message))
    with pytest.raises(ServerFailure) as caught:
        client.mutate("mounts.create", {})
    text = str(caught.value)
    assert "Error the database refused it" in text
    assert "never-registered" not in text
    assert "insert" not in text


@pytest.mark.parametrize("secret", [KEY, 'pa"ss\\word/ä b'], ids=["key", "value"])
@pytest.mark.parametrize("status", [400, 401, 404, 409, 500])
def test_no_error_shows_a_secret_that_the_client_knows(desk: Desk, status: int, secret: str) -> None:
    inner = json.dumps({"token": secret})
    _, client = desk.both(coded(status, "SOME_CODE", f"bad {secret} in {inner} and {json.dumps(inner)}"))
    if secret != KEY:
        client.remember_secret(secret)
    with pytest.raises(DokployError) as caught:
        client.mutate("vaultProvider.create", {"name": "n"})
    shown = str(caught.value)
    assert "[secret]" in shown
    assert secret not in shown
    assert json.dumps(secret)[1:-1] not in shown


def test_a_plain_text_answer_is_scrubbed_before_it_is_cut(desk: Desk) -> None:
    secret = "s3cr3t-" + "x" * 300
    _, client = desk.both(answer(400, text=f"unexpected {secret}"))
    client.remember_secret(secret)
    with pytest.raises(Invalid) as caught:
        client.mutate("project.create", {})
    assert "s3cr3t" not in str(caught.value)
