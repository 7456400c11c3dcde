"""docs/configuration.md names every key with its default."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, get_args

from pydantic import BaseModel
from pydantic_core import PydanticUndefined

from components.secret_checks import set_command
from components.settings import Settings
from components.variables import VARIABLES
from tests.components.stacks import ROOT, SECRETS, SECTIONS

TEXT = (ROOT / "docs/configuration.md").read_text()
ROWS = dict(re.findall(r"^\| `([^`]+)` \| [^|]+ \| ([^|]+) \|", TEXT, re.MULTILINE))


def keys(model: type[BaseModel], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Every key below ``model`` that holds a value, with its default."""
    for field in model.model_fields.values():
        key = f"{prefix}{field.alias}"
        inner = [kind for kind in (field.annotation, *get_args(field.annotation)) if isinstance(kind, type)]
        models = [kind for kind in inner if issubclass(kind, BaseModel)]
        if key in ("stack", "tier.name"):
            continue
        if models:
            yield from keys(models[0], f"{key}[]." if key == "volumes" else f"{key}.")
        else:
            yield key, field.get_default(call_default_factory=True, validated_data={})


def test_every_key_is_explained_with_its_default() -> None:
    documented = {key: default.strip().strip("`") for key, default in ROWS.items()}
    for key, default in keys(Settings):
        assert key in documented, key
        if key.startswith(("volumes[]", "project.")):
            continue
        expected = "none" if default in (PydanticUndefined, None, ()) else default
        if isinstance(expected, tuple):
            expected = ", ".join(expected)
        expected = str(expected).lower() if isinstance(expected, bool) else str(expected)
        assert documented[key] == expected, key


def test_no_key_is_explained_that_does_not_exist() -> None:
    known = {key for key, _ in keys(Settings)} | {"tier", "dokploy:url", "dokploy:apiKey"}
    outputs = {"url", "source", "app_name", "schedules", "offsite", "alerts", "dokploy_ids"}
    variables = set(VARIABLES) | {"NEXT_PUBLIC_APP_URL"}
    assert set(ROWS) - known - outputs - variables == set()


def test_the_commands_of_the_page_are_those_of_the_messages() -> None:
    for name in SECRETS:
        assert f"$ {set_command(name, 'production')}\n" in TEXT
    for path in SECTIONS:
        assert f"$ pulumi config set --secret --path {path} --stack production\n" in TEXT


def test_the_files_that_the_sop_page_names_exist() -> None:
    text = (ROOT / "docs/sop.md").read_text()
    files = set(re.findall(r"`([\w./]+\.(?:py|sh|yaml))`", text))
    assert len(files) > 10
    assert not [file for file in files if not (ROOT / file).is_file()]
