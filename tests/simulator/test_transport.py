"""Keys, faults and the plain facts of HTTP."""

from __future__ import annotations

import socket
import subprocess
import sys
import threading
import time

import pytest
import requests

from dokploy.simulator import Fault, Simulator

from .conftest import Api

UNAUTHORIZED = {"message": "Unauthorized"}


@pytest.mark.parametrize("headers", [{"x-api-key": "bad"}, {"x-api-key": ""}, {"Authorization": "Bearer x"}, {}])
def test_without_a_good_key_every_call_is_a_bare_401(sim: Simulator, headers: dict) -> None:
    for path in ("/api/project.all", "/api/nonexistent.proc"):
        response = requests.get(sim.url + path, headers=headers, timeout=5)
        assert (response.status_code, response.json()) == (401, UNAUTHORIZED)


def test_a_key_with_a_limit_is_spent_two_at_a_time(sim: Simulator) -> None:
    limited = Api(sim, sim.add_key(limit=6))
    statuses = [limited.raw("GET", "project.all").status_code for _ in range(4)]
    assert statuses == [200, 200, 200, 401]
    sim.skip(90_000)
    assert limited.raw("GET", "project.all").status_code == 200


def test_a_key_of_another_organisation_may_write_but_not_read(sim: Simulator, api: Api) -> None:
    app = api.application()
    other = Api(sim, sim.add_key(sim.add_organization("Other")))
    assert other.get("organization.active")["id"] != sim.organization_id
    assert other.raw("GET", f"application.one?applicationId={app['applicationId']}").status_code == 401
    assert other.post("application.update", applicationId=app["applicationId"], description="by another") is True
    assert sim.state.applications[app["applicationId"]]["description"] == "by another"


def test_malformed_json_is_plain_text_even_without_a_key(sim: Simulator) -> None:
    headers = {"Content-Type": "application/json"}
    response = requests.post(f"{sim.url}/api/project.create", data="{", headers=headers, timeout=5)
    assert (response.status_code, response.text) == (400, "Invalid JSON")


def test_a_body_of_more_than_a_megabyte_is_refused(api: Api) -> None:
    response = api.raw("POST", "project.create", json={"name": "x" * 1_100_000})
    assert (response.status_code, response.text) == (413, "Body exceeded 1mb limit")


def test_only_json_is_taken(api: Api) -> None:
    assert api.raw("POST", "project.create", data={"name": "x"}).status_code == 415


def test_an_empty_answer_says_json_and_has_no_byte(sim: Simulator, api: Api) -> None:
    app = api.application()
    response = api.raw("POST", "application.deploy", json={"applicationId": app["applicationId"]})
    assert (response.content, response.headers["Content-Type"]) == (b"", "application/json")


def names(sim: Simulator) -> list[str]:
    return [row["name"] for row in sim.state.projects.values()]


def create(api: Api) -> requests.Response:
    return api.raw("POST", "project.create", json={"name": "one"})


def test_a_call_dropped_before_it_was_read_did_nothing(sim: Simulator, api: Api) -> None:
    sim.fail(Fault(procedure="project.create", kind="drop_before"))
    with pytest.raises(requests.ConnectionError):
        create(api)
    assert names(sim) == []
    assert sim.calls[-1].status == 0


def test_a_call_dropped_after_it_was_done_did_all(sim: Simulator, api: Api) -> None:
    sim.fail(Fault(procedure="project.create", kind="drop_after"))
    with pytest.raises(requests.ConnectionError):
        create(api)
    assert names(sim) == ["one"]


def test_a_truncated_answer_ends_half_way(sim: Simulator, api: Api) -> None:
    sim.fail(Fault(procedure="project.create", kind="truncated"))
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        create(api)
    assert names(sim) == ["one"]


@pytest.mark.parametrize(
    ("kind", "status", "text"),
    [
        ("status401", 401, '{"message": "Unauthorized"}'),
        ("status429", 429, "Too many requests"),
        ("status500", 500, "Failed query"),
        ("html", 502, "<html>"),
    ],
)
def test_a_refused_call_did_nothing(sim: Simulator, api: Api, kind: str, status: int, text: str) -> None:
    sim.fail(Fault(procedure="project.create", kind=kind))  # type: ignore[arg-type]
    response = create(api)
    assert response.status_code == status
    assert text in response.text
    assert names(sim) == []


