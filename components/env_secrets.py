"""The app's environment variables, plain and secret kept apart (SOP, required environment variables)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pulumi
from pydantic import SecretStr

from components.inputs import HIDDEN, visible
from components.platforms.stand_ins import stand_in


@dataclass(frozen=True, kw_only=True)
class EnvSecretsArgs:
    """Plain variables by value; of the secrets the engine sees the names."""

    plain: Mapping[str, str]
    secrets: Mapping[str, SecretStr] = field(metadata=HIDDEN)
    stand_ins: tuple[str, ...] = ()
    """The secrets that get a random value, made once and kept in the state."""


class EnvSecrets(pulumi.ComponentResource):
    """Shows what is plain and what is secret, and marks every secret before it goes on.

    The variables themselves are a property of the application; the only children are the stand-ins.
    """

    variables: Mapping[str, pulumi.Input[str]]

    def __init__(self, name: str, args: EnvSecretsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        names = sorted({*args.secrets, *args.stand_ins})
        super().__init__("chatzwa:index:EnvSecrets", name, {**visible(args), "secret_names": names}, opts)
        self.variables = {
            **args.plain,
            **{key: stand_in(f"{name}-stand-in-{key}", parent=self) for key in args.stand_ins},
            **{key: pulumi.Output.secret(value.get_secret_value()) for key, value in args.secrets.items()},
        }
        self.register_outputs({"plain_names": sorted(args.plain), "secret_names": names})
