"""Every secret that a stack needs is generated, strong and different each time."""

from __future__ import annotations

from components.variables import VARIABLES
from ops.rehearsal.generated import generate

PLAIN = {"chatzwa:environment": {"ZAI_API_URL": "https://api.z.ai/v1"}}


def test_the_secrets_of_the_chosen_ai_provider_are_generated_and_no_others() -> None:
    names = set(generate(PLAIN, []))

    assert "chatzwa:secrets.ZAI_API_KEY" in names
    assert "chatzwa:secrets.OPENROUTER_API_KEY" not in names
    assert {"chatzwa:secrets.JWT_SECRET", "chatzwa:secrets.NEXTAUTH_SECRET"} < names


def test_each_is_as_long_as_the_list_asks() -> None:
    for path, value in generate(PLAIN, []).items():
        variable = VARIABLES[path.removeprefix("chatzwa:secrets.")]
        assert len(value) >= max(variable.minimum_length, 32)


def test_two_rehearsals_share_no_secret() -> None:
    first, second = generate(PLAIN, []), generate(PLAIN, [])

    assert set(first) == set(second)
    assert not set(first.values()) & set(second.values())
    assert len(set(first.values())) == len(first)


def test_what_its_owner_has_encrypted_gets_a_stand_in() -> None:
    encrypted = ["chatzwa:secrets.SENTRY_DSN", "chatzwa:app.source.image.password"]

    assert set(generate(PLAIN, encrypted)) - set(generate(PLAIN, [])) == set(encrypted)


def test_an_encrypted_key_chooses_its_ai_provider() -> None:
    names = set(generate({}, ["chatzwa:secrets.OPENROUTER_API_KEY"]))

    assert "chatzwa:secrets.OPENROUTER_API_KEY" in names
    assert "chatzwa:secrets.ZAI_API_KEY" not in names
