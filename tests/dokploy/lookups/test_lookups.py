"""Look-ups find what this stack does not manage, by its name, and change nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from pulumi.runtime.proto import provider_pb2

from dokploy.plugin.properties import decode, encode
from dokploy.simulator import Fault, Simulator
from tests.dokploy.plugin.harness import CallError, Kept, Provider
from tests.dokploy.resources.organization_cases import DESTINATION, REGISTRY

SECRETS = ("s3cret-of-robot", "s3cret-of-bucket", "AKIA-of-robot")
GITHUB = {"githubId": "gh1", "gitProvider": {"gitProviderId": "gp1", "name": "acme", "providerType": "github"}}


def invoke(provider: Provider, function: str, /, **args: Any) -> Any:
    request = provider_pb2.InvokeRequest(tok=f"dokploy:index:{function}", args=encode(args))
    return provider.call("Invoke", request)


def found(provider: Provider, function: str, /, **args: Any) -> dict[str, Any]:
    response = invoke(provider, function, **args)
    assert not response.failures
    values, secrets = decode(getattr(response, "return"))
    assert not secrets
    return values


@dataclass(frozen=True, kw_only=True)
class Lookup:
    name: str
    make: Callable[[Provider, Simulator, Kept, Kept], dict[str, Any]]
    """Makes the object twice at the most, and says what is to be found."""
    args: Callable[[Kept], dict[str, Any]] = lambda project: {}
    again: Callable[[Provider, Simulator, Kept], Any]
    """Makes another one of the same name."""


def _registry(provider: Provider, name: str = "it") -> Kept:
    return provider.create("Registry", REGISTRY.valid, name=name)


def _destination(provider: Provider, name: str = "it") -> Kept:
    return provider.create("Destination", DESTINATION.valid, name=name)


def _github(simulator: Simulator, id: str) -> None:
    simulator.state.git_providers[id] = {**GITHUB, "githubId": id}


def _server(simulator: Simulator, id: str) -> None:
    simulator.state.servers[id] = {"serverId": id, "name": "far away"}


def _put(put: Callable[[Simulator, str], None], property: str) -> Any:
    def make(provider: Provider, simulator: Simulator, project: Kept, application: Kept) -> dict[str, Any]:
        put(simulator, "first")
        return {property: "first"}

    return make


def _environment(project: Kept) -> dict[str, Any]:
    return {"environmentId": project.state["defaultEnvironmentId"]}


NAMES = {
    "getProject": "chat",
    "getEnvironment": "staging",
    "getApplication": "web",
    "getRegistry": "images",
    "getDestination": "off-site",
    "getGithubProvider": "acme",
    "getServer": "far away",
}
LOOKUPS = (
    Lookup(
        name="getProject",
        make=lambda provider, simulator, project, application: {
            "projectId": project.id,
            "description": "",
            "defaultEnvironmentId": project.state["defaultEnvironmentId"],
        },
        again=lambda provider, simulator, project: provider.project(name="another"),
    ),
    Lookup(
        name="getEnvironment",
        args=lambda project: {"projectId": project.id},
        make=lambda provider, simulator, project, application: {
            "environmentId": provider.create("Environment", {"projectId": project.id, "name": "staging"}).id,
            "isDefault": False,
        },
        again=lambda provider, simulator, project: provider.create(
            "Environment", {"projectId": project.id, "name": "staging"}, name="another"
        ),
    ),
    Lookup(
        name="getApplication",
        args=_environment,
        make=lambda provider, simulator, project, application: {
            "applicationId": application.id,
            "appName": application.state["appName"],
        },
        again=lambda provider, simulator, project: provider.application(
            project.state["defaultEnvironmentId"], name="another"
        ),
    ),
    Lookup(
        name="getRegistry",
        make=lambda provider, simulator, project, application: {
            "registryId": _registry(provider).id,
            "url": "registry.example:5000",
        },
        again=lambda provider, simulator, project: _registry(provider, "another"),
    ),
    Lookup(
        name="getDestination",
        make=lambda provider, simulator, project, application: {
            "destinationId": _destination(provider).id,
            "bucket": "backups",
            "endpoint": "https://s3.example",
        },
        again=lambda provider, simulator, project: _destination(provider, "another"),
    ),
    Lookup(
        name="getGithubProvider",
        make=_put(_github, "githubId"),
        again=lambda provider, simulator, project: _github(simulator, "second"),
    ),
    Lookup(
        name="getServer",
        make=_put(_server, "serverId"),
        again=lambda provider, simulator, project: _server(simulator, "second"),
    ),
)
each = pytest.mark.parametrize("lookup", LOOKUPS, ids=lambda lookup: lookup.name)


@each
def test_it_is_found_by_its_name_and_nothing_is_written(
    provider: Provider, simulator: Simulator, project: Kept, application: Kept, lookup: Lookup
) -> None:
    expected = lookup.make(provider, simulator, project, application)
    provider.restart()
    calls = len(simulator.calls)
    values = found(provider, lookup.name, name=NAMES[lookup.name], **lookup.args(project))
    assert values == expected
    assert {call.method for call in simulator.calls[calls:]} == {"GET"}
    assert not any(secret in repr(values) for secret in SECRETS)


@each
def test_one_that_is_not_there_is_one_line(provider: Provider, project: Kept, lookup: Lookup) -> None:
    with pytest.raises(CallError, match=r"there is no .* named 'nobody'") as failure:
        invoke(provider, lookup.name, name="nobody", **lookup.args(project))
    assert "\n" not in failure.value.line


@each
def test_two_of_one_name_are_no_choice(
    provider: Provider, simulator: Simulator, project: Kept, application: Kept, lookup: Lookup
) -> None:
    lookup.make(provider, simulator, project, application)
    lookup.again(provider, simulator, project)
    with pytest.raises(CallError, match=r"there are 2 .* rename all but one in Dokploy"):
        invoke(provider, lookup.name, name=NAMES[lookup.name], **lookup.args(project))


@each
def test_a_name_is_needed(provider: Provider, project: Kept, lookup: Lookup) -> None:
    (failure,) = invoke(provider, lookup.name, **lookup.args(project)).failures
    assert failure.reason == "name: is required"


@each
def test_a_failing_server_is_one_line(provider: Provider, simulator: Simulator, project: Kept, lookup: Lookup) -> None:
    simulator.fail(Fault(procedure="*", kind="html", times=50))
    with pytest.raises(CallError, match="web page instead of JSON") as failure:
        invoke(provider, lookup.name, name="any", **lookup.args(project))
    assert "\n" not in failure.value.line


def test_a_misspelt_argument_is_one_line(provider: Provider) -> None:
    (failure,) = invoke(provider, "getProject", name="chat", nmae="x").failures
    assert failure.reason == "nmae: is no argument of this function; check the spelling"


def test_an_unknown_function_is_one_line(provider: Provider) -> None:
    with pytest.raises(CallError, match="the dokploy provider has no function dokploy:index:getEverything"):
        invoke(provider, "getEverything")


def test_what_was_described_by_the_provider_is_shown_without_its_mark(provider: Provider) -> None:
    provider.project(description="For customers")
    assert found(provider, "getProject", name="chat")["description"] == "For customers"


def test_a_default_environment_is_found_too(provider: Provider, project: Kept) -> None:
    values = found(provider, "getEnvironment", projectId=project.id, name="production")
    assert values == {"environmentId": project.state["defaultEnvironmentId"], "isDefault": True}


def test_nothing_of_another_organisation_is_found(provider: Provider, simulator: Simulator, project: Kept) -> None:
    _registry(provider)
    foreign = simulator.add_key(simulator.add_organization("another"))
    with Provider() as stranger:
        stranger.configure(url=simulator.url, apiKey=foreign)
        for name in ("getProject", "getRegistry"):
            with pytest.raises(CallError, match="there is no"):
                invoke(stranger, name, name=NAMES[name])
        with pytest.raises(CallError, match=r"another organisation|not allowed"):
            invoke(stranger, "getEnvironment", projectId=project.id, name="production")


def test_without_a_server_the_line_says_what_to_set() -> None:
    with Provider() as bare, pytest.raises(CallError, match=r"dokploy:url or dokploy:apiKey is not known yet"):
        invoke(bare, "getProject", name="chat")
