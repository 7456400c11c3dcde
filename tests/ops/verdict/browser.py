"""A real browser without a window: loads a page, and tells what its script found and what its console said."""

from __future__ import annotations

import html
import json
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

NAMES = ("chromium", "chromium-browser", "google-chrome")
LOOK = Path(__file__).with_name("look.js")


def program() -> str | None:
    return next((path for name in NAMES if (path := shutil.which(name))), None)


@dataclass(frozen=True, kw_only=True)
class Seen:
    found: dict[str, Any]
    console: list[str]


def look(page: str, folder: Path, *, width: int, dark: bool) -> Seen:
    """Load the page in a frame of this width, and look at it from inside. Its own policy would stop the looking."""
    assert "Content-Security-Policy" in page
    opened = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", page)
    opened = opened.replace("</body>", f"<script>{LOOK.read_text(encoding='utf-8')}</script></body>")
    frame = f'<iframe style="width:{width}px;height:900px;border:0" srcdoc="{html.escape(opened)}"></iframe>'
    file = folder / "frame.html"
    file.write_text(f'<!doctype html><meta charset="utf-8"><pre id="found"></pre>{frame}', encoding="utf-8")
    ended = run(file, folder, "--dump-dom", dark=dark)
    said = re.search(r'<pre id="found">(.*?)</pre>', ended.stdout, re.DOTALL)
    assert said, ended.stderr
    return Seen(found=json.loads(html.unescape(said[1])), console=console(ended.stderr))


def run(file: Path, folder: Path, *arguments: str, dark: bool = False) -> subprocess.CompletedProcess[str]:
    chosen = program()
    assert chosen is not None
    return subprocess.run(
        [
            *(chosen, "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-background-networking"),
            *("--enable-logging=stderr", f"--user-data-dir={folder / 'profile'}", "--window-size=1400,1000"),
            *([f"--blink-settings=preferredColorScheme={0 if dark else 1}"]),
            *arguments,
            file.as_uri(),
        ],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def console(log: str) -> list[str]:
    return [line for line in log.splitlines() if "CONSOLE" in line]
