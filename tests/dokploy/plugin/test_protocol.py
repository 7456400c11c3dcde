"""The plugin's own calls: handshake, configuration, cancel, several at once, and failures as one line."""

from __future__ import annotations

from typing import Any

import grpc
import pytest
from pulumi.runtime.proto import provider_pb2
from pydantic import Field

from dokploy.plugin.properties import UNKNOWN, decode, encode
from dokploy.resource import Context, InitializationFailedError, Model, Resource, State
from dokploy.simulator import Simulator
from tests.dokploy.plugin.harness import CallError, Kept, Provider, urn

SECRET = "correct-horse-battery"


class ProbeInputs(Model):
    api_token: str = Field(description="A secret by its name.")


class ProbeOutputs(Model):
    pass


class Probe(Resource[ProbeInputs, ProbeOutputs]):
    """Fails in the way that its test asks for."""

    name = "Probe"
    Inputs = ProbeInputs
    Outputs = ProbeOutputs
    error: Exception | None = None

    def create(self, ctx: Context, inputs: ProbeInputs) -> State[ProbeInputs, ProbeOutputs]:
        ctx.log("info", f"the token is {inputs.api_token}")
        if self.error is not None:
            raise self.error
        state = State(id="probe", inputs=inputs, outputs=ProbeOutputs())
        raise InitializationFailedError(state, f"first {inputs.api_token}", "second")

    def read(self, ctx: Context, id: str, inputs: Any, outputs: Any) -> None:
        raise NotImplementedError

    def update(self, ctx: Context, state: Any, inputs: Any) -> Any:
        raise NotImplementedError

    def delete(self, ctx: Context, state: Any) -> None:
        raise NotImplementedError


def test_the_handshake_says_what_the_plugin_understands(bare: Provider) -> None:
    response = bare.call("Handshake", provider_pb2.ProviderHandshakeRequest(engine_address="127.0.0.1:1"))
    assert response.accept_secrets


def test_the_configuration_says_what_the_plugin_understands(provider: Provider, simulator: Simulator) -> None:
    response = provider.configure(url=simulator.url, apiKey=simulator.api_key)
    assert response.acceptSecrets
    assert response.supportsPreview


def test_log_lines_and_reasons_pass_the_scrubber(simulator: Simulator) -> None:
    with Provider(simulator, resources=[Probe()]) as provider:
        marked = [("apiToken",)]
        kept = provider.create("Probe", {"apiToken": SECRET}, secrets=marked)
        assert kept.id == "probe"
        assert kept.errors == ["first [secret]", "second"]
        assert provider.engine.text == "the token is [secret]"


def test_a_bug_is_one_line_with_its_place_and_without_values(simulator: Simulator) -> None:
    probe = Probe()
    probe.error = KeyError(SECRET)
    with Provider(simulator, resources=[probe]) as provider:
        with pytest.raises(CallError) as failure:
            provider.create("Probe", {"apiToken": SECRET})
        assert failure.value.code == grpc.StatusCode.INTERNAL
        assert "KeyError at plugin/test_protocol.py:" in failure.value.line
        assert SECRET not in failure.value.line
        assert "\n" not in failure.value.line


def test_a_resource_that_is_not_there_is_one_line(bare: Provider) -> None:
    with pytest.raises(CallError, match="has no resource dokploy:index:Volcano"):
        bare.check("Volcano", {})


def test_an_update_of_what_is_gone_says_what_to_run(provider: Provider, project: Kept, simulator: Simulator) -> None:
    simulator.state.projects.clear()
    provider.restart()
    with pytest.raises(CallError, match=r"Project not found; .* after: pulumi refresh$"):
        provider.update(project, {"name": "other"})


# Configuration


def check_config(provider: Provider, **values: Any) -> Any:
    return provider.call("CheckConfig", provider_pb2.CheckRequest(urn="urn", news=encode(values)))


@pytest.fixture
def no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DOKPLOY_URL", raising=False)
    monkeypatch.delenv("DOKPLOY_API_KEY", raising=False)


