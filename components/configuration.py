"""Reads the stack's configuration from the engine, as plain data for ``Settings.load``.

Validation needs the text of secrets. They leave here inside the mapping and nowhere else: the settings hold
them as ``SecretStr``, and ``EnvSecrets`` marks them again for the engine.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pulumi
from pulumi.runtime.config import CONFIG, get_config_env, get_config_secret_keys_env, is_config_secret

from components.checks import Surroundings
from components.messages import SettingsError
from components.plain_text import Place, plain_places, written_in
from components.settings import Settings
from components.stand_ins import kept_seed, with_stand_ins


def settings() -> Settings:
    """The settings of the stack that is being deployed.

    Raises ``pulumi.RunError`` with every problem; the engine shows it without a traceback.
    """
    project, stack = pulumi.get_project(), pulumi.get_stack()
    known = {key: _decoded(value) for key, value in {**get_config_env(), **CONFIG.get()}.items()}
    config = {key.removeprefix(f"{project}:"): value for key, value in known.items() if key.startswith(f"{project}:")}
    if config.get("platform") == "docker":
        config["docker"] = _with_engine(config.get("docker") or {})
    config = with_stand_ins(config, stack, kept_seed)
    server = pulumi.Config("dokploy")
    surroundings = Surroundings(
        server_url=server.get("url") or os.environ.get("DOKPLOY_URL"),
        url_by_variable=not server.get("url"),
        has_api_key=bool(server.get("apiKey") or os.environ.get("DOKPLOY_API_KEY")),
        # A flag of the command line reaches the engine alone; the variable reaches the program too.
        under_policies=pulumi.runtime.is_dry_run() or bool(os.environ.get("PULUMI_OPTION_POLICY_PACK")),
        plain=frozenset(_plain(known, project, stack)),
    )
    try:
        return Settings.load(config, stack=stack, surroundings=surroundings)
    except SettingsError as error:
        raise pulumi.RunError(str(error)) from None


def _plain(known: Mapping[str, Any], project: str, stack: str) -> Iterator[Place]:
    """Where the configuration stands in plain text: all of a key that holds nothing encrypted, else by the file."""
    file = Path(os.environ.get("PULUMI_OPTION_CONFIG_FILE") or f"Pulumi.{stack}.yaml")
    written, secret_keys = written_in(file, project), set(get_config_secret_keys_env())
    for key, used in known.items():
        encrypted = key in secret_keys or is_config_secret(key)
        yield from plain_places(written.get(key) if encrypted else used, used, (key.removeprefix(f"{project}:"),))


def _with_engine(section: Any) -> Any:
    """The section with the engine's address, which the docker provider and the ``docker`` command know as well.

    A stack that has found its engine goes on using it: the address is part of its state.
    """
    address = pulumi.Config("docker").get("host") or os.environ.get("DOCKER_HOST")
    return {"host": address, **section} if isinstance(section, dict) and address else section


def _decoded(text: Any) -> Any:
    """The value of one key: the engine hands over lists, maps and booleans as JSON text."""
    if isinstance(text, str) and (text[:1] in ("{", "[") or text in ("true", "false")):
        try:
            return json.loads(text)
        except ValueError:
            return text
    return text
