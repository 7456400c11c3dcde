"""Good configuration loads, and keeps its secrets to itself."""

from __future__ import annotations

import pytest
import yaml

from components.checks import Surroundings
from components.sections import DEFAULT_VOLUMES
from components.settings import Settings
from components.values import TIERS
from tests.components.changes import Config, drop, problems, put, sized
from tests.components.stacks import ROOT, SECRETS, SERVER, complete, raw


@pytest.mark.parametrize(("stack", "tier"), [("staging", "standard"), ("production", "high-traffic")])
def test_a_committed_stack_loads_once_its_owner_has_set_host_and_secrets(stack: str, tier: str) -> None:
    settings = Settings.load(complete(stack), stack=stack, surroundings=SERVER)
    assert settings.tier == TIERS[tier]
    assert settings.app.replicas == 1
    assert settings.update.order == "stop-first"
    assert str(settings.app.source) == "https://github.com/gagangborneo/chatzwa.git@main"
    assert settings.volumes == DEFAULT_VOLUMES
    assert settings.volume_prefix == f"chatzwa-{stack}-"


def test_both_stacks_have_the_same_keys_and_no_secret() -> None:
    staging, production = raw("staging"), raw("production")
    assert staging.keys() == production.keys()
    assert "chatzwa:secrets" not in production
    assert "secure" not in yaml.safe_dump([staging, production])
    for key, value in staging.items():
        if isinstance(value, dict):
            more = {"chatzwa:app": {"rollback"}, "chatzwa:backup": {"offsite"}, "chatzwa:alerts": {"slack"}}
            assert production[key].keys() - value.keys() == more.get(key, set()), key


def test_what_a_stack_leaves_out_is_the_sops_default_in_the_program_and_in_the_schema() -> None:
    schema = yaml.safe_load((ROOT / "Pulumi.yaml").read_text())["config"]
    assert schema.keys() == {field.alias for name, field in Settings.model_fields.items() if name != "stack"}
    own = {"host": "chat.company.co", "secrets": SECRETS, "environment": {"ZAI_API_URL": "https://api.z.ai/v1"}}
    bare = Settings.load(
        {**{key: entry["default"] for key, entry in schema.items()}, **own}, stack="trial", surroundings=SERVER
    )
    least = Settings.load({"app": schema["app"]["default"], **own}, stack="trial", surroundings=SERVER)
    assert bare == least
    assert bare.volumes == DEFAULT_VOLUMES
    staging = Settings.load(complete("staging"), stack="staging", surroundings=SERVER)
    assert staging == bare.model_copy(update={"stack": "staging", "project": staging.project})


@pytest.mark.parametrize(
    ("cpu", "millicores"),
    [(3, "3000m"), ("3", "3000m"), ("3000m", "3000m"), (1.5, "1500m"), ("1.5", "1500m"), (2.0, "2000m")],
)
def test_cores_are_written_with_or_without_quotes(cpu: object, millicores: str) -> None:
    config = complete()
    sized(cpu=cpu)(config)
    assert Settings.load(config, stack="production", surroundings=SERVER).tier.cpu == millicores


def test_an_image_instead_of_the_repository_is_one_line() -> None:
    config = complete()
    config["app"]["source"] = {"image": "registry.company.co/chatzwa:1.4.2"}
    settings = Settings.load(config, stack="production", surroundings=SERVER)
    assert str(settings.app.source) == "registry.company.co/chatzwa:1.4.2"
    assert not [name for name in settings.variables if name.startswith("NIXPACKS_")]


def test_variables_that_follow_from_the_rest_are_derived() -> None:
    variables = Settings.load(complete(), stack="production", surroundings=SERVER).variables
    assert variables["NEXTAUTH_URL"] == "https://chat.company.co"
    assert variables["DATABASE_URL"] == "file:/app/data/db/database.db"
    assert variables["NODE_ENV"] == "production"
    assert variables["NIXPACKS_NODE_VERSION"] == "22"
    assert variables["NIXPACKS_APT_PKGS"] == "sqlite3"
    assert "--include=dev" in variables["NIXPACKS_INSTALL_CMD"]


