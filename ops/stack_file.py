"""Reads a stack's configuration as it lies in the checkout: `Pulumi.<stack>.yaml`."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

import yaml

from ops.errors import UsageError, did_you_mean


def stacks(root: Path) -> list[str]:
    """The names of the stacks that have a file in `root`."""
    return sorted(path.name.split(".")[1] for path in root.glob("Pulumi.*.yaml"))


def read_config(root: Path, stack: str, file: Path | None = None) -> dict[str, Any]:
    """The `config` of the stack's file, or of another file in its place.

    Raises UsageError when the stack has no file, or the file cannot be read as one.
    """
    if stack not in stacks(root):
        raise unknown_stack(root, stack, stacks(root))
    path = file or root / f"Pulumi.{stack}.yaml"
    try:
        content = yaml.safe_load(path.read_text()) or {}
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} is not a stack file: {_why(error)}") from error
    config = content.get("config", {}) if isinstance(content, dict) else None
    if not isinstance(config, dict) or not all(isinstance(key, str) for key in config):
        raise UsageError(f"{path} is not a stack file: there is no `config:` with keys like chatzwa:host below it")
    return config


def _why(error: Exception) -> str:
    """The line and the cause, without the text around them, which may hold a secret."""
    if isinstance(error, yaml.MarkedYAMLError) and error.problem_mark:
        return f"line {error.problem_mark.line + 1}: {error.problem}"
    return str(error).splitlines()[0]


def unknown_stack(root: Path, stack: str, known: Collection[str]) -> UsageError:
    """The error to raise for a stack that is none of `known`."""
    return UsageError(f"there is no stack {stack}; {root} has {', '.join(known) or 'none'}{did_you_mean(stack, known)}")


def encrypted(value: Any, key: str = "") -> Iterator[str]:
    """The paths (`chatzwa:secrets.JWT_SECRET`) of what somebody encrypted with a passphrase of theirs."""
    if isinstance(value, dict):
        if set(value) == {"secure"}:
            yield key
            return
        for name, item in value.items():
            yield from encrypted(item, f"{key}.{name}" if key else str(name))


def without_encrypted(value: Any) -> Any:
    """The same value without what is encrypted, which only its owner can read."""
    if isinstance(value, dict):
        return {
            name: without_encrypted(item)
            for name, item in value.items()
            if not (isinstance(item, dict) and set(item) == {"secure"})
        }
    if isinstance(value, list):
        return [without_encrypted(item) for item in value if not (isinstance(item, dict) and set(item) == {"secure"})]
    return value
