"""The Docker engine that the local stack runs on: the one of this machine, or a private one of this checkout's.

`find_or_start()` gives it and `stop()` ends the private one; no other engine is ever started or stopped.
"""

from __future__ import annotations

from ops.docker_engine.choose import find, find_or_start, stop
from ops.docker_engine.host import DockerHost

__all__ = ["DockerHost", "find", "find_or_start", "stop"]
