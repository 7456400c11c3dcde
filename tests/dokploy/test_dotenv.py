"""The env text: what reached the containers of a real server, and that every value comes back unchanged."""

from __future__ import annotations

import random
import time

import pytest

from dokploy.dotenv import LONGEST_BYTES, dump, parse

# Seen in containers of a real server.
REACHED_THE_CONTAINER = [
    ("K=a#b", "a"),
    ('K="l1\\nl2"', "l1\nl2"),
    ("K='l1\\nl2'", "l1\\nl2"),
    ("K=l1\\nl2", "l1\\nl2"),
    ('K="raw\nline"', "raw\nline"),
    ('K="say \\"hi\\""', 'say \\"hi\\"'),
    ("K='say \"hi\"'", 'say "hi"'),
    ("K=`it's`", "it's"),
    ("K=$X ${X} %d", "$X ${X} %d"),
    ('K={"a": [1, "b"]}', '{"a": [1, "b"]}'),
    ("K=ä€😀", "ä€😀"),
    ("K=   blanks around   ", "blanks around"),
    ("K='  blanks kept  '", "  blanks kept  "),
    ("export K=x", "x"),
    ("K=a=b=c", "a=b=c"),
    ("K=${{project.X}}", "${{project.X}}"),
]

# Further forms of the same parser.
ALSO_READ = [
    ("K=", ""),
    ("K=''", ""),
    ("K = spaced", "spaced"),
    ("K: colon", "colon"),
    ("  K=indented", "indented"),
    ("K='quoted' # comment", "quoted"),
    ("K='quoted#inside'", "quoted#inside"),
    ("K='unfinished", "'unfinished"),
    ('K="unfinished\\n', '"unfinished\n'),
    ("K='a' b 'c'", "a' b 'c"),
    ("K='one\r\ntwo'", "one\ntwo"),
    ("K=first\nK=second", "second"),
    ("# K=comment\nK=value", "value"),
    ("K='it\\'s'", "it\\'s"),
]

HOSTILE = [
    "", " ", "\t", "\n", "\r\n", "#", "a#b", "#!/bin/sh", "'", '"', "`", "''", "it's", 'say "hi"', "`x`",
    "it's \"both\"", "all ' \" ` three",
    "'three \" ` kinds", "`three ' \" kinds", "\"three ' ` kinds",
    "a\nb", "a\\nb", "a\\\nb", "C:\\dir\\", "a#b\\", "'a#b\\", "a\\'b", 'a\\"b',
    "\\", "\\\\", "\\n", "$HOME", "${HOME}", "%s", "%(x)s", "$(id)", "a;b|c&d", '{"a": "b#c"}', "K=v", "export K=v",
    " leading", "trailing ", "\ufeffbom", "\u00a0nbsp\u00a0", "a\u2028b", "a\x1cb", "\x85", "😀", "a\x01b",
    "-----BEGIN KEY-----\nMIIE+/=\n-----END KEY-----\n", "postgres://u:p%23@h/db?x=1#frag", "# ' \n \"",
]  # fmt: skip

PIECES = [
    *"'\"`#\\\n\r \t=:a$",
    "\u2028",
    "\ufeff",
    "\u00a0",
    "\x1c",
    "é",
    "export ",
    "K=",
    "\\n",
    "\\'",
    '\nK="',
    "{}",
]


@pytest.mark.parametrize(("text", "value"), REACHED_THE_CONTAINER + ALSO_READ)
def test_a_text_gives_what_the_container_got(text: str, value: str) -> None:
    assert parse(text) == {"K": value}


@pytest.mark.parametrize("text", ["", "no equals sign", "two words=x", "# K=x", "=x", "K", "__proto__=x", "ä=x"])
def test_a_line_that_is_no_variable_vanishes(text: str) -> None:
    assert parse(text) == {}


@pytest.mark.parametrize("value", HOSTILE)
def test_a_hostile_value_comes_back_unchanged(value: str) -> None:
    assert parse(dump({"K": value})) == {"K": value}


