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
_REFERENCE = re.compile(r"\$\{\{(.*?)\}\}")


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
    """`KEY=value` in order, with the references to project, environment and the text itself replaced."""
    variables = parse(own)
    shared = {"project": parse(project), "environment": parse(environment)}

    def replaced(found: re.Match[str]) -> str:
        name = found[1]
        scope, _, key = name.partition(".")
        if key and scope in shared:
            if key not in shared[scope]:
                raise UnknownReferenceError(f"Invalid {scope} environment variable: {name}")
            return shared[scope][key]
        if name not in variables:
            raise UnknownReferenceError(f"Invalid service environment variable: {name}")
        return variables[name]

    return [f"{key}={_REFERENCE.sub(replaced, value)}" for key, value in variables.items()]
