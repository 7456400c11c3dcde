"""Checks of a procedure's input that fail with the same words as Dokploy's.

Dokploy validates with zod: unknown keys are dropped, numbers and booleans of database columns are coerced
the way JavaScript does it, and every finding is one issue with a path. A `Rule` reads one value; `Fields`
reads an input. Rules are immutable and shared.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from .errors import ApiError

Issue = dict[str, Any]
Path = tuple[str | int, ...]


class _Missing:
    """The key is not in the input (zod's undefined)."""

    def __repr__(self) -> str:
        return "missing"


MISSING: Final = _Missing()


def js_type(value: Any) -> str:
    """The name zod gives to the type of a received value."""
    names = {
        type(None): "null",
        _Missing: "undefined",
        bool: "boolean",
        str: "string",
        list: "array",
        dict: "object",
    }
    if isinstance(value, float) and math.isnan(value):
        return "NaN"
    return names.get(type(value), "number")


def js_number(value: Any) -> float | int:
    """What JavaScript's Number(value) gives."""
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, int | float):
        return value
    if value is None:
        return 0
    if isinstance(value, str):
        text = value.strip()
        if not text:
            return 0
        try:
            return int(text)
        except ValueError:
            try:
                return float(text)
            except ValueError:
                return math.nan
    return math.nan


