"""Stand-ins for secrets: only where they are asked for, always the same, and known to nobody else."""

from __future__ import annotations

import stat
from pathlib import Path
from typing import Any

import pytest

from components import stand_ins
from components.stand_ins import kept_seed, with_stand_ins
from tests.components.stacks import SECRETS, complete, local


def made(config: dict[str, Any] | None = None, stack: str = "local", seed: bytes = b"seed") -> dict[str, str]:
    return dict(with_stand_ins(config or local(), stack, lambda: seed).get("secrets", {}))


def refused() -> bytes:
    raise AssertionError("no seed is needed")


def test_each_required_secret_gets_a_strong_value_of_its_own() -> None:
    values = made()
    assert values.keys() == SECRETS.keys()
    assert len(set(values.values())) == len(SECRETS)
    assert {len(value) for value in values.values()} == {48}


def test_values_stay_the_same_and_differ_from_stack_to_stack_and_from_machine_to_machine() -> None:
    assert made() == made()
    assert not set(made().values()) & set(made(stack="other").values())
    assert not set(made().values()) & set(made(seed=b"another").values())


def test_a_secret_that_is_set_stays() -> None:
    values = made({**local(), "secrets": {"JWT_SECRET": "my own"}})
    assert values["JWT_SECRET"] == "my own"
    assert values.keys() == SECRETS.keys()


@pytest.mark.parametrize(
    "config",
    [
        complete("production"),
        {**local(), "platform": "dokploy"},
        {**local(), "docker": {"standIns": False}},
        {**local(), "docker": {}},
        {**local(), "docker": "wrong"},
        {**local(), "secrets": "wrong"},
        {**local(), "secrets": dict(SECRETS)},
    ],
)
def test_nothing_is_made_where_nobody_asks_or_nothing_is_missing(config: dict[str, Any]) -> None:
    assert with_stand_ins(config, "local", refused).get("secrets") == config.get("secrets")


def test_the_seed_is_made_once_for_its_owner_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "state/stand-ins"
    monkeypatch.setattr(stand_ins, "SEED_FILE", file)
    seed = kept_seed()
    assert len(seed) == 32
    assert kept_seed() == seed
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert [path.name for path in file.parent.iterdir()] == ["stand-ins"]
