"""A method goes out into a workbook and comes back the same; a fault is shown in its cell."""

from __future__ import annotations

import json
import re
import zipfile
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from tests.unit.method.shops import METHOD, kinds

from zhiheng.errors import FaultsFound
from zhiheng.method import Method, WorkbookUnreadable, export_workbook, import_workbook, load_method, load_method_text
from zhiheng.method.workbook.layout import SHEETS
from zhiheng.method.workbook.yaml_writer import as_yaml
from zhiheng.vocabulary import Entries, Items, Scalar, YamlUnreadable, load_kinds, packaged_packs, parse_yaml

if TYPE_CHECKING:
    from collections.abc import Callable

    from zhiheng.errors import Fault

PACKS = Path(__file__).parents[3] / "src" / "zhiheng" / "packs"
METHODS = [
    *(PACKS / name / "method.yaml" for name in packaged_packs()),
]

VERSIONED = METHOD.replace(
    'version: "1"\nin_force: {from: 2020-01-01}\n',
    """versions:
  - {version: "1", in_force: {from: 2020-01-01, until: 2021-12-31}}
  - version: "2.10"
    in_force: {from: 2022-01-01}
    total: 180
    criteria:
      announced: null
      worst_mark:
        label: {zh: 最低分, en: Lowest mark}
        cite: [order-1, design]
        from: visit
        measure: min(mark)
        bins: [{at_most: 60, points: 0}, {otherwise: 30}]
        absent: zero
    dimensions:
      quality: {label: {zh: 质量, en: Quality}, criteria: [pass_rate, worst_mark]}
    states: [{pass_through: status, except: ["a; b", open], label: {zh: 其他, en: Other}, cite: design}]
    buffer: null
""",
)


def content(method: Method) -> Method:
    """Leave out where a method stands; what it says remains."""
    return replace(method, file="", digest="")


def round_trip(text: str, folder: Path) -> Method:
    (folder / "method.yaml").write_text(text, encoding="utf-8")
    export_workbook(folder / "method.yaml", folder / "method.xlsx")
    import_workbook(folder / "method.xlsx", folder / "back.yaml", kinds())
    return load_method(folder / "back.yaml", kinds())


def import_changed(folder: Path, change: Callable[[Workbook], None], text: str = METHOD) -> tuple[Fault, ...]:
    (folder / "method.yaml").write_text(text, encoding="utf-8")
    export_workbook(folder / "method.yaml", folder / "method.xlsx")
    book = load_workbook(folder / "method.xlsx")
    change(book)
    book.save(folder / "method.xlsx")
    with pytest.raises(FaultsFound) as found:
        import_workbook(
            folder / "method.xlsx", folder / "back.yaml", kinds(), annotated=folder / "told.xlsx", lang="zh"
        )
    return found.value.faults


def cell_of(book: Workbook, sheet: str, name: str, nth: int, column: str) -> str:
    """Find a cell by a text in its row (the first such row, or a later one) and the heading of its column."""
    rows = list(book[sheet].iter_rows())
    headings = [cell.value for cell in rows[0]]
    row = [row for row in rows[1:] if name in [cell.value for cell in row]][nth]
    return str(row[headings.index(column)].coordinate)


@pytest.mark.parametrize("path", METHODS, ids=lambda path: path.parent.name)
def test_every_method_at_hand_comes_back_the_same(path: Path, tmp_path: Path):
    own = load_kinds(path.parent)
    export_workbook(path, tmp_path / "method.xlsx")
    import_workbook(tmp_path / "method.xlsx", tmp_path / "back.yaml", own)
    assert content(load_method(tmp_path / "back.yaml", own)) == content(load_method(path, own))


@pytest.mark.parametrize(
    "text",
    [METHOD, VERSIONED, METHOD.replace("within: 36 months\n    weight", "within: latest\n    weight")],
    ids=["every section", "versions", "a window of the latest"],
)
def test_every_section_and_every_kind_of_change_comes_back_the_same(text: str, tmp_path: Path):
    assert content(round_trip(text, tmp_path)) == content(load_method_text(text, kinds()))


