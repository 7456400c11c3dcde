"""A secret of the configuration as an input of a resource."""

from __future__ import annotations

from pulumi import Output
from pydantic import SecretStr


def marked(value: SecretStr | None) -> Output[str]:
    """The value, marked; ``ValueError`` where there is none, which the settings refuse before."""
    if value is None:
        raise ValueError("a secret of the configuration is missing")
    return Output.secret(value.get_secret_value())
