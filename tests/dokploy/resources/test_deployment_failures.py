"""Every way in which a deployment fails: what is said, the end of the log without secrets, the advice, what is next."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from dokploy import history, serving
from dokploy.rollout import ADVICE, AGAIN, ANEW, LOG_LINES, Cause
from dokploy.simulator import Outcome, Simulator
from dokploy.simulator.settings import Timings
from tests.dokploy.plugin.harness import Kept, Provider, wait_until
from tests.dokploy.resources.cases import CHECK, GIT
from tests.dokploy.resources.deploying import Running, calls_of, deploy, slow_builds

SECRET = "n0t-to-be-shown-4711"
POLICY = {"parallelism": 1, "order": "start-first", "failureAction": "rollback", "monitorSeconds": 1}


@dataclass(frozen=True, kw_only=True)
class Desk:
    """An application whose logs are long and hold a secret, and what a failure is made with."""

    provider: Provider
    simulator: Simulator
    environment: str
    patch: pytest.MonkeyPatch

    def application(self, **properties: Any) -> Kept:
        given = {"healthCheck": CHECK, "env": {"JWT_SECRET": SECRET}, **properties}
        return self.provider.application(self.environment, **given)

    def fail(self, outcome: Outcome, timings: Timings | None = None, **properties: Any) -> Kept:
        """A first deployment that turns out so."""
        self.simulator.behave(outcome)
        self.simulator.timings = timings or Timings()
        return deploy(self.provider, self.application(**properties))

    def again(self, kept: Kept, **more: Any) -> Kept:
        """The same deployment in a later run, or another one with other `triggers`."""
        self.provider.restart()
        inputs = {"applicationId": kept.id, "stableSeconds": 0, "triggers": kept.inputs.get("triggers", {}), **more}
        return self.provider.update(kept, inputs)


@pytest.fixture
def desk(provider: Provider, project: Kept, simulator: Simulator, monkeypatch: pytest.MonkeyPatch) -> Desk:
    lines = [*(f"line {number}" for number in range(40)), f"cannot log in with {SECRET}"]
    monkeypatch.setattr("dokploy.simulator.procedures.application_runs.log_of", lambda call: lines)
    monkeypatch.setattr("dokploy.simulator.deployments.Queue._finish", _finish_with(lines))
    monkeypatch.setattr(serving, "UNWANTED_FOR_S", 0.2)
    return Desk(
        provider=provider,
        simulator=simulator,
        environment=project.state["defaultEnvironmentId"],
        patch=monkeypatch,
    )


def _finish_with(lines: list[str]) -> Callable[..., None]:
    """Every build's log is long, with its outcome in the last line."""
    from dokploy.simulator.deployments import Queue

    finish = Queue._finish

    def longer(self: Any, job: Any, row: Any, *rest: Any) -> None:
        self.state.logs[row["deploymentId"]] += "".join(f"{line}\n" for line in lines)
        finish(self, job, row, *rest)

    return longer


def built(desk: Desk) -> Kept:
    return desk.fail("build_failure", image=None, git=GIT)


def pulled(desk: Desk) -> Kept:
    return desk.fail("pull_failure")


def crashing(desk: Desk) -> Kept:
    return desk.fail("crash")


def out_of_memory(desk: Desk) -> Kept:
    return desk.fail("out_of_memory")


def unhealthy(desk: Desk) -> Kept:
    # A container that is unhealthy for long enough to be seen.
    return desk.fail("unhealthy", Timings(kill_s=3))


def taken_back(desk: Desk) -> Kept:
    """Swarm goes back at once, before the first look at its tasks."""
    kept = deploy(desk.provider, desk.application(updatePolicy=POLICY), triggers={"revision": "1"})
    desk.simulator.behave("crash")
    (service,) = desk.simulator.world.swarm.services.values()

    def when_it_has_happened(*given: Any) -> None:
        wait_until(lambda: desk.simulator.state and any(task.state == "Failed" for task in service.tasks))
        serving.prove(*given)

    desk.patch.setattr("dokploy.resources.deployment.prove", when_it_has_happened)
    return desk.again(kept, triggers={"revision": "2"})


def too_slow(desk: Desk) -> Kept:
    desk.simulator.timings = Timings(healthy_s=3)
    return deploy(desk.provider, desk.application(), timeoutSeconds=1)


