"""What a check is: a short function that measures one thing, with its name and its section of the SOP."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ops.verify.finding import Finding, NoAnswerError, NotApplicableError, NotMeasuredError, Outcome, Verdict
from ops.verify.visit import Visit


@dataclass(frozen=True, kw_only=True)
class Check:
    """`measure` raises NotMeasuredError where what it rests on is missing, NotApplicableError where the stack has no
    such thing, NoAnswerError where the site is silent."""

    id: str
    title: str
    sop: str
    measure: Callable[[Visit], Verdict]
    is_watched: bool = False
    """Whether it is worth repeating in the first minutes: what changes by itself, and costs nothing to ask."""
    silence: Outcome = "not measured"
    """What it means that the site does not answer: failed where the answer itself is what is checked."""

    def find(self, visit: Visit) -> Finding:
        try:
            verdict = self.measure(visit)
        except NotMeasuredError as error:
            verdict = Verdict(outcome="not measured", measured=str(error), limit="")
        except NotApplicableError as error:
            verdict = Verdict(outcome="not applicable", measured=str(error), limit="")
        except NoAnswerError as error:
            verdict = Verdict(
                outcome=self.silence, measured=str(error), limit="an answer" if self.silence == "failed" else ""
            )
        return Finding(id=self.id, title=self.title, sop=self.sop, verdict=verdict)
