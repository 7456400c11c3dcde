"""An Application of Dokploy. Sizes are text with a unit, durations seconds."""

from __future__ import annotations

import re

from sop.texts import quantities
from sop.views.fields import Fields
from sop.views.nouns import Health, Restart, Size, Update
from sop.views.workload import APPLICATION, Workload


class DokployWorkload(Workload, of=APPLICATION):
    """An Application of Dokploy."""

    platform = "dokploy"

    @property
    def memory(self) -> Size | None:
        return _bytes(self.fields.text("memoryLimit"))

    @property
    def cpu(self) -> Size | None:
        return _cpu(self.fields.text("cpuLimit"))

    @property
    def memory_reserved(self) -> Size | None:
        return _bytes(self.fields.text("memoryReservation"))

    @property
    def cpu_reserved(self) -> Size | None:
        return _cpu(self.fields.text("cpuReservation"))

    @property
    def replicas(self) -> int:
        count = self.fields.number("replicas")
        return 1 if count is None else int(count)

    @property
    def image(self) -> str | None:
        return self.fields.block("image").text("reference")

    @property
    def repository(self) -> Fields:
        """The git source, whichever provider it comes through; empty for an image."""
        for name in ("git", "github", "gitlab", "gitea", "bitbucket"):
            if name in self.fields:
                return self.fields.block(name)
        return Fields(None)

    @property
    def builder(self) -> str | None:
        """What builds the image from the repository; None where there is no repository."""
        return (self.fields.block("build").text("type") or "nixpacks") if self.repository else None

    @property
    def env(self) -> Fields:
        return self.fields.block("env")

    @property
    def command(self) -> tuple[str, ...]:
        return (*self.fields.texts("command"), *self.fields.texts("args"))

    @property
    def health(self) -> Health | None:
        check = self.fields.block("healthCheck")
        if not check:
            return None
        return Health(
            test=check.texts("test"),
            start_period_s=check.number("startPeriodSeconds"),
            retries=check.number("retries"),
        )

    @property
    def restart(self) -> Restart:
        policy = self.fields.block("restartPolicy")
        return Restart(
            condition=policy.text("condition") or "any",
            attempts=policy.number("maxAttempts") or 0,
            window_s=policy.number("windowSeconds") or 0,
        )

    @property
    def update(self) -> Update | None:
        policy = self.fields.block("updatePolicy")
        if not policy:
            return Update(order=None, failure_action="rollback")  # Dokploy's own: start-first, and back on failure
        return Update(order=policy.text("order"), failure_action=policy.text("failureAction"))

    @property
    def stop_grace_s(self) -> float | None:
        return self.fields.number("stopGracePeriodSeconds")

    @property
    def keeps_images(self) -> bool:
        """Whether a registry keeps the images of earlier releases. Its id is unknown until it is made."""
        return "registryId" in self.fields.block("rollback")

    @property
    def pushes_to_a_registry(self) -> bool:
        return self.keeps_images or self.fields.text("registryId") is not None

    @property
    def preview_variables(self) -> list[Fields]:
        """What the copies are given that Dokploy makes of pull requests: variables, build arguments and secrets."""
        previews = self.fields.block("previews")
        return [previews.block(name) for name in ("env", "buildArgs", "buildSecrets")]


def _bytes(text: str | None) -> Size | None:
    if text is None:
        return None
    return Size(text=text, amount=quantities.size(text), plain=re.fullmatch(r"[0-9]+(Ki|Mi|Gi)", text) is not None)


def _cpu(text: str | None) -> Size | None:
    if text is None:
        return None
    plain = re.fullmatch(r"[0-9]+m|[0-9]{1,3}", text) is not None
    return Size(text=text, amount=quantities.nano_cpus(text), plain=plain)