def test_a_500_shows_the_values_of_the_call(sim: Simulator, api: Api) -> None:
    sim.fail(Fault(procedure="project.create", kind="status500"))
    assert "params: one" in create(api).json()["message"]


def test_a_slow_call_does_not_block_the_others(sim: Simulator, api: Api) -> None:
    sim.fail(Fault(procedure="project.create", kind="delay", seconds=1))
    slow = threading.Thread(target=create, args=(api,))
    slow.start()
    time.sleep(0.05)
    api.get("settings.health")
    assert slow.is_alive()
    slow.join()
    assert names(sim) == ["one"]


def test_faults_skip_and_end_as_asked(sim: Simulator, api: Api) -> None:
    sim.fail(Fault(procedure="project.create", kind="status500", skip=1, times=2))
    assert [create(api).status_code for _ in range(4)] == [200, 500, 500, 200]


def test_the_calls_are_listed(sim: Simulator, api: Api) -> None:
    api.get("settings.health")
    [call] = sim.calls
    assert (call.method, call.procedure, call.path, call.status) == (
        "GET",
        "settings.health",
        "/api/settings.health",
        200,
    )


def test_it_listens_on_loopback_only(sim: Simulator) -> None:
    """A server on every interface would answer on the other loopback addresses too."""
    host, port = sim.url.removeprefix("http://").split(":")
    assert host == "127.0.0.1"
    with pytest.raises(OSError, match=r"."):
        socket.create_connection(("127.0.0.2", int(port)), timeout=0.5)


def test_it_starts_and_stops_at_once() -> None:
    seconds = []
    for _ in range(5):
        started = time.monotonic()
        with Simulator():
            pass
        seconds.append(time.monotonic() - started)
    # A loop that looks every half second whether it should end would take that long.
    assert min(seconds) < 0.4


def test_a_stopped_one_cuts_the_connections_that_are_open() -> None:
    sim = Simulator().start()
    with requests.Session() as session:
        headers = {"x-api-key": sim.api_key}
        assert session.get(f"{sim.url}/api/project.all", headers=headers, timeout=1).ok
        sim.stop()
        with pytest.raises(requests.ConnectionError):
            session.get(f"{sim.url}/api/project.all", headers=headers, timeout=1)


def test_a_stopped_one_is_gone_and_comes_back_with_its_tables() -> None:
    sim = Simulator().start()
    Api(sim).post("project.create", name="kept")
    url = sim.url
    sim.stop()
    with pytest.raises(requests.ConnectionError):
        requests.get(f"{url}/api/health", timeout=1)
    with sim:
        assert sim.url == url
        assert names(sim) == ["kept"]


def test_two_simulators_share_nothing() -> None:
    with Simulator() as one, Simulator() as two:
        Api(one).post("project.create", name="x")
        assert names(two) == []
        assert Api(two, one.api_key).raw("GET", "project.all").status_code == 401


def test_importing_it_imports_no_engine() -> None:
    code = "import sys, dokploy.simulator; sys.exit(any(m in sys.modules for m in ('pulumi', 'grpc')))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_it_runs_by_hand_until_it_is_told_to_end() -> None:
    command = [sys.executable, "-m", "dokploy.simulator", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        url = process.stdout.readline().strip().removeprefix("DOKPLOY_URL=")
        key = process.stdout.readline().strip().removeprefix("DOKPLOY_API_KEY=")
        version = requests.get(f"{url}/api/settings.getDokployVersion", headers={"x-api-key": key}, timeout=5)
        assert version.json() == "v0.30.2"
        process.terminate()
        assert process.wait(5) == 0


def test_a_taken_port_is_one_clear_line(sim: Simulator) -> None:
    port = sim.url.rpartition(":")[2]
    command = [sys.executable, "-m", "dokploy.simulator", "--port", port]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=20)
    assert done.returncode == 1
    assert done.stderr == f"port {port} of 127.0.0.1 is taken; choose another with --port, or --port 0\n"
