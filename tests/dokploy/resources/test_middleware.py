"""A middleware: a file in Traefik's folder, where Dokploy checks neither the path nor whether it was written."""

from __future__ import annotations

import pytest
import yaml

from dokploy.resources.middleware import FOLDER, REMOVED
from dokploy.simulator import Simulator
from tests.dokploy.plugin.harness import CallError, Provider
from tests.dokploy.resources.organization_cases import MIDDLEWARE


def test_a_domain_refers_to_it(provider: Provider, simulator: Simulator) -> None:
    kept, _ = MIDDLEWARE.make(provider)
    assert kept.state["reference"] == f"{kept.id}@file"
    content = yaml.safe_load(simulator.state.traefik[f"{FOLDER}/{kept.id}.yml"])
    assert content == {"http": {"middlewares": {kept.id: {"headers": {"frameDeny": True, "stsSeconds": 31536000}}}}}


def test_those_of_two_stacks_with_one_name_do_not_meet(
    provider: Provider, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine, _ = MIDDLEWARE.make(provider)
    monkeypatch.setattr("tests.dokploy.plugin.harness.STACK", "urn:pulumi:production::chatzwa::dokploy:index")
    theirs, _ = MIDDLEWARE.make(provider, configuration="{headers: {frameDeny: false}}")
    assert theirs.id != mine.id
    assert set(MIDDLEWARE.all_rows(simulator)) == {mine.id, theirs.id}
    provider.delete(theirs)
    assert set(MIDDLEWARE.all_rows(simulator)) == {mine.id}


def test_a_delete_leaves_a_comment_only(provider: Provider, simulator: Simulator) -> None:
    kept, _ = MIDDLEWARE.make(provider)
    others = {path: text for path, text in simulator.state.traefik.items() if kept.id not in path}
    provider.delete(kept)
    path = f"{FOLDER}/{kept.id}.yml"
    assert simulator.state.traefik == {**others, path: REMOVED}
    assert yaml.safe_load(REMOVED) is None
    provider.restart()
    assert provider.refresh(kept) is None
    assert provider.import_("Middleware", kept.id) is None


def test_a_delete_of_a_file_that_is_gone_makes_none(provider: Provider, simulator: Simulator) -> None:
    kept, _ = MIDDLEWARE.make(provider)
    del simulator.state.traefik[f"{FOLDER}/{kept.id}.yml"]
    before = dict(simulator.state.traefik)
    provider.delete(kept)
    assert simulator.state.traefik == before


def test_a_write_that_dokploy_only_claims_is_found_out(
    provider: Provider, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept, _ = MIDDLEWARE.make(provider)
    monkeypatch.setattr("dokploy.resources.middleware.FOLDER", "/etc/dokploy/traefik/missing")
    with pytest.raises(CallError, match=r"did not write /etc/.*\.yml, although it says so") as failure:
        MIDDLEWARE.make(provider)
    assert "\n" not in failure.value.line
    with pytest.raises(CallError, match="did not write"):
        provider.update(kept, MIDDLEWARE.valid)


@pytest.mark.parametrize(
    "id",
    [
        "../../../etc/cron.d/job",
        "headers/../../x-1a2b3c4d",
        "..",
        "/etc/passwd",
        "middlewares",
        "dokploy",
        "chat-web-a1b2c3",
        "headers-1A2B3C4D",
        "headers-1a2b3c4d\n",
        "",
    ],
)
def test_an_id_that_names_another_file_is_refused(provider: Provider, simulator: Simulator, id: str) -> None:
    calls = len(simulator.calls)
    with pytest.raises(CallError, match="is not the id of a middleware"):
        provider.import_("Middleware", id)
    assert not [call for call in simulator.calls[calls:] if "Traefik" in call.procedure]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("a: b: c", "is not YAML: line 1"),
        ("headers:\n\tx: 1", "is not YAML: line 2"),
        ("headers", "has to be one middleware by its kind"),
        ("[headers]", "has to be one middleware by its kind"),
        ("{headers: {}, rateLimit: {average: 1}}", "has to be one middleware by its kind"),
        ("headers: yes", "has to be one middleware by its kind"),
        ("", "has to be one middleware by its kind"),
        ("!!python/object/apply:os.system ['true']", "is not YAML"),
    ],
)
def test_what_is_no_middleware_is_refused(provider: Provider, text: str, why: str) -> None:
    (reason,) = provider.refusals("Middleware", {"name": "headers", "configuration": text})
    assert why in reason
    assert "\n" not in reason


@pytest.mark.parametrize("name", ["Headers", "a/b", "a.b", "-a", "a" * 43, ""])
def test_a_name_is_part_of_a_file_name(provider: Provider, name: str) -> None:
    assert provider.refusals("Middleware", {**MIDDLEWARE.valid, "name": name})


def test_json_and_yaml_of_the_same_are_the_same(provider: Provider) -> None:
    kept, _ = MIDDLEWARE.make(provider)
    same = '{"headers": {"frameDeny": true, "stsSeconds": 31536000}}'
    assert not provider.diff(kept, {**MIDDLEWARE.valid, "configuration": same}).detailedDiff


def test_what_somebody_added_to_the_file_is_shown(provider: Provider, simulator: Simulator) -> None:
    kept, properties = MIDDLEWARE.make(provider)
    path = f"{FOLDER}/{kept.id}.yml"
    simulator.state.traefik[path] += "  routers: {}\n"
    provider.restart()
    found = provider.refresh(kept)
    assert found is not None
    assert set(provider.diff(found, properties).diffs) == {"configuration"}
    provider.update(found, properties)
    assert "routers" not in simulator.state.traefik[path]
