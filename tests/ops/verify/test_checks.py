"""Each check against a site that passes it, and one that breaks exactly this one."""

from __future__ import annotations

import base64
from dataclasses import replace
from urllib.parse import quote

import pytest

from ops.verify.checks import CHECKS
from ops.verify.run import verify
from ops.verify.target import Address, Limits, Login
from tests.ops.verify.chat import HOST, SCRIPT, SECRET, SOCKET, page
from tests.ops.verify.conftest import Bench, Change


def header(name: str, value: str | None) -> Change:
    def change(bench: Bench) -> None:
        bench.chat.headers.pop(name)
        if value is not None:
            bench.chat.headers[name] = value

    return change


def setting(**values: object) -> Change:
    """Other answers of the site."""

    def change(bench: Bench) -> None:
        bench.chat = replace(bench.chat, **values)  # type: ignore[arg-type]

    return change


def dokploy(**values: object) -> Change:
    def change(bench: Bench) -> None:
        bench.dokploy = replace(bench.dokploy, **values)  # type: ignore[arg-type]

    return change


def script(text: str, **more: str) -> Change:
    def change(bench: Bench) -> None:
        bench.chat.files |= {"/b.js": text, **more}

    return change


def certificate(host: str = HOST, days: int = 90) -> Change:
    def change(bench: Bench) -> None:
        bench.certificate = bench.authority.issue(host, days=days)

    return change


def unknown_authority(bench: Bench) -> None:
    bench.options["authority"] = None


def without_frame_ancestors(bench: Bench) -> None:
    bench.chat.headers["Content-Security-Policy"] = "default-src 'self'"
    bench.chat.headers["X-Frame-Options"] = "ALLOWALL"


def silent_chat(bench: Bench) -> None:
    bench.chat.delay_s = {"POST /api/chat": 1.0}
    bench.options["limits"] = Limits(chat_s=0.5)


def slow_script(bench: Bench) -> None:
    bench.chat.delay_s = {"GET /b.js": 0.4}
    bench.options["limits"] = Limits(load_s=0.35)


def slow_health(bench: Bench) -> None:
    bench.chat.delay_s = {"GET /api/health": 0.2}
    bench.options["limits"] = Limits(response_s=0.15)


def partner_refused(bench: Bench) -> None:
    bench.options["allowed_origins"] = ("https://partner.invalid",)


HEALTH = {"status": "ok", "timestamp": "2024-01-01T00:00:00.000Z", "uptime": 12345}
FULL = "storage check failed: the data uses 9Gi, 91 % of 10240Mi, the limit is 85 %"
MAP = '{"version": 3, "mappings": "AAAA"}'