LABELLED = ("pass_rate", "worst_mark", "announced", "penalties", "item_costs")
SPREADSHEET_TEXTS = [
    "=1+1",
    "+1",
    "-1",
    "@x",
    "'x",
    "true",
    "null",
    "007",
    "1.10",
    "2020-01-31",
    "1e5",
    "a; b",
    "#REF!",
]


def labelled(texts: list[str]) -> str:
    """Give the criteria labels, as a file would write them."""
    text = METHOD
    for criterion, label in zip(LABELLED, texts, strict=False):
        start = text.index(f"  {criterion}:\n    label: ")
        end = text.index("\n", start + len(criterion) + 4)
        quoted = json.dumps(label, ensure_ascii=False)
        text = f"{text[:start]}  {criterion}:\n    label: {{zh: {quoted}, en: {quoted}}}{text[end:]}"
    return text


@settings(max_examples=2, deadline=None)
@given(
    st.lists(
        st.text(st.characters(min_codepoint=32, exclude_categories=["Cs", "Cc", "Co", "Cn"]), min_size=1).filter(
            str.strip
        ),
        min_size=5,
        max_size=5,
    )
)
@example(SPREADSHEET_TEXTS[:5])
@example(SPREADSHEET_TEXTS[5:10])
@example(SPREADSHEET_TEXTS[10:])
def test_any_text_comes_back_the_same_whatever_a_spreadsheet_would_take_it_for(texts: list[str]):
    stripped = [text.strip() for text in texts]
    with TemporaryDirectory() as folder:
        criteria = round_trip(labelled(stripped), Path(folder)).versions[0].criteria
    given = dict(zip(LABELLED, stripped, strict=False))
    assert {name: (criteria[name].rule.label.zh, criteria[name].rule.label.en) for name in given} == {
        name: (label, label) for name, label in given.items()
    }


def _trees() -> st.SearchStrategy[object]:
    texts = st.text(st.characters(exclude_categories=["Cs", "Cc", "Co", "Cn"]), max_size=30)
    leaves = texts | st.sampled_from(
        ["null", "true", "no", "~", "1", "- a", "a: b", "{", "#", "&a", "*a", "!t", "%", ""]
    )
    return st.recursive(
        leaves,
        lambda inner: st.lists(inner, min_size=1, max_size=4) | st.dictionaries(texts, inner, min_size=1, max_size=4),
        max_leaves=12,
    )


def _as_yaml_tree(value: object) -> Entries | Items | Scalar:
    place = parse_yaml("a: 1", "x").place
    if isinstance(value, dict):
        entries = Entries(place)
        entries.update({Scalar.at(key, place, quoted=True): _as_yaml_tree(each) for key, each in value.items()})
        return entries
    if isinstance(value, list):
        items = Items(place)
        items.extend(_as_yaml_tree(each) for each in value)
        return items
    return Scalar.at(str(value), place, quoted=True)


@settings(max_examples=30, deadline=None)
@given(st.dictionaries(st.text("abc_", min_size=1), _trees(), min_size=1, max_size=4))
def test_written_yaml_reads_back_the_same(data: dict[str, object]):
    tree = _as_yaml_tree(data)
    assert isinstance(tree, Entries)
    assert parse_yaml(as_yaml(tree), "written.yaml") == tree


