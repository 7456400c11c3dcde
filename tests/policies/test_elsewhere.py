"""What belongs to an application that is not in the stack, or that only its id names, is judged too."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import pytest

from tests.policies import stacks
from tests.policies.beside import DB, rules_of, schedule
from tests.policies.court import UNKNOWN, Court, Given

CONSISTENT = "backup-copy-consistent"
RETENTION = "backup-retention-minimum"


@pytest.fixture(scope="module")
def court() -> Court:
    return Court()


def _of(identity: str | None, one: Given) -> Given:
    """The resource with the id of an application that is written down, and that comes from nowhere."""
    kept = {name: names for name, names in one.sources.items() if name != "applicationId"}
    return replace(one, name=f"{one.name}-2", props={**one.props, "applicationId": identity}, sources=kept)


def _known(resources: Iterable[Given], identity: str) -> list[Given]:
    """The stack once the id of its application is known."""
    return [
        replace(one, props={**one.props, "applicationId": identity}) if "applicationId" in one.props else one
        for one in resources
    ]


def _named(name: str) -> Given:
    return next(one for one in stacks.dokploy() if one.name == name)


BARE = replace(_named("domain"), props={**_named("domain").props, "middlewares": []}, sources={})
UNGUARDED = ["network-headers-sent", "network-rate-limited"]


@pytest.mark.parametrize("identity", ["app-2", UNKNOWN])
def test_a_domain_of_an_application_elsewhere_is_judged_by_the_rules_for_ways_in(court: Court, identity: str) -> None:
    alone = [_of(identity, BARE)]
    found = court.judge(alone)
    assert rules_of(found) == UNGUARDED
    assert {violation.urn.rpartition("::")[2] for violation in found} == {"domain-2"}
    guarded = [_of(identity, _named("domain")), _named("headers"), _named("limit")]
    assert court.judge(guarded) == []


def test_a_domain_with_another_id_than_the_applications_is_judged(court: Court) -> None:
    found = court.judge([*_known(stacks.dokploy(), "app-1"), _of("app-2", BARE)])
    assert rules_of(found) == UNGUARDED
    assert {violation.urn.rpartition("::")[2] for violation in found} == {"domain-2"}


def test_a_literal_id_is_that_of_the_application_whose_id_is_known(court: Court) -> None:
    def second(one: Given) -> Given:
        sources = {
            key: [f"{name}-b" if name == stacks.APP else name for name in names] for key, names in one.sources.items()
        }
        return replace(one, name=f"{one.name}-b", sources=sources)

    own = [
        one for one in stacks.dokploy() if one.name == stacks.APP or stacks.APP in one.sources.get("applicationId", ())
    ]
    resources = [*_known(stacks.dokploy(), "app-1"), *_known(map(second, own), "app-b")]
    assert court.judge(resources) == []
    found = court.judge([*resources, _of("app-b", replace(BARE, name="bare"))])
    assert rules_of(found) == UNGUARDED
    assert {violation.urn.rpartition("::")[2] for violation in found} == {f"{stacks.APP}-b"}


@pytest.mark.parametrize(
    ("command", "rules"),
    [
        (f"cp {DB} /app/backups/x.db", [CONSISTENT]),
        ("find /app/backups -mtime +7 -delete", [RETENTION]),
        (stacks.COPY, []),
        (stacks.PRUNE, []),
        ("node cleanup.js", []),
    ],
)
def test_a_schedule_of_an_application_elsewhere_is_judged_by_its_command(
    court: Court, command: str, rules: list[str]
) -> None:
    assert rules_of(court.judge([_of("app-2", schedule(command))])) == rules
