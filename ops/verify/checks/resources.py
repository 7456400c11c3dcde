"""How much of its memory and storage the app uses (SOP 4.2, 5.1), as Dokploy tells."""

from __future__ import annotations

from ops.verify.ages import ago
from ops.verify.checks.check import Check
from ops.verify.finding import Verdict, judged
from ops.verify.visit import Visit

MIB = 1024 * 1024


def memory(visit: Visit) -> Verdict:
    used, limit = visit.application.memory(), visit.target.limits.memory_percent
    held = used.percent < limit
    return judged(
        held,
        f"{used.percent:.0f} % ({used.used // MIB}Mi of {used.limit // MIB}Mi)",
        f"< {limit:g} %",
        "" if held else "a larger tier, or a leak (SOP 2.3, Troubleshooting 2)",
    )


def disk(visit: Visit) -> Verdict:
    run, limit = visit.application.storage(), visit.target.limits.disk_percent
    return judged(
        run.held,
        f"{run.said or 'below the limit'} ({ago(run.age_s)})",
        f"< {limit:g} %",
        "" if run.held else "a larger disk or tier, or fewer copies (SOP 2.3, 5.3)",
    )


RESOURCES = (
    Check(id="memory", title="memory", sop="4.2", measure=memory, is_watched=True),
    Check(id="disk", title="disk", sop="5.1", measure=disk),
)
