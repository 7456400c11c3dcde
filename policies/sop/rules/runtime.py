"""SOP 2.1 and 2.2: how the app is checked, restarted, reached, stopped and started."""

from __future__ import annotations

from collections.abc import Iterator

from sop import numbers
from sop.rule import rule
from sop.texts import exit_code, shell
from sop.views import probe, start
from sop.views.docker_workload import DockerWorkload
from sop.views.dokploy_workload import DokployWorkload
from sop.views.family import Family
from sop.views.subjects import Domain
from sop.views.workload import Workload


@rule(
    "runtime-health-checked",
    "The container itself is asked for /api/health.",
    judges=Workload,
    section="2.1",
    cis="5.27",
    severity="high",
    remedy="give it a health check that asks http://127.0.0.1:3000/api/health and fails unless the answer is a success",
)
def health_checked(workload: Workload) -> Iterator[str]:
    health = workload.health
    if health is None or health.test[:1] == ("NONE",):
        yield "there is no health check"
    elif not probe.is_asked(health):
        yield f"the health check does not ask for {numbers.HEALTH_PATH}"
    elif weakness := probe.weakness(health):
        yield f"the health check {weakness}"


@rule(
    "runtime-health-start-period",
    "A new container has time to start, at most the procedure's 300 seconds.",
    judges=Workload,
    section="2.1",
    severity="medium",
    remedy="set the start period to between 1 and 300 seconds",
)
def health_start_period(workload: Workload) -> Iterator[str]:
    health = workload.health
    if health is None:
        return  # reported by runtime-health-checked
    if not health.start_period_s:
        yield "the start period is not set, so that a slow start counts as unhealthy"
    elif health.start_period_s > numbers.START_PERIOD_MAXIMUM_S:
        yield f"a start period of {health.start_period_s:g} s is above {numbers.START_PERIOD_MAXIMUM_S} s"


@rule(
    "runtime-health-retries",
    "One slow answer does not make a container unhealthy.",
    judges=Workload,
    section="2.1",
    severity="medium",
    remedy="set the retries of the health check to 2 or more",
)
def health_retries(workload: Workload) -> Iterator[str]:
    health = workload.health
    if health is not None and (health.retries is None or health.retries < 2):
        yield f"the health check has {int(health.retries or 0)} retries, and 2 are the least"


@rule(
    "runtime-restart-on-failure",
    "A container that fails is started again, and one that ends well is not.",
    judges=Workload,
    section="2.1",
    cis="5.15",
    severity="high",
    remedy="set the restart policy to on-failure",
)
def restart_on_failure(workload: Workload) -> Iterator[str]:
    if workload.restart.condition != "on-failure":
        yield f"it restarts on {workload.restart.condition!r} and not on-failure"


@rule(
    "runtime-restart-limited",
    "A container that keeps failing is started again at most 3 times.",
    judges=Workload,
    section="2.1",
    cis="5.15",
    severity="medium",
    remedy="set the attempts of the restart policy to 3",
)
def restart_limited(workload: Workload) -> Iterator[str]:
    attempts = workload.restart.attempts
    if workload.restart.condition == "none":
        return  # reported by runtime-restart-on-failure
    if not 1 <= attempts <= numbers.RESTARTS_MAXIMUM:
        said = f"{attempts:g}" if attempts else "unlimited"
        yield f"{said} restart attempts are not 1 to {numbers.RESTARTS_MAXIMUM}"


@rule(
    "runtime-restart-window",
    "Restart attempts are counted within a window, not for the life of the service.",
    judges=Workload,
    section="2.1",
    severity="medium",
    remedy="set restartPolicy.windowSeconds above the time that all attempts take",
)
def restart_window(workload: Workload) -> Iterator[str]:
    if workload.restart.window_s == 0:
        yield "the restart policy has no window, so that attempts are used up once and for all"


@rule(
    "runtime-port-expected",
    "The app is reached on its port 3000.",
    judges=Domain,
    section="2.2",
    severity="high",
    remedy="set the domain's port to 3000, on which the app always listens",
)
def port_expected(domain: Domain) -> Iterator[str]:
    if domain.port != numbers.PORT:
        yield f"{domain.host} leads to port {domain.port}, and the app listens on {numbers.PORT}"


@rule(
    "runtime-port-agreed",
    "What is reached from outside is the port that the health check asks.",
    judges=Family,
    section="2.2",
    severity="high",
    remedy="use port 3000 for the domain or the published port and for the health check",
)
def port_agreed(family: Family) -> Iterator[str]:
    health = family.workload.health
    asked = None if health is None else probe.port(health)
    if asked is None:
        return
    ports = [entry.domain.port for entry in family.entries]
    if isinstance(family.workload, DockerWorkload):
        ports += [published.internal for published in family.workload.published]
    for port in ports:
        if port != asked:
            yield f"port {port} is reached from outside, and the health check asks port {asked}"


@rule(
    "runtime-branch-released",
    "Production is built from the branch main or production.",
    judges=Workload,
    section="2.2",
    severity="high",
    remedy="merge into main or production and deploy that branch",
    production_only=True,
)
def branch_released(workload: Workload) -> Iterator[str]:
    if isinstance(workload, DokployWorkload) and workload.repository:
        branch = workload.repository.text("branch")
        if branch not in numbers.BRANCHES:
            yield f"branch {branch!r} is not one of {', '.join(numbers.BRANCHES)}"


@rule(
    "runtime-stop-graceful",
    "A container that is stopped has time to finish its writes.",
    judges=Workload,
    section="2.1",
    severity="medium",
    remedy="set the stop grace period to 30 seconds",
)
def stop_graceful(workload: Workload) -> Iterator[str]:
    grace = workload.stop_grace_s
    if grace is None or grace < numbers.STOP_GRACE_MINIMUM_S:
        said = "not set" if grace is None else f"{grace:g} s"
        yield f"the stop grace period is {said}, and {numbers.STOP_GRACE_MINIMUM_S} s are the least"


@rule(
    "runtime-command-exit-code",
    "The start command ends with the app's own exit code, or on-failure never sees a failure.",
    judges=Workload,
    section="2.1",
    severity="high",
    remedy="start node itself (node_modules/.bin/tsx server.ts) and not through a pipe or the app's npm start",
)
def command_exit_code(workload: Workload) -> Iterator[str]:
    script = start.script(workload)
    if not script:
        if start.is_left_to_the_builder(workload):
            yield "no command is given, so that the app's own npm start runs, which pipes into tee"
        return
    end = exit_code.end(script)
    if end is not None and end.lost == "pipe":
        yield "the command pipes into another one, whose exit code takes the place of the app's"
    elif end is not None and end.lost == "success":
        yield "the command ends in success whatever the app does"
    elif any(map(start.runs_the_package, shell.steps(script))):
        yield "the command runs the app's npm start, which pipes into tee"
