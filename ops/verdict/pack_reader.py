"""Prints what a policy pack says of itself as JSON: its rules, its exemptions, and what of the procedure it covers.

Run as a process of its own, `python -I pack_reader.py PACK DAY`: the pack may be another one than this checkout's,
and nothing of it is loaded into the command that judges.
"""

from __future__ import annotations

import importlib
import json
import sys
from datetime import date
from pathlib import Path
from typing import Any

import yaml


def read(pack: Path, today: date) -> dict[str, Any]:
    """Everything that is known without judging anything."""
    sys.path.insert(0, str(pack))
    rules = importlib.import_module("sop.registry").RULES
    loaded = importlib.import_module("sop.exemptions").load(pack / "exemptions.yaml", rules, today)
    said = yaml.safe_load((pack / "sop" / "sentences.yaml").read_text(encoding="utf-8"))
    answers = yaml.safe_load((pack / "sop" / "coverage.yaml").read_text(encoding="utf-8"))
    return {
        "name": importlib.import_module("sop.pack").NAME,
        "version": str(yaml.safe_load((pack / "PulumiPolicy.yaml").read_text(encoding="utf-8"))["version"]),
        "rules": [
            {
                "id": rule.id,
                "outcome": rule.outcome,
                "section": rule.section,
                "severity": rule.severity,
                "remedy": rule.remedy,
                "cis": rule.cis,
                "production_only": rule.production_only,
            }
            for rule in rules
        ],
        "exemptions": [
            {
                "rule": entry.rule,
                "resource": entry.resource,
                "stack": entry.stack,
                "reason": entry.reason,
                "owner": entry.owner,
                "ticket": entry.ticket,
                "expires": entry.expires.isoformat(),
            }
            for entry in loaded.entries
        ],
        "coverage": [
            {
                "section": str(said[name]["section"]),
                "says": said[name]["says"],
                "rules": list(answer.get("rules", ())),
                "why": answer.get("why", ""),
            }
            for name, answer in answers.items()
        ],
    }


if __name__ == "__main__":
    sys.stdout.write(json.dumps(read(Path(sys.argv[1]).resolve(), date.fromisoformat(sys.argv[2]))))
