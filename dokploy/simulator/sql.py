"""The text of a failed query, which Dokploy hands to the caller with every value in it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any


def _param(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return "{" + ",".join(map(str, value)) + "}"
    return str(value)


def failed_insert(table: str, columns: Iterable[str], values: Mapping[str, Any]) -> str:
    """Columns without a value are written as `default`, the others as numbered parameters."""
    names = list(columns)
    marks: list[str] = []
    params: list[str] = []
    for name in names:
        if name in values and values[name] is not None:
            params.append(_param(values[name]))
            marks.append(f"${len(params)}")
        else:
            marks.append("default")
    listed = ", ".join(f'"{name}"' for name in names)
    query = f'insert into "{table}" ({listed}) values ({", ".join(marks)}) returning {listed}'  # noqa: S608 - never run
    return f"Failed query: {query}\nparams: {','.join(params)}"


def failed_update(table: str, columns: Iterable[str], key: str, key_value: str, values: Mapping[str, Any]) -> str:
    sets = ", ".join(f'"{name}" = ${i}' for i, name in enumerate(values, start=1))
    listed = ", ".join(f'"{name}"' for name in columns)
    params = ",".join([*map(_param, values.values()), key_value])
    where = f'"{table}"."{key}" = ${len(values) + 1}'
    query = f'update "{table}" set {sets} where {where} returning {listed}'  # noqa: S608 - never run
    return f"Failed query: {query}\nparams: {params}"
