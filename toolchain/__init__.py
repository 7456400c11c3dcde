"""Makes Pulumi available to this checkout: the one on PATH, the official release, or a build from Go modules.

`python -m toolchain` does it and `locate()` says where it is; `install_plugins(home)` adds the providers of the
Docker platform. README.md tells upstream's parts from ours.
"""

from __future__ import annotations

from toolchain.errors import ToolchainError
from toolchain.installation import locate
from toolchain.plugins import install_plugins, pulumi_home

__all__ = ["ToolchainError", "install_plugins", "locate", "pulumi_home"]
