"""The configuration is refused for the same secrets and placeholders as the policies refuse, and for no others."""

from __future__ import annotations

import pytest

from components.checks import Surroundings
from components.messages import SettingsError
from components.settings import Settings
from components.variables import VARIABLES
from tests.components.stacks import SERVER, complete
from tests.policies.lookalikes import NAMES, NO_SECRETS, PLACEHOLDERS, SENTENCES, VALUES

SECRET = "looks like a secret among plain variables"


def problems(name: str, value: str, *, section: str = "environment", surroundings: Surroundings = SERVER) -> str:
    config = complete()
    config[section][name] = value
    try:
        Settings.load(config, stack="production", surroundings=surroundings)
    except SettingsError as error:
        return "\n".join(error.problems)
    return ""


@pytest.mark.parametrize("name", [*NAMES, *(known.name for known in VARIABLES.values() if known.secret)])
def test_a_name_of_a_secret_is_refused_among_plain_variables(name: str) -> None:
    config = complete()
    config["secrets"].pop(name, None)
    config["environment"][name] = "0a1b2c3d4e5f"
    with pytest.raises(SettingsError, match=f"environment.{name}: {SECRET}"):
        Settings.load(config, stack="production", surroundings=SERVER)


@pytest.mark.parametrize("value", VALUES)
def test_a_value_that_is_a_secret_is_refused_whatever_its_name_and_not_shown(value: str) -> None:
    told = problems("GREETING", value)
    assert f"environment.GREETING: {SECRET}" in told
    assert value not in told


@pytest.mark.parametrize("section", ["environment", "secrets"])
@pytest.mark.parametrize("value", PLACEHOLDERS)
def test_a_placeholder_is_refused(section: str, value: str) -> None:
    told = problems("GREETING", value, section=section)
    assert told.startswith(f"{section}.GREETING: ")
    assert "is a placeholder" in told or "holds a name for examples" in told


@pytest.mark.parametrize("text", SENTENCES)
def test_a_sentence_for_people_is_a_value(text: str) -> None:
    assert problems("WELCOME_TEXT", text) == ""


@pytest.mark.parametrize(("name", "value"), [case for case in NO_SECRETS if case[0] not in VARIABLES])
def test_what_is_no_secret_may_be_plain(name: str, value: str) -> None:
    assert SECRET not in problems(name, value)
