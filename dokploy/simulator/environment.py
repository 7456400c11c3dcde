"""Which variables reach a container from the text kept in Dokploy.

Dokploy parses with dotenv and then replaces references. Written from observation and on its own, not shared
with the provider's writer, so that a mistake there is found here.
"""

from __future__ import annotations

import re

# key, then a quoted value over one or more lines or the rest of the line up to a '#'
_LINE = re.compile(
    r"^[ \t]*(?:export[ \t]+)?(?P<key>[\w.-]+)(?:[ \t]*=[ \t]*?|:[ \t]+?)"
    r"(?P<value>[ \t]*'(?:\\'|[^'])*'|[ \t]*\"(?:\\\"|[^\"])*\"|[ \t]*`(?:\\`|[^`])*`|[^#\r\n]*)?"
    r"[ \t]*(?:#.*)?$",
    re.MULTILINE,
)


class UnknownReferenceError(ValueError):
    """A `${{...}}` that names nothing; the text is the line in the deployment's log."""


def parse(text: str | None) -> dict[str, str]:
    """The variables of a dotenv text; lines that are no assignment vanish."""
    result: dict[str, str] = {}
    for found in _LINE.finditer((text or "").replace("\r\n", "\n")):
        value = (found["value"] or "").strip()
        quote = value[:1]
        if quote in "'\"`" and len(value) > 1 and value.endswith(quote):
            value = value[1:-1]
        if quote == '"':
            value = value.replace("\\n", "\n").replace("\\r", "\r")
        result[found["key"]] = value
    return result


def resolve(own: str | None, project: str | None, environment: str | None) -> list[str]:
    """`KEY=value` in order, with references replaced: first to the project, then the environment, then the text."""
    variables = parse(own)
    scopes = (
        (re.compile(r"\$\{\{project\.(.*?)\}\}"), parse(project), "Invalid project environment variable: project."),
        (re.compile(r"\$\{\{environment\.(.*?)\}\}"), parse(environment), "Invalid environment variable: environment."),
        (re.compile(r"\$\{\{(.*?)\}\}"), variables, "Invalid service environment variable: "),
    )
    return [f"{key}={_replaced(value, scopes)}" for key, value in variables.items()]


def _replaced(value: str, scopes: tuple[tuple[re.Pattern[str], dict[str, str], str], ...]) -> str:
    for pattern, known, refusal in scopes:
        missing = [name for name in pattern.findall(value) if name not in known]
        if missing:
            raise UnknownReferenceError(f"{refusal}{missing[0]}")

        def known_value(found: re.Match[str], known: dict[str, str] = known) -> str:
            return known[found[1]]

        value = pattern.sub(known_value, value)
    return value
