"""What stands before the app: from the configuration to Traefik's middlewares."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from typing import Any

import pytest

from components.messages import SettingsError
from components.settings import Settings
from tests.components.program import Registered, Run, Secret, run
from tests.components.stacks import SERVER, complete, local

HASH = "$2y$05$" + "a1B2c3D4e5F6g7H8i9J0k" + "L1m2N3o4P5q6R7s8T9u0V1w2X3y4Z5./"
GUARD = {"paths": ["/api/admin", "/admin"], "addresses": ["203.0.113.7/24"], "users": {"ops": HASH}}


def built(ingress: dict[str, Any]) -> Run:
    return run("production", {**complete(), "ingress": ingress})


def middlewares(made: Run) -> dict[str, dict[str, Any]]:
    """The configuration of each middleware by the end of its name."""
    found = {}
    for resource in made.of("Middleware"):
        text = resource.inputs["configuration"]
        found[resource.name.removeprefix("chatzwa-")] = json.loads(text.value if isinstance(text, Secret) else text)
    return found


def before(domain: Registered, made: Run) -> list[str]:
    """The middlewares that a request to this domain passes, in their order."""
    names = {f"{resource.name}-reference": resource.name for resource in made.of("Middleware")}
    return [names[reference].removeprefix("chatzwa-") for reference in domain.inputs["middlewares"]]


def doors(made: Run) -> dict[str, list[str]]:
    return {domain.inputs["path"]: before(domain, made) for domain in made.of("Domain")}


def problems(change: Callable[[dict[str, Any]], object], base: Callable[[], dict[str, Any]] = complete) -> list[str]:
    config = base()
    change(config)
    with pytest.raises(SettingsError) as caught:
        Settings.load(config, stack="production", surroundings=SERVER)
    return list(caught.value.problems)


def test_a_stack_that_says_nothing_sends_every_header_and_limits_every_address() -> None:
    config = complete()
    config.pop("ingress", None)
    made = run("production", config)
    found = middlewares(made)
    headers = found["headers"]["headers"]
    assert headers["stsSeconds"] == 31_536_000
    assert "default-src 'self'" in headers["contentSecurityPolicy"]
    assert headers["customFrameOptionsValue"] == "SAMEORIGIN"
    assert headers["contentTypeNosniff"] is True
    assert headers["referrerPolicy"] == "strict-origin-when-cross-origin"
    assert headers["permissionsPolicy"]
    assert found["rate-limit"] == {"rateLimit": {"average": 50, "period": "1s", "burst": 100}}
    assert doors(made) == {"/": ["rate-limit", "headers", "origins"]}


def test_the_apps_own_star_is_taken_away_and_only_named_origins_are_let_in() -> None:
    assert middlewares(built({}))["origins"] == {
        "headers": {"customResponseHeaders": {"Access-Control-Allow-Origin": ""}}
    }
    named = middlewares(built({"allowedOrigins": ["https://WWW.company.co"]}))["origins"]["headers"]
    assert named["accessControlAllowOriginList"] == ["https://www.company.co"]
    assert named["customResponseHeaders"] == {"Access-Control-Allow-Origin": ""}


def test_a_guarded_path_is_a_domain_of_its_own_behind_the_list_and_the_sign_in() -> None:
    made = built({"guard": GUARD})
    common = ["rate-limit", "headers", "origins"]
    guarded = [*common, "allow-list", "sign-in"]
    assert doors(made) == {"/": common, "/api/admin": guarded, "/admin": guarded}
    assert {domain.inputs["host"] for domain in made.of("Domain")} == {"chat.company.co"}
    assert middlewares(made)["allow-list"] == {"ipAllowList": {"sourceRange": ["203.0.113.0/24"]}}
    assert middlewares(made)["sign-in"] == {"basicAuth": {"users": [f"ops:{HASH}"], "removeHeader": True}}
    assert made.outputs["dokploy_ids"]["domain_id"] == "chatzwa-domain-id"


def test_a_guarded_host_leaves_the_health_check_open_for_the_proof() -> None:
    made = built({"guard": {"addresses": ["10.0.0.0/8"]}})
    common = ["rate-limit", "headers", "origins"]
    assert doors(made) == {"/": [*common, "allow-list"], "/api/health": common}


def test_the_hash_of_a_password_is_secret_wherever_it_goes() -> None:
    made = built({"guard": GUARD})
    for resource in made.resources.values():
        assert HASH not in json.dumps(resource.inputs, default=lambda secret: "marked"), resource.name
    assert made.one("Ingress").inputs["route"]["guard"]["users"] == ["ops"]


def test_what_is_switched_off_is_not_made() -> None:
    made = built({"headers": {"enabled": False}, "rateLimit": {"enabled": False}})
    assert doors(made) == {"/": ["origins"]}


@pytest.mark.parametrize(
    ("ingress", "expected"),
    [
        ({"allowedOrigins": ["*"]}, "ingress.allowedOrigins[0]: '*' admits the pages of every host"),
        ({"allowedOrigins": ["https://a.co/x"]}, "ingress.allowedOrigins[0]: 'https://a.co/x' is not an origin"),
        ({"guard": {}}, "ingress.guard: needs addresses or users, or nobody could come in"),
        ({"guard": {"addresses": ["0.0.0.0/0"]}}, "ingress.guard.addresses[0]: '0.0.0.0/0' lets everybody in"),
        ({"guard": {"addresses": ["office"]}}, "ingress.guard.addresses[0]: 'office' is not an address"),
        ({"guard": {**GUARD, "paths": ["admin"]}}, "ingress.guard.paths[0]: 'admin' is not the path of an address"),
        ({"guard": {**GUARD, "paths": ["/a/b", "/a-b"]}}, "ingress.guard: needs paths, each of them once"),
        ({"guard": {**GUARD, "paths": ["/api"]}}, "ingress.guard.paths: /api holds /api/health"),
        ({"guard": {"users": {"ops": "hunter2"}}}, "ingress.guard.users.ops: is not the hash of a password"),
        ({"guard": {"users": {"o:ps": HASH}}}, "ingress.guard.users.o:ps: 'o:ps' is not a user's name"),
        ({"headers": {"hstsSeconds": 60}}, "ingress.headers.hstsSeconds: 60 is outside 15552000 to 63072000"),
        ({"headers": {"contentSecurityPolicy": "a\nb"}}, "ingress.headers.contentSecurityPolicy: is not the value of"),
        ({"headers": {"contentSecurityPolicy": "{{x}}"}}, "ingress.headers.contentSecurityPolicy: is not the value of"),
        ({"rateLimit": {"average": 0}}, "ingress.rateLimit.average: 0 is outside 1 to 10000 requests a second"),
    ],
)
def test_a_bad_value_is_named_with_the_way_out(ingress: dict[str, Any], expected: str) -> None:
    (problem,) = problems(lambda config: config.update(ingress=ingress))
    assert problem.startswith(expected)
    assert "hunter2" not in problem


def test_a_hash_in_plain_text_is_refused_without_being_shown() -> None:
    plain = dataclasses.replace(SERVER, plain=frozenset({("ingress", "guard", "users", "ops")}))
    with pytest.raises(SettingsError) as caught:
        Settings.load({**complete(), "ingress": {"guard": GUARD}}, stack="production", surroundings=plain)
    assert "ingress.guard.users.ops: stands in plain text in the stack's file" in str(caught.value)
    assert HASH not in str(caught.value)


def test_a_docker_engine_refuses_what_needs_a_proxy() -> None:
    ingress = {"guard": {"addresses": ["10.0.0.0/8"]}, "allowedOrigins": ["https://a.co"]}
    found = problems(lambda config: config.update(ingress=ingress), local)
    assert [problem.partition(":")[0] for problem in found if "proxy" in problem] == [
        "ingress.guard",
        "ingress.allowedOrigins",
    ]