@pytest.mark.usefixtures("no_environment")
def test_a_missing_configuration_names_the_commands_that_set_it(bare: Provider) -> None:
    with pytest.raises(CallError) as failure:
        check_config(bare)
    assert "pulumi config set dokploy:url https://your-server" in failure.value.line
    assert "pulumi config set --secret dokploy:apiKey" in failure.value.line
    with pytest.raises(CallError) as failure:
        check_config(bare, url="https://dokploy.example")
    assert "dokploy:url" not in failure.value.line


def test_the_environment_takes_the_place_of_the_configuration(
    bare: Provider, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DOKPLOY_URL", simulator.url)
    monkeypatch.setenv("DOKPLOY_API_KEY", simulator.api_key)
    # What comes from the environment does not go into the state.
    assert decode(check_config(bare).inputs) == ({}, frozenset())
    bare.configure()
    assert bare.project().id


def test_the_key_is_a_secret_of_the_state(bare: Provider) -> None:
    response = check_config(bare, url="https://dokploy.example", apiKey=SECRET)
    assert decode(response.inputs) == ({"url": "https://dokploy.example", "apiKey": SECRET}, {("apiKey",)})


def test_another_key_or_address_replaces_nothing(bare: Provider) -> None:
    old, new = {"url": "https://a.example", "apiKey": "a"}, {"url": "https://b.example", "apiKey": "b"}
    request = provider_pb2.DiffRequest(urn="urn", old_inputs=encode(old), olds=encode(old), news=encode(new))
    response = bare.call("DiffConfig", request)
    assert sorted(response.diffs) == ["apiKey", "url"]
    assert not response.replaces


def test_a_configuration_that_is_not_known_yet_allows_previews_only(bare: Provider) -> None:
    check_config(bare, url=UNKNOWN, apiKey=UNKNOWN)
    bare.configure(url=UNKNOWN, apiKey=UNKNOWN)
    assert bare.preview_create("Project", {"name": "chat"})["organizationId"] == UNKNOWN
    with pytest.raises(CallError, match="not known yet"):
        bare.project()


WRONG = [
    ({"apiKey": "no-such-key"}, "bad, expired or exhausted API key"),
    ({"url": "http://127.0.0.1:1"}, "no connection to http://127.0.0.1:1 (connection refused)"),
    ({"url": "dokploy.example"}, "dokploy:url must start with https:// or http://"),
    ({"url": "https://u:pw-of-u@dokploy.example"}, "must not hold a user or password"),
]


@pytest.mark.parametrize(("wrong", "line"), WRONG, ids=[line for _, line in WRONG])
def test_a_wrong_configuration_is_one_line(
    bare: Provider, simulator: Simulator, wrong: dict[str, str], line: str
) -> None:
    with pytest.raises(CallError) as failure:
        bare.configure(**{"url": simulator.url, "apiKey": simulator.api_key, **wrong})
    assert failure.value.code == grpc.StatusCode.FAILED_PRECONDITION
    assert line in failure.value.line
    assert "\n" not in failure.value.line
    assert "pw-of-u" not in failure.value.line
    assert "no-such-key" not in failure.value.line


def test_a_server_that_is_too_old_is_refused_and_a_newer_one_warned_of(
    bare: Provider, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dokploy.simulator.procedures import settings

    monkeypatch.setattr(settings, "VERSION", "v0.29.8")
    with pytest.raises(CallError, match=r"runs Dokploy 0\.29\.8, but the provider needs 0\.30 or later"):
        bare.configure(url=simulator.url, apiKey=simulator.api_key)
    monkeypatch.setattr(settings, "VERSION", "v0.31.0")
    bare.configure(url=simulator.url, apiKey=simulator.api_key)
    assert "runs Dokploy 0.31.0" in bare.engine.text


def test_a_resource_below_a_component_is_recognised(bare: Provider) -> None:
    request = provider_pb2.CheckRequest(urn=urn("Project").replace("dokploy:index", "parent$dokploy:index"))
    assert [failure.reason for failure in bare.call("Check", request).failures] == ["name: is required"]