def _wrong_type(expected: str, value: Any, path: Path, received: str | None = None) -> Issue:
    issue: Issue = {"expected": expected, "code": "invalid_type"}
    if received is not None:
        issue["received"] = received
    text = f"Invalid input: expected {expected}, received {received or js_type(value)}"
    return {**issue, "path": list(path), "message": text}


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One value: may it be left out, may it be null, what stands in when it is left out."""

    optional: bool = False
    nullable: bool = False
    present: bool = False  # the key must be there, though null may be its value
    default: Any = MISSING

    def read(self, value: Any, path: Path, issues: list[Issue]) -> Any:
        if value is MISSING:
            if self.present:
                text = "Invalid input: expected nonoptional, received undefined"
                issues.append({"code": "invalid_type", "expected": "nonoptional", "path": list(path), "message": text})
                return MISSING
            if self.optional or self.default is not MISSING:
                return self.default
        if value is None and self.nullable:
            return None
        return self.check(value, path, issues)

    def check(self, value: Any, path: Path, issues: list[Issue]) -> Any:
        return value


@dataclass(frozen=True, kw_only=True)
class Text(Rule):
    min: int = 0
    max: int | None = None
    max_message: str | None = None
    pattern: str | None = None
    pattern_text: str = ""
    pattern_message: str = "Invalid"
    test: Callable[[str], bool] | None = None
    test_message: str = "Invalid input"

    def check(self, value: Any, path: Path, issues: list[Issue]) -> Any:
        if not isinstance(value, str):
            issues.append(_wrong_type("string", value, path))
            return value
        where = list(path)
        if len(value) < self.min:
            text = f"Too small: expected string to have >={self.min} characters"
            small = {"origin": "string", "code": "too_small", "minimum": self.min, "inclusive": True}
            issues.append({**small, "path": where, "message": text})
        if self.max is not None and len(value) > self.max:
            text = self.max_message or f"Too big: expected string to have <={self.max} characters"
            big = {"origin": "string", "code": "too_big", "maximum": self.max, "inclusive": True}
            issues.append({**big, "path": where, "message": text})
        if self.pattern is not None and not re.search(self.pattern, value):
            bad = {"origin": "string", "code": "invalid_format", "format": "regex"}
            pattern = self.pattern_text or f"/{self.pattern}/"
            issues.append({**bad, "pattern": pattern, "path": where, "message": self.pattern_message})
        if self.test is not None and not self.test(value):
            issues.append({"code": "custom", "path": where, "message": self.test_message})
        return value


@dataclass(frozen=True, kw_only=True)
class Number(Rule):
    """`coerce`: a database column, read with Number(value); else only a JSON number will do."""

    coerce: bool = True
    min: float | None = None
    min_message: str | None = None
    max: float | None = None
    max_message: str | None = None

    def check(self, value: Any, path: Path, issues: list[Issue]) -> Any:
        number = js_number(value) if self.coerce else value
        if not isinstance(number, int | float) or isinstance(number, bool):
            issues.append(_wrong_type("number", value, path))
            return value
        if math.isnan(number):
            issues.append(_wrong_type("number", number, path, received="NaN"))
            return value
        if isinstance(number, float) and number.is_integer():
            number = int(number)
        where = list(path)
        if self.min is not None and number < self.min:
            text = self.min_message or f"Too small: expected number to be >={self.min}"
            small = {"origin": "number", "code": "too_small", "minimum": self.min, "inclusive": True}
            issues.append({**small, "path": where, "message": text})
        if self.max is not None and number > self.max:
            text = self.max_message or f"Too big: expected number to be <={self.max}"
            big = {"origin": "number", "code": "too_big", "maximum": self.max, "inclusive": True}
            issues.append({**big, "path": where, "message": text})
        return number


@dataclass(frozen=True, kw_only=True)
class Flag(Rule):
    """`coerce`: Boolean(value), so "false" becomes true and null becomes false."""

    coerce: bool = True

    def check(self, value: Any, path: Path, issues: list[Issue]) -> Any:
        if self.coerce:
            return value is not MISSING and (bool(value) or isinstance(value, list | dict))
        if not isinstance(value, bool):
            issues.append(_wrong_type("boolean", value, path))
        return value


@dataclass(frozen=True, kw_only=True)
class OneOf(Rule):
    values: tuple[str, ...]

    def check(self, value: Any, path: Path, issues: list[Issue]) -> Any:
        if not isinstance(value, str) or value not in self.values:
            quoted = "|".join(f'"{v}"' for v in self.values)
            text = f"Invalid input: expected {quoted}" if len(self.values) == 1 else ""
            text = text or f"Invalid option: expected one of {quoted}"
            issues.append({"code": "invalid_value", "values": list(self.values), "path": list(path), "message": text})
        return value


@dataclass(frozen=True, kw_only=True)
class Items(Rule):
    of: Rule = Rule()

    def check(self, value: Any, path: Path, issues: list[Issue]) -> Any:
        if not isinstance(value, list):
            issues.append(_wrong_type("array", value, path))
            return value
        return [self.of.read(item, (*path, i), issues) for i, item in enumerate(value)]


@dataclass(frozen=True, kw_only=True)
class Record(Rule):
    """An object; `strict` refuses unknown keys, `open` keeps them, otherwise they are dropped."""

    fields: Mapping[str, Rule]
    strict: bool = False
    open: bool = False

    def check(self, value: Any, path: Path, issues: list[Issue]) -> Any:
        if not isinstance(value, dict):
            issues.append(_wrong_type("object", value, path))
            return value
        result: dict[str, Any] = dict(value) if self.open else {}
        for name, rule in self.fields.items():
            item = rule.read(value.get(name, MISSING), (*path, name), issues)
            if item is not MISSING:
                result[name] = item
        unknown = [key for key in value if key not in self.fields]
        if self.strict and unknown:
            quoted = ", ".join(f'"{key}"' for key in unknown)
            text = f"Unrecognized key{'s' if len(unknown) > 1 else ''}: {quoted}"
            issues.append({"code": "unrecognized_keys", "keys": unknown, "path": list(path), "message": text})
        return result


Fields = Mapping[str, Rule]


def read_input(fields: Fields, value: Mapping[str, Any]) -> dict[str, Any]:
    """The input as the procedure sees it: known keys only, coerced, defaults filled in."""
    issues: list[Issue] = []
    result: dict[str, Any] = Record(fields=fields).check(dict(value), (), issues)
    if issues:
        raise ApiError("BAD_REQUEST", "Input validation failed", issues)
    return result


ID = Text()
OPTIONAL_TEXT = Text(optional=True)
NULLABLE_TEXT = Text(optional=True, nullable=True)
PRESENT_TEXT = Text(present=True, nullable=True)
