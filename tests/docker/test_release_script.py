"""The proof of a release on containers of a real engine: it waits, it fails at once, and it shows no secret."""

from __future__ import annotations

import shutil
import subprocess
import time
from collections.abc import Callable, Iterator

import pytest

from components import scripts
from tests.docker.engine import Engine

pytestmark = pytest.mark.docker

Start = Callable[..., str]
QUICK = ("--health-interval=500ms", "--health-retries=2", "--health-timeout=2s")


@pytest.fixture
def start(engine: Engine) -> Iterator[Start]:
    """Starts a container; it is gone after the test."""
    made: list[str] = []

    def run(command: str, *options: str, check: str | None = "true") -> str:
        health = (f"--health-cmd={check}", *QUICK) if check else ()
        made.append(engine("run", "--detach", "--stop-timeout=1", *health, *options, engine.base, "sh", "-c", command))
        return made[-1]

    yield run
    for container in made:
        engine("rm", "--force", container)


def release(engine: Engine, container: str, **changes: str | int) -> subprocess.CompletedProcess[str]:
    given: dict[str, str | int] = {
        "CONTAINER": container,
        "TIMEOUT_S": 30,
        "PROCESSES": 50,
        "MASKED": "TOKEN PEM",
        "IMAGES": "",
        "STABLE_S": 0,
        "URL": "",
        "CONTRACT": "compat",
    }
    text = scripts.command("docker_release", **{**given, **changes})
    return subprocess.run(
        ["/bin/sh", "-c", text], env=engine.environment, capture_output=True, text=True, timeout=90, check=False
    )


def test_a_healthy_container_passes_with_its_limit_of_processes(engine: Engine, start: Start) -> None:
    container = start("sleep 60")
    done = release(engine, container)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("healthy after ")
    assert engine.inspect(container)["HostConfig"]["PidsLimit"] == 50


def test_one_that_is_healthy_late_is_waited_for(engine: Engine, start: Start) -> None:
    container = start("sleep 2; touch /tmp/ready; sleep 60", "--health-start-period=30s", check="test -f /tmp/ready")
    done = release(engine, container)
    assert done.returncode == 0, done.stderr


def test_an_unhealthy_one_fails_long_before_the_time_is_up(engine: Engine, start: Start) -> None:
    container = start("echo started; sleep 60", check="echo no database; false")
    began = time.monotonic()
    done = release(engine, container, TIMEOUT_S=60)
    assert done.returncode == 1
    assert time.monotonic() - began < 20
    assert "the release failed: the container is unhealthy" in done.stderr
    assert "  | started" in done.stderr
    assert "the last check said: no database" in done.stderr


def test_one_that_keeps_crashing_fails_with_its_exit_code(engine: Engine, start: Start) -> None:
    container = start("echo broken; exit 7", "--restart=on-failure:3")
    done = release(engine, container)
    assert done.returncode == 1
    assert "ended with code 7, after 3 restarts" in done.stderr
    assert "  | broken" in done.stderr


def test_one_that_comes_up_at_a_later_try_passes(engine: Engine, start: Start) -> None:
    container = start("[ -f /tmp/tried ] && exec sleep 60; touch /tmp/tried; exit 1", "--restart=on-failure:3")
    done = release(engine, container)
    assert done.returncode == 0, done.stderr


def test_one_that_never_decides_fails_when_the_time_is_up(engine: Engine, start: Start) -> None:
    container = start("sleep 60", "--health-start-period=60s", check="false")
    done = release(engine, container, TIMEOUT_S=2)
    assert "is not healthy after 2 seconds" in done.stderr


def test_one_that_an_earlier_update_left_behind_is_started_once_more(engine: Engine, start: Start) -> None:
    container = start("[ -f /tmp/tried ] && exec sleep 60; touch /tmp/tried; exit 1")
    engine("wait", container)
    done = release(engine, container)
    assert done.returncode == 0, done.stderr


def test_one_that_does_not_stay_healthy_fails(engine: Engine, start: Start) -> None:
    container = start("sleep 2.5; exit 3", "--restart=on-failure:1")
    done = release(engine, container, STABLE_S=20)
    assert done.returncode == 1
    assert "the container was healthy and did not stay so" in done.stderr or "ended with code 3" in done.stderr


@pytest.mark.skipif(not (shutil.which("curl") or shutil.which("wget")), reason="needs curl or wget")
@pytest.mark.parametrize(
    ("body", "contract", "expected"),
    [
        ('{"status":"ok","timestamp":"now","uptime":1}', "strict", ""),
        ('{"message":"Good!"}', "compat", ""),
        ('{"message":"Good!"}', "strict", "is not the procedure's"),
        (None, "compat", "it does not answer at http://127.0.0.1:"),
    ],
)
def test_it_has_to_answer_from_outside_as_well(
    body: str | None, contract: str, expected: str, engine: Engine, start: Start
) -> None:
    served = f"mkdir /tmp/w; echo '{body}' >/tmp/w/index.html; exec httpd -f -p 80 -h /tmp/w" if body else "sleep 60"
    container = start(served, "--publish=127.0.0.1::80")
    port = engine("port", container, "80/tcp").rpartition(":")[2]
    done = release(engine, container, URL=f"http://127.0.0.1:{port}/index.html", CONTRACT=contract)
    assert (done.returncode, expected in done.stderr) == (1 if expected else 0, True), done.stderr


def test_a_container_without_a_check_is_refused(engine: Engine, start: Start) -> None:
    done = release(engine, start("sleep 60", check=None))
    assert (done.returncode, done.stderr) == (1, "the container has no health check\n")


def test_a_container_that_is_gone_is_said_to_be(engine: Engine) -> None:
    done = release(engine, "0123456789ab")
    assert done.returncode == 1
    assert "0123456789ab" in done.stderr


@pytest.mark.parametrize("secret", ["tok-1234567890", "a&b\\1[c]*.$(x)'\"", "==tok=="])
def test_the_values_of_secrets_are_not_shown(secret: str, engine: Engine, start: Start) -> None:
    container = start(
        'echo "with $TOKEN and $TOKEN, $PLAIN"; echo "$PEM"; exit 1',
        f"--env=TOKEN={secret}",
        "--env=PEM=first line\nsecond line",
        "--env=PLAIN=visible",
    )
    done = release(engine, container)
    assert done.returncode == 1
    assert "  | with [secret] and [secret], visible" in done.stderr
    for hidden in (secret, "first line", "second line"):
        assert hidden not in done.stdout + done.stderr


def test_only_old_images_that_nothing_uses_are_cleared_away(engine: Engine, start: Start) -> None:
    container = start("sleep 60")
    before = engine("images", "--quiet", "--no-trunc")
    done = release(engine, container, IMAGES="chatzwa.stack=no-such-stack")
    assert done.returncode == 0, done.stderr
    assert engine("images", "--quiet", "--no-trunc") == before
