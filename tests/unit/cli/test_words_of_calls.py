"""A name that there is not is a misuse, whatever command it is given to; what is told is in the reader's language."""

from __future__ import annotations

from typing import TYPE_CHECKING

import openpyxl
import pytest

from zhiheng.cli import run
from zhiheng.cli.language import choose_language
from zhiheng.errors import Fault, FaultsFound, ZhihengError
from zhiheng.vocabulary import find_pack

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

ROWS = "标称生产企业名称,产品名称,抽查结果,抽样日期\n甲厂,电线,合格,2023-01-01\n"


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., str]:
    """Give a workspace, and a function that calls a command and returns its code and what it said of errors, as one."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ZHIHENG_NOW", "2024-01-05T08:00:00")
    (tmp_path / "list.csv").write_text(ROWS, "utf-8")
    assert run(["init", "w", "--pack", "cn-spot-checks"]) == 0
    assert run(["import", "list.csv", "--source", "s", "-w", "w"]) == 0
    assert run(["assess", "-w", "w", "--as-of", "2023-12-31", "--out", "a"]) == 0
    capsys.readouterr()

    def called(arguments: str, lang: str = "en") -> str:
        for module in ("app", "options", "ledger", "assess", "history"):
            monkeypatch.setattr(f"zhiheng.cli.{module}.LANG", lang, raising=False)
        monkeypatch.setattr("zhiheng.cli.language.LANG", lang)
        code = run(arguments.split())
        return f"{code} {capsys.readouterr().err}"

    return called


@pytest.mark.parametrize(
    "command",
    [
        "explain 丁厂 --in a",
        "identity judge 丁厂 甲厂 same --by A --because b -w w",
        "records 丁厂 -w w",
        "records 甲厂 --kind nope -w w",
        "import list.csv --source s --kind nope -w w",
        "try cn-spot-checks nope=list.csv --as-of 2023-12-31 --out t",
        "try cn-spot-cheks spot_check=list.csv --as-of 2023-12-31 --out t",
        "assess -w w --as-of 2023-12-31 --engine spork",
        "explain 甲厂 --in a --engine spork",
        "quarantine list --batch 99 -w w",
        "verify -w w --head ABCXYZ",
        "--lang fr batches -w w",
        "explain 甲厂 --in a --in-language fr",
        "records 甲厂 -w w --known-at 昨天",
    ],
)
def test_a_name_that_there_is_not_is_a_misuse(call: Callable[..., str], command: str) -> None:
    assert call(command).startswith("2 ")


def test_a_setting_that_names_another_language_is_a_misuse(
    call: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ZHIHENG_LANG", "fr")
    assert "`fr` is no choice for ZHIHENG_LANG" in call("batches -w w")


@pytest.mark.parametrize(
    ("locale", "lang"), [("zh_CN.UTF-8", "zh"), ("zh", "zh"), ("zhao", "en"), ("en_US", "en"), ("fr_FR.UTF-8", "en")]
)
def test_a_language_is_known_by_its_name_or_its_locale(locale: str, lang: str) -> None:
    assert choose_language((), {"LC_ALL": locale}) == lang


@pytest.mark.parametrize("command", ["records 甲厂 -w w --kind 抽查", "import list.csv --source s -w w --kind 抽查"])
def test_the_nearest_kind_is_told_by_its_label(call: Callable[..., str], command: str) -> None:
    told = call(command, "zh")
    assert "最接近的是：监督抽查（" in told
    assert "judgement" not in told


@pytest.mark.parametrize(
    "command", ["explain 甲厂 --in none", "compare a none", "reproduce none", "assess -w w --after none"]
)
def test_why_an_assessment_cannot_be_read_is_told_in_chinese(call: Callable[..., str], command: str) -> None:
    told = call(command, "zh")
    assert told.startswith("3 ")
    assert "没有这个文件或文件夹" in told
    assert "Error" not in told


def test_a_manifest_that_is_something_else_is_told_without_the_name_of_an_exception(
    call: Callable[..., str], tmp_path: Path
) -> None:
    (tmp_path / "a" / "manifest.json").write_text("{}", "utf-8")
    told = call("explain 甲厂 --in a", "zh")
    assert "内容已损坏" in told
    assert "Error" not in told


def test_a_missing_file_and_one_that_is_no_workbook_are_told_in_chinese(
    call: Callable[..., str], tmp_path: Path
) -> None:
    assert "没有这个文件" in call("import none.csv --source s -w w", "zh")
    (tmp_path / "no.xlsx").write_text("x", "utf-8")
    told = call("method import no.xlsx --out m.yaml --pack cn-spot-checks", "zh")
    assert "内容已损坏" in told
    assert "zip" not in told


def test_a_sheet_that_was_passed_over_says_why_in_chinese(
    tmp_path: Path, call: Callable[..., str], capsys: pytest.CaptureFixture[str]
) -> None:
    book = openpyxl.Workbook()
    for row in ROWS.replace("甲厂", "乙厂").split():
        book.worksheets[0].append(row.split(","))
    for name, state in (("藏", "hidden"), ("别", "visible")):
        sheet = book.create_sheet(name)
        sheet.sheet_state = state
        sheet.append(["随便", "什么"])
        sheet.append(["一", "二"])
    book.save(tmp_path / "list.xlsx")
    call("batches -w w", "zh")
    capsys.readouterr()
    assert run(["import", "list.xlsx", "--source", "s", "-w", "w"]) == 0
    told = capsys.readouterr().out
    assert "处于隐藏状态" in told
    assert "没有可识别的表头" in told
    assert "hidden" not in told
    assert "unknown" not in told


def test_the_days_of_versions_are_told_in_words(call: Callable[..., str]) -> None:
    told = call("method show us-nursing-homes --as-of 1990-01-01", "zh")
    assert "至" in told or "起" in told
    assert " - " not in told
    assert "..." not in told


def test_a_file_of_a_pack_that_is_no_text_is_told_in_both_languages(tmp_path: Path) -> None:
    (tmp_path / "pack.yaml").write_bytes(b"\xff\xfe\xff")
    with pytest.raises(ZhihengError) as raised:
        find_pack(tmp_path)
    faults = raised.value.faults if isinstance(raised.value, FaultsFound) else [raised.value.fault]
    assert all(isinstance(fault, Fault) for fault in faults)
    assert "UTF-8 编码的文本" in raised.value.render("zh")
    assert "codec" not in raised.value.render("en")
