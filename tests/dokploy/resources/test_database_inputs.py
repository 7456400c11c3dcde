"""What Redis and Postgres are not made of: refused before anything is sent, in one line without secrets."""

from __future__ import annotations

from typing import Any

import pytest

from tests.dokploy.plugin.harness import Provider
from tests.dokploy.resources.case import Case
from tests.dokploy.resources.database_cases import CASES, POSTGRES, REDIS

each = pytest.mark.parametrize("case", CASES, ids=str)


@each
@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"password": "short"}, "password: "),
        ({"password": "with a blank"}, "password: "),
        *(({"password": f"p4ssword{letter}"}, "password: ") for letter in "$!'\"\\/`é"),
        ({"memoryReservation": "1Gi"}, "memoryReservation 1024Mi is above memoryLimit 512Mi"),
        ({"cpuReservation": "1"}, "cpuReservation 1000m is above cpuLimit 500m"),
        ({"env": {"A": "${{project.A}}"}}, "env: "),
        ({"env": {"A B": "1"}}, "env: "),
        ({"externalPort": 70000}, "externalPort: "),
        ({"image": ""}, "image: "),
    ],
)
def test_a_mistake_is_one_line_without_secrets(
    provider: Provider, case: Case, change: dict[str, Any], why: str
) -> None:
    (reason,) = provider.refusals(case.kind, {**case.valid, "environmentId": "any", **change})
    assert why in reason
    assert "\n" not in reason
    assert change.get("password", "\0") not in reason


@pytest.mark.parametrize("letter", "()&;|<>*?~#{}")
def test_a_redis_password_is_nothing_that_a_shell_would_read(provider: Provider, letter: str) -> None:
    refused = provider.refusals("Redis", {**REDIS.valid, "environmentId": "any", "password": f"p4ss{letter}word"})
    assert refused
    password = {"password": f"p4ss{letter}word"}
    assert not provider.refusals("Postgres", {**POSTGRES.valid, "environmentId": "any", **password})


@pytest.mark.parametrize("name", ["1st", "a-b", "a b", "a;drop", ""])
@pytest.mark.parametrize("property", ["databaseName", "databaseUser"])
def test_a_name_in_postgres_is_an_identifier(provider: Provider, property: str, name: str) -> None:
    (reason,) = provider.refusals("Postgres", {**POSTGRES.valid, "environmentId": "any", property: name})
    assert reason.startswith(f"{property}: ")


def test_a_password_is_written_into_the_address_so_that_it_can_be_read_again(provider: Provider) -> None:
    kept, _ = POSTGRES.make(provider, password="p@ss:w#rd%1")
    assert "robot:p%40ss%3Aw%23rd%251@" in kept.state["internalUrl"]
