"""The first page as a browser loads it: the document and its scripts."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import urljoin

from ops.verify.site import Exchange, Site

AT_ONCE = 6
"""As many as a browser asks one host for at a time over HTTP/1.1."""

MOST_SCRIPTS = 100

_SOURCE_MAP = re.compile(r"^\s*(?://|/\*)[#@]\s*sourceMappingURL=([^\s*]+)", re.MULTILINE)


@dataclass(frozen=True, kw_only=True)
class Document:
    """The page at `/` after redirects, with what it loads from its own origin."""

    page: Exchange
    scripts: Sequence[Exchange]
    elsewhere: Sequence[str]
    """Scripts of other origins, which were not asked for."""
    cookies: Sequence[str]
    """Each Set-Cookie header on the way."""
    seconds: float
    """From the first request to the last byte of the last script."""

    @property
    def files(self) -> Sequence[Exchange]:
        return (self.page, *self.scripts)


def load(site: Site, timeout_s: float) -> Document:
    """Load `/`. Raises NoAnswerError."""
    began = time.perf_counter()
    exchanges = site.visit("/", timeout_s=timeout_s)
    page = exchanges[-1]
    sources = _Scripts.of(page)
    own = [url for url in sources if site.owns(url)][:MOST_SCRIPTS]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        scripts = list(pool.map(lambda url: site.ask("GET", url, timeout_s=timeout_s), own))
    return Document(
        page=page,
        scripts=scripts,
        elsewhere=[url for url in sources if not site.owns(url)],
        cookies=[cookie for exchange in exchanges for cookie in exchange.cookies],
        seconds=time.perf_counter() - began,
    )


def source_map(script: Exchange) -> str | None:
    """What a file names as its source map: a URL, or the map itself as a `data:` URL; None where it names none."""
    named = script.headers.get("SourceMap") or script.headers.get("X-SourceMap")
    if named is None:
        found = _SOURCE_MAP.findall(script.text)
        named = found[-1] if found else None
    return urljoin(script.url, named) if named else None


class _Scripts(HTMLParser):
    """Collects what a page runs: `<script src>` and the scripts that it loads ahead."""

    def __init__(self, page: Exchange) -> None:
        super().__init__()
        self._base = page.url
        self.found: dict[str, None] = {}
        self.feed(page.text)
        self.close()

    @classmethod
    def of(cls, page: Exchange) -> Sequence[str]:
        return tuple(cls(page).found)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        ahead = values.get("rel") == "modulepreload" or (values.get("rel"), values.get("as")) == ("preload", "script")
        source = values.get("src") if tag == "script" else values.get("href") if tag == "link" and ahead else None
        if source and not source.startswith("data:"):
            self.found[urljoin(self._base, source).partition("#")[0]] = None
