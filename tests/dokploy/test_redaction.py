"""No secret in a message, however the message writes it."""

from __future__ import annotations

import json
import shlex
import threading
from collections.abc import Callable
from html import escape
from urllib.parse import quote, quote_plus

import pytest

from dokploy.redaction import MASK, Redactor, one_line, without_statements

SECRET = "pä\"ss/w\\o&rd+1' <x>"


def plain(text: str) -> str:
    return text


def in_json_in_json(text: str) -> str:
    return json.dumps(json.dumps({"token": text}))


@pytest.mark.parametrize(
    "write",
    [
        plain,
        json.dumps,
        lambda text: json.dumps(text, ensure_ascii=False),
        in_json_in_json,
        repr,
        shlex.quote,
        escape,
        quote,
        lambda text: quote(text, safe=""),
        quote_plus,
    ],
)
def test_a_secret_is_blanked_however_it_is_written(write: Callable[[str], str]) -> None:
    redactor = Redactor()
    redactor.remember(SECRET)
    scrubbed = redactor.scrub(f"before {write(SECRET)} after")
    assert MASK in scrubbed
    assert "pä" not in scrubbed
    assert "o&rd" not in scrubbed
    assert "rd+1" not in scrubbed
    assert scrubbed.startswith("before ")
    assert scrubbed.endswith(" after")


def test_the_longest_secret_is_blanked_first() -> None:
    redactor = Redactor()
    for value in ("hunter", "hunter-and-more", "and-more"):
        redactor.remember(value)
    assert redactor.scrub("a hunter-and-more b hunter c") == f"a {MASK} b {MASK} c"


@pytest.mark.parametrize("value", ["", "a", "abc", "  x  "])
def test_a_value_below_four_characters_blanks_nothing(value: str) -> None:
    redactor = Redactor()
    redactor.remember(value)
    assert redactor.scrub("a b c abc x") == "a b c abc x"


def test_a_value_of_four_characters_is_blanked() -> None:
    redactor = Redactor()
    redactor.remember("abcd")
    assert redactor.scrub("xabcdx") == f"x{MASK}x"


def test_a_single_line_of_a_long_secret_is_blanked() -> None:
    redactor = Redactor()
    redactor.remember("-----BEGIN KEY-----\r\nMIIEvQIBADANBgkq\r\nhkiG9w0BAQEFAASC\r\n-----END KEY-----\n")
    assert redactor.scrub("line 2: hkiG9w0BAQEFAASC!") == f"line 2: {MASK}!"


def test_a_value_with_blanks_around_it_is_blanked_without_them() -> None:
    redactor = Redactor()
    redactor.remember(" hunter22\n")
    assert redactor.scrub("x=hunter22;") == f"x={MASK};"


def test_secrets_of_many_threads_are_all_kept() -> None:
    redactor = Redactor()
    values = [f"value-{number:04d}" for number in range(80)]

    def remember(part: list[str]) -> None:
        for value in part:
            redactor.remember(value)
            redactor.scrub(value)

    threads = [threading.Thread(target=remember, args=(values[start::4],)) for start in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert redactor.scrub(" ".join(values)) == " ".join([MASK] * len(values))


@pytest.mark.parametrize(
    "message",
    [
        'Failed query: insert into "security" ("password") values ($1)\nparams: hunter22,x',
        'Error creating the environment: FAILED QUERY: select "hunter22"',
        "something\nparams: hunter22",
        "duplicate key value\nDetail: Key (username)=(hunter22) already exists.",
        "Command execution failed: Command failed: rclone ls --s3-secret-access-key=hunter22 x",
        "Command execution failed: Command failed: printf %s 'hunter22' | docker login\nbad: hunter22",
    ],
)
def test_what_a_statement_or_a_command_holds_is_dropped(message: str) -> None:
    kept = without_statements(message)
    assert "hunter22" not in kept
    assert "left out" in kept


def test_what_docker_said_about_a_command_is_kept() -> None:
    message = (
        "Command execution failed: Command failed: printf %s 'hunter22' | docker login 'ghcr.io' -u 'me'\n"
        'Error response from daemon: Get "https://ghcr.io/v2/": denied\n'
    )
    assert without_statements(message) == (
        'Command execution failed: Error response from daemon: Get "https://ghcr.io/v2/": denied'
    )


def test_what_stands_before_a_statement_is_kept() -> None:
    assert without_statements("Error creating the tag: Failed query: x").startswith("Error creating the tag: the ")


@pytest.mark.parametrize("message", ["", "Project not found", "No values to set"])
def test_a_harmless_message_stays(message: str) -> None:
    assert without_statements(message) == message


def test_a_message_is_one_line_without_control_characters() -> None:
    assert one_line(" a\r\n\tb \x1b[31mred\x1b[0m\x00 c ") == "a b red c"


def test_a_long_message_is_cut() -> None:
    assert one_line("x" * 10_000, limit=100) == "x" * 100 + "..."