@pytest.mark.parametrize("value", HOSTILE)
@pytest.mark.parametrize("neighbour", ["'#'", '"#"', "`#`", "#", "x'", 'x"', "\\"])
def test_a_hostile_value_leaves_its_neighbours_alone(value: str, neighbour: str) -> None:
    variables = {"A": neighbour, "K": value, "Z": neighbour}
    assert parse(dump(variables)) == variables


def test_whatever_is_written_comes_back_unchanged() -> None:
    chance = random.Random(20_300)
    written = refused = 0
    for _ in range(1_200):
        variables = {}
        for key in chance.sample("ABCDE", chance.randint(1, 4)):
            value = "".join(chance.choice(PIECES) for _ in range(chance.randint(0, 12)))
            try:
                dump({key: value})
            except ValueError:
                refused += 1
            else:
                variables[key] = value
        assert parse(dump(variables)) == variables
        written += len(variables)
    # What is refused is the rare mixture: carriage returns or line ends with several kinds of quotes and '#'.
    assert written > 10 * refused > 0


def test_a_value_without_line_ends_and_hashes_is_never_refused() -> None:
    chance = random.Random(20_301)
    harmless = [piece for piece in PIECES if not set(piece) & set("#\n\r\u2028")]
    for _ in range(1_200):
        value = "".join(chance.choice(harmless) for _ in range(chance.randint(0, 12)))
        assert parse(dump({"K": value})) == {"K": value}


def test_a_plain_value_is_written_plainly() -> None:
    assert dump({"PORT": "3000", "URL": "https://chat.test/?a=b", "EMPTY": ""}) == (
        "PORT=3000\nURL=https://chat.test/?a=b\nEMPTY="
    )


def test_no_variables_are_an_empty_text() -> None:
    assert dump({}) == ""


@pytest.mark.parametrize("key", ["", "A B", "A=B", "A\nB", "ä", "A#", "A:", "__proto__", "'A'"])
def test_a_key_that_would_vanish_is_refused(key: str) -> None:
    with pytest.raises(ValueError, match="only letters, digits"):
        dump({key: "x"})


@pytest.mark.parametrize("key", ["A", "_a", "a.b", "a-b", "1A", "export", "NEXT_PUBLIC_URL"])
def test_a_key_that_is_read_is_written(key: str) -> None:
    assert parse(dump({key: "x y"})) == {key: "x y"}


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("hunter22\0", "NUL"),
        ("hunter22\ud800", "not valid Unicode"),
        ("hunter22" * 20_000, "a variable is at most 131071 bytes"),
        ("hunter22 ${{project.X}}", "allowReferences"),
        ("hunter22\r\n'\"`#\\n", "no quoting carries"),
        ("hunter22\n'\"` #\"\n'\n`", "no quoting carries"),
    ],
)
def test_a_value_that_cannot_be_carried_is_refused_by_its_key(value: str, said: str) -> None:
    with pytest.raises(ValueError, match=said) as caught:
        dump({"FINE": "x", "JWT_SECRET": value})
    assert "env JWT_SECRET: " in str(caught.value)
    assert "hunter22" not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_reference_is_written_where_it_is_meant() -> None:
    assert parse(dump({"K": "${{project.X}}"}, allow_references=True)) == {"K": "${{project.X}}"}


def test_the_limit_counts_the_bytes_of_key_and_value() -> None:
    longest = "ä" * ((LONGEST_BYTES - len("KEY=")) // 2)
    assert parse(dump({"KEY": longest})) == {"KEY": longest}
    with pytest.raises(ValueError, match="put long content into a file mount"):
        dump({"KEY": longest + "ä"})


@pytest.mark.parametrize("text", ["\n" * 60_000, "K='\n" * 30_000, "K='" + "\\'" * 60_000, "K" + " " * 60_000])
def test_a_long_odd_text_is_read_in_no_time(text: str) -> None:
    started = time.monotonic()
    parse(text)
    assert time.monotonic() - started < 2
