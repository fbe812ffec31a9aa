"""A row that was quarantined and mended is the record that the corrected file would have made of it."""

from __future__ import annotations

import json
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlwt
from tests.unit.ledger.conftest import NOON
from tests.unit.ledger.test_importing import shown

from zhiheng.ledger import (
    create_workspace,
    export_quarantine,
    import_files,
    quarantined,
    return_mended,
)
from zhiheng.vocabulary import find_pack

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from zhiheng.ledger import Workspace

PACK = "pack: things\nlabel: {zh: 物, en: Things}\n"
THING = """
kind: thing
label: {zh: 物, en: Thing}
subject: {type: thing, key: [no]}
key: [no]
true_on: at
fields:
  no: {type: text, label: {zh: 编号, en: Number}, required: true}
  score: {type: decimal, label: {zh: 得分, en: Score}}
  amount: {type: decimal, label: {zh: 金额, en: Amount}, unit: 元}
  turnover: {type: money, label: {zh: 产值, en: Turnover}, unit: 万元}
  share: {type: decimal, label: {zh: 占比, en: Share}, unit: "%"}
  ratio: {type: decimal, label: {zh: 合格率, en: Ratio}}
  mass: {type: decimal, label: {zh: 质量, en: Mass}, unit: 千克}
  staff: {type: whole, label: {zh: 人数, en: Staff}}
  day: {type: date, label: {zh: 日期, en: Day}}
  at: {type: datetime, label: {zh: 时间, en: At}}
  sure: {type: yes_no, label: {zh: 是否确认, en: Sure}}
  level: {type: code, label: {zh: 等级, en: Level}, fallback: [结果], codes: {a: {label: {zh: 甲, en: A}}}}
  tags: {type: list, separator: "、", label: {zh: 标签, en: Tags}}
  why: {type: text, label: {zh: 原因, en: Reasons}}
"""
CELLS = [
    ("金额（万元）", "3"),
    ("金额（万元）", "3.5万"),
    ("金额（万元）", "三万"),
    ("金额（万元）", "20元"),
    ("金额 (亿元)", "0.00000003"),
    ("金额", "1,234.50"),
    ("产值（元）", "30000"),
    ("产值（亿元）", "2"),
    ("产值", "三万五千"),
    ("占比（%）", "12.5"),
    ("占比（‰）", "7"),
    ("占比", "12.5%"),
    ("合格率（%）", "95.5"),
    ("合格率(%)", "95.5%"),
    ("合格率", "95.5%"),
    ("质量（吨）", "2"),
    ("质量（g）", "1500"),
    ("人数（万人）", "1.2"),
    ("日期", "2020年1月31日"),
    ("日期", "43861"),
    ("时间", "2023-01-01T00:30+08:00"),
    ("是否确认", "√"),
    ("标签", "甲、乙"),
    ("原因", " （无） "),
    ("Amount", "/"),
]


