"""What scripts do, as rules see it."""

from __future__ import annotations

import pytest
from sop.shell import steps

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
    "sh -ec 'cd /app && node x'": [["", "cd", "/app"], ["&&", "node", "x"]],
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