CHANGES = [
    ("criteria", "worst_mark", 0, "measure", "min(marc)", "method.unknown-field-near"),
    ("criteria", "announced", 0, "measure", "=SUM(A1)", "method.formula-in-cell"),
    ("criteria", "pass_rate", 0, "where", "not announced", "method.null-takes-a-side"),
    ("criteria", "item_costs", 0, "absent", "maybe", "vocabulary.unknown-word"),
    ("criteria", "penalties", 0, "max", "thirty", "vocabulary.wrong-shape"),
    ("criteria", "pass_rate", 0, "shrink.towards", "region_rat", "method.not-a-number-name-near"),
    ("points", "worst_mark", 1, "at", 40, "method.bins-unordered"),
    ("points", "item_costs", 0, "scale", "point", "method.unknown-scale-near"),
    ("points", "worst_mark", 2, "limit", None, "method.row-without-name"),
    ("points", "announced", 0, "criterion", "anounced", "method.not-a-criterion-near"),
    ("values", "prior", 0, "since", "soon", "method.not-a-day"),
    ("values", "best_region", 0, "version", "3", "method.unknown-version"),
    ("benchmarks", "all_rate", 1, "statistic", "poolde", "method.unknown-statistic-near"),
    ("facts", "visits", 0, "name", "costs", "method.name-twice"),
    ("facts", "level", 0, "name", None, "method.row-without-name"),
    ("grades", "A", 0, "cut", 101, "method.cut-out-of-reach"),
    ("grades", "B", 0, "when", "score > 3", "method.cut-beside"),
    ("caps", "B", 0, "at_most", "E", "method.unknown-grade"),
    ("dimensions", "law", 0, "criteria", "penalties; item_costs; worst_marks", "method.not-a-criterion-near"),
    ("citations", "order-1", 0, "confidence", "certain", "vocabulary.unknown-word"),
    ("method", "shops", 0, "subject", None, "vocabulary.missing-key"),
]


@pytest.fixture(scope="module")
def spoilt(tmp_path_factory: pytest.TempPathFactory) -> tuple[tuple[Fault, ...], Workbook, dict[int, str]]:
    """Spoil many cells of one workbook, and import it once: its faults, the annotated copy, and the cells."""
    folder = tmp_path_factory.mktemp("spoilt")
    cells: dict[int, str] = {}

    def change(book: Workbook) -> None:
        cells.update({at: cell_of(book, *where[:4]) for at, where in enumerate(CHANGES)})
        for at, where in enumerate(CHANGES):
            book[where[0]][cells[at]].value = where[4]

    faults = import_changed(folder, change)
    assert not (folder / "back.yaml").exists()
    return faults, load_workbook(folder / "told.xlsx"), cells


@pytest.mark.parametrize("at", range(len(CHANGES)), ids=[f"{each[0]} {each[3]} {each[5]}" for each in CHANGES])
def test_a_fault_is_told_and_shown_in_its_cell(spoilt: tuple[tuple[Fault, ...], Workbook, dict[int, str]], at: int):
    faults, annotated, cells = spoilt
    sheet, *_, code = CHANGES[at]
    spots = [str(fault.place.column) for fault in faults if fault.code == code]
    if f"{sheet}!{cells[at]}" in spots:
        cell = cells[at]
    else:  # what is missing, or wrong with a row as a whole, is told in a cell of its row
        row = "".join(letter for letter in cells[at] if letter.isdigit())
        cell = next(spot.split("!")[1] for spot in spots if re.fullmatch(rf"{sheet}![A-Z]+{row}", spot))
    comment = annotated[sheet][cell].comment
    assert comment is not None
    assert any(fault.what("zh") in comment.text for fault in faults if fault.code == code)


def test_an_unknown_column_and_an_unknown_sheet_are_told(tmp_path: Path):
    def change(book: Workbook) -> None:
        book["criteria"]["A1"].value = "versio"
        book["facts"]["Z3"].value = "stray"
        book.create_sheet("criterias")

    codes = {fault.code: str(fault.place.column) for fault in import_changed(tmp_path, change)}
    assert codes["method.unknown-column-near"] == "criteria!A1"
    assert codes["method.cell-without-heading"] == "facts!Z3"
    assert codes["method.unknown-sheet-near"] == "criterias!A1"


def test_one_section_has_one_row_where_it_is_one_entry(tmp_path: Path):
    def change(book: Workbook) -> None:
        book["score"].append(["", "criteria", "all"])
        book["method"].append(["again"])

    told = {(fault.code, str(fault.place.column)) for fault in import_changed(tmp_path, change)}
    assert {("method.one-row-only", "score!B3"), ("method.one-row-only", "method!A3")} <= told


