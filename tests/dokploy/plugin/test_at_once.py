"""Several calls of the engine at once, the time that each may take, and Ctrl-C."""

from __future__ import annotations

import itertools
import threading
import time
from functools import partial

import pytest
from google.protobuf.empty_pb2 import Empty

from dokploy.patience import Patience
from dokploy.simulator import Fault, Simulator
from dokploy.simulator.settings import Timings
from tests.dokploy.plugin.harness import CallError, Kept, Provider, wait_until

# Several at once


def test_a_slow_call_holds_up_no_other(provider: Provider, simulator: Simulator) -> None:
    simulator.fail(Fault(procedure="project.create", kind="delay", seconds=1))
    done: list[float] = []
    begun = time.monotonic()

    def create() -> None:
        provider.project(name="slow")
        done.append(time.monotonic() - begun)

    slow = threading.Thread(target=create)
    slow.start()
    calls = len(simulator.calls)
    time.sleep(0.1)
    provider.create("Project", {"name": "quick"}, name="quick")
    assert not done
    provider.cancel()
    slow.join()
    assert done[0] >= 1
    assert len(simulator.calls) > calls


def test_twenty_creates_at_once_all_succeed(provider: Provider, application: Kept, simulator: Simulator) -> None:
    kept: list[Kept] = []

    def create(number: int) -> None:
        properties = {"applicationId": application.id, "host": f"h{number}.example"}
        kept.append(provider.create("Domain", properties, name=f"d{number}"))

    threads = [threading.Thread(target=create, args=(number,)) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({each.id for each in kept}) == len(simulator.state.domains) == 20


def test_writes_to_traefik_never_overlap(provider: Provider, application: Kept, simulator: Simulator) -> None:
    for number in range(4):
        simulator.fail(Fault(procedure="domain.create", kind="delay", seconds=0.05, skip=number))
    threads = [
        threading.Thread(
            target=provider.create,
            args=("Domain", {"applicationId": application.id, "host": f"h{number}.example"}),
            kwargs={"name": f"d{number}"},
        )
        for number in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    spans = sorted(
        (call.started, call.started + call.seconds) for call in simulator.calls if call.procedure == "domain.create"
    )
    assert len(spans) == 4
    assert all(ended <= begun for (_, ended), (begun, _) in itertools.pairwise(spans))


def test_reads_of_one_application_are_shared(provider: Provider, application: Kept, simulator: Simulator) -> None:
    kept = [
        provider.create("Domain", {"applicationId": application.id, "host": f"h{number}.example"}, name=f"d{number}")
        for number in range(5)
    ]
    provider.restart()
    calls = len(simulator.calls)
    for each in (application, *kept):
        provider.refresh(each)
    asked = [call.procedure for call in simulator.calls[calls:]]
    assert asked.count("application.one") == 1


def test_cancel_is_answered_while_everything_waits(provider: Provider, simulator: Simulator) -> None:
    simulator.fail(Fault(procedure="project.all", kind="delay", seconds=1, times=30))
    threads = [
        threading.Thread(target=provider.create, args=("Project", {"name": "p"}), kwargs={"name": f"p{number}"})
        for number in range(30)
    ]
    for thread in threads:
        thread.start()
    wait_until(lambda: threading.active_count() > 30)
    provider.stub.Cancel(Empty(), timeout=5)
    assert any(thread.is_alive() for thread in threads)
    for thread in threads:
        thread.join()


# Time-outs of an operation


def test_a_slow_server_is_left_when_the_time_of_the_operation_is_up(
    provider: Provider, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dokploy.transport.LEAST_TIME_S", 0.1)
    simulator.fail(Fault(procedure="project.all", kind="delay", seconds=3, times=9))
    begun = time.monotonic()
    with pytest.raises(CallError, match=r"project\.all: .* did not answer within 0\.[45]\d* s"):
        provider.create("Project", {"name": "chat"}, timeout_s=0.5)
    assert time.monotonic() - begun < 3


def test_the_time_of_one_operation_is_none_of_the_next(
    provider: Provider, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dokploy.transport.LEAST_TIME_S", 0.1)
    provider.create("Project", {"name": "one"}, name="one", timeout_s=0.5)
    time.sleep(0.5)
    simulator.fail(Fault(procedure="settings.getDokployVersion", kind="delay", seconds=0.3))
    provider.configure(url=simulator.url, apiKey=simulator.api_key)
    simulator.fail(Fault(procedure="project.create", kind="delay", seconds=0.3))
    assert provider.create("Project", {"name": "two"}, name="two").id


def test_progress_that_stays_the_same_is_sent_once(provider: Provider, application: Kept, simulator: Simulator) -> None:
    simulator.world.timings = simulator.world.queue.timings = Timings(build_s=1.2)
    provider.create("Deployment", {"applicationId": application.id, "stableSeconds": 0})
    lines = [message for _, message, _ in provider.engine.lines]
    assert lines.count("pulling: Dokploy's deployment is running") == 1


def test_cancel_ends_the_waiting_for_a_server_that_is_away(
    provider: Provider, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dokploy.patience.Patience", partial(Patience, away_s=60.0, first_wait_s=1.0))
    provider.restart()
    simulator.stop()
    lines: list[str] = []

    def create() -> None:
        try:
            provider.create("Project", {"name": "p"})
        except CallError as error:
            lines.append(error.line)

    thread = threading.Thread(target=create)
    thread.start()
    time.sleep(0.3)
    assert thread.is_alive()
    provider.stub.Cancel(Empty(), timeout=5)
    thread.join(2)
    assert lines
    assert "connection refused" in lines[0]
