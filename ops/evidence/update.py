"""Makes the record of an update from what the engine logged of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pulumi.automation import CommandError

from ops.engine import Engine
from ops.environment import deployment_environment
from ops.errors import OpsError
from ops.evidence.act import act
from ops.evidence.records import Policies, Record
from ops.policies import PACK
from ops.verdict.catalogue import read_catalogue
from ops.verdict.commit import today

QUIET = {"same", "read", "refresh"}
DEPLOYMENT = "dokploy:index:Deployment"


def record_of(
    root: Path, stack: str, log: Path, exit_code: int, cli: Path, environment: Mapping[str, str]
) -> Record | None:
    """The record of the update whose events lie in `log`; None where the engine never began one.

    `exit_code` is Pulumi's. What the stack offers now is read from its state.
    """
    events = _events(log)
    if not events:
        return None
    updated = [event["summaryEvent"] for event in events if "summaryEvent" in event]
    summary: dict[str, Any] = next((each for each in reversed(updated) if not each.get("isPreview")), {})
    packs = [each for each in updated if each.get("PolicyPacks")]
    outputs = _outputs(root, stack, cli, environment)
    return Record(
        **act(root, stack, environment),
        result="failed" if exit_code else "succeeded",
        exit_code=exit_code,
        changes={key: count for key, count in (summary.get("resourceChanges") or {}).items() if key not in QUIET},
        policies=_policies(events, packs[-1]["PolicyPacks"] if packs else {}),
        exemptions=_exemptions(root, stack, environment),
        deployment_id=str(outputs.get("deployment_id") or ""),
        release=str(outputs.get("release") or ""),
        proof=_proof(events, exit_code, bool(summary)),
    )


def _events(log: Path) -> list[dict[str, Any]]:
    try:
        return [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines() if line.strip()]
    except (OSError, json.JSONDecodeError) as error:
        raise OpsError(f"the engine's events in {log} cannot be read: {error}") from None


def _policies(events: list[dict[str, Any]], packs: Mapping[str, str]) -> Policies:
    found: dict[str, set[str]] = {"mandatory": set(), "advisory": set()}
    for event in events:
        if said := event.get("policyEvent"):
            level = "mandatory" if said.get("enforcementLevel") == "mandatory" else "advisory"
            found[level].add(str(said.get("policyName", "")))
    name, version = next(iter(packs.items()), ("", ""))
    return Policies(
        # The engine writes the pack's folder behind its name.
        pack=name.partition("|")[0],
        version=version,
        blocking=tuple(sorted(found["mandatory"])),
        advising=tuple(sorted(found["advisory"])),
    )


def _exemptions(root: Path, stack: str, environment: Mapping[str, str]) -> tuple[str, ...]:
    day = today(environment)
    return tuple(
        f"{each.rule} for {each.resource}, until {each.expires} ({each.owner}, {each.ticket})"
        for each in read_catalogue(root / PACK, day).in_force(stack, day)
    )


def _proof(events: list[dict[str, Any]], exit_code: int, updated: bool) -> Any:
    """A Deployment that the update has run is proof that the release serves; without one it is what it was."""
    if exit_code or not updated:
        return "none"
    ran = any(
        event["resOutputsEvent"]["metadata"]["type"] == DEPLOYMENT
        and event["resOutputsEvent"]["metadata"]["op"] not in QUIET
        for event in events
        if "resOutputsEvent" in event
    )
    return "serves" if ran else "unchanged"


def _outputs(root: Path, stack: str, cli: Path, environment: Mapping[str, str]) -> dict[str, Any]:
    engine = Engine(cli, {**environment, **deployment_environment(root, cli, environment, lambda _: None)})
    try:
        said = engine.run(["stack", "output", "--json", "--stack", stack], cwd=str(root), additional_env={}).stdout
    except CommandError:
        return {}  # nothing was ever deployed
    outputs: dict[str, Any] = json.loads(said)
    return outputs
