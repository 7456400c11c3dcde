"""The simulator answers as a real Dokploy v0.30.2 did."""

from __future__ import annotations

from itertools import groupby

from dokploy.simulator import Simulator

from .recordings import counts, exceptions, exchanges, stage, unsent
from .replay import Replay, Result


def replayed() -> list[Result]:
    results: list[Result] = []
    for _, session in groupby(exchanges(), key=lambda exchange: exchange.session):
        with Simulator() as sim:
            results += Replay(sim, stage()).run(list(session), exceptions(), unsent())
    return results


def test_every_served_exchange_is_answered_as_recorded() -> None:
    results = replayed()
    wrong = [result for result in results if result.differences]
    served, recorded = counts()["served"], counts()["recorded"]
    print(f"\ncontract: matched {len(results) - len(wrong)} of {served} served ({served} of {recorded} recorded)")
    lines = []
    for result in wrong:
        exchange = result.exchange
        lines.append(f"{exchange.id} {exchange.method} {exchange.path} # {exchange.note}")
        lines += [f"    {difference}" for difference in result.differences[:6]]
    assert not wrong, "\n".join(lines)
