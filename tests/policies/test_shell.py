"""What scripts do, as rules see it."""

from __future__ import annotations

import pytest
from sop.texts.shell import steps

READ: dict[str, list[list[str]]] = {
    "": [],
    "node server.js": [["", "node", "server.js"]],
    "exec env -i NODE_ENV=production node 'a b.js'": [["", "node", "a b.js"]],
    "A=1 B='2 3' /usr/bin/cp x y": [["", "/usr/bin/cp", "x", "y"]],
    "tsx a.ts 2>&1 | tee a.log": [["", "tsx", "a.ts"], ["|", "tee", "a.log"]],
    "tsx a.ts |& tee a.log": [["", "tsx", "a.ts"], ["|&", "tee", "a.log"]],
    "tsx a.ts &> a.log || exit 0": [["", "tsx", "a.ts"], ["||", "exit", "0"]],
    "a >>/var/log/x 2>&1; b\nc & d": [["", "a"], [";", "b"], ["\n", "c"], ["&", "d"]],
    "awk -F '|' x && grep 'a;b' \"c & d\"": [["", "awk", "-F", "|", "x"], ["&&", "grep", "a;b", "c & d"]],
    "true # /api/health": [["", "true"]],
    "curl http://h/#part": [["", "curl", "http://h/#part"]],
    "sh -lc 'cd /app && node x'": [["", "cd", "/app"], ["&&", "node", "x"]],
    "a && sh -ec 'b && c'": [["", "a"], ["&&", "set", "-e"], [";", "b"], ["&&", "c"]],
    "bash --login -o pipefail -c 'a | b' x": [["", "set", "-o", "pipefail"], [";", "a"], ["|", "b"]],
    "bash -euo pipefail -c a": [["", "set", "-euo", "pipefail"], [";", "a"]],
    "set -e; bash -c \"cp 'a' b\" || true": [["", "set", "-e"], [";", "cp", "a", "b"], ["||", "true"]],
    "sh run.sh -c x": [["", "sh", "run.sh", "-c", "x"]],
    "if test -f a; then rm a; fi": [["", "test", "-f", "a"], [";", "rm", "a"], [";", "fi"]],
    "(cd a; b) && c": [["", "cd", "a"], [";", "b"], ["&&", "c"]],
    "cp a \\\n  b": [["", "cp", "a", "b"]],
    "echo 'open": [["", "echo", "'", "open"]],
}


@pytest.mark.parametrize("script", READ)
def test_each_command_has_its_words_and_what_joins_it(script: str) -> None:
    assert [[step.after, *step.words] for step in steps(script)] == READ[script]


def test_what_a_substitution_runs_lies_deeper_and_the_command_goes_on_behind_it() -> None:
    found = [(step.depth, step.after, step.words) for step in steps("DB=$(echo $URL | sed s/a/b/) ; node $(which x) y")]
    assert found == [
        (1, "", ("echo", "$URL")),
        (1, "|", ("sed", "s/a/b/")),
        (1, "", ("which", "x")),
        (0, ";", ("node", "$", "y")),
    ]


WORDS: dict[str, list[str]] = {
    "DB=/a/b.db; cp $DB /c": ["cp", "/a/b.db", "/c"],
    'A=/a\nB="$A/b" && cp "${B}" \'$B\' \\$B': ["cp", "/a/b", "$B", "$B"],
    "export A=/a B=/b; cp $A$B x": ["cp", "/a/b", "x"],
    "cp $A ${B} ${C:-/c} ${D-/d}": ["cp", "$A", "${B}", "/c", "/d"],
    "A=file:/a; cp ${A#file:} $1": ["cp", "file:/a", "$1"],
    "A=1; sh -c 'cp $A'": ["cp", "1"],
    "T=$(mktemp); cp $T x": ["cp", "$", "x"],
}


@pytest.mark.parametrize("script", WORDS)
def test_a_variable_that_the_script_sets_is_replaced_by_its_value(script: str) -> None:
    assert steps(script)[-1].words == tuple(WORDS[script])


def test_variables_are_taken_and_told() -> None:
    variables = {"A": "/a"}
    (step,) = steps("B=$A/b; cp $B x", variables)
    assert step.words == ("cp", "/a/b", "x")
    assert variables == {"A": "/a", "B": "/a/b"}


def test_files_that_are_read_and_written_are_no_words() -> None:
    (step,) = steps("gzip -c <a.db >'b c.gz' 2>/dev/null >>d")
    assert (step.words, step.reads, step.writes) == (("gzip", "-c"), ("a.db",), ("b c.gz", "/dev/null", "d"))
    (step, *_) = steps("sqlite3 a.db <<END 2>&1\n.backup b\nEND")
    assert (step.words, step.reads, step.writes) == (("sqlite3", "a.db"), (), ())


def test_a_command_runs_where_a_change_of_folder_has_led() -> None:
    found = steps("a; cd /b && c; cd d; e; cd $F; g; cd /h && sh -c 'i; cd j; k'; l")
    folders = [step.folder for step in found if step.program != "cd"]
    assert folders == [None, "/b", "/b/d", "/b/d/$F", "/h", "/h", "/h"]
