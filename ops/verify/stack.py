"""Reads a deployed stack through the Automation API: outputs, configuration, secrets. Nothing is written.

The user's selected stack stays selected, and no state is made where there is none.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pulumi.automation import CommandError, LocalWorkspace

from dokploy.client import DokployClient
from dokploy.given import KEY_VARIABLE, URL_VARIABLE, Given
from dokploy.patience import Patience
from ops.engine import Engine
from ops.environment import STATE, deployment_environment
from ops.errors import OpsError
from ops.stack_file import read_config
from ops.verify.hidden import in_configuration, in_state
from ops.verify.state import DEPLOYMENT, State, outputs_of, resources_of
from ops.verify.target import Secret

NAMESPACE = "chatzwa"
NO_WAY = "no way to Dokploy: set dokploy:url and dokploy:apiKey, or DOKPLOY_URL and DOKPLOY_API_KEY"
"""What is said where `Deployed.client` gives none."""


@dataclass(frozen=True, kw_only=True)
class Deployed:
    """One stack as it was deployed last. Its configuration is decrypted and never shown."""

    name: str
    root: Path
    engine: Engine = field(repr=False)
    outputs: Mapping[str, Any]
    config: Mapping[str, Any] = field(repr=False)
    secrets: tuple[Secret, ...] = field(repr=False)
    server: tuple[str, str] | None = field(repr=False)
    """Dokploy's address and key, where both are known."""
    given: Given = field(default_factory=Given, repr=False)
    """Where they were read."""
    state: State = field(default_factory=dict, repr=False)
    """As exported, with its secrets in plain text."""

    @property
    def application_id(self) -> str | None:
        """Dokploy's id of the application; None on a Docker engine."""
        return (self.outputs.get("dokploy_ids") or {}).get("application_id")

    @property
    def deployment(self) -> Mapping[str, Any]:
        """The outputs of the Deployment as the state holds them; none on a Docker engine."""
        found = next(iter(resources_of(self.state, DEPLOYMENT)), None)
        return found["outputs"] if found else {}

    def setting(self, section: str, key: str, default: Any) -> Any:
        """One part of a section of the stack's own configuration."""
        return (self.config.get(f"{NAMESPACE}:{section}") or {}).get(key, default)

    def client(self) -> DokployClient | None:
        """For reading the server; whoever asks for it closes it."""
        if self.server is None:
            return None
        client = DokployClient(*self.server, patience=Patience(away_s=2.0), given=self.given)
        for secret in self.secrets:
            client.remember_secret(secret.value)
        return client

    @classmethod
    def read(
        cls, root: Path, stack: str, cli: Path, inherited: Mapping[str, str], say: Callable[[str], None]
    ) -> Deployed:
        """Raises UsageError where there is no such stack, OpsError where it was never deployed or cannot be read."""
        file = read_config(root, stack)
        if not inherited.get("PULUMI_BACKEND_URL") and not (root / STATE).is_dir():
            raise OpsError(
                f"stack {stack} has no state in {root / STATE}: deploy it with `make up STACK={stack}`, "
                "or set PULUMI_BACKEND_URL to where its state is"
            )
        engine = Engine(cli, {**inherited, **deployment_environment(root, cli, inherited, say)})
        workspace = LocalWorkspace(work_dir=str(root), pulumi_command=engine)
        try:
            known = workspace.get_all_config(stack)
            state = workspace.export_stack(stack).deployment or {}
        except CommandError as error:
            raise OpsError(f"stack {stack} cannot be read: {reason(error)}") from None
        config = {key: _decoded(entry.value, file.get(key)) for key, entry in known.items()}
        secrets = {secret.value: secret for secret in (*in_state(state), *in_configuration(file, config))}
        url = config.get("dokploy:url") or inherited.get(URL_VARIABLE)
        key = config.get("dokploy:apiKey") or inherited.get(KEY_VARIABLE)
        if key:
            secrets[key] = Secret(name="dokploy:apiKey", value=key)
        return cls(
            name=stack,
            root=root,
            engine=engine,
            outputs=outputs_of(state),
            state=state,
            config=config,
            secrets=tuple(secrets.values()),
            server=(url, key) if url and key else None,
            given=Given(
                url_by_variable=not config.get("dokploy:url"), key_by_variable=not config.get("dokploy:apiKey")
            ),
        )


def _decoded(text: str, written: Any) -> Any:
    """The value of one key: the CLI tells lists and maps as JSON text."""
    is_text = not isinstance(written, dict | list) or (isinstance(written, dict) and set(written) == {"secure"})
    return text if is_text else json.loads(text)


def reason(error: CommandError) -> str:
    """The engine's own sentence, without what it was called with."""
    lines = [line.strip() for line in str(error).splitlines()]
    found = next((line for line in lines if "error: " in line), None)
    return found.partition("error: ")[2] if found else "Pulumi ended with an error"
