"""The sizes of one container and the tiers of the SOP (2.3)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pydantic import model_validator

from components.fields import Cpu, Memory, Storage, Text, mebibytes, millicores
from components.values.base import Value

MINIMUM_MEMORY = "2048Mi"
MINIMUM_CPU = "1000m"
MINIMUM_STORAGE = "10Gi"


class Sizes(Value):
    """What one container may use (SOP 2.3). Nothing enforces the storage: it is the threshold of an alert."""

    memory: Memory
    cpu: Cpu
    storage: Storage
    reason: Text
    """Why these sizes; a custom tier has to say it."""
    name: Literal["standard", "high-traffic", "custom"] = "custom"

    @model_validator(mode="after")
    def _above_the_minimum(self) -> Sizes:
        low = [
            f"{what} {given} is below the SOP's minimum of {limit} (SOP 2.3); choose the standard tier"
            for what, given, limit, small in (
                ("memory", self.memory, MINIMUM_MEMORY, mebibytes(self.memory) < mebibytes(MINIMUM_MEMORY)),
                ("cpu", self.cpu, MINIMUM_CPU, millicores(self.cpu) < millicores(MINIMUM_CPU)),
                (
                    "storage",
                    self.storage,
                    MINIMUM_STORAGE,
                    mebibytes(self.storage) < mebibytes(MINIMUM_STORAGE),
                ),
            )
            if small
        ]
        if low:
            raise ValueError("; ".join(low))
        return self


TIERS: Mapping[str, Sizes] = {
    "standard": Sizes(name="standard", memory="2048Mi", cpu="1000m", storage="10Gi", reason="SOP 2.3, minimum"),
    "high-traffic": Sizes(
        name="high-traffic", memory="4096Mi", cpu="2000m", storage="20Gi", reason="SOP 2.3, high traffic"
    ),
}
