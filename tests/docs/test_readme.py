"""README.md leads to every page, and what it says of commands is so."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = sorted(ROOT.glob("docs/*.md"))


def linked(page: Path) -> set[Path]:
    """The files of this checkout that a page links to."""
    targets = re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
    return {(page.parent / target).resolve() for target in targets if "://" not in target}


def test_its_links_lead_somewhere() -> None:
    assert [path for path in linked(ROOT / "README.md") if not path.exists()] == []


def test_every_page_is_reached_from_it() -> None:
    reached, ahead = set[Path](), [ROOT / "README.md"]
    while ahead:
        page = ahead.pop()
        if page in reached:
            continue
        reached.add(page)
        ahead += [found for found in linked(page) if found.suffix == ".md" and found.exists()]

    assert [page.name for page in PAGES if page not in reached] == []


def test_every_module_that_people_run_is_named_in_it() -> None:
    run = {path.parent.relative_to(ROOT).as_posix().replace("/", ".") for path in ROOT.glob("dokploy/*/__main__.py")}

    assert [module for module in run if f"python -m {module}" not in README] == []


@pytest.mark.parametrize("module", sorted(set(re.findall(r"\.venv/bin/python -m ([\w.]+)", README))))
def test_the_modules_that_it_names_are_there(module: str) -> None:
    command = [sys.executable, "-m", module, "--help"]

    assert subprocess.run(command, cwd=ROOT, capture_output=True, check=False, timeout=60).returncode == 0
