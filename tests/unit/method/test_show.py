"""A method is shown as a table that a reader without programming can proof-read, in both languages."""

from __future__ import annotations

import json
import unicodedata
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pytest
from tests.unit.method.shops import METHOD, kinds, method_of

from zhiheng.method import MethodTable, as_html, as_markdown, as_text, table_of

if TYPE_CHECKING:
    from zhiheng.errors import Lang


def table(lang: Lang = "en", text: str = METHOD) -> MethodTable:
    method = method_of(text)
    return table_of(method, method.versions[-1], kinds(), lang)


def row(shown: MethodTable, section: str, first: str) -> dict[str, str]:
    found = next(each for each in shown.sections if each.key == section)
    cells = next(each.cells for each in found.rows if each.cells[0] == first)
    return dict(zip(found.columns, cells, strict=True))


def test_a_criterion_shows_its_records_measure_points_limits_and_source():
    shown = row(table(), "criteria", "pass_rate")
    assert shown == {
        "Name": "pass_rate",
        "Label": "Pass rate",
        "Records": "visit [Visit]\nwithin 36 months",
        "How it is measured": "share(verdict [Verdict] = 'pass' [Pass])\n"
        "where verdict [Verdict] in ('pass' [Pass], 'fail' [Fail])\n"
        "weight half_life(18)\n"
        "drawn towards region_rate with the strength of prior records",
        "Points": "0.5: 0\n1: 100\nstraight lines between, flat outside",
        "Lowest and highest": "0 to 100\ndigits after the point: value 6, points 1",
        "Without records": "not inspected: no points, leaves the maximum",
        "Source": "order-1: Order 1 (2019-05-01, checked)",
    }


@pytest.mark.parametrize(("lang", "said"), [("en", "of the latest time"), ("zh", "仅最近一次")])
def test_a_window_of_the_latest_is_said(lang: Lang, said: str):
    text = METHOD.replace("within: 36 months\n    weight", "within: latest\n    weight")
    assert said in next(cell for cell in row(table(lang, text), "criteria", "pass_rate").values() if "visit" in cell)


def test_the_same_stands_in_chinese():
    shown = row(table("zh"), "criteria", "pass_rate")
    assert shown["含义"] == "合格率"
    assert shown["度量"].startswith("share(verdict［结论］ = 'pass'［合格］)\n条件：")
    assert shown["依据"] == "order-1：第一号令（2019-05-01，已核对）"


def test_a_choice_of_design_is_printed_as_such():
    assert row(table(), "values", "prior")["Source"] == "design: a choice of the author, not an official text"


def test_every_dated_value_has_its_day():
    section = next(each for each in table().sections if each.key == "values")
    assert [(each.cells[0], each.cells[2], each.cells[3]) for each in section.rows] == [
        ("prior", "2020-01-01", "8"),
        ("prior", "2022-01-01", "9"),
        ("costs", "2020-01-01", "minor: 5\nserious: 20"),
        ("best_region", "2020-01-01", "north"),
    ]


def test_every_section_of_the_method_is_shown():
    assert [section.key for section in table().sections] == [
        *("head", "values", "attributes", "criteria", "facts", "benchmarks", "dimensions", "one_deduction", "feeds"),
        *("states", "score", "grades", "rules", "citations", "functions"),
    ]


def test_the_rules_stand_in_the_order_in_which_they_apply():
    section = next(each for each in table().sections if each.key == "rules")
    assert [each.cells[0] for each in section.rows] == [
        *("Required for a grade 1", "Floor 1", "Cap 1", "Gate 1", "Buffer", "Veto serious")
    ]


def test_the_functions_that_occur_are_explained():
    section = next(each for each in table().sections if each.key == "functions")
    assert ("half_life", "weight that halves every so many months") in [each.cells for each in section.rows]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_table_is_plain_data(lang: Lang):
    data = json.loads(json.dumps(table(lang).as_json(), ensure_ascii=False))
    assert data["format"] == "zhiheng-method-table/1"
    assert data["lang"] == lang


@pytest.mark.parametrize(("lang", "width"), [("zh", 80), ("en", 80), ("zh", 140), ("en", 40)])
def test_text_fits_into_its_width(lang: Lang, width: int):
    for line in as_text(table(lang), width).splitlines():
        taken = sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in line)
        assert taken <= max(width, 46), line


def test_what_comes_from_a_file_is_escaped():
    hostile = METHOD.replace("en: Pass rate}", 'en: "<script>alert(1)</script> | a & b *x* [y](z)"}')
    html, markdown = as_html(table(text=hostile)), as_markdown(table(text=hostile))
    assert "<script" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt; | a &amp; b" in html
    assert r"\<script\>alert(1)\</script\> \| a \& b \*x\* \[y\](z)" in markdown


def test_the_page_is_well_formed_and_asks_for_nothing_from_elsewhere():
    opened: list[str] = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            assert not {"src", "href", "onclick"} & {name for name, _ in attrs}
            if tag not in ("meta", "br"):
                opened.append(tag)

        def handle_endtag(self, tag: str) -> None:
            assert opened.pop() == tag

    page = as_html(table("zh"))
    Reader().feed(page)
    assert opened == []
    assert '<html lang="zh-CN">' in page


def test_markdown_has_a_cell_for_every_column():
    for line in as_markdown(table()).splitlines():
        if line.startswith("| pass"):
            assert line.replace(r"\|", "").count("|") == 9


def test_a_method_of_every_other_shape_is_shown_too():
    text = METHOD.replace(
        "score: {sum_of: dimensions, over: applicable, out_of: 100}", "score: {formula: 'coalesce(worst_mark, 0)'}"
    )
    text = text.replace("statistic: pooled, at_least: 30, otherwise: 0.9, cite", "statistic: percentile 75, cite")
    shown = table(text=text)
    assert row(shown, "score", "Score")["What"] == "formula: coalesce(worst_mark [Lowest mark], 0)\nrounded to 0 places"
    assert row(shown, "benchmarks", "all_rate")["Statistic"] == "percentile 75"
    assert row(shown, "benchmarks", "all_rate")["Smaller groups"] == "1 subjects at least\nnone"
