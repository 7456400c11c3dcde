"""Valid configurations to start from: the committed stacks with what their owner has to add."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import yaml

from components.checks import Surroundings

ROOT = Path(__file__).parents[2]
SERVER = Surroundings(server_url="https://dokploy.company.co", has_api_key=True)
SECRETS = {
    "NEXTAUTH_SECRET": "n3xtauth-0123456789-abcdefghijklmnop",
    "JWT_SECRET": "jwt-0123456789-abcdefghijklmnopqrstuv",
    "ADMIN_CLEANUP_KEY": "cleanup-0123456789-abcdef",
    "ZAI_API_KEY": "zai-0123456789",
}


WEBHOOK = "https://hooks.slack.co/services/canary-0123456789"
SECTIONS = {
    "alerts.slack.webhookUrl": WEBHOOK,
    "app.rollback.registry.password": "registry-0123456789",
    "backup.offsite.accessKey": "s3-access-0123456789",
    "backup.offsite.secretKey": "s3-secret-0123456789",
}
"""The secrets that production's sections need."""
PLACES = {
    "app.rollback.registry.url": "registry.company.co",
    "backup.offsite.endpoint": "https://s3.company.co",
}
"""What stands in production's file as an example."""


def raw(stack: str) -> dict[str, Any]:
    """The committed file of one stack."""
    return yaml.safe_load((ROOT / f"Pulumi.{stack}.yaml").read_text())["config"]


def complete(stack: str = "production") -> dict[str, Any]:
    """The stack's own keys with what its owner has to add: names of its own, and every secret."""
    config = {key.removeprefix("chatzwa:"): value for key, value in raw(stack).items() if key.startswith("chatzwa:")}
    whole = copy.deepcopy({**config, "host": "chat.company.co", "secrets": dict(SECRETS)})
    for path, value in {**PLACES, **SECTIONS}.items() if stack == "production" else ():
        *parents, last = path.split(".")
        place = whole
        for part in parents:
            place = place[part]
        place[last] = value
    return whole


def local() -> dict[str, Any]:
    """The keys of the local stack, which needs nothing added."""
    return {key.removeprefix("chatzwa:"): value for key, value in copy.deepcopy(raw("local")).items()}
