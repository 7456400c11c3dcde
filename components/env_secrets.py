"""The app's environment variables, plain and secret kept apart (SOP, required environment variables)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pulumi
from pydantic import SecretStr

from components.inputs import HIDDEN, visible


@dataclass(frozen=True, kw_only=True)
class EnvSecretsArgs:
    """Plain variables by value; of the secrets the engine sees the names."""

    plain: Mapping[str, str]
    secrets: Mapping[str, SecretStr] = field(metadata=HIDDEN)


class EnvSecrets(pulumi.ComponentResource):
    """Shows what is plain and what is secret, and marks every secret before it goes on.

    It has no children: the variables are a property of the application.
    """

    variables: Mapping[str, pulumi.Input[str]]

    def __init__(self, name: str, args: EnvSecretsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        names = sorted(args.secrets)
        super().__init__("chatzwa:index:EnvSecrets", name, {**visible(args), "secret_names": names}, opts)
        self.variables = {
            **args.plain,
            **{key: pulumi.Output.secret(value.get_secret_value()) for key, value in args.secrets.items()},
        }
        self.register_outputs({"plain_names": sorted(args.plain), "secret_names": names})
