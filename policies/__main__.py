"""Starts the pack: the engine runs this folder and asks it about every resource and about the whole stack."""

from __future__ import annotations

from pulumi_policy import EnforcementLevel, PolicyPack
from sop.pack import NAME, policies

# The constructor serves until the engine ends it. Without a level file every rule is mandatory.
PolicyPack(NAME, policies(), enforcement_level=EnforcementLevel.MANDATORY)
