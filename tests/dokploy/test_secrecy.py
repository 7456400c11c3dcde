"""A name is a secret's however its words are joined, and the name of something else is none."""

from __future__ import annotations

import pytest

from dokploy.secrecy import is_secret_name


@pytest.mark.parametrize(
    "name", ["JWTSECRET", "jwtSecret", "DBPASSWORD", "dbpassword", "AUTHTOKEN", "ZAI_APIKEY", "SMTP_PASS"]
)
def test_words_run_together_name_a_secret(name: str) -> None:
    assert is_secret_name(name)


@pytest.mark.parametrize("name", ["TOKENIZERS_PARALLELISM", "SECRETARY", "KEYBOARD", "BYPASS", "AUTHTOKEN_TTL", "PORT"])
def test_a_word_that_only_holds_one_names_none(name: str) -> None:
    assert not is_secret_name(name)
