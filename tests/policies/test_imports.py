"""The pack stands alone: a rule that took its number from the program could not find the program wrong."""

from __future__ import annotations

import subprocess
import sys

from tests.policies.stage import ROOT


def test_the_pack_imports_nothing_of_the_program_and_nothing_slow() -> None:
    looked = "import sop.pack, sys; print(*sorted({name.partition('.')[0] for name in sys.modules}))"
    command = [sys.executable, "-c", looked]
    ended = subprocess.run(command, cwd=ROOT / "policies", capture_output=True, text=True, check=True)
    loaded = set(ended.stdout.split())
    assert "pulumi_policy" in loaded
    assert loaded.isdisjoint({"components", "dokploy", "ops", "toolchain", "pulumi_dokploy", "pulumi_docker"})
    assert loaded.isdisjoint({"pydantic", "requests", "typer", "cronsim"})
