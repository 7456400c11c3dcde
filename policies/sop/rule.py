"""What a rule is: one short function that yields what is wrong, and what people have to know about it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Literal, Protocol, TypeVar

Severity = Literal["low", "medium", "high", "critical"]
T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


class Subject(Protocol[T_co]):
    """A class whose instances rules judge, made from one resource, or one after the other from a whole stack."""

    @property
    def TYPES(self) -> frozenset[str]:  # noqa: N802 - a constant of the class
        """The types of resource that it is made from; empty where it takes the whole stack."""

    def views(self, source: Any, /) -> Iterator[T_co]:
        """The instances that one resource, or the list of all resources, gives."""


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One demand of the procedure."""

    id: str
    outcome: str
    """What holds when the rule is kept, in one sentence."""
    section: str
    """Where the procedure asks for it."""
    severity: Severity
    remedy: str
    judges: Subject[Any]
    find: Callable[[Any], Iterator[str]]
    cis: str | None = None
    """The recommendation of the CIS Docker Benchmark 1.6 that it carries out."""
    production_only: bool = False
    exemptible: bool = True

    @property
    def about_the_stack(self) -> bool:
        """Whether it looks at how resources belong together, so that only a whole stack can be judged."""
        return not self.judges.TYPES

    @property
    def group(self) -> str:
        return self.id.partition("-")[0]


def rule(
    id: str,
    outcome: str,
    *,
    judges: Subject[T],
    section: str,
    severity: Severity,
    remedy: str,
    cis: str | None = None,
    production_only: bool = False,
    exemptible: bool = True,
) -> Callable[[Callable[[T], Iterator[str]]], Rule]:
    """Make a rule of a function that yields one sentence, without a full stop, for each thing that is wrong.

    The sentence holds the limit and the value that broke it, and never the value of a secret.
    """

    def made(find: Callable[[T], Iterator[str]]) -> Rule:
        return Rule(
            id=id,
            outcome=outcome,
            section=section,
            severity=severity,
            remedy=remedy,
            judges=judges,
            find=find,
            cis=cis,
            production_only=production_only,
            exemptible=exemptible,
        )

    return made
