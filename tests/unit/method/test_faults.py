"""Every kind of fault in a method file is told, in both languages, where it stands."""

from __future__ import annotations

import tomllib
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from tests.unit.method.shops import METHOD, kinds

from zhiheng.errors import FaultsFound
from zhiheng.method import load_method_text
from zhiheng.method.method_file import read_method_text

FAULTS: list[dict[str, Any]] = tomllib.loads(Path(__file__).with_name("faults.toml").read_text("utf-8"))["fault"]
TOLD_ELSEWHERE = {
    *("no-version-in-force", "case-twice", "case-without-version", "case-expects-nothing", "unknown-state"),
    *(
        "age-beside-date",
        "not-a-benchmark",
        "workbook-unreadable",
        "workbook-absent",
        "unknown-sheet",
        "unknown-column",
        "unknown-version",
    ),
    *("unknown-scale", "too-many-rows", "cell-without-heading", "formula-in-cell", "row-without-name"),
    *("too-much-sql", "one-row-only", "sheet-empty", "too-many-entries", "cut-beside", "not-for-workbook"),
}


def test_the_method_without_any_change_has_no_fault():
    _, faults = read_method_text(METHOD, kinds(), "method.yaml")
    assert faults.in_order() == ()


@pytest.mark.parametrize("fault", FAULTS, ids=[fault["says"] for fault in FAULTS])
def test_a_fault_is_told_where_it_stands(fault: dict[str, Any]):
    text = METHOD
    for old, new in ((fault["old"], fault["new"]), *fault.get("more", ())):
        assert text.count(old) == 1
        text = text.replace(old, new)
    context = fault["at"]
    assert text.count(context.replace("¦", "")) == 1
    before = text[: text.index(context.replace("¦", "")) + context.index("¦")]
    place = (before.count("\n") + 1, len(before) - before.rfind("\n"))

    _, faults = read_method_text(text, kinds(), "method.yaml")

    told = {(each.code, each.place.line, each.place.column): each for each in faults.in_order()}
    assert (fault["code"], *place) in told
    found = told[fault["code"], *place]
    assert found.warning is fault.get("warning", False)
    assert found.place.file == "method.yaml"
    for lang in ("en", "zh"):
        assert found.what(lang)
        assert "{" not in found.what(lang).replace("{zh", "").replace("{code", "").replace("{en", "")
        assert found.render(lang).startswith(f"method.yaml:{place[0]}:{place[1]}")


def test_every_kind_of_fault_has_an_example():
    messages = tomllib.loads(files("zhiheng.method").joinpath("messages.toml").read_text("utf-8"))
    named = {code.removesuffix("-near") for code in messages}
    shown = {fault["code"].removeprefix("method.").removesuffix("-near") for fault in FAULTS}
    assert named - shown - TOLD_ELSEWHERE == set()


def test_all_faults_of_a_file_are_told_at_once_in_the_order_of_the_file():
    text = METHOD.replace("total: 200", "total: 1").replace("min(mark)", "min(marc)").replace("A: 90", "A: 101")
    with pytest.raises(FaultsFound) as found:
        load_method_text(text, kinds())
    assert [fault.code for fault in found.value.faults] == [
        "method.total-differs",
        "method.unknown-field-near",
        "method.cut-out-of-reach",
    ]


def test_a_warning_stops_nothing():
    text = METHOD.replace("  order-1:\n", "  idle: {title: {zh: 九, en: Nine}, confidence: likely}\n  order-1:\n")
    assert load_method_text(text, kinds()).citations.keys() == {"idle", "order-1"}


def test_a_message_names_the_place_then_the_fault_then_what_is_known():
    text = METHOD.replace("measure: min(mark)", "measure: min(marc)")
    with pytest.raises(FaultsFound) as found:
        load_method_text(text, kinds(), "packs/shops/method.yaml")
    place, what = found.value.render("en").split("\n")
    assert place == "packs/shops/method.yaml:49:18  criterion worst_mark"
    assert what.startswith("  `marc` is not a field of visit. Did you mean `mark`? Fields of visit: shop, visited_on,")


def test_what_rests_on_an_entry_that_cannot_be_read_is_no_further_fault():
    text = METHOD.replace("measure: count()}", "measure: count(}")
    _, faults = read_method_text(text.replace("measure: count(}", "measure: 'count('}"), kinds(), "method.yaml")
    assert [fault.code for fault in faults.in_order()] == ["method.expression-unreadable"]


def test_a_key_that_stands_twice_hides_no_other_fault():
    text = METHOD.replace("total: 200", "total: 1\ntotal: 2").replace("min(mark)", "min(marc)")
    with pytest.raises(FaultsFound) as found:
        load_method_text(text, kinds())
    told = [fault.code for fault in found.value.faults]
    assert told == ["method.total-differs", "vocabulary.duplicate-key", "method.unknown-field-near"]


def test_a_chinese_message_names_the_construct_in_chinese_and_joins_sentences_without_a_blank():
    with pytest.raises(FaultsFound) as found:
        load_method_text(METHOD.replace("below: 50", "below: 90"), kinds(), "m.yaml")
    place, what = found.value.render("zh").split("\n")
    assert place.endswith("  指标 worst_mark，分档 2")
    assert "。 " not in what


def test_a_quoted_number_is_a_text():
    text = METHOD.replace("latest(status)}\n  visits", 'latest(status), default: "5"}\n  visits')
    method = load_method_text(text, kinds())
    assert method.versions[0].facts["status"].default == "5"
    text = METHOD.replace("2020-01-01: 'north'", "2020-01-01: '007', 2021-01-01: '7'")
    assert list(load_method_text(text, kinds()).versions[0].values["best_region"].dated.values()) == ["007", "7"]
