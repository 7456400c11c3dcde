"""A change is judged by the policies of its base."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.workflows.conftest import Runner

RULE = "policies/sop/rules/sizing.py"


def write(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


@pytest.fixture
def two(runner: Runner) -> Runner:
    pack = {"policies/PulumiPolicy.yaml": "version: 0.1.0", RULE: "strict", "policies/levels/production.json": "{}"}
    write(runner.folder / "base", pack)
    write(runner.folder / "change", {**pack, "__main__.py": "the change"})
    return runner


def test_a_weaker_rule_of_the_change_does_not_judge_it(two: Runner) -> None:
    write(two.folder / "change", {RULE: "weak", "policies/levels/production.json": '{"all": "advisory"}'})

    ended = two.run("rules-of-base.sh", "base", "change")

    assert ended.returncode == 0
    assert (two.folder / "change" / RULE).read_text() == "strict"
    assert (two.folder / "change/policies/levels/production.json").read_text() == "{}"
    assert "::notice title=Policies::This change edits policies/" in ended.stdout


def test_a_file_that_the_change_adds_to_the_pack_is_gone(two: Runner) -> None:
    write(two.folder / "change", {"policies/sop/sitecustomize.py": "weaken()"})

    two.run("rules-of-base.sh", "base", "change")

    assert not (two.folder / "change/policies/sop/sitecustomize.py").exists()


def test_a_change_that_replaces_the_pack_with_a_link_gets_a_folder_again(two: Runner) -> None:
    elsewhere = two.folder / "elsewhere"
    (two.folder / "change/policies").rename(elsewhere)
    (two.folder / "change/policies").symlink_to(elsewhere)
    write(elsewhere, {RULE: "weak"})

    two.run("rules-of-base.sh", "base", "change")

    assert not (two.folder / "change/policies").is_symlink()
    assert (two.folder / "change" / RULE).read_text() == "strict"
    assert (elsewhere / RULE).read_text() == "weak"


def test_a_change_of_other_things_is_left_as_it_is(two: Runner) -> None:
    ended = two.run("rules-of-base.sh", "base", "change")

    assert ended.stdout == "the change leaves the policies as they are\n"
    assert (two.folder / "change/__main__.py").read_text() == "the change"


def test_a_base_without_a_pack_is_an_error_and_no_free_pass(two: Runner) -> None:
    (two.folder / "base/policies/PulumiPolicy.yaml").unlink()

    ended = two.run("rules-of-base.sh", "base", "change")

    assert ended.returncode == 3
    assert ended.stderr == "error: base/policies is no policy pack; the base branch has to bring one\n"