def test_numbers_and_booleans_among_the_variables_become_text() -> None:
    config = complete()
    config["environment"] |= {"ZAI_MAX_TOKENS": 2000, "SUPABASE_ACTIVE": False}
    variables = Settings.load(config, stack="production", surroundings=SERVER).variables
    assert (variables["ZAI_MAX_TOKENS"], variables["SUPABASE_ACTIVE"]) == ("2000", "false")


def test_missing_secrets_are_one_problem_with_every_command() -> None:
    found = problems(drop("secrets"), Surroundings(server_url="https://dokploy.company.co", has_api_key=False))
    assert len(found) == 1
    assert [line.strip() for line in found[0].splitlines()] == [
        "secrets: 5 secrets missing; run",
        "pulumi config set --secret --path secrets.NEXTAUTH_SECRET --stack production",
        "pulumi config set --secret --path secrets.JWT_SECRET --stack production",
        "pulumi config set --secret --path secrets.ADMIN_CLEANUP_KEY --stack production",
        "pulumi config set --secret --path secrets.ZAI_API_KEY --stack production",
        "pulumi config set --secret dokploy:apiKey --stack production",
    ]


def test_a_stack_without_an_ai_provider_is_refused() -> None:
    def change(config: Config) -> None:
        del config["environment"]["ZAI_API_URL"]
        del config["secrets"]["ZAI_API_KEY"]

    assert problems(change)[0].startswith("environment: no AI provider is chosen")


@pytest.mark.parametrize(
    ("plain", "secret"),
    [
        ({"OLLAMA_BASE_URL": "http://10.0.0.5:11434", "OLLAMA_MODEL": "llama2"}, {}),
        ({"OPENROUTER_MODEL": "some/model"}, {"OPENROUTER_API_KEY": "or-0123456789"}),
    ],
)
def test_each_other_ai_provider_is_enough(plain: Config, secret: Config) -> None:
    def change(config: Config) -> None:
        config["environment"] = plain
        config["secrets"] = {**config["secrets"], **secret}
        del config["secrets"]["ZAI_API_KEY"]

    assert problems(change) == []


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://dokploy.example.com", "dokploy:url: dokploy.example.com is a name for examples; run"),
        ("dokploy.company.co", "dokploy:url: 'dokploy.company.co' is not an address of http or https; run"),
        ("http://[", "dokploy:url: 'http://[' is not an address of http or https; run"),
    ],
)
def test_a_server_that_cannot_be_meant_is_refused(url: str, expected: str) -> None:
    found = problems(lambda config: None, Surroundings(server_url=url, has_api_key=True))
    assert len(found) == 1
    assert found[0].startswith(expected)


@pytest.mark.parametrize("host", ["chat.localhost", "chat.production.localhost"])
def test_local_names_are_accepted(host: str) -> None:
    assert problems(put("host", host)) == []


def test_no_secret_is_repeated_in_a_message() -> None:
    canary = "canary-5f2b"

    def ruin(config: Config) -> None:
        config["secrets"] = {"JWT_SECRET": canary, "bad-name": canary, "LIST": [canary], "DATABASE_URL": canary}
        config["environment"]["API_TOKEN"] = canary
        config["app"]["source"] = {"image": {"reference": "a:1", "password": [canary], "username": 1}}

    found = problems(ruin)
    assert len(found) > 5
    assert canary not in "\n".join(found)


def test_settings_do_not_print_their_secrets() -> None:
    settings = Settings.load(complete(), stack="production", surroundings=SERVER)
    for text in (repr(settings), str(settings), settings.model_dump_json()):
        assert not [value for value in SECRETS.values() if value in text]
