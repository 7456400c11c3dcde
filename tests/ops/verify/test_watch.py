"""The first minutes: all checks once, then the quick ones; and what is printed of each round."""

from __future__ import annotations

from io import StringIO

import pytest
from rich.console import Console

from ops.verify.finding import Finding, Outcome, Result, Round, Verdict, result_of
from ops.verify.render import conclusion, show, show_line
from ops.verify.run import outcomes, watch
from ops.verify.target import Address, Target
from tests.ops.verify.chat import SECRET
from tests.ops.verify.conftest import Bench


def test_later_rounds_ask_what_changes_by_itself_and_never_the_chat(bench: Bench) -> None:
    waited: list[float] = []
    with bench.target() as (target, application):
        rounds = watch(target, application, for_s=60, every_s=15, sleep=waited.append)
        first, second = next(rounds), next(rounds)
        rounds.close()
    assert len(first.findings) > len(second.findings)
    assert [finding.id for finding in second.findings] == ["health", "load", "response", "memory"]
    assert waited == [15]
    assert [method for method, path, _ in bench.chat.asked if path == "/api/chat" and method == "POST"] == ["POST"]


def test_the_watch_ends_when_its_time_is_over(bench: Bench) -> None:
    with bench.target() as (target, application):
        assert len(list(watch(target, application, for_s=0))) == 1


def test_a_site_that_fails_later_is_seen(bench: Bench) -> None:
    def break_it(_: float) -> None:
        bench.chat.status["/api/health"] = 503

    with bench.target() as (target, application):
        rounds = watch(target, application, for_s=60, sleep=break_it)
        assert [next(rounds).result, next(rounds).result] == ["passed", "failed"]


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (["ok", "failed", "not measured"], "failed"),
        (["ok", "not measured"], "not measured"),
        (["ok", "not applicable"], "passed"),
        (["not applicable"], "not measured"),
        ([], "not measured"),
    ],
)
def test_only_what_was_measured_whole_has_passed(found: list[Outcome], expected: Result) -> None:
    assert result_of(found) == expected


def _round(**found: Outcome) -> Round:
    verdicts = {id: Verdict(outcome=outcome, measured="", limit="") for id, outcome in found.items()}
    findings = [Finding(id=id, title=id.upper(), sop="4.1", verdict=verdict) for id, verdict in verdicts.items()]
    return Round(at="now", findings=findings)


def test_of_each_check_the_worst_round_counts_and_a_round_that_could_not_measure_takes_nothing_back() -> None:
    rounds = [
        _round(health="ok", load="failed", memory="not measured", chat="ok"),
        _round(health="failed", load="ok", memory="ok"),
        _round(health="ok", load="not measured", memory="not measured"),
    ]
    assert outcomes(rounds) == {"health": "failed", "load": "failed", "memory": "ok", "chat": "ok"}


@pytest.mark.parametrize(
    ("rounds", "result", "expected"),
    [
        ([_round(health="ok")], "passed", "Verified: it serves as it should."),
        ([_round(health="ok", memory="not measured")], "not measured", "Nothing failed. Not measured: MEMORY."),
        (
            [_round(health="ok", memory="not measured"), _round(memory="ok")],
            "passed",
            "Verified: it serves as it should.",
        ),
        ([_round(health="failed", memory="not measured")], "failed", "Verification failed."),
        ([_round(health="ok", memory="not applicable")], "passed", "Verified: it serves as it should."),
        ([_round(health="not measured")], "not measured", "Nothing could be measured."),
    ],
)
def test_the_last_line_claims_no_more_than_was_measured(rounds: list[Round], result: Result, expected: str) -> None:
    assert conclusion(rounds, result).plain == expected


def test_names_with_commas_stay_apart() -> None:
    titles = ("CORS, allowed origins", "CORS, foreign origin")
    verdict = Verdict(outcome="not measured", measured="it is away", limit="")
    findings = [Finding(id=title, title=title, sop="4.3", verdict=verdict) for title in titles]
    good = Finding(id="health", title="health", sop="4.1", verdict=Verdict(outcome="ok", measured="200", limit="200"))
    round, out = Round(at="now", findings=[good, *findings]), StringIO()

    show(round, Target(url="https://a", address=Address(host="a", port=1), http_address=None), Console(file=out))

    assert "not measured: CORS, allowed origins; CORS, foreign origin: it is away\n" in out.getvalue()
    last = conclusion([round], "not measured").plain
    assert last == "Nothing failed. Not measured: CORS, allowed origins; CORS, foreign origin."


def test_a_round_is_one_line(bench: Bench) -> None:
    bench.dokploy.missing = {"swarm.getContainerStats"}
    out = StringIO()
    show_line(bench.round(), Console(file=out, width=40, highlight=False))
    assert len(out.getvalue().splitlines()) == 1
    assert "memory: not measured" in out.getvalue()


def test_the_table_says_what_to_do_and_shows_no_secret(bench: Bench) -> None:
    bench.chat.files["/b.js"] = SECRET
    out = StringIO()
    with bench.target() as (target, _):
        show(bench.round(), target, Console(file=out, width=120, highlight=False))
    text = out.getvalue()
    assert "no secret served: rotate it now" in text
    assert "\x1b" not in text
    assert SECRET not in text


def test_markup_in_what_a_site_answers_is_text(bench: Bench) -> None:
    verdict = Verdict(outcome="failed", measured="[red]x[/]", limit="[bold]", advice="[/no]")
    round = Round(at="now", findings=[Finding(id="a", title="a", sop="4.1", verdict=verdict)])
    out = StringIO()
    with bench.target() as (target, _):
        show(round, target, Console(file=out, width=120, highlight=False))
    assert "[red]x[/]" in out.getvalue()
    assert "[/no]" in out.getvalue()
