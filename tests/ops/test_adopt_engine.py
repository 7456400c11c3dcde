"""A project that was made by hand comes under Pulumi's care: the real engine imports what `adopt` wrote."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import yaml

from dokploy.simulator import Simulator
from ops.adopt.project import Adoption
from tests.engine.outcome import Outcome
from tests.engine.workspace import CHECKOUT
from tests.ops.adopting import HOOK, STACK, AdoptingCheckout, by_hand
from tests.ops.checkout import SECRETS

pytestmark = pytest.mark.engine

PROGRAMS_OWN = {"name", "description"}
"""What the program says of each object for people to read; the summary says so once."""


@dataclass(frozen=True, kw_only=True)
class HandMade:
    """The whole way, from the first look to the second preview."""

    ids: dict[str, str]
    adoption: Adoption
    imported: Outcome
    imported_ids: dict[str, str]
    preview: Outcome
    up: Outcome
    second_preview: Outcome
    tables_before: dict[str, Any]
    tables_after_import: dict[str, Any]
    simulator: Simulator


@pytest.fixture(scope="module")
def hand_made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HandMade]:
    with Simulator() as simulator:
        ids = by_hand(simulator)
        checkout = AdoptingCheckout.make(
            tmp_path_factory.mktemp("hand-made") / "checkout", simulator, STACK, under_policies=True
        )
        before = _tables(simulator)
        adoption = checkout.adopt("My Chat")
        checkout.create_stack()
        checkout.set_secrets(adoption, {**SECRETS, "SUPPORT_HOOK": HOOK})
        checkout.prove_in_memory()
        imported = checkout.import_(adoption)
        yield HandMade(
            ids=ids,
            adoption=adoption,
            imported=imported,
            imported_ids=checkout.ids,
            tables_before=before,
            tables_after_import=_tables(simulator),
            preview=checkout.preview(),
            up=checkout.up(),
            second_preview=checkout.preview("--expect-no-changes"),
            simulator=simulator,
        )


def _tables(simulator: Simulator) -> dict[str, Any]:
    state = simulator.state
    return copy.deepcopy(
        {
            "projects": state.projects,
            "applications": state.applications,
            "mounts": state.mounts,
            "keys": state.schedules,
        }
    )


def test_each_object_is_imported_under_its_name_in_the_program(hand_made: HandMade) -> None:
    assert hand_made.imported.code == 0, hand_made.imported.text
    assert "warning" not in hand_made.imported.text
    assert hand_made.imported_ids == hand_made.ids


def test_adopting_and_importing_change_nothing_in_dokploy(hand_made: HandMade) -> None:
    assert hand_made.imported.writes == []
    assert hand_made.tables_after_import == hand_made.tables_before


def test_the_preview_shows_only_what_was_announced(hand_made: HandMade) -> None:
    announced = {(change.resource, change.property) for change in hand_made.adoption.notes.changes}
    assert hand_made.preview.code == 0, hand_made.preview.text
    for resource, differences in hand_made.preview.differences.items():
        if resource in ("chatzwa", "chatzwa-deployment"):
            continue
        shown = {path.partition(".")[0].partition("[")[0] for path in differences}
        assert {(resource, path) for path in shown - PROGRAMS_OWN} <= announced, resource
    made = {name for name, steps in hand_made.preview.steps.items() if steps == ["create"]}
    assert {(name, "") for name in made} <= announced


def test_everything_that_was_announced_is_shown(hand_made: HandMade) -> None:
    shown = {
        (resource, path.partition(".")[0].partition("[")[0])
        for resource, differences in hand_made.preview.differences.items()
        for path in differences
    }
    made = {(name, "") for name, steps in hand_made.preview.steps.items() if steps == ["create"]}
    announced = {(change.resource, change.property) for change in hand_made.adoption.notes.changes}
    assert announced <= shown | made


def test_nothing_is_deleted_or_replaced(hand_made: HandMade) -> None:
    for outcome in (hand_made.preview, hand_made.up):
        done = {step for steps in outcome.steps.values() for step in steps}
        assert done == {"create", "update"}


def test_the_first_up_keeps_every_object_and_the_volumes_with_the_data(hand_made: HandMade) -> None:
    assert hand_made.up.code == 0, hand_made.up.text
    state = hand_made.simulator.state
    volumes = {row["mountPath"]: row["volumeName"] for row in state.mounts.values() if row["type"] == "volume"}
    assert volumes["/app/data/db"] == "chat_data"
    assert volumes["/app/uploads/documents"] == "chat_uploads"
    assert len(state.projects) == len(state.applications) == 1


def test_what_was_left_alone_is_there_as_it_was(hand_made: HandMade) -> None:
    state = hand_made.simulator.state
    assert "curl -s http://localhost:3000/" in {row["command"] for row in state.schedules.values()}
    assert {row["host"] for row in state.domains.values()} == {"chat.localhost", "www.localhost"}
    assert "/srv/ssl" in {row["hostPath"] for row in state.mounts.values()}


def test_the_preview_after_the_first_up_is_empty(hand_made: HandMade) -> None:
    assert hand_made.second_preview.code == 0, hand_made.second_preview.text


def test_no_secret_is_written_or_shown(hand_made: HandMade) -> None:
    written = hand_made.adoption.import_path.read_text() + hand_made.adoption.stack_path.read_text()
    said = json.dumps(hand_made.adoption.to_json()) + hand_made.imported.text + hand_made.preview.text
    for secret in (*SECRETS.values(), HOOK):
        assert secret not in written
        assert secret not in said


@dataclass(frozen=True, kw_only=True)
class Lost:
    """A stack of this program whose state is gone, and is taken over anew."""

    import_file: dict[str, Any]
    engines_own: dict[str, Any]
    adoption: Adoption
    imported: Outcome
    preview: Outcome


@pytest.fixture(scope="module")
def lost(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lost]:
    with Simulator() as simulator:
        first = AdoptingCheckout.make(
            tmp_path_factory.mktemp("first") / "checkout", simulator, STACK, under_policies=True
        )
        first.create_stack()
        config = yaml.safe_load((CHECKOUT / f"Pulumi.{STACK}.yaml").read_text())["config"]
        config |= {"dokploy:url": simulator.url, "chatzwa:host": "chat.localhost", "chatzwa:alerts": {}}
        # What belongs to the organisation is configured anew: nothing of the application says that it was the stack's.
        del config["chatzwa:app"]["rollback"], config["chatzwa:backup"]["offsite"]
        path = first.folder / f"Pulumi.{STACK}.yaml"
        path.write_text(json.dumps({**(yaml.safe_load(path.read_text()) or {}), "config": config}))
        secrets = [part for name, value in SECRETS.items() for part in ("--secret", f"secrets.{name}={value}")]
        first.pulumi("config", "set-all", "--path", *secrets).succeeded()
        first.prove_in_memory()
        engines_own = first.folder / "preview.json"
        first.pulumi("preview", "--import-file", str(engines_own)).succeeded()
        first.up().succeeded()
        second = AdoptingCheckout.make(
            tmp_path_factory.mktemp("second") / "checkout", simulator, STACK, under_policies=True
        )
        adoption = second.adopt("chatzwa-production")
        second.create_stack()
        second.set_secrets(adoption, SECRETS)
        yield Lost(
            import_file=json.loads(adoption.import_path.read_text()),
            engines_own=json.loads(engines_own.read_text()),
            adoption=adoption,
            imported=second.import_(adoption),
            preview=second.preview(),
        )


def test_names_types_and_parents_are_those_of_the_program(lost: Lost) -> None:
    assert _placed(lost.import_file) == {
        name: place for name, place in _placed(lost.engines_own).items() if name != "chatzwa"
    }


def _placed(file: dict[str, Any]) -> dict[str, tuple[str, str]]:
    """The type and the parent's type of each object, by its name."""
    types = {each["name"]: each["type"] for each in file["resources"]}
    return {
        each["name"]: (each["type"], types[each["parent"]]) for each in file["resources"] if not each.get("component")
    }


def test_a_stack_of_the_program_that_lost_its_state_needs_no_change_but_a_deployment(lost: Lost) -> None:
    assert lost.imported.code == 0, lost.imported.text
    assert lost.preview.code == 0, lost.preview.text
    assert [(change.resource, change.property) for change in lost.adoption.notes.changes] == [
        ("chatzwa-deployment", "triggers")
    ]
    assert set(lost.preview.steps) == {"chatzwa", "chatzwa-deployment"}
    assert lost.adoption.notes.first == lost.adoption.notes.left == []