BREAKS: list[tuple[str, Change, str]] = [
    ("health", setting(status={"/api/health": 503}), "503"),
    ("health", setting(health={"message": "Good!"}), "status is not ok, timestamp is no time, uptime is no number"),
    ("health", setting(health={**HEALTH, "status": "degraded"}), "status is not ok"),
    ("health", setting(health={**HEALTH, "uptime": -1}), "uptime is no number"),
    ("health", setting(health=[]), "no JSON object"),
    ("chat", setting(status={"/api/chat": 500}), "500"),
    ("chat", setting(chat="<html>"), "no JSON object"),
    ("chat", silent_chat, "no answer within 0.5 s"),
    ("load", slow_script, " s with 2 scripts"),
    ("load", setting(status={"/b.js": 404}), "/b.js answered 404"),
    ("response", slow_health, " ms, median of 5"),
    ("memory", dokploy(memory="1.5GiB / 23.54GiB"), "75 % (1536Mi of 2048Mi)"),
    ("disk", dokploy(run="error", log=FULL), "91 % of 10240Mi, the limit is 85 % (3 h ago)"),
    ("certificate", certificate(days=-1), "certificate has expired"),
    ("certificate", certificate("other.localhost"), "Hostname mismatch"),
    ("certificate", unknown_authority, "unable to get local issuer certificate"),
    ("redirect", setting(redirect=None), "200"),
    ("redirect", setting(redirect=f"http://{HOST}/home"), "301 to http://chat.localhost"),
    ("redirect", setting(redirect="https://other.invalid/"), "301 to https://other.invalid"),
    ("hsts", header("Strict-Transport-Security", None), "missing"),
    ("hsts", header("Strict-Transport-Security", "max-age=300"), "max-age=300"),
    ("csp", header("Content-Security-Policy", None), "missing"),
    ("csp", header("Content-Security-Policy", "frame-ancestors 'none'"), "frame-ancestors 'none'"),
    ("framing", without_frame_ancestors, "ALLOWALL"),
    ("framing", header("Content-Security-Policy", "default-src 'self'; frame-ancestors *"), "frame-ancestors *"),
    ("sniffing", header("X-Content-Type-Options", "sniff"), "sniff"),
    ("sniffing", header("X-Content-Type-Options", None), "missing"),
    ("referrer", header("Referrer-Policy", "unsafe-url"), "unsafe-url"),
    ("referrer", header("Referrer-Policy", None), "missing"),
    ("permissions", header("Permissions-Policy", None), "missing"),
    ("cors-allowed", setting(cors={"/api/health": "https://other.invalid"}), "200, https://other.invalid"),
    ("cors-allowed", partner_refused, "https://partner.invalid gets nothing"),
    ("cors-foreign", setting(cors={"/api/chat": "any"}), "/api/chat lets in https://foreign.invalid"),
    ("cors-foreign", setting(cors={"/api/health": "*"}), "/api/health lets in *"),
    ("cors-foreign", setting(cors={SOCKET: "*"}), f"{SOCKET} lets in *"),
    ("secrets", script(f"const key = '{SECRET}'"), "secrets.JWT_SECRET in /b.js"),
    ("secrets", script(f"fetch('/?key={quote(SECRET, safe='')}')"), "secrets.JWT_SECRET in /b.js"),
    ("secrets", script(f"atob('{base64.b64encode(SECRET.encode()).decode()}')"), "secrets.JWT_SECRET in /b.js"),
    ("source-maps", script(f"{SCRIPT}\n//# sourceMappingURL=maps/b.map", **{"/maps/b.map": MAP}), "/maps/b.map"),
    ("source-maps", script(SCRIPT, **{"/b.js.map": MAP}), "/b.js.map"),
    ("source-maps", script(f"{SCRIPT}\n//# sourceMappingURL=data:application/json;base64,e30="), "within /b.js"),
    ("cookies", setting(cookie="chat_session=1; Path=/; HttpOnly; SameSite=Lax"), "chat_session lacks secure"),
    ("cookies", setting(chat_cookie="user=2; Path=/; Secure"), "user lacks httponly, samesite"),
]


def test_a_good_site_passes_every_check(bench: Bench) -> None:
    assert {id: finding.verdict.measured for id, finding in bench.verify().items() if _is_not(finding, "ok")} == {}


def test_every_check_is_broken_by_a_test() -> None:
    assert {id for id, _, _ in BREAKS} == {check.id for check in CHECKS}


@pytest.mark.parametrize(("id", "change", "measured"), BREAKS, ids=[f"{id}-{text[:30]}" for id, _, text in BREAKS])
def test_what_breaks_one_check_fails_that_one_alone(bench: Bench, id: str, change: Change, measured: str) -> None:
    change(bench)
    findings = bench.verify()
    assert {name for name, finding in findings.items() if _is_not(finding, "ok")} == {id}
    verdict = findings[id].verdict
    assert verdict.outcome == "failed"
    assert measured in verdict.measured
    assert verdict.limit
    assert SECRET not in str(findings)


UNMEASURED: list[tuple[str, Change, str]] = [
    ("memory", dokploy(missing={"swarm.getContainerStats"}), "swarm.getContainerStats"),
    ("memory", dokploy(missing={"application.one"}), "application.one"),
    ("disk", dokploy(missing={"schedule.list"}), "schedule.list"),
    (
        "disk",
        dokploy(run="running", missing={"schedule.runManually"}),
        "the schedule storage cannot be run",
    ),
    ("disk", dokploy(run="error", log="❌ Container not found"), "failed: see its log"),
    ("redirect", lambda bench: bench.options.update(http_address=None), "--http-address"),
    ("redirect", lambda bench: bench.options.update(http_address=Address(host="127.0.0.1", port=9)), "127.0.0.1:9"),
    ("disk", dokploy(run="running", stuck=True), "the schedule storage (30 * * * *) has not run yet"),
]


