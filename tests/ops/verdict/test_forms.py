"""The verdict for machines: JSON, SARIF, JUnit and the workflow commands of GitHub, all from one report."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as Xml

from ops.verdict.annotations import workflow_commands
from ops.verdict.files import tell_github, write_files
from ops.verdict.junit import junit
from ops.verdict.links import Links
from ops.verdict.places import component_file, key_lines, line_of
from ops.verdict.sarif import sarif
from tests.ops.verdict.example import ADVICE, APPLICATION, BLOCK, report, stack

ROOT = Path(__file__).resolve().parents[3]


def test_sarif_leads_from_each_result_to_its_rule_its_help_and_its_line() -> None:
    document = sarif(report(stack(violations=(BLOCK, ADVICE))), Links(docs="https://git.company.co/blob/main/"))

    run = document["runs"][0]
    first = run["results"][0]
    rule = run["tool"]["driver"]["rules"][first["ruleIndex"]]
    assert document["version"] == "2.1.0"
    assert rule["id"] == first["ruleId"] == "sizing-memory-minimum"
    assert rule["helpUri"] == "https://git.company.co/blob/main/docs/policies.md#sizing-memory-minimum"
    assert first["locations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": "Pulumi.staging.yaml", "uriBaseId": "ROOT"},
        "region": {"startLine": 8},
    }
    assert first["relatedLocations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "components/app_container.py"
    assert [result["level"] for result in run["results"]] == ["error", "warning"]


def test_sarif_tells_the_same_violation_from_another_one() -> None:
    other = replace(BLOCK, urn=f"{APPLICATION}-2")

    results = sarif(report(stack(violations=(BLOCK, other))), Links())["runs"][0]["results"]

    assert len({result["partialFingerprints"]["violation/v1"] for result in results}) == 2
    again = sarif(report(stack(violations=(replace(BLOCK, text="said otherwise"),))), Links())["runs"][0]["results"]
    assert again[0]["partialFingerprints"] == results[0]["partialFingerprints"]


def test_sarif_says_when_a_preview_failed() -> None:
    invocation = sarif(report(stack(failures=("boom",))), Links())["runs"][0]["invocations"][0]

    assert invocation["executionSuccessful"] is False
    assert invocation["toolExecutionNotifications"][0]["message"]["text"] == "staging: boom"


def test_junit_has_a_case_for_each_rule_and_fails_those_that_block() -> None:
    suite = Xml.fromstring(junit(report(stack(violations=(BLOCK, ADVICE)))))[0]

    assert suite.get("tests") == str(len(suite)) == "3"
    assert [case.get("name") for case in suite if case.find("failure") is not None] == ["sizing-memory-minimum"]
    assert "no middleware adds HSTS" in (suite[2].findtext("system-out") or "")


def test_junit_is_well_formed_whatever_the_names_are() -> None:
    hostile = replace(BLOCK, text="\x00\x1b]]></failure><x a='1'>&\ud800")

    suite = Xml.fromstring(junit(report(stack(violations=(hostile,), failures=("\x08boom",)))))[0]

    assert suite.get("errors") == "1"
    assert "</failure><x" in (suite[1].findtext("failure") or "")


def test_an_annotation_stays_one_line_and_one_command() -> None:
    hostile = replace(BLOCK, text="100% bad\n::error::injected", urn="urn:pulumi:s::p::t::a,b\r\n::stop-commands::x")

    lines = list(workflow_commands(report(stack(violations=(hostile,)))))

    assert len(lines) == 1
    assert lines[0].startswith("::error file=Pulumi.staging.yaml,line=8,title=staging%3A sizing-memory-minimum::")
    assert "100%25 bad%0A::error::injected" in lines[0]
    assert lines[0].splitlines() == lines


def test_every_form_comes_from_one_run(tmp_path: Path) -> None:
    write_files(report(stack(violations=(BLOCK,))), tmp_path / "out", Links())

    assert {path.name for path in (tmp_path / "out").iterdir()} == {
        "report.md",
        "report.json",
        "report.sarif",
        "report.xml",
    }
    document = json.loads((tmp_path / "out/report.json").read_text())
    assert (document["outcome"], document["stacks"][0]["blocking"]) == ("blocked", ["sizing-memory-minimum"])
    assert document["stacks"][0]["exemptions"][0]["expires"] == "2026-12-31"


def test_a_workflow_gets_its_summary_and_annotations_and_a_laptop_none(tmp_path: Path) -> None:
    summary = tmp_path / "summary.md"
    workflow = {"GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": str(summary)}

    assert list(tell_github(report(), {}, Links())) == []
    assert len(list(tell_github(report(), workflow, Links()))) == 1
    assert "This change may be merged" in summary.read_text()


def test_places_are_those_of_the_real_files() -> None:
    lines = key_lines(ROOT / "Pulumi.staging.yaml")

    text = (ROOT / "Pulumi.staging.yaml").read_text().splitlines()
    assert text[line_of("sizing-memory-minimum", lines) - 1].strip().startswith("chatzwa:tier")
    assert text[line_of("runtime-health-retries", lines) - 1].strip().startswith("chatzwa:healthCheck")
    for component in ("AppContainer", "HealthCheck", "BackupCron", "ResourceTier", "Ingress", "DokployProject"):
        assert (ROOT / str(component_file(f"urn:pulumi:s::p::chatzwa:index:{component}$x:y:Z::n"))).is_file()
