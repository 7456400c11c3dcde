"""Puts the readiness page together."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ops.evidence.records import Record
from ops.verdict.escape import markup
from ops.verdict.links import Links
from ops.verdict.markdown import HEADLINES
from ops.verdict.model import Report
from ops.verdict.page import sections
from ops.verdict.page.parts import section

STYLE = Path(__file__).with_name("style.css")
TITLES = {
    "verdict": "Verdict",
    "coverage": "Coverage of the procedure",
    "rules": "Rules by state",
    "exemptions": "Exemptions",
    "sizes": "Sizes against the tiers",
    "resources": "Resources",
    "history": "History",
}
POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
"""The page loads nothing and runs nothing, whatever should have slipped into it."""


def page(report: Report, records: Sequence[Record], links: Links) -> str:
    """The whole page."""
    bodies = {
        "verdict": sections.verdict(report),
        "coverage": sections.coverage(report, links),
        "rules": sections.rules(report, links),
        "exemptions": sections.exemptions(report),
        "sizes": sections.sizes(report),
        "resources": sections.resources(report),
        "history": sections.history(records),
    }
    contents = "".join(f'<li><a href="#{name}">{markup(title)}</a></li>' for name, title in TITLES.items())
    pack = f"{report.catalogue.name} {report.catalogue.version}, {len(report.catalogue.rules)} rules"
    how = "a rehearsal" if report.rehearsed else "a preview"
    new = " A rehearsal runs on a Dokploy in memory, to which everything is new."
    if not report.rehearsed:
        new = ""
    elif report.compared:
        new = " The base was deployed to a Dokploy in memory first: what is shown is what the change does to it."
    commit = f" of commit {report.commit[:12]}" if report.commit else ""
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Chatzwa: readiness</title>
<style>
{STYLE.read_text(encoding="utf-8")}</style>
</head>
<body>
<a class="skip" href="#verdict">To the verdict</a>
<header>
<h1>Chatzwa: this change {HEADLINES[report.outcome]}</h1>
<p class="quiet">From {how}{markup(commit)}, {markup(report.made)}. Policies: {markup(pack)}.{new}</p>
</header>
<nav aria-label="Contents"><ul>{contents}</ul></nav>
<main>
{chr(10).join(section(name, TITLES[name], body) for name, body in bodies.items())}
</main>
<footer class="quiet">This page needs no network and runs no script.</footer>
</body>
</html>
"""