@pytest.mark.parametrize(("id", "change", "why"), UNMEASURED, ids=[f"{id}-{why[:30]}" for id, _, why in UNMEASURED])
def test_what_cannot_be_measured_is_told_and_fails_nothing(bench: Bench, id: str, change: Change, why: str) -> None:
    change(bench)
    round = bench.round()
    unmeasured = {finding.id: finding.verdict.measured for finding in round.of("not measured")}
    assert set(unmeasured) == {id}
    assert why in unmeasured[id]
    assert not round.of("failed")
    assert round.result == "not measured"


def test_a_storage_check_that_has_not_had_its_hour_is_run_once(bench: Bench) -> None:
    bench.dokploy = replace(bench.dokploy, run="running")
    assert bench.verify()["disk"].verdict.outcome == "ok"
    assert bench.dokploy.ran_by_hand == ["s2"]


def test_what_a_stack_does_not_have_is_not_applicable_and_takes_nothing_from_the_result(bench: Bench) -> None:
    bench.options["secrets"] = ()
    with bench.target() as (target, _):
        round = verify(target, None)
    assert {finding.id for finding in round.of("not applicable")} == {"memory", "disk", "secrets"}
    assert round.result == "passed"


HEADER_CHECKS = {"hsts", "csp", "framing", "sniffing", "referrer", "permissions"}


def test_without_a_proxy_a_header_that_nobody_sends_is_not_applicable(bench: Bench) -> None:
    bench.chat.headers.clear()
    bench.options["has_proxy"] = False
    round = bench.round()
    assert {finding.id for finding in round.of("not applicable")} == HEADER_CHECKS
    assert {finding.verdict.measured for finding in round.of("not applicable")} == {
        "the app sends none, and no proxy stands before it that would (ingress.headers)"
    }
    assert round.result == "passed"


def test_without_a_proxy_the_apps_own_headers_are_judged(bench: Bench) -> None:
    bench.options["has_proxy"] = False
    header("Referrer-Policy", "unsafe-url")(bench)
    (failed,) = bench.round().of("failed")
    assert (failed.id, failed.verdict.advice) == ("referrer", "set it in the app's next.config")


@pytest.mark.parametrize(
    ("change", "key"),
    [
        (header("Permissions-Policy", None), "ingress.headers"),
        (header("Content-Security-Policy", "default-src 'self'; frame-ancestors *"), "ingress.headers"),
        (setting(cors={"/api/health": "*"}), "ingress.allowedOrigins"),
        (partner_refused, "ingress.allowedOrigins"),
    ],
)
def test_what_a_proxy_would_mend_names_the_key_of_the_configuration(bench: Bench, change: Change, key: str) -> None:
    change(bench)
    (failed,) = bench.round().of("failed")
    assert key in failed.verdict.advice


def test_one_is_not_told_as_several(bench: Bench) -> None:
    bench.chat.files["/"] = page()
    findings = bench.verify()
    assert findings["secrets"].verdict.measured == "none of 1 in 2 files"
    assert findings["source-maps"].verdict.measured == "none for 1 script"
    assert findings["load"].verdict.measured.endswith(" s with 1 script")


def test_todays_answer_passes_the_compatible_contract(bench: Bench) -> None:
    bench.chat.health = {"message": "Good!"}
    bench.options["contract"] = "compat"
    assert bench.round().result == "passed"


def test_a_certificate_that_ends_soon_passes_with_a_warning(bench: Bench) -> None:
    certificate(days=10)(bench)
    verdict = bench.verify()["certificate"].verdict
    assert (verdict.outcome, verdict.measured) == ("ok", "9 days left")
    assert "fewer than 14 days" in verdict.advice


