"""The rules for the ways in and out: the certificate, the guard, and the copies that leave the server."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from cronsim import CronSim

from components.checks import Check
from components.sections import Backup, Ingress, Tls
from components.values import Probe

_COPY_MINUTES = 15
"""How long a copy of the database may take, before what is sent away could miss it."""


def _tls(tls: Tls) -> Iterator[str]:
    if tls.certificate == "custom" and tls.custom_cert_resolver is None:
        yield "tls.customCertResolver: is not set; certificate custom needs the name of Traefik's resolver"
    if tls.certificate != "custom" and tls.custom_cert_resolver is not None:
        yield f"tls.customCertResolver: belongs to certificate custom, not {tls.certificate}; leave it out"


def _health_stays_open(ingress: Ingress, health_check: Probe) -> Iterator[str]:
    for path in ingress.guard.paths if ingress.guard else ():
        if path != "/" and f"{health_check.path}/".startswith(f"{path}/"):
            yield (
                f"ingress.guard.paths: {path} holds {health_check.path}, which the proof of a release asks; "
                "guard another path, or / for all but the health check"
            )


def _after_the_copy(backup: Backup) -> Iterator[str]:
    if backup.offsite is None:
        return
    zone = UTC if backup.timezone == "UTC" else ZoneInfo(backup.timezone)
    for sent in islice(CronSim(backup.offsite.schedule, datetime(2024, 1, 1, tzinfo=UTC)), 7):
        # At the very minute counts too.
        copied = next(CronSim(backup.schedule, (sent + timedelta(minutes=1)).astimezone(zone), reverse=True))
        if sent - copied < timedelta(minutes=_COPY_MINUTES):
            yield (
                f"backup.offsite.schedule: {backup.offsite.schedule!r} (UTC) fires less than {_COPY_MINUTES} minutes "
                f"after the copy of {backup.schedule!r} ({backup.timezone}), which may not be ready; leave it time"
            )
            return


CHECKS: tuple[Check, ...] = (_tls, _health_stays_open, _after_the_copy)
