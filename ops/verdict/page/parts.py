"""Small pieces of HTML. Every text that comes in is escaped here, unless it is called `inner`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ops.verdict.escape import markup


def chip(text: str, tone: str) -> str:
    return f'<span class="chip {tone}">{markup(text)}</span>'


def code(text: str) -> str:
    return f"<code>{markup(text)}</code>"


def link(target: str, text: str) -> str:
    return f'<a href="{markup(target)}">{markup(text)}</a>'


def section(identifier: str, title: str, inner: Iterable[str]) -> str:
    body = "\n".join(inner)
    heading = f'<h2 id="{identifier}-title">{markup(title)}</h2>'
    return f'<section id="{identifier}" aria-labelledby="{identifier}-title">\n{heading}\n{body}\n</section>'


def table(label: str, head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table that scrolls on its own where the page is narrow. The cells are `inner`."""
    heads = "".join(f'<th scope="col">{markup(each)}</th>' for each in head)
    lines = "\n".join(
        "<tr>"
        + "".join((f'<th scope="row">{cell}</th>' if not n else f"<td>{cell}</td>") for n, cell in enumerate(row))
        + "</tr>"
        for row in rows
    )
    return scroll(label, f"<table><thead><tr>{heads}</tr></thead><tbody>\n{lines}\n</tbody></table>")


def scroll(label: str, inner: str) -> str:
    """What may be wider than the page; a keyboard reaches it."""
    return f'<div class="scroll" role="region" tabindex="0" aria-label="{markup(label)}">{inner}</div>'


def svg(label: str, width: float, height: float, inner: Iterable[str]) -> str:
    body = "\n".join(inner)
    return (
        f'<svg role="img" aria-label="{markup(label)}" width="{width:g}" height="{height:g}" '
        f'viewBox="0 0 {width:g} {height:g}">\n{body}\n</svg>'
    )


def svg_text(x: float, y: float, text: str, *, css: str = "", longest: int = 60) -> str:
    shown = text if len(text) <= longest else f"{text[: longest - 1]}…"
    return f'<text x="{x:g}" y="{y:g}" class="{css}">{markup(shown)}</text>'
