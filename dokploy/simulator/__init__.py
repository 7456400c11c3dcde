"""Dokploy's API in memory, for tests and rehearsals; held to the recordings of a real server."""

from __future__ import annotations

from .faults import Fault
from .server import CallRecord as Call
from .settings import Outcome, Timings
from .simulator import Simulator

__all__ = ["Call", "Fault", "Outcome", "Simulator", "Timings"]