@pytest.fixture(scope="session")
def things(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("things")
    (folder / "kinds").mkdir()
    (folder / "pack.yaml").write_text(PACK, "utf-8")
    (folder / "kinds" / "thing.yaml").write_text(THING, "utf-8")
    return folder


class Desk:
    """A workspace for the file with its fault, and one for the file as it should have been."""

    def __init__(self, things: Path, folder: Path) -> None:
        self.folder = folder
        self.mended = create_workspace(folder / "mended", find_pack(things))
        self.direct = create_workspace(folder / "direct", find_pack(things))

    def bring(self, workspace: Workspace, *files: Path) -> None:
        import_files(workspace, files, source="bureau", kind="thing", extract_date=date(2024, 1, 1), now=NOON)

    def mend(self, changes: dict[str, object]) -> None:
        """Write over the cell of score of each row, by its number; drop a row where it is None."""
        export_quarantine(self.mended, self.folder / "q.xlsx")
        book = openpyxl.load_workbook(self.folder / "q.xlsx")
        sheet = book.worksheets[0]
        headings = {str(cell.value): cell.column for cell in sheet[1]}
        number, score = headings["编号"], headings["得分"]
        for row in range(sheet.max_row, 1, -1):
            key = f"{sheet.cell(row, number).value}:{sheet.cell(row, score).value}"
            if changes.get(key, "") is None:
                sheet.delete_rows(row)
            elif key in changes:
                sheet.cell(row, score).value = changes[key]  # type: ignore[assignment]
        book.save(self.folder / "q.xlsx")
        return_mended(self.mended, self.folder / "q.xlsx", now=NOON)
        assert len(quarantined(self.mended)) == list(changes.values()).count(None)

    def agree(self) -> None:
        mended, direct = (self._records(workspace) for workspace in (self.mended, self.direct))
        assert direct
        assert mended == direct

    def _records(self, workspace: Workspace) -> list[tuple[object, ...]]:
        return shown(workspace, "thing", *workspace.kinds["thing"].fields, "true_on")


@pytest.fixture
def desk(things: Path, tmp_path: Path) -> Desk:
    return Desk(things, tmp_path)


def write(path: Path, headings: Sequence[str], rows: Sequence[Sequence[object]], above: str = "") -> Path:
    """Write a table in the shape that the file's name tells."""
    if path.suffix == ".csv":
        lines = [*([above] if above else []), *(",".join(f'"{cell}"' for cell in row) for row in (headings, *rows))]
        path.write_text("\n".join(lines) + "\n", "utf-8")
    elif path.suffix == ".jsonl":
        text = (json.dumps(dict(zip(headings, row, strict=True)), ensure_ascii=False) + "\n" for row in rows)
        path.write_text("".join(text), "utf-8")
    elif path.suffix == ".parquet":
        pq.write_table(pa.table(dict(zip(headings, zip(*rows, strict=True), strict=True))), path)
    elif path.suffix == ".xls":
        old = xlwt.Workbook()
        sheet = old.add_sheet("1")
        for at, row in enumerate((headings, *rows)):
            for column, cell in enumerate(row):
                sheet.write(at, column, cell, _style(cell))
        old.save(str(path))
    else:
        new = openpyxl.Workbook()
        for row in (headings, *rows):
            new.worksheets[0].append(list(row))
        new.save(path)
    return path


def _style(cell: object) -> xlwt.XFStyle:
    style = xlwt.XFStyle()
    if isinstance(cell, date):
        style.num_format_str = "YYYY-MM-DD"
    return style


def write_each(folder: Path, name: str, scores: Sequence[str]) -> list[Path]:
    """Write a file for each heading, with a row for each of its cells and each score."""
    files = []
    for at, heading in enumerate(dict.fromkeys(heading for heading, _ in CELLS)):
        cells = [(f"{at}-{number}", cell) for number, (of, cell) in enumerate(CELLS) if of == heading]
        rows = [(key, score, cell) for key, cell in cells for score in scores]
        files.append(write(folder / f"{name}{at}.csv", ["编号", "得分", heading], rows))
    return files


@pytest.mark.slow
def test_rows_refused_for_another_cell_are_mended_to_the_same_values(desk: Desk) -> None:
    desk.bring(desk.mended, *write_each(desk.folder, "a", ["坏"]))
    desk.bring(desk.direct, *write_each(desk.folder, "b", ["7"]))
    said = [list(row.raw.items())[1:] for row in quarantined(desk.mended)]
    assert sorted(said) == sorted([("得分", "坏"), cell] for cell in CELLS)
    desk.mend({row.raw["编号"] + ":坏": "7" for row in quarantined(desk.mended)})
    desk.agree()


@pytest.mark.slow
def test_rows_refused_by_the_ledger_are_shown_as_they_were(desk: Desk) -> None:
    desk.bring(desk.mended, *write_each(desk.folder, "a", ["5", "7"]))
    desk.bring(desk.direct, *write_each(desk.folder, "b", ["7"]))
    said = [list(row.raw.items())[1:] for row in quarantined(desk.mended)]
    assert sorted(said) == sorted([("得分", score), cell] for cell in CELLS for score in "57")
    desk.mend({row.raw["编号"] + ":5": None for row in quarantined(desk.mended) if row.raw["得分"] == "5"})
    desk.agree()


@pytest.mark.slow
@pytest.mark.parametrize("first", ["坏", "5"])
def test_the_unit_of_a_title_stays_with_the_row(desk: Desk, first: str) -> None:
    above = "某市企业一览表（单位：万元）"
    cells = enumerate([("金额", "3"), ("金额", "3元"), ("金额（元）", "3"), ("产值", "3")])
    for at, (heading, cell) in cells:
        rows = [(f"A{at}", first, cell), (f"A{at}", "7", cell)][: 1 + (first == "5")]
        desk.bring(desk.mended, write(desk.folder / f"a{at}.csv", ["编号", "得分", heading], rows, above))
        desk.bring(
            desk.direct, write(desk.folder / f"b{at}.csv", ["编号", "得分", heading], [(f"A{at}", "7", cell)], above)
        )
    desk.mend({f"A{at}:坏": "7" for at in range(4)} if first == "坏" else {f"A{at}:5": None for at in range(4)})
    desk.agree()


@pytest.mark.slow
@pytest.mark.parametrize("first", ["坏", 5])
def test_typed_cells_come_back_as_they_were(desk: Desk, first: object) -> None:
    headings = ["编号", "得分", "金额（万元）", "合格率（%）", "质量（吨）", "人数（万人）", "日期", "标签"]
    shapes: dict[str, tuple[object, ...]] = {
        "xlsx": (3, 95.5, 0.25, 1.2, datetime(2023, 1, 31), "甲、乙"),
        "xls": (3, 95.5, 0.25, 1.2, datetime(2023, 1, 31), "甲、乙"),
        "jsonl": (3, 95.5, 0.25, 1.2, "2023-01-31", ["甲", "乙"]),
        "parquet": (Decimal("3.00"), 95.5, 0.25, 1.2, date(2023, 1, 31), ["甲", "乙"]),
    }
    for shape, cells in shapes.items():
        scores = [str(first), "7"] if shape == "parquet" else [first, 7]
        rows = [(shape, score, *cells) for score in scores]
        faulty = rows if first == 5 else rows[:1]
        desk.bring(desk.mended, write(desk.folder / f"a.{shape}", headings, faulty))
        desk.bring(desk.direct, write(desk.folder / f"b.{shape}", headings, rows[1:]))
    desk.mend({f"{shape}:{first}": 7 if first == "坏" else None for shape in shapes})
    desk.agree()


@pytest.mark.slow
def test_a_percentage_of_a_workbook_comes_back_as_one(desk: Desk) -> None:
    for workspace, scores in ((desk.mended, (5, 7)), (desk.direct, (7,))):
        book = openpyxl.Workbook()
        sheet = book.worksheets[0]
        sheet.append(["编号", "得分", "合格率", "占比（%）"])
        for row, score in enumerate(scores, 2):
            sheet.append(["A", score, 0.955, 0.955])
            sheet.cell(row, 3).number_format = sheet.cell(row, 4).number_format = "0.0%"
        book.save(desk.folder / f"{len(scores)}.xlsx")
        desk.bring(workspace, desk.folder / f"{len(scores)}.xlsx")
    assert quarantined(desk.mended)[0].raw["合格率"] == "95.5%"
    desk.mend({"A:5": None})
    desk.agree()


@pytest.mark.slow
def test_rows_of_files_in_different_units_come_back_together(desk: Desk) -> None:
    for workspace, score in ((desk.mended, "坏"), (desk.direct, "7")):
        files = [
            write(desk.folder / f"{score}1.csv", ["编号", "得分", "金额（万元）"], [("A", score, "3")]),
            write(desk.folder / f"{score}2.csv", ["编号", "得分", "金额（元）"], [("B", score, "3")]),
            write(desk.folder / f"{score}3.csv", ["编号", "得分", "AMOUNT"], [("C", score, "4")]),
            write(desk.folder / f"{score}4.csv", ["编号", "得分", "amount"], [("D", score, "5")]),
        ]
        desk.bring(workspace, *files)
    desk.mend({f"{key}:坏": "7" for key in "ABCD"})
    desk.agree()
    amounts = [str(amount) for _, amount in shown(desk.mended, "thing", "no", "amount")]
    assert amounts == ["30000.000000", "3.000000", "4.000000", "5.000000"]


@pytest.mark.parametrize("first", ["坏", "5"])
def test_a_heading_that_another_above_it_explains_comes_back(desk: Desk, first: str) -> None:
    for workspace, scores in ((desk.mended, (first, "7")[: 1 + (first == "5")]), (desk.direct, ("7",))):
        book = openpyxl.Workbook()
        sheet = book.worksheets[0]
        for row in (["编号", "得分", "经营情况（万元）", ""], ["", "", "金额", "人数（人）"]):
            sheet.append(row)
        for merged in ("A1:A2", "B1:B2", "C1:D1"):
            sheet.merge_cells(merged)
        for score in scores:
            sheet.append(["A", score, "3", "4"])
        book.save(desk.folder / f"{scores[0]}.xlsx")
        desk.bring(workspace, desk.folder / f"{scores[0]}.xlsx")
    assert list(quarantined(desk.mended)[0].raw) == ["编号", "得分", "金额（万元）", "人数（人）"]
    desk.mend({"A:坏": "7"} if first == "坏" else {"A:5": None})
    desk.agree()
    assert shown(desk.mended, "thing", "amount", "staff") == [(30000, 4)]


def test_a_code_of_last_resort_comes_back_although_others_are_not_mended(desk: Desk) -> None:
    headings = ["编号", "得分", "结果"]
    good = [(f"G{at}", "1", "甲") for at in range(3)]
    bad = [("A", "1", "甲甲"), ("B", "坏", "甲"), ("C", "1", "x")]
    desk.bring(desk.mended, write(desk.folder / "a.csv", headings, [*good, *bad]))
    export_quarantine(desk.mended, desk.folder / "q.xlsx")
    return_mended(desk.mended, desk.folder / "q.xlsx", now=NOON)
    assert [row.raw["编号"] for row in quarantined(desk.mended)] == ["A", "B", "C"]
