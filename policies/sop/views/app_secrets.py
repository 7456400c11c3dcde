"""The secrets of an application by their values, as far as these are known."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pulumi_policy.proxy import UnknownValueError

from sop.texts.secret_signs import is_a_secret, names_a_secret, passwords
from sop.views.dokploy_workload import DokployWorkload
from sop.views.fields import Fields

COMPARED_LENGTH = 8
"""A shorter secret may be part of any text."""


def secrets_of(workload: DokployWorkload) -> Mapping[str, str]:
    """What the application is given and is secret, each with the name of its variable; passwords in addresses too."""
    given = (workload.env, workload.fields.block("buildArgs"), workload.fields.block("buildSecrets"))
    return {
        text: name
        for variables in given
        for name, value in as_known(variables)
        if value is not None
        for text in _secrets(name, value)
        if len(text) >= COMPARED_LENGTH
    }


def as_known(variables: Fields) -> Iterator[tuple[str, str | None]]:
    """Each name with its value; None while that is unknown, since an update judges it again."""
    for name in variables:
        try:
            yield name, variables.text(name)
        except UnknownValueError:
            yield name, None


def _secrets(name: str, value: str) -> Iterator[str]:
    if names_a_secret(name, value) or is_a_secret(value, name):
        yield value
    yield from passwords(value)