def test_a_workbook_without_its_first_sheet_is_told(tmp_path: Path):
    def change(book: Workbook) -> None:
        del book["method"]

    assert "method.sheet-empty" in {fault.code for fault in import_changed(tmp_path, change)}


def test_headings_say_what_they_mean_and_choices_are_offered(tmp_path: Path):
    (tmp_path / "method.yaml").write_text(METHOD, encoding="utf-8")
    export_workbook(tmp_path / "method.yaml", tmp_path / "method.xlsx")
    book = load_workbook(tmp_path / "method.xlsx")
    assert book.sheetnames == list(SHEETS)
    for name in book.sheetnames:
        for cell in book[name][1]:
            assert cell.comment is not None
            assert len(cell.comment.text.splitlines()) == 2
    assert book["criteria"].data_validations.dataValidation


def test_a_file_with_an_unknown_key_is_not_exported(tmp_path: Path):
    (tmp_path / "method.yaml").write_text(
        METHOD.replace("    where: announced", "    wher: announced"), encoding="utf-8"
    )
    with pytest.raises(FaultsFound) as found:
        export_workbook(tmp_path / "method.yaml", tmp_path / "method.xlsx")
    assert [fault.code for fault in found.value.faults] == ["method.unknown-column-near"]
    assert not (tmp_path / "method.xlsx").exists()
    with pytest.raises(YamlUnreadable):
        export_workbook(tmp_path / "none.yaml", tmp_path / "method.xlsx")


def _not_a_zip(path: Path) -> None:
    path.write_bytes(b"PK\x03\x04 no workbook")


def _another_zip(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("hello.txt", "hello")


def _too_large_unpacked(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for number in range(7):
            packed.writestr(f"xl/worksheets/sheet{number}.xml", b"0" * 10 * 1024 * 1024)


def _broken_sheet(path: Path) -> None:
    book = Workbook()
    book.save(path)
    with zipfile.ZipFile(path) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    with zipfile.ZipFile(path, "w") as packed:
        for name, data in parts.items():
            packed.writestr(name, data[: len(data) // 2] if name.endswith("workbook.xml") else data)


@pytest.mark.parametrize("spoil", [_not_a_zip, _another_zip, _too_large_unpacked, _broken_sheet])
def test_what_is_no_workbook_is_refused(spoil: Callable[[Path], None], tmp_path: Path):
    spoil(tmp_path / "method.xlsx")
    with pytest.raises(WorkbookUnreadable):
        import_workbook(tmp_path / "method.xlsx", tmp_path / "back.yaml", kinds())
    assert not (tmp_path / "back.yaml").exists()


def test_an_empty_workbook_is_all_faults(tmp_path: Path):
    Workbook().save(tmp_path / "method.xlsx")
    with pytest.raises(FaultsFound) as found:
        import_workbook(tmp_path / "method.xlsx", tmp_path / "back.yaml", kinds())
    assert "method.sheet-empty" in {fault.code for fault in found.value.faults}


def test_codes_texts_that_look_like_numbers_and_blanks_around_labels_come_back_the_same(tmp_path: Path):
    text = METHOD.replace("2020-01-01: 'north'", "2020-01-01: '007', 2021-01-01: '7'")
    text = text.replace("{zh: 级别, en: Level}", '{zh: " 级别", en: "Level  "}')
    text = text.replace("latest(status)}\n  visits", 'latest(status), default: "5"}\n  visits')
    text = text.replace("measure: latest(announced)", "measure: latest(region)")
    text = text.replace("where: announced is not null", "where: region is not null")
    text = text.replace("codes: {true: 5, false: 10}", 'codes: {"1": 5, "1.0": 10, otherwise: 0}')
    assert content(round_trip(text, tmp_path)) == content(load_method_text(text, kinds()))