def test_a_page_that_fails_leaves_its_headers_unjudged(bench: Bench) -> None:
    bench.chat.status = {"/": 502}
    findings = bench.verify()
    assert findings["load"].verdict.measured == "the page answered 502"
    assert findings["hsts"].verdict.outcome == "not measured"
    assert {name for name, finding in findings.items() if not _is_not(finding, "failed")} == {"load"}


@pytest.mark.parametrize("url", [f"https://{HOST}", f"http://{HOST}"])
def test_a_site_that_nobody_reaches_is_not_measured_at_all(bench: Bench, url: str) -> None:
    bench.options["url"] = url
    bench.options |= {"address": Address(host="127.0.0.1", port=9), "http_address": None}
    bench.dokploy.missing = {"application.one", "schedule.list"}
    round = bench.round()
    assert round.result == "not measured"
    assert "127.0.0.1:9 cannot be reached" in round.findings[0].verdict.measured


def test_a_site_that_drops_connections_fails_what_asks_for_an_answer_alone(bench: Bench) -> None:
    bench.chat.drops = True
    findings = bench.verify()
    failed = {name for name, finding in findings.items() if not _is_not(finding, "failed")}
    assert failed == {"health", "chat", "load", "response"}
    assert findings["health"].verdict.measured == "GET /api/health: the connection ended without an answer"


def test_a_port_without_tls_fails_the_certificate(bench: Bench) -> None:
    bench.certificate = None
    bench.options["url"] = f"https://{HOST}"
    findings = bench.verify()
    assert findings["certificate"].verdict.outcome == "failed"
    assert findings["health"].verdict.outcome == "not measured"


def test_plain_http_of_this_machine_needs_no_certificate(bench: Bench) -> None:
    bench.certificate = None
    round = bench.round()
    assert {finding.id for finding in round.of("not applicable")} == {"certificate", "redirect", "hsts"}
    assert round.result == "passed"


def test_plain_http_of_a_public_site_fails(bench: Bench) -> None:
    bench.certificate = None
    bench.options["url"] = "http://chat.company.invalid"
    findings = bench.verify()
    assert findings["certificate"].verdict.measured == "the URL is plain http"
    assert {name for name, finding in findings.items() if not _is_not(finding, "failed")} == {"certificate"}


def test_the_sites_name_is_sent_to_its_own_address_and_nobody_else_is_asked(bench: Bench) -> None:
    bench.verify()
    assert {host for _, _, host in bench.chat.asked} == {HOST}
    assert [path for method, path, _ in bench.chat.asked if method == "POST"] == ["/api/chat"]


def test_the_page_behind_a_redirect_is_judged_with_the_cookies_on_the_way(bench: Bench) -> None:
    bench.chat.moved = {"/": "/welcome"}
    bench.chat.files["/welcome"] = page("/missing.js")
    bench.chat.cookie = "chat_session=1; Secure; HttpOnly"
    findings = bench.verify()
    assert findings["load"].verdict.measured == "/missing.js answered 404"
    assert findings["cookies"].verdict.measured == "chat_session lacks samesite"


def test_a_redirect_to_another_site_is_not_followed(bench: Bench) -> None:
    bench.chat.moved = {"/": "https://login.invalid/"}
    findings = bench.verify()
    assert findings["load"].verdict.measured == "the page answered 307"
    assert findings["csp"].verdict.outcome == "not measured"


def test_a_guarded_site_is_verified_by_who_may_come_in(bench: Bench) -> None:
    bench.chat.guard = ("anna", "pässword")
    assert bench.round().result == "failed"

    bench.options["login"] = Login(user="anna", password="pässword")
    assert bench.round().result == "passed"


def test_memory_without_a_limit_of_the_application_is_held_to_the_containers(bench: Bench) -> None:
    bench.dokploy = replace(bench.dokploy, memory="1GiB / 4GiB", limit=None)
    assert bench.verify()["memory"].verdict.measured == "25 % (1024Mi of 4096Mi)"


def _is_not(finding: object, outcome: str) -> bool:
    return finding.verdict.outcome != outcome  # type: ignore[attr-defined, no-any-return]
