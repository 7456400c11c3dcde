"""Environment variables as the one text that Dokploy keeps for them, and back.

Dokploy hands the text to a dotenv parser when it deploys. What that parser does was measured in containers of
a real server and is restated in `parse`; `dump` chooses for each value the quoting that survives it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

# The kernel takes no longer `KEY=value`; Dokploy would say "done" while every task fails.
LONGEST_BYTES: Final = 131_071

# What the parser counts as blank and as the end of a line is JavaScript's idea of it, not Python's.
_BLANKS: Final = (
    "\t\n\v\f\r \u00a0\u1680" + "".join(map(chr, range(0x2000, 0x200B))) + ("\u2028\u2029\u202f\u205f\u3000\ufeff")
)
_BLANK: Final = f"[{_BLANKS}]"
_LINE_ENDS: Final = "\n\r\u2028\u2029"
# What may stand before a key in its line.
_INDENT: Final = f"[{''.join(sorted(set(_BLANKS) - set(_LINE_ENDS)))}]*"
_LINE_START: Final = f"(?:\\A|(?<=[{_LINE_ENDS}]))"
_LINE_END: Final = f"(?=[{_LINE_ENDS}]|\\Z)"
_REST_OF_LINE: Final = f"{_BLANK}*(?:#[^{_LINE_ENDS}]*)?{_LINE_END}"
_QUOTES: Final = "'\"`"

# "KEY=", "export KEY =" or "KEY: ".
_HEAD: Final = re.compile(f"{_LINE_START}{_INDENT}(?:export{_BLANK}+)?(?P<key>[A-Za-z0-9_.-]+)(?:{_BLANK}*=|:{_BLANK})")
# A quoted value may span lines; it counts only if nothing but a comment follows its closing quote.
_QUOTED: Final = re.compile(
    "(?P<value>"
    + "|".join(f"{_BLANK}*{q}(?:\\\\{q}|[^{q}])*{q}(?={_REST_OF_LINE})" for q in _QUOTES)
    + f"){_REST_OF_LINE}"
)
_BARE: Final = re.compile(f"(?P<value>[^#\r\n]*){_REST_OF_LINE}")
_OUTER_QUOTES: Final = re.compile(f"{_LINE_START}([{_QUOTES}])(.*)\\1{_LINE_END}", re.DOTALL)

_KEY: Final = re.compile(r"[A-Za-z0-9_.-]+")
_PLAIN: Final = re.compile(r"[A-Za-z0-9_./:@%+,=~?&;*^!()\[\]{}|<>-]*")


def parse(text: str) -> dict[str, str]:
    """The variables that a container gets from this text.

    Bare values end at `#` and lose blanks at both ends. Quotes are `'`, `"` and a backtick; only between
    double quotes `\\n` and `\\r` become line ends, and a backslash before a quote stays. Everything else is
    literal. Lines without a key and `=` vanish, `export` is dropped, the last of several equal keys wins.
    References (`${{...}}`), which Dokploy replaces itself, are left as they stand.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    variables: dict[str, str] = {}
    position = 0
    while head := _HEAD.search(text, position):
        found = _QUOTED.match(text, head.end()) or _BARE.match(text, head.end())
        if found is None:
            position = head.end()
            continue
        # The parser's own object swallows this one name.
        if head["key"] != "__proto__":
            variables[head["key"]] = _unquoted(found["value"])
        position = found.end()
    return variables


def dump(variables: Mapping[str, str], *, allow_references: bool = False) -> str:
    """The text from which a container gets exactly these variables: `parse(dump(x)) == x`.

    ValueError, which names the key and never the value, for what cannot be carried: a key that the parser
    does not read, a NUL, a lone surrogate, `KEY=value` above 131,071 bytes, the few mixtures of quotes, `#`
    and line ends that no quoting survives, and `${{`, which Dokploy replaces even between single quotes,
    unless `allow_references`.
    """
    lines = [_line(key, value, allow_references) for key, value in variables.items()]
    text = "\n".join(lines)
    if parse(text) != dict(variables):
        raise ValueError(f"env: these keys cannot be written together: {', '.join(variables)}")
    return text


def _unquoted(raw: str) -> str:
    trimmed = raw.strip(_BLANKS)
    value = _OUTER_QUOTES.sub(lambda found: found[2], trimmed)
    if trimmed.startswith('"'):
        value = value.replace("\\n", "\n").replace("\\r", "\r")
    return value


def _line(key: str, value: str, allow_references: bool) -> str:
    if _KEY.fullmatch(key) is None or key == "__proto__":
        raise ValueError(f"env key {key!r}: only letters, digits, '_', '.' and '-' are read from a key")
    if "\0" in value:
        raise ValueError(f"env {key}: the value holds a NUL character, which no variable can carry")
    try:
        size = len(f"{key}={value}".encode())
    except UnicodeEncodeError:
        raise ValueError(f"env {key}: the value is not valid Unicode text") from None
    if size > LONGEST_BYTES:
        raise ValueError(
            f"env {key}: {size} bytes with its key, but a variable is at most {LONGEST_BYTES} bytes; "
            "put long content into a file mount"
        )
    if "${{" in value and not allow_references:
        raise ValueError(
            f"env {key}: Dokploy would replace the reference ${{{{...}}}} in the value; set allowReferences "
            "if that is meant"
        )
    for written in _candidates(value):
        line = f"{key}={written}"
        if _stands(line, key, value):
            return line
    raise ValueError(
        f"env {key}: no quoting carries this mixture of quotes, '#', backslashes and line ends unchanged; "
        "encode the value (base64, for example)"
    )


def _candidates(value: str) -> Iterator[str]:
    """Ways to write the value, the plainest first; which of them is right, the parser says."""
    if _PLAIN.fullmatch(value):
        yield value
    # A closing quote after a backslash is read as part of the value when a later line has such a quote;
    # a comment with one more quote ends the search within the line.
    guard = " #{0}." if value.endswith("\\") else ""
    escaped = value.replace("\n", "\\n").replace("\r", "\\r")
    contents = {"'": value, "`": value, '"': escaped}
    quoted = [(q, f"{q}{content}{q}{guard.format(q)}") for q, content in contents.items()]
    yield from (written for q, written in quoted if q not in value)
    yield value
    yield from (written for q, written in quoted if q in value)


def _stands(line: str, key: str, value: str) -> bool:
    """Whether the line gives the value whatever lines follow: each kind of quote is tried."""
    other = f"{key}_"
    return all(parse(f"{line}\n{other}={q}#{q}") == {key: value, other: "#"} for q in _QUOTES)