def cancelled(desk: Desk) -> Kept:
    slow_builds(desk.simulator, 60)
    running = Running(lambda: deploy(desk.provider, desk.application()))
    wait_until(lambda: desk.simulator.state.deployments)
    desk.simulator.restart()
    slow_builds(desk.simulator, 0.1)
    return running.end()  # type: ignore[no-any-return] # what was called


def lost(desk: Desk) -> Kept:
    """It waits behind another build when the server restarts."""
    desk.patch.setattr(history, "APPEARS_WITHIN_S", 0.5)
    slow_builds(desk.simulator, 60)
    other = desk.application(name="other")
    desk.simulator.world.queue.add(other.id, "deploy", "by hand", "", desk.simulator.world.now())
    running = Running(lambda: deploy(desk.provider, desk.application(name="web")))
    wait_until(lambda: "queued: 2 deployment(s) waiting or running" in desk.provider.engine.text)
    desk.simulator.restart()
    slow_builds(desk.simulator, 0.1)
    return running.end()  # type: ignore[no-any-return] # what was called


def given_up(desk: Desk) -> Kept:
    """Its database was away when the build ended: the job is gone, and the record says running."""
    desk.patch.setattr(history, "STUCK_AFTER_S", 0.3)
    slow_builds(desk.simulator, 60)
    running = Running(lambda: deploy(desk.provider, desk.application()))
    wait_until(lambda: desk.simulator.state.deployments)
    with desk.simulator.world.lock:
        desk.simulator.world.queue.active = None
    slow_builds(desk.simulator, 0.1)
    return running.end()  # type: ignore[no-any-return] # what was called


def superseded(desk: Desk) -> Kept:
    application = desk.application()
    running = Running(lambda: deploy(desk.provider, application, stableSeconds=30))
    wait_until(lambda: "watching" in desk.provider.engine.text)
    with Provider(desk.simulator) as somebody_else:
        deploy(somebody_else, application, triggers={"revision": "of somebody else"})
    return running.end(15)  # type: ignore[no-any-return] # what was called


def not_backed_up(desk: Desk) -> Kept:
    kept = deploy(desk.provider, desk.application(), triggers={"revision": "1"})
    given = {"applicationId": kept.id, "name": "backup", "cronExpression": "0 2 * * *", "command": "exit 1"}
    backup = desk.provider.create("Schedule", given)
    return desk.again(kept, triggers={"revision": "2"}, runBefore=[backup.id])


def unreached(desk: Desk) -> Kept:
    probe = {"url": "http://chat.example.com/api/health", "address": desk.simulator.url, "timeoutSeconds": 0.3}
    return deploy(desk.provider, desk.application(), probe=probe)


@dataclass(frozen=True, kw_only=True)
class Case:
    """`has_log`: whether there is anything that a log could be of. `is_final`: the next run deploys anew."""

    fail: Callable[[Desk], Kept]
    says: str
    cause: Cause
    has_log: bool = True
    is_final: bool = True


