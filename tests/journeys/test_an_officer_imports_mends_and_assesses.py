"""An officer makes a workspace, imports a messy workbook, mends what was quarantined, assesses, and opens a grade."""

from __future__ import annotations

from typing import TYPE_CHECKING

import openpyxl
import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from .conftest import Command


@pytest.fixture
def workbook(tmp_path: Path) -> Path:
    """A list as a bureau publishes it: a title, headings in row 3, one row without its producer, a note at the foot."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet["A1"] = "2025年示例电线电缆产品质量监督抽查结果"
    sheet.append([])
    sheet.append(["序号", "产品名称", "标称生产企业名称", "规格型号", "抽查结果"])
    for number in range(1, 9):
        verdict = "不合格" if number == 3 else "合格"
        sheet.append([number, "示例电缆", f"示例电缆{number % 4}厂", f"YJV-{number}", verdict])
    sheet.append([9, "示例电缆", "", "YJV-9", "合格"])
    sheet.append(["注：本表为虚构。"])
    path = tmp_path / "抽查结果.xlsx"
    book.save(path)
    return path


def test_from_a_messy_workbook_to_an_explained_grade(zhiheng: Command, tmp_path: Path, workbook: Path):
    place = tmp_path / "city"
    assert zhiheng("init", place, "--pack", "cn-spot-checks").code == 0

    imported = zhiheng("import", workbook, "--source", "示例局", "-w", place, "--json")
    assert imported.code == 0
    counts = imported.json["counts"]
    assert (counts["rows_seen"], counts["accepted"], counts["quarantined"], counts["ignored"]) == (10, 8, 1, 1)

    again = zhiheng("import", workbook, "--source", "示例局", "-w", place)
    assert again.code == 0
    assert "batch 1" in again.out

    listed = zhiheng("quarantine", "list", "-w", place)
    assert ":12:" in listed.out

    mended = tmp_path / "mended.xlsx"
    assert zhiheng("quarantine", "export", mended, "-w", place).code == 0
    fill_the_producer(mended)
    taken = zhiheng("quarantine", "take", mended, "-w", place, "--json")
    assert taken.code == 0, taken.err
    assert taken.json["counts"]["accepted"] == 1
    assert zhiheng("quarantine", "list", "-w", place, "--json").json == []

    out = tmp_path / "assessed"
    assessed = zhiheng("assess", "-w", place, "--as-of", "2025-12-31", "--out", out, "--json")
    assert assessed.code == 0
    assert assessed.json["subjects"] == 4

    told = zhiheng("explain", "示例电缆3厂", "--in", out, "--in-language", "zh")
    assert told.code == 0
    assert "抽查结果.xlsx" in told.out

    assert zhiheng("reproduce", out / "manifest.json").code == 0
    assert zhiheng("verify", "-w", place).code == 0


def fill_the_producer(path: Path) -> None:
    book = openpyxl.load_workbook(path)
    for sheet in book.worksheets:
        column = [cell.value for cell in sheet[1]].index("标称生产企业名称") + 1
        sheet.cell(row=2, column=column, value="示例电缆1厂")
    book.save(path)
