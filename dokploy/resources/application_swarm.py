"""How Swarm runs an application's containers: checks, restarts, updates, places and limits, in Docker's own JSON."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal, Self, TypeVar, cast

from pydantic import Field, field_validator, model_validator

from dokploy import units
from dokploy.fields import PLACEHOLDER, Seconds, refusal
from dokploy.resource import Model

Json = dict[str, Any]
M = TypeVar("M", bound=Model)
Span = Annotated[float, Field(ge=0.001)]
"""Seconds; Docker refuses less than a millisecond, and takes 0 for its own default."""
_S = 1_000_000_000


class HealthCheck(Model):
    """The check that Swarm runs inside the container."""

    test: list[str] = Field(
        min_length=1, description='The command in Docker\'s form, such as `["CMD-SHELL", "node check.js"]`.'
    )
    interval_seconds: Span = Field(30, description="Seconds between checks.")
    timeout_seconds: Span = Field(10, description="Seconds that one check may take.")
    start_period_seconds: Seconds = Field(0, description="Seconds after the start in which failures do not count.")
    retries: int = Field(3, ge=1, description="Failures in a row that make the container unhealthy.")

    @field_validator("test")
    @classmethod
    def _is_in_dockers_form(cls, test: list[str]) -> list[str]:
        kind = test[0]
        if kind not in ("CMD", "CMD-SHELL", "NONE", PLACEHOLDER):
            raise refusal(f"has to begin with CMD, CMD-SHELL or NONE (given: {kind!r})")
        if kind == "CMD-SHELL" and len(test) != 2:
            raise refusal(f"CMD-SHELL takes one text after it (given: {len(test) - 1})")
        return test


class RestartPolicy(Model):
    """What Swarm does when the container ends."""

    condition: Literal["none", "on-failure", "any"] = Field(description="When the container is started again.")
    delay_seconds: Seconds = Field(5, description="Seconds between an end and the next start.")
    max_attempts: int = Field(0, ge=0, description="Restarts within the window; 0 for no limit.")
    window_seconds: Seconds = Field(0, description="Seconds over which attempts are counted; 0 for ever.")


class UpdatePolicy(Model):
    """How Swarm replaces tasks, or takes an update back."""

    parallelism: int = Field(ge=0, description="Tasks replaced at a time; 0 for all at once.")
    order: Literal["stop-first", "start-first"] = Field(
        description="`stop-first` where two versions must not run at once, as with SQLite."
    )
    delay_seconds: Seconds = Field(0, description="Seconds between two tasks.")
    failure_action: Literal["pause", "continue", "rollback"] = Field(
        "pause", description="What follows a failed task. A rollback policy takes `pause` or `continue`."
    )
    monitor_seconds: Seconds = Field(5, description="Seconds after a task's start in which a failure counts.")
    max_failure_ratio: float = Field(0, ge=0, le=1, description="Share of tasks that may fail.")


class Placement(Model):
    """Where Swarm may run the containers. It takes the place of Dokploy's own rule, which ties an application with
    mounts to the manager nodes."""

    constraints: list[str] = Field(
        default_factory=list, description="Such as `node.role==manager` or `node.labels.disk!=slow`."
    )
    spread: list[str] = Field(
        default_factory=list, description="Spread tasks evenly over the values of these, such as `node.labels.zone`."
    )
    max_replicas: Annotated[int | None, Field(ge=1)] = Field(
        None, description="Tasks on one node at most; any number where nothing is said."
    )

    @field_validator("constraints")
    @classmethod
    def _compare(cls, constraints: list[str]) -> list[str]:
        for constraint in constraints:
            if PLACEHOLDER not in constraint and not re.fullmatch(r"[\w.-]+\s*[!=]=\s*\S.*", constraint):
                raise refusal(f"has to compare by == or != (given: {constraint!r})")
        return constraints

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not (self.constraints or self.spread or self.max_replicas):
            raise ValueError("placement: constraints, spread or maxReplicas is needed")
        return self


class Ulimit(Model):
    """A limit of the kernel for each process of the container."""

    name: str = Field(pattern=r"^[a-z]+$", description="Such as `nofile`, the number of open files.")
    soft: int = Field(ge=-1, description="Where the process starts; -1 for no limit.")
    hard: int = Field(ge=-1, description="How far the process may raise it; -1 for no limit.")

    @model_validator(mode="after")
    def _soft_is_not_above_hard(self) -> Self:
        if self.hard != -1 and not -1 < self.soft <= self.hard:
            raise ValueError(f"ulimit {self.name}: soft {self.soft} is above hard {self.hard}")
        return self


_KEYS: dict[type[Model], dict[str, tuple[str, Any]]] = {
    HealthCheck: {
        "test": ("Test", []),
        "interval_seconds": ("Interval", 30 * _S),
        "timeout_seconds": ("Timeout", 30 * _S),
        "start_period_seconds": ("StartPeriod", 0),
        "retries": ("Retries", 3),
    },
    RestartPolicy: {
        "condition": ("Condition", "any"),
        "delay_seconds": ("Delay", 0),
        "max_attempts": ("MaxAttempts", 0),
        "window_seconds": ("Window", 0),
    },
    UpdatePolicy: {
        "parallelism": ("Parallelism", 0),
        "order": ("Order", "stop-first"),
        "delay_seconds": ("Delay", 0),
        "failure_action": ("FailureAction", "pause"),
        "monitor_seconds": ("Monitor", 0),
        "max_failure_ratio": ("MaxFailureRatio", 0),
    },
    Ulimit: {"name": ("Name", ""), "soft": ("Soft", 0), "hard": ("Hard", 0)},
}
"""The key of each field in Docker's JSON, and what Docker takes where it is absent or 0. Durations are nanoseconds."""


def to_json(block: Model | None) -> Json | None:
    """The column that stands for this block; null where there is none."""
    if block is None:
        return None
    return {
        key: units.nanoseconds(getattr(block, field)) if field.endswith("_seconds") else getattr(block, field)
        for field, (key, _) in _KEYS[type(block)].items()
    }


def from_json(block: type[M], raw: Json | None) -> M | None:
    """The block that would make this column. Not validated: a refresh shows what the server really holds."""
    if not raw:
        return None
    found: dict[str, Any] = {}
    for field, (key, absent) in _KEYS[block].items():
        value = raw.get(key) or absent
        found[field] = units.seconds(value) if field.endswith("_seconds") else value
    return cast(M, block.model_construct(**found))


def placement_to_json(placement: Placement | None) -> Json | None:
    if placement is None:
        return None
    spread = [{"Spread": {"SpreadDescriptor": descriptor}} for descriptor in placement.spread]
    found = {
        "Constraints": placement.constraints,
        "Preferences": spread,
        "MaxReplicas": placement.max_replicas,
    }
    return {key: value for key, value in found.items() if value}


def placement_from_json(raw: Json | None) -> Placement | None:
    if not raw:
        return None
    return Placement.model_construct(
        constraints=raw.get("Constraints") or [],
        spread=[preference["Spread"]["SpreadDescriptor"] for preference in raw.get("Preferences") or []],
        max_replicas=raw.get("MaxReplicas") or None,
    )
