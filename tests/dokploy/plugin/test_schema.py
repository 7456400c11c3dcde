"""The schema that Pulumi is given: complete, described, and true to the models."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from pulumi.runtime.proto import provider_pb2

from dokploy.resources import RESOURCES
from tests.dokploy.plugin.harness import Provider

PRIMITIVES = {"string", "integer", "number", "boolean"}


@pytest.fixture(scope="module")
def schema() -> dict[str, Any]:
    with Provider() as provider:
        found: dict[str, Any] = json.loads(provider.call("GetSchema", provider_pb2.GetSchemaRequest()).schema)
        return found


def objects(schema: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any], list[str]]]:
    """Every set of properties with its place and what it requires."""
    for token, resource in schema["resources"].items():
        yield f"{token} inputs", resource["inputProperties"], resource["requiredInputs"]
        yield f"{token} state", resource["properties"], resource["required"]
    for token, type in schema["types"].items():
        if type["type"] == "object":
            yield token, type["properties"], type["required"]


def problems(spec: dict[str, Any], types: dict[str, Any]) -> Iterator[str]:
    """What is no type of Pulumi's schema."""
    if "$ref" in spec:
        if spec["$ref"].removeprefix("#/types/") not in types:
            yield f"{spec['$ref']} points nowhere"
    elif "oneOf" in spec:
        for part in spec["oneOf"]:
            yield from problems(part, types)
    elif spec.get("type") == "array":
        yield from problems(spec["items"], types)
    elif spec.get("type") == "object":
        yield from problems(spec["additionalProperties"], types)
    elif spec.get("type") not in PRIMITIVES:
        yield f"{spec} is no type"


def test_every_resource_is_there(schema: dict[str, Any]) -> None:
    assert set(schema["resources"]) == {resource.token() for resource in RESOURCES}
    assert all(resource["description"] for resource in schema["resources"].values())


def test_every_property_has_a_type_and_a_description(schema: dict[str, Any]) -> None:
    for place, properties, required in objects(schema):
        assert set(required) <= set(properties), place
        for name, spec in properties.items():
            assert re.fullmatch(r"[a-z][A-Za-z0-9]*", name), f"{place}.{name}"
            assert spec["description"].rstrip().endswith((".", ")")), f"{place}.{name}"
            assert list(problems(spec, schema["types"])) == [], f"{place}.{name}"


def test_no_property_takes_a_name_that_pulumi_keeps_for_itself(schema: dict[str, Any]) -> None:
    for place, properties, _ in objects(schema):
        assert not {"id", "urn", "pulumi"} & set(properties), place


def test_every_type_is_used(schema: dict[str, Any]) -> None:
    text = json.dumps(schema)
    assert [token for token in schema["types"] if f'"#/types/{token}"' not in text] == []


def test_enumerations_name_each_value(schema: dict[str, Any]) -> None:
    enumerations = {token: type["enum"] for token, type in schema["types"].items() if "enum" in type}
    assert [value["value"] for value in enumerations["dokploy:index:MountType"]] == ["volume", "bind", "file"]
    for token, values in enumerations.items():
        names = [value["name"] for value in values]
        assert len(set(names)) == len(names), token
        assert all(re.fullmatch(r"[A-Z][A-Za-z0-9]*", name) for name in names), token


SECRETS = {
    ("dokploy:index:Project", "env"),
    ("dokploy:index:Environment", "env"),
    ("dokploy:index:Application", "env"),
    ("dokploy:index:Application", "buildArgs"),
    ("dokploy:index:Application", "buildSecrets"),
    ("dokploy:index:Mount", "content"),
}


def test_what_may_hold_a_secret_is_marked(schema: dict[str, Any]) -> None:
    marked = {
        (token, name)
        for token, resource in schema["resources"].items()
        for name, spec in resource["inputProperties"].items()
        if spec.get("secret")
    }
    assert marked >= SECRETS
    assert schema["types"]["dokploy:index:ApplicationImage"]["properties"]["password"]["secret"]
    assert schema["config"]["variables"]["apiKey"]["secret"]
    assert schema["provider"]["inputProperties"]["apiKey"]["secret"]


REPLACING = {
    "Project": set(),
    "Environment": {"projectId"},
    "Application": {"serverId"},
    "Mount": {"applicationId", "type"},
    "Domain": {"applicationId"},
    "Schedule": {"applicationId"},
    "Deployment": {"applicationId"},
}


def test_what_replaces_is_marked_and_said(schema: dict[str, Any]) -> None:
    for kind, expected in REPLACING.items():
        properties = schema["resources"][f"dokploy:index:{kind}"]["inputProperties"]
        marked = {name for name, spec in properties.items() if spec.get("willReplaceOnChanges")}
        assert marked == expected, kind
        assert all("Changing it replaces" in properties[name]["description"] for name in marked)


def test_defaults_and_required_inputs_are_those_of_the_models(schema: dict[str, Any]) -> None:
    domain = schema["resources"]["dokploy:index:Domain"]
    assert domain["requiredInputs"] == ["applicationId", "host"]
    assert domain["inputProperties"]["port"] == {
        "type": "integer",
        "description": "Port of the container.",
        "default": 3000,
    }
    # What Check fills in is always there.
    assert {"port", "https", "path"} <= set(domain["required"])
    assert "default" not in domain["inputProperties"]["customCertResolver"]


def test_durations_and_sizes_say_their_unit(schema: dict[str, Any]) -> None:
    for place, properties, _ in objects(schema):
        for name, spec in properties.items():
            if name.endswith("Seconds"):
                assert spec["type"] == "number", f"{place}.{name}"
                assert "seconds" in spec["description"].lower(), f"{place}.{name}"
