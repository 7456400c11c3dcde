"""Where in the checkout a rule points to: the key of the stack's file that decides it, and the component."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import yaml

KEYS: Mapping[str, str] = {
    "sizing-update": "chatzwa:update",
    "sizing-replicas": "chatzwa:app",
    "sizing-node": "chatzwa:app",
    "sizing": "chatzwa:tier",
    "runtime-health": "chatzwa:healthCheck",
    "runtime-restart": "chatzwa:restart",
    "runtime": "chatzwa:app",
    "environment-auth": "chatzwa:host",
    "environment-database": "chatzwa:volumes",
    "environment": "chatzwa:environment",
    "network": "chatzwa:host",
    "container": "chatzwa:app",
    "backup-state": "chatzwa:protect",
    "backup": "chatzwa:backup",
    "change-failure-reverted": "chatzwa:update",
    "change": "chatzwa:app",
}
"""The key that decides a rule, by the beginning of its id; the longest beginning wins."""

_CAPITAL = re.compile(r"(?<!^)(?=[A-Z])")


def key_lines(file: Path) -> dict[str, int]:
    """The line, from 1, of each key under `config`; nothing for a file that cannot be read."""
    try:
        tree = yaml.compose(file.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
    except (OSError, UnicodeDecodeError, yaml.YAMLError):
        return {}
    if not isinstance(tree, yaml.MappingNode):
        return {}
    for name, value in tree.value:
        if name.value == "config" and isinstance(value, yaml.MappingNode):
            return {key.value: key.start_mark.line + 1 for key, _ in value.value}
    return {}


def line_of(rule: str, lines: Mapping[str, int]) -> int:
    """The line of the key that decides the rule; the first line of the file where it is not written."""
    fitting = [start for start in KEYS if rule.startswith(start)]
    return lines.get(KEYS[max(fitting, key=len)], 1) if fitting else 1


def component_file(urn: str) -> str | None:
    """The file of the component that a resource stands in: `components/app_container.py`."""
    found = re.search(r"chatzwa:index:(\w+)", urn)
    return (
        f"components/{_CAPITAL.sub('_', found[1]).lower().replace('health_check', 'healthcheck')}.py" if found else None
    )
