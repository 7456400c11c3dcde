"""The checks, in the order in which they are made and shown."""

from __future__ import annotations

from ops.verify.checks.check import Check
from ops.verify.checks.exposure import EXPOSURE
from ops.verify.checks.headers import HEADERS
from ops.verify.checks.resources import RESOURCES
from ops.verify.checks.serving import SERVING
from ops.verify.checks.transport import TRANSPORT

CHECKS: tuple[Check, ...] = (*SERVING, *RESOURCES, *TRANSPORT, *HEADERS, *EXPOSURE)
