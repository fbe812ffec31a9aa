"""What import, try and assess print: what fed nothing, where the quarantine is, what no record says."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

import pytest

from zhiheng.cli import run

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

HOMES = "CCN,Health Inspection Rating,QM Rating,Stars of Staff,a,b,c,d,e,Processing Date\n"
GOOD, BAD = "1,4,3,5,,,,,,2023-04-01\n", "2,9,3,5,,,,,,2023-04-01\n"


class Answer(NamedTuple):
    code: int
    out: str
    err: str


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Answer]:
    monkeypatch.setattr("zhiheng.cli.ledger.LANG", "en")
    monkeypatch.setattr("zhiheng.cli.assess.LANG", "en")

    def called(*arguments: object) -> Answer:
        code = run([str(argument) for argument in arguments])
        printed = capsys.readouterr()
        return Answer(code, printed.out, printed.err)

    return called


@pytest.fixture
def file(tmp_path: Path) -> Callable[[str], Path]:
    def write(text: str) -> Path:
        (tmp_path / "homes.csv").write_text(text, "utf-8")
        return tmp_path / "homes.csv"

    return write


def test_a_trial_names_what_fed_nothing_and_where_its_quarantine_is(
    call: Callable[..., Answer], file: Callable[[str], Path], tmp_path: Path
) -> None:
    given = ["try", "us-nursing-homes", f"home={file(HOMES + GOOD + BAD)}", "--as-of", "2023-04-30"]
    answer = call(*given, "--out", tmp_path / "out")
    assert answer.code == 0
    assert "(6)" in answer.out
    assert "Stars of Staff, a, b, c, d …" in answer.out
    assert f"--batch 1 -w {tmp_path / 'out' / 'workspace'}" in answer.out
    assert "staffing" in answer.err
    assert call("quarantine", "list", "--batch", 1, "-w", tmp_path / "out" / "workspace").code == 0

    answer = call(*given, "--out", tmp_path / "again", "--json")
    told = json.loads(answer.out)
    assert [one["code"] for one in told["remarks"]] == ["assess.fields-not-given"]
    assert told["remarks"][0]["fields"] == ["staffing"]
    assert told["imports"][0]["unmapped"]["homes.csv"][0] == "Stars of Staff"
    assert "staffing" in answer.err


def test_an_import_of_which_no_row_is_taken_says_why(
    call: Callable[..., Answer], file: Callable[[str], Path], tmp_path: Path
) -> None:
    workspace = tmp_path / "w"
    call("init", workspace, "--pack", "us-nursing-homes")
    answer = call("import", file(HOMES + BAD), "--source", "s", "-w", workspace, "--dry-run")
    assert "--batch" not in answer.out
    answer = call("import", file(HOMES + BAD), "--source", "s", "-w", workspace)
    assert answer.code == 0
    assert "homes.csv:2:Health Inspection Rating" in answer.out
    assert f"--batch 1 -w {workspace}" in answer.out
    answer = call("import", file(HOMES + GOOD), "--source", "s", "-w", workspace, "--json")
    assert len(json.loads(answer.out)["unmapped"]["homes.csv"]) == 6


def test_an_assessment_says_what_no_record_says(
    call: Callable[..., Answer], file: Callable[[str], Path], tmp_path: Path
) -> None:
    workspace = tmp_path / "w"
    call("init", workspace, "--pack", "us-nursing-homes")
    call("import", file(HOMES + GOOD), "--source", "s", "-w", workspace)
    answer = call("assess", "--as-of", "2023-04-30", "-w", workspace, "--json")
    assert [one["code"] for one in json.loads(answer.out)["remarks"]] == ["assess.fields-not-given"]
    assert "staffing" in answer.err


def test_records_dated_by_their_import_alone_are_told_where_they_lie_later(
    call: Callable[..., Answer], file: Callable[[str], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ZHIHENG_NOW", "2026-01-05T08:00:00")
    rows = (
        "FHRSID,RatingValue,RatingDate,Hygiene,Structural,ConfidenceInManagement\n1,Exempt,,,,\n2,5,2025-01-01,5,5,5\n"
    )
    for workspace, dated in ((tmp_path / "a", ()), (tmp_path / "b", ("--extract-date", "2025-12-31"))):
        call("init", workspace, "--pack", "uk-food-hygiene")
        call("import", file(rows), "--source", "s", "-w", workspace, *dated)
        answer = call("assess", "--as-of", "2025-12-31", "-w", workspace, "--json")
        told = [(one["code"], one["count"], one["undated"]) for one in json.loads(answer.out)["remarks"]]
        assert told == ([] if dated else [("assess.records-later-undated", 1, 1)])