CASES = [
    Case(fail=built, says="the build failed", cause="build"),
    Case(fail=pulled, says="the image pull failed", cause="pull"),
    Case(fail=crashing, says="the new release does not stay up: task: non-zero exit (1)", cause="crash"),
    Case(fail=out_of_memory, says="the new release does not stay up: task: non-zero exit (137)", cause="memory"),
    Case(fail=unhealthy, says="the health check of the new release fails; Swarm takes it down", cause="unhealthy"),
    Case(
        fail=taken_back,
        says="the new release does not stay up, and Swarm has gone back to the one before: task: non-zero exit (1)",
        cause="crash",
    ),
    Case(
        fail=too_slow,
        says="the new release was not healthy within the time-out (timeoutSeconds)",
        cause="late",
        is_final=False,
    ),
    Case(fail=cancelled, says="Dokploy cancelled it, which it does when its server restarts", cause="interrupted"),
    Case(
        fail=lost,
        says="Dokploy lost it: neither in its queue nor in its history; was the server restarted?",
        cause="interrupted",
        has_log=False,
    ),
    Case(fail=given_up, says="Dokploy has given it up although its record says running", cause="interrupted"),
    Case(
        fail=superseded,
        says="another deployment of the same application took its place meanwhile",
        cause="superseded",
    ),
    Case(fail=not_backed_up, says="the backup before it failed", cause="backup"),
    Case(
        fail=unreached,
        says="the release runs, but http://chat.example.com/api/health is not right within 0.3 s: "
        "it answers with status 404 in place of 200",
        cause="unreached",
        has_log=False,
        is_final=False,
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.fail.__name__)
def test_a_failure_says_what_happened_the_end_of_the_log_the_advice_and_the_next_command_and_the_next_run_mends_it(
    desk: Desk, case: Case
) -> None:
    failed = case.fail(desk)
    (error,) = failed.errors
    said, *rest = error.splitlines()
    assert said == f"deployment of web failed: {case.says}"
    log = [line for line in rest if line.startswith("  | ")]
    assert bool(log) == case.has_log
    assert len(log) <= LOG_LINES
    assert SECRET not in error + desk.provider.engine.text
    next = ANEW if case.is_final else AGAIN
    assert rest[-1] == f"{ADVICE[case.cause]} {next[:1].upper()}{next[1:]}"
    assert failed.state["status"] == ("failed" if case.is_final else "unproved")

    desk.simulator.behave("healthy")
    desk.simulator.timings = Timings()
    for schedule in desk.simulator.state.schedules.values():
        schedule["command"] = "true"
    desk.simulator.skip(5)
    deploys = calls_of(desk.simulator, "application.deploy")
    mended = desk.again(failed)
    assert mended.state["status"] == "done"
    assert (mended.state["release"] != failed.state["release"]) == case.is_final
    assert calls_of(desk.simulator, "application.deploy") == deploys + case.is_final


@pytest.mark.parametrize("fail", [built, crashing], ids=["build", "container"])
def test_the_log_is_its_last_twenty_lines_with_the_secret_blanked(desk: Desk, fail: Callable[[Desk], Kept]) -> None:
    (error,) = fail(desk).errors
    log = [line for line in error.splitlines() if line.startswith("  | ")]
    assert len(log) == LOG_LINES
    assert sum("cannot log in with" in line for line in log) == 1


def test_every_cause_but_that_of_a_cancelled_run_has_its_case() -> None:
    """What a cancelled run says is in the tests of cancelling."""
    assert {case.cause for case in CASES} == set(ADVICE) - {"stopped"}


def test_a_release_that_was_judged_is_deployed_anew_though_swarm_has_brought_it_up_again(desk: Desk) -> None:
    """With the failure action pause Swarm goes on starting it; what runs for a moment proves nothing."""
    desk.simulator.behave("healthy_then_crash")
    desk.simulator.timings = Timings(late_crash_s=0.3)
    application = desk.application(updatePolicy={**POLICY, "failureAction": "pause"})
    failed = deploy(desk.provider, application, stableSeconds=2)
    assert "the new release was healthy and then ended" in failed.errors[0]

    desk.simulator.timings = Timings(late_crash_s=600)
    tasks = desk.simulator.world.swarm.services[application.state["appName"]].tasks
    wait_until(lambda: desk.simulator.state and any(task.health == "healthy" and task.alive for task in tasks))
    desk.simulator.behave("healthy")
    assert desk.again(failed).state["status"] == "done"
    assert calls_of(desk.simulator, "application.deploy") == 2


def test_a_stumble_before_it_is_healthy_is_no_failure(desk: Desk) -> None:
    """As when the database is not up yet: Swarm starts it again, and from then on it stays."""
    desk.simulator.behave("crash")
    desk.simulator.timings = Timings(crash_s=0.05, restart_s=0.3)
    running = Running(lambda: deploy(desk.provider, desk.application(), stableSeconds=1))
    wait_until(lambda: desk.simulator.world.swarm.services)
    (service,) = desk.simulator.world.swarm.services.values()
    wait_until(lambda: desk.simulator.state and any(task.state == "Failed" for task in service.tasks))
    with desk.simulator.world.lock:
        object.__setattr__(service.release, "outcome", "healthy")
    assert running.end(15).state["status"] == "done"


def test_a_program_that_ends_without_an_error_is_a_failure_too(desk: Desk) -> None:
    desk.simulator.behave("crash")
    desk.patch.setattr("dokploy.simulator.swarm.Swarm._crashed", _completed)
    failed = deploy(desk.provider, desk.application(restartPolicy={"condition": "none"}))
    assert "the new release does not stay up: it ended without an error" in failed.errors[0]


def _completed(self: Any, service: Any, task: Any, now: float) -> None:
    self._failed(service, task, now, "Complete", "")
