"""The comment on a pull request: what it says, that no name in it does harm, and that it fits."""

from __future__ import annotations

from dataclasses import replace
from html.parser import HTMLParser

import pytest
from markdown_it import MarkdownIt

from ops.verdict.escape import block
from ops.verdict.links import Links
from ops.verdict.markdown import LIMIT, MARKER, comment
from ops.verdict.model import Change, PathChange
from tests.ops.verdict.example import ADVICE, APPLICATION, BLOCK, report, stack

HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "--><h1>approved</h1><!--",
    "a|b|c",
    "\\|<b>",
    "`</code><script>`",
    "``` \n# heading",
    "[click](https://evil.invalid)",
    "![x](https://evil.invalid/x.png)",
    "@everyone",
    "https://evil.invalid/phish",
    "**bold** _it_ ~~no~~",
    "&lt;script&gt;",
    "</details>\n\n<h1>",
    "line\r\nbreak\x1b[31m\u202e",
]


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.seen: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs).get("href") or ""))


def tags(markdown: str) -> set[tuple[str, str]]:
    """The tags of the comment as a reader of Markdown with tables and bare links renders it, with their targets."""
    found = _Tags()
    found.feed(MarkdownIt("gfm-like", {"linkify": False}).render(markdown))
    return set(found.seen)


def text_of(**changed: object) -> str:
    return comment(report(stack(**changed)), Links())


@pytest.mark.parametrize(
    ("changed", "headline", "line"),
    [
        ({}, "✅ This change may be merged", "mergeable, 1 advisory"),
        ({"violations": (BLOCK, ADVICE)}, "⛔ This change is blocked by policies", "blocked by 1 rule, 1 advisory"),
        ({"failures": ("boom",)}, "❌ This change cannot be judged: a preview failed", "preview failed, 1 advisory"),
    ],
)
def test_the_first_lines_are_the_verdict(changed: dict[str, object], headline: str, line: str) -> None:
    lines = text_of(**changed).splitlines()

    assert lines[0] == MARKER
    assert headline in lines[1]
    assert line in lines[5]


def test_the_worst_stack_decides_over_all() -> None:
    text = comment(report(stack(), stack(stack="production", violations=(BLOCK,))), Links())

    assert "This change is blocked by policies" in text
    assert "| `staging` | ✅ mergeable" in text
    assert "| `production` | ⛔ blocked by 1 rule" in text


def test_changes_show_paths_with_values_and_replacements_in_bold_with_their_reason() -> None:
    text = text_of()

    assert "`memoryLimit`: `2048Mi` → `4096Mi`" in text
    assert "**replace**: `applicationId`" in text


def test_a_broken_rule_comes_with_its_remedy_and_leads_to_its_documentation() -> None:
    text = comment(report(stack(violations=(BLOCK,))), Links(docs="https://git.company.co/app/blob/main/"))

    assert "](<https://git.company.co/app/blob/main/docs/policies.md#sizing-memory-minimum>)" in text
    assert "choose the standard tier or a larger one | SOP 2.3 |" in text


def test_exemptions_sizes_and_downtime_are_said() -> None:
    text = text_of()

    assert "| 36 | 2026-12-31 |" in text
    assert "| after | high-traffic | 4096Mi | 2000m | 20Gi |" in text
    assert "| `chatzwa-deployment` | triggers.generation | **yes**, stop-first |" in text


def test_drift_is_told_apart_from_not_having_looked() -> None:
    changed = Change(operation="delete", urn=APPLICATION, type="dokploy:index:Application", name="chatzwa-application")

    assert "Drift" not in text_of()
    assert "**Drift**: none" in text_of(drift=())
    assert "| `chatzwa-application` | `Application` | deleted |" in text_of(drift=(changed,))


@pytest.mark.parametrize("name", HOSTILE)
def test_no_name_or_message_becomes_a_tag_a_link_or_a_mention(name: str) -> None:
    clean = stack(drift=(), failures=("boom",))
    change = replace(
        clean.changes[1], name=name, reasons=(name,), paths=(PathChange(path=name, before=name, after=name),)
    )
    hostile = stack(
        changes=(change, change),
        violations=(replace(ADVICE, urn=f"urn:pulumi:staging::chatzwa::a:b:C::{name}", text=name, remedy=name),),
        exemptions=tuple(replace(each, reason=name, owner=name, resource=name) for each in clean.exemptions),
        restarts=tuple(replace(each, name=name, reason=name) for each in clean.restarts),
        drift=(),
        failures=(name,),
    )

    text = comment(report(hostile), Links())

    assert tags(text) <= tags(comment(report(clean), Links())) | {("br", "")}
    assert len(text.splitlines()) <= len(comment(report(clean), Links()).splitlines()) + len(name.splitlines())
    outside = "\n".join(part for index, part in enumerate(text.split("`")) if index % 2 == 0)
    assert "@everyone" not in outside
    assert "https://evil" not in outside


def test_a_block_cannot_be_closed_from_inside() -> None:
    assert block("```\n# heading\n````").splitlines()[0] == "`````text"


def test_a_long_comment_keeps_verdict_and_tables_and_says_where_the_rest_is() -> None:
    many = tuple(replace(stack().changes[0], urn=f"{APPLICATION}-{n}", name=f"resource-{n}") for n in range(2000))
    run = "https://git.company.co/o/r/actions/runs/7"

    text = comment(report(stack(changes=many, violations=(BLOCK,))), Links(run=run))

    assert len(text.encode()) <= LIMIT
    assert "blocked by 1 rule" in text
    assert "[sizing-memory-minimum]" in text
    assert "`resource-0`" in text
    assert f"more rows in [the report's files]({run})" in text


def test_however_much_there_is_to_say_the_comment_fits() -> None:
    many = [stack(stack=f"stack-{n}", failures=("x" * 3000,) * 3, violations=(BLOCK,) * 3) for n in range(900)]

    text = comment(report(*many), Links())

    assert len(text.encode()) <= LIMIT
    assert text.startswith(MARKER)
    assert "preview failed" in text


def test_a_workflow_leads_to_its_run_and_to_the_rules_of_the_base_branch() -> None:
    links = Links.of(
        {
            "GITHUB_SERVER_URL": "https://git.company.co",
            "GITHUB_REPOSITORY": "o/r",
            "GITHUB_RUN_ID": "7",
            "GITHUB_BASE_REF": "release>(1)",
        }
    )

    assert links.run == "https://git.company.co/o/r/actions/runs/7"
    assert links.rule("a-b-c") == "https://git.company.co/o/r/blob/release%3E%281%29/docs/policies.md#a-b-c"
    assert Links.of({}) == Links()
