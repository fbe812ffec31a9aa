"""Commands overwrite nothing, take what they print themselves, and say plainly why there is nothing to show."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, NamedTuple

import openpyxl
import pytest

from zhiheng.cli import run

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

HEADINGS = "CCN,Health Inspection Rating,QM Rating,Staffing Rating,Processing Date\n"
GOOD, BAD = "1,4,3,5,2023-04-01\n", "2,9,3,5,2023-04-01\n"


class Answer(NamedTuple):
    code: int
    out: str
    err: str


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., Answer]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ZHIHENG_NOW", "2024-01-05T08:00:00")

    def called(*arguments: object) -> Answer:
        code = run([str(argument) for argument in arguments])
        printed = capsys.readouterr()
        return Answer(code, printed.out, printed.err)

    return called


@pytest.fixture
def homes(call: Callable[..., Answer], tmp_path: Path) -> Path:
    """Give a workspace with one record and one row in quarantine."""
    (tmp_path / "homes.csv").write_text(HEADINGS + GOOD + BAD, "utf-8")
    call("init", "w", "--pack", "us-nursing-homes")
    assert call("import", "homes.csv", "--source", "s", "-w", "w").code == 0
    return tmp_path / "w"


def test_an_assessment_is_written_into_a_new_or_empty_folder_only(call: Callable[..., Answer], homes: Path) -> None:
    given = ("assess", "--as-of", "2023-04-30", "-w", homes, "--out")
    (homes.parent / "empty").mkdir()
    assert call(*given, "empty").code == 0
    again = call(*given, "empty")
    assert (again.code, "empty" in again.err) == (3, True)
    assert call(*given, homes).code == 3
    assert call("assess", "--after", "empty", "-w", homes, "--out", "empty").code == 3


def test_no_file_is_overwritten(call: Callable[..., Answer], homes: Path, tmp_path: Path) -> None:
    (tmp_path / "mine.xlsx").write_text("mine", "utf-8")
    (tmp_path / "mine.yaml").write_text("mine", "utf-8")
    assert call("method", "export", "us-nursing-homes", "--out", "book.xlsx").code == 0
    for command in (
        ("quarantine", "export", "mine.xlsx", "-w", homes),
        ("method", "export", "us-nursing-homes", "--out", "mine.xlsx"),
        ("method", "show", "us-nursing-homes", "--as-of", "2023-04-30", "--out", "mine.xlsx"),
        ("method", "import", "book.xlsx", "--out", "mine.yaml", "--pack", "us-nursing-homes"),
    ):
        answer = call(*command)
        assert (answer.code, "exists already" in answer.err) == (3, True)
    assert (tmp_path / "mine.xlsx").read_text("utf-8") == (tmp_path / "mine.yaml").read_text("utf-8") == "mine"


def test_a_file_for_a_folder_that_is_not_there_is_refused(call: Callable[..., Answer], homes: Path) -> None:
    assert call("method", "export", "us-nursing-homes", "--out", "book.xlsx").code == 0
    for command in (
        ("quarantine", "export", "gone/rows.xlsx", "-w", homes),
        ("method", "export", "us-nursing-homes", "--out", "gone/book.xlsx"),
        ("method", "show", "us-nursing-homes", "--as-of", "2023-04-30", "--out", "gone/table.html"),
        ("method", "import", "book.xlsx", "--out", "gone/method.yaml", "--pack", "us-nursing-homes"),
    ):
        answer = call(*command)
        assert (answer.code, "no such folder" in answer.err) == (3, True)


def test_a_head_is_known_by_the_digits_that_commands_print(call: Callable[..., Answer], homes: Path) -> None:
    printed = re.search(r"\b[0-9a-f]{16}\b", call("batches", "-w", homes).out)
    assert printed is not None
    assert call("verify", "-w", homes, "--head", printed[0]).code == 0
    assert call("verify", "-w", homes, "--head", printed[0][:12].upper()).code == 0
    short = call("verify", "-w", homes, "--head", printed[0][:11])
    assert (short.code, "64" in short.err) == (2, True)
    assert call("verify", "-w", homes, "--head", "ABCXYZ").code == 2
    assert "never had" in call("verify", "-w", homes, "--head", "0" * 16).out


def test_a_method_file_by_its_path_is_a_method(call: Callable[..., Answer], homes: Path, tmp_path: Path) -> None:
    own = tmp_path / "own.yaml"
    own.write_bytes((homes / "pack" / "method.yaml").read_bytes())
    assert call("method", "check", homes / "pack", "--method", "own.yaml").code == 0
    answer = call("assess", "--as-of", "2023-04-30", "-w", homes, "--method", "own.yaml", "--out", "a")
    assert answer.code == 0, answer.err
    missing = call("assess", "--as-of", "2023-04-30", "-w", homes, "--method", "none.yaml")
    assert (missing.code, "none.yaml" in missing.err) == (2, True)


def test_a_dry_run_says_which_rows_it_would_refuse_and_what_it_recognised(
    call: Callable[..., Answer], homes: Path, tmp_path: Path
) -> None:
    (tmp_path / "more.csv").write_text(HEADINGS + "".join(f"{n},9,3,5,2023-04-01\n" for n in range(10, 22)), "utf-8")
    answer = call("import", "more.csv", "--source", "s", "-w", homes, "--dry-run")
    assert answer.out.count("more.csv:") >= 10
    assert "and 2 more" in answer.out
    assert "CCN → " in answer.out
    told = json.loads(call("import", "more.csv", "--source", "s", "-w", homes, "--dry-run", "--json").out)
    assert len(told["refused"]) == 12
    assert told["refused"][0]["faults"][0]["column"] == "Health Inspection Rating"
    assert json.loads(call("batches", "-w", homes, "--json").out)[-1]["batch"] == 1


def test_an_unknown_subject_is_answered_with_those_near_it(call: Callable[..., Answer], tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text("FHRSID,RatingValue,RatingDate\n123456,5,2023-01-01\n", "utf-8")
    call("init", "w", "--pack", "uk-food-hygiene")
    call("import", "list.csv", "--source", "s", "-w", "w")
    answer = call("records", "123457", "-w", "w")
    assert (answer.code, "123456" in answer.err) == (2, True)
    assert call("records", "123456", "-w", "w").code == 0
    later = call("records", "123456", "-w", "w", "--true-on", "2000-01-01")
    assert (later.code, "123456" in later.err) == (0, True)


def test_a_workbook_that_is_no_export_is_told_so(call: Callable[..., Answer], homes: Path, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.worksheets[0].append(["name", "amount"])
    book.worksheets[0].append(["x", 1])
    book.save(tmp_path / "own.xlsx")
    answer = call("quarantine", "take", "own.xlsx", "-w", homes)
    assert (answer.code, "zhiheng quarantine export" in answer.err) == (3, True)


def test_a_kind_is_known_by_its_label(call: Callable[..., Answer], homes: Path) -> None:
    kind = json.loads(call("records", "1", "-w", homes, "--json").out)[0]["kind"]
    label = re.search(
        r"label: \{zh: (\S+), en: ([^}]+)\}", (homes / "pack" / "kinds" / f"{kind}.yaml").read_text("utf-8")
    )
    assert label is not None
    for called in label.groups():
        assert call("records", "1", "-w", homes, "--kind", called).code == 0
    assert call("try", "us-nursing-homes", f"{label[1]}=homes.csv", "--as-of", "2023-04-30", "--out", "t").code == 0


@pytest.mark.usefixtures("homes")
def test_where_everything_is_dated_later_nothing_is_called_equal(call: Callable[..., Answer]) -> None:
    answer = call("try", "us-nursing-homes", "home=homes.csv", "--as-of", "2020-04-30", "--out", "t")
    assert answer.code == 0
    assert "Nobody was assessed" in answer.out
    assert "SUBJECT" not in answer.out
    assert "0 of 0" not in answer.out
    assert "after" in answer.err


def test_judgements_are_listed_with_who_made_them_when_and_why(call: Callable[..., Answer], tmp_path: Path) -> None:
    rows = "".join(f"{name},电线,合格,2023-01-0{at}\n" for at, name in enumerate(("甲厂", "乙厂", "丙厂"), 1))
    (tmp_path / "list.csv").write_text("标称生产企业名称,产品名称,抽查结果,抽样日期\n" + rows, "utf-8")
    call("init", "w", "--pack", "cn-spot-checks")
    assert call("import", "list.csv", "--source", "s", "-w", "w").code == 0
    assert "No judgement" in call("identity", "list", "-w", "w").out
    keys = ("甲厂", "乙厂", "丙厂")
    why = ("--by", "A7", "--because", "renamed in 2022", "-w", "w")
    judged = call("identity", "judge", "甲厂", "乙厂", "same", *why)
    assert "head " in judged.out, judged.err
    call("identity", "judge", "乙厂", "丙厂", "same", *why)
    listed = call("identity", "list", "-w", "w").out
    assert all(text in listed for text in (*keys, "A7", "2024-01-05", "renamed in 2022"))
    assert call("assess", "--as-of", "2023-12-31", "-w", "w", "--out", "a").code == 0
    told = json.loads(call("explain", "乙厂", "--in", "a", "--json").out)
    assert {one["decided_by"] for one in told["judged"]} == {"A7"}
    text = call("explain", "乙厂", "--in", "a", "--in-language", "zh").out
    assert "为同一对象：A7 于 2024-01-05 判定" in text
    assert "入账" in text
    call("identity", "judge", "甲厂", "丙厂", "different", *why)
    assert "Contradiction" in call("identity", "list", "-w", "w").out
    answer = json.loads(call("identity", "list", "-w", "w", "--json").out)
    assert len(answer["judgements"]) == 3
    assert len(answer["contradictions"]) == 1


def test_records_call_codes_yes_and_no_by_their_labels(
    call: Callable[..., Answer], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "list.csv").write_text(
        "标称生产企业名称,产品名称,抽查结果,抽样日期\n甲厂,电线,不合格,2023-01-01\n", "utf-8"
    )
    call("init", "w", "--pack", "cn-spot-checks")
    call("import", "list.csv", "--source", "s", "-w", "w")
    monkeypatch.setattr("zhiheng.cli.ledger.LANG", "zh")
    printed = call("records", "甲厂", "-w", "w").out
    assert "：不合格" in printed
    assert "fail" not in printed
    assert "第 2 行，批次 1" in printed


def test_a_quarantined_row_names_its_field_by_the_label(
    call: Callable[..., Answer], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "list.csv").write_text(
        "标称生产企业名称,产品名称,抽查结果\n甲厂,电线,说不清\n乙厂,电线,合格\n", "utf-8"
    )
    call("init", "w", "--pack", "cn-spot-checks")
    call("import", "list.csv", "--source", "s", "-w", "w", "--extract-date", "2023-01-01")
    monkeypatch.setattr("zhiheng.cli.quarantine.LANG", "zh")
    assert "“说不清”不是“结论”" in call("quarantine", "list", "-w", "w").out


def test_a_subject_is_found_however_its_key_is_written(call: Callable[..., Answer], tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text(
        "标称生产企业名称,产品名称,抽查结果,抽样日期\n甲厂A,电线,不合格,2023-01-01\n", "utf-8"
    )
    call("init", "w", "--pack", "cn-spot-checks")
    call("import", "list.csv", "--source", "s", "-w", "w")
    for asked in ("甲厂A", " 甲厂A", "甲厂a", "甲厂Ａ"):
        answer = call("records", asked, "-w", "w")
        assert (answer.code, "电线" in answer.out) == (0, True), answer.err


def test_a_contradiction_is_told_once(call: Callable[..., Answer], tmp_path: Path) -> None:
    rows = "".join(f"{name},电线,合格,2023-01-0{at}\n" for at, name in enumerate(("甲厂", "乙厂", "丙厂"), 1))
    (tmp_path / "list.csv").write_text("标称生产企业名称,产品名称,抽查结果,抽样日期\n" + rows, "utf-8")
    call("init", "w", "--pack", "cn-spot-checks")
    call("import", "list.csv", "--source", "s", "-w", "w")
    why = ("--by", "A7", "--because", "said so", "-w", "w")
    call("identity", "judge", "甲厂", "乙厂", "same", *why)
    call("identity", "judge", "乙厂", "丙厂", "same", *why)
    assert call("identity", "judge", "甲厂", "丙厂", "different", *why).out.count("judged different") == 1


def test_the_next_step_can_be_copied_where_a_folder_has_spaces(call: Callable[..., Answer], homes: Path) -> None:
    answer = call("assess", "--as-of", "2023-04-30", "-w", homes, "--out", "a b c")
    assert "--in 'a b c'" in answer.out


def test_with_nothing_in_quarantine_no_workbook_is_written(call: Callable[..., Answer], tmp_path: Path) -> None:
    call("init", "w", "--pack", "us-nursing-homes")
    answer = call("quarantine", "export", "q.xlsx", "-w", "w")
    assert (answer.code, (tmp_path / "q.xlsx").exists()) == (0, False)
    assert "end" not in answer.out


def test_a_workbook_of_a_method_that_is_not_there_is_told_as_such(call: Callable[..., Answer]) -> None:
    answer = call("method", "import", "missing.xlsx", "--out", "m.yaml", "--pack", "us-nursing-homes")
    assert "cannot be opened" in answer.err
    assert "Save it as" not in answer.err


def test_where_no_two_names_come_near_each_other_that_is_said(call: Callable[..., Answer]) -> None:
    call("init", "w", "--pack", "us-nursing-homes")
    assert "No two names" in call("identity", "candidates", "-w", "w").out
