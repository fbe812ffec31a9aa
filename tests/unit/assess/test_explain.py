"""An explanation opens a grade down to its records, and every number in it adds up."""

from __future__ import annotations

import json
import re
import shutil
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

import pyarrow.parquet as pq
import pytest
from tests.unit.assess.adding_up import assert_adds_up, assert_as_written, rounded
from tests.unit.assess.shops import METHOD, City, register, visit

from zhiheng.assess import Explanation, SubjectNotAssessed, explain, open_assessment
from zhiheng.assess.explaining import AssessmentAltered
from zhiheng.assess.page import folded, width_of
from zhiheng.assess.stored import LedgerCut, LedgerNotFound, MethodNotFound, ValuesUnfit

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from zhiheng.assess import Assessment
    from zhiheng.assess.told import Range
    from zhiheng.engine import Engine

SHOPS = ("S1", "S2", "S5", "S6", "S7", "S8")


@pytest.fixture(scope="session")
def explained(assessed: Assessment, engine: Engine) -> Mapping[str, Explanation]:
    return {shop: explain(assessed, shop, engine=engine) for shop in SHOPS}


@pytest.mark.parametrize("shop", SHOPS)
def test_the_points_shown_add_up_to_the_score(shop: str, explained: Mapping[str, Explanation]):
    assert_adds_up(explained[shop])


@pytest.mark.parametrize("shop", SHOPS)
def test_lines_are_those_that_were_written(shop: str, explained: Mapping[str, Explanation], assessed: Assessment):
    assert_as_written(explained[shop], assessed)


@pytest.mark.parametrize("shop", SHOPS)
def test_a_line_rests_on_as_many_records_as_are_shown_to_count(shop: str, explained: Mapping[str, Explanation]):
    for line in explained[shop].lines:
        if line.measured is not None:
            assert line.records == line.measured.counted, line.name


@pytest.mark.parametrize("shop", SHOPS)
def test_what_the_records_give_makes_the_value(shop: str, explained: Mapping[str, Explanation]):
    lines = {line.name: line for line in explained[shop].lines}
    for name in ("defects", "notices"):
        line = lines[name]
        if line.value is not None and line.measured:
            given = [one.given[0].amount for one in line.measured.records if not one.left_out]
            assert sum(given, Decimal(0)) == line.value
    clean = lines["clean"]
    if clean.shrunk is not None and clean.measured:
        counted = [one for one in clean.measured.records if not one.left_out]
        top = sum(Fraction(one.given[0].amount) for one in counted)
        bottom = sum(Fraction(one.weight) for one in counted)
        assert rounded(top / bottom, 6) == clean.shrunk.before
        drawn = Fraction(clean.shrunk.strength_value)
        assert rounded((top + drawn * Fraction(clean.shrunk.towards_value)) / (bottom + drawn), 6) == clean.value


def test_a_record_says_its_file_row_source_and_batch(explained: Mapping[str, Explanation]):
    clean = next(line for line in explained["S1"].lines if line.name == "clean")
    first = clean.measured.records[0]
    assert (first.origin.source, first.origin.batch, first.origin.file, first.origin.row) == (
        "bureau", 2, "visit-2.csv", 2,
    )  # fmt: skip
    assert [(field.name, field.value) for field in first.fields] == [("clean", True)]


def test_a_record_that_does_not_count_says_why(explained: Mapping[str, Explanation]):
    lines = {line.name: line for line in explained["S1"].lines}
    left = {one.true_on: one.left_out for one in lines["clean"].measured.records}
    assert left[date(2019, 1, 15)] == "window"
    assert left[date(2025, 6, 15)] == "where"
    papers = {one.true_on: (one.left_out, one.fed) for one in lines["notices"].measured.records}
    assert papers[date(2026, 5, 2)] == ("one_deduction", "defects")  # the visit of this paper deducts more
    assert papers[date(2026, 5, 3)][0] == "same_fact"
    assert papers[date(2025, 12, 31)] == ("", "notices")


def test_what_a_record_gives_to_an_aggregate_that_stands_twice_is_told_once(city: City, engine: Engine):
    twice = METHOD.replace("measure: latest(staff), unit", "measure: latest(staff) + latest(staff) - count(), unit")
    city.bring("register", register("S1"))
    told = explain(city.assess("twice", method=twice), "S1", engine=engine)
    (staff,) = (one for one in told.named if one.name == "staff")
    (record,) = staff.measured.records
    assert (staff.value, [one.aggregate for one in record.given]) == (19, ["latest"])


def test_of_the_latest_time_earlier_records_lie_outside_the_window(city: City, engine: Engine):
    latest = METHOD.replace("within: 36 months\n    weight", "within: latest\n    weight")
    city.bring("register", register("S1"))
    city.bring(
        "visit",
        visit("S1", 1, "2026-05-01", clean=None),
        visit("S1", 2, "2026-04-01 15:00"),
        visit("S1", 3, "2026-04-01 15:00", clean=False, paper_no="P1"),
        visit("S1", 4, "2026-04-01 09:30"),
    )
    city.bring("visit", visit("S1", 5, "2026-06-01", paper_no="P1"))
    told = explain(city.assess("latest", method=latest), "S1", engine=engine)
    line = next(line for line in told.lines if line.name == "clean")
    assert (line.records, line.measured.counted, line.measured.latest) == (2, 2, True)
    left = {one.origin.batch * 10 + one.origin.row: one.left_out for one in line.measured.records}
    assert left == {22: "where", 23: "", 24: "", 25: "window", 32: "same_fact"}


def test_rules_that_changed_the_grade_are_told_with_their_clause(explained: Mapping[str, Explanation]):
    told = explained["S6"]
    assert told.grade == "D"
    (veto,) = (rule for rule in told.rules if rule.section == "vetoes")
    assert (veto.to, veto.reads, veto.citations) == ("D", ("heavy",), ("act-7",))
    heavy = next(one for one in told.named if one.name == "heavy")
    assert heavy.value == 2
    assert {one.true_on for one in heavy.measured.records if not one.left_out} == {date(2026, 4, 1), date(2026, 4, 2)}
    assert {one.name: one.confidence for one in told.citations} == {"act-7": "checked", "design": "design"}


def test_the_state_of_a_scheme_is_told_by_its_rule(explained: Mapping[str, Explanation]):
    told = explained["S5"]
    assert (told.state, told.score, told.grade) == ("Exempt", None, None)
    assert [rule.name for rule in told.settled_by] == ["states.1"]


def test_peers_are_told_with_their_number_and_group(explained: Mapping[str, Explanation]):
    peers = {one.name: one for one in explained["S1"].benchmarks}
    assert (peers["trade_clean"].group, peers["trade_clean"].count) == (("tea",), 5)
    rice = {one.name: one for one in explained["S8"].benchmarks}
    assert (rice["trade_clean"].group, rice["trade_clean"].count) == (("rice",), 3)
    nobody = {one.name: one for one in explained["S7"].benchmarks}
    assert (nobody["trade_clean"].group, nobody["trade_clean"].stands_in) == (None, "all_clean")


def test_what_is_missing_has_a_best_and_a_worst_case(explained: Mapping[str, Explanation]):
    found = explained["S2"].range
    assert found.lines == ("items",)
    assert found.best.score > found.worst.score
    assert found.worst.score <= explained["S2"].score <= found.best.score


def bounded(city: City, lines: int, score: str, *rules: str) -> Range:
    line = "{{label: {{zh: 甲, en: A}}, cite: design, from: visit, measure: sum(level), points: {{0: 0, 10: 10}}, {0}}}"
    criteria = [f"  line{at}: {line.format('absent: not_inspected')}" for at in range(lines)]
    method = "\n".join(
        (
            *("method: bounded", "label: {zh: 甲, en: A}", "subject: shop", "subjects: register", 'version: "1"'),
            *("in_force: {from: 2020-01-01}", "facts:", FACT, "criteria:", *criteria, f"score: {{{score}}}", *rules),
        )
    )
    city.bring("register", register("S1"))
    city.bring("visit", visit("S2", 1, "2026-05-01"))
    return explain(city.assess("bounded", method=method), "S1", engine=city.engine).range


FACT = "  shops: {label: {zh: 乙, en: B}, cite: design, from: register, measure: count()}"


def test_lines_that_pull_apart_are_tried_in_every_combination(city: City):
    found = bounded(city, 2, 'formula: "50 + coalesce(points(line0), 0) - coalesce(points(line1), 0)", cite: design')
    assert (found.best.score, found.worst.score) == (60, 40)


def test_many_lines_that_add_up_are_tried_together(city: City):
    found = bounded(city, 9, "sum_of: criteria, over: all")
    assert (found.best.score, found.worst.score) == (90, 0)


def test_of_many_lines_that_do_not_add_up_the_range_is_not_known(city: City):
    pulled = " - ".join(f"coalesce(points(line{at}), 0)" for at in range(9))
    found = bounded(city, 9, f'formula: "50 + {pulled}", cite: design')
    assert (len(found.lines), found.best, found.worst) == (9, None, None)


SAID = "label: {zh: 丙, en: C}, cite: design"
CUTS = "grades: {cite: design, A: 50, B: otherwise}"


@pytest.mark.parametrize(
    "rules",
    [
        (CUTS, f"caps: [{{when: 'coalesce(points(line0), 0) > 5', at_most: B, {SAID}}}]"),
        (CUTS, f"floors: [{{when: 'coalesce(line0, 0) < 5', at_least: A, {SAID}}}]"),
        (CUTS, f"gates: [{{grade: A, needs: 'coalesce(line0, 0) < 5', otherwise: B, {SAID}}}]"),
        (CUTS, f"requires: [{{grade: A, needs: 'coalesce(line0, 0) < 5', otherwise: B, {SAID}}}]"),
        (CUTS, f"vetoes: [{{when: 'coalesce(line0, 0) > 5', grade: B, {SAID}}}]"),
        (f"states: [{{state: Closed, when: 'coalesce(line0, 0) > 5', {SAID}}}]",),
        (f"sufficient: {{when: 'coalesce(line0, 0) < 5', {SAID}}}",),
        (f"grades: [{{grade: A, when: 'coalesce(line0, 0) < 5', {SAID}}}, {{grade: B, otherwise: true, {SAID}}}]",),
    ],
    ids=lambda rules: rules[-1].split(":")[0],
)
def test_of_many_lines_one_of_which_a_rule_reads_the_range_is_not_known(rules: tuple[str, ...], city: City):
    found = bounded(city, 9, "sum_of: criteria, over: all", *rules)
    assert (len(found.lines), found.best, found.worst) == (9, None, None)


def test_a_rule_that_reads_no_missing_line_leaves_the_range_known(city: City):
    rules = (CUTS, f"caps: [{{when: 'coverage < 0.1 and shops > 5', at_most: B, {SAID}}}]")
    found = bounded(city, 9, "sum_of: criteria, over: all", *rules)
    assert (found.best.grade, found.worst.grade) == ("A", "B")


def test_the_distance_to_the_next_cut_is_told(explained: Mapping[str, Explanation]):
    told = explained["S1"]
    cut = told.next_cut
    assert cut.cut - cut.missing == told.score
    assert cut.own_cut + cut.to_spare == told.score if cut.own_cut is not None else cut.to_spare is None


@pytest.mark.parametrize("shop", SHOPS)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_text_fits_a_terminal_of_a_hundred_columns(shop: str, lang: str, explained: Mapping[str, Explanation]):
    text = explained[shop].text(lang)
    assert max(width_of(line) for line in text.splitlines()) <= 100
    assert shop in text


@pytest.mark.parametrize("shop", SHOPS)
def test_programs_get_plain_values(shop: str, explained: Mapping[str, Explanation]):
    told = json.loads(json.dumps(explained[shop].as_json()))
    assert told["format"] == "zhiheng.explanation/1"
    assert set(told["snapshot"]) == {"batches", "head", "known_at"}


@pytest.mark.parametrize("written", ["S1", "s1", "Ｓ１", " S1 "])
def test_a_subject_is_found_as_people_write_it(written: str, assessed: Assessment, engine: Engine):
    assert explain(assessed, written, engine=engine).subject == "S1"


@pytest.mark.parametrize("asked", ["S10", "x' or 1 = 1 --", "", "没有", "%"])
def test_an_unknown_subject_is_an_error_with_what_is_near(asked: str, assessed: Assessment, engine: Engine):
    with pytest.raises(SubjectNotAssessed) as error:
        explain(assessed, asked, engine=engine)
    assert ("S1" in error.value.near) == (asked in ("S10", ""))
    assert error.value.render("zh")


def copy_of(assessment: Assessment, name: str) -> Assessment:
    folder = assessment.path.with_name(name)
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(assessment.path, folder)
    return open_assessment(folder)


def test_files_that_do_not_agree_are_told(assessed: Assessment, engine: Engine):
    altered = copy_of(assessed, "altered")
    table = pq.read_table(altered.path / "assessment.parquet")
    grades = ["A"] * len(table)
    pq.write_table(
        table.set_column(table.schema.get_field_index("grade"), "grade", [grades]), altered.path / "assessment.parquet"
    )
    with pytest.raises(AssessmentAltered):
        explain(altered, "S6", engine=engine)


def test_an_assessment_without_its_ledger_is_told(assessed: Assessment, engine: Engine, tmp_path: Path):
    shutil.copytree(assessed.path, tmp_path / "away")
    with pytest.raises(LedgerNotFound):
        explain(open_assessment(tmp_path / "away"), "S1", engine=engine)


@pytest.mark.slow
def test_a_method_that_is_nowhere_any_more_is_told(city: City, engine: Engine):
    city.bring("register", {"shop": "S1", "recorded_on": "2020-01-01", "staff": 3})
    assessment = city.assess("one")
    (assessment.path / "method.yaml").write_text("method: other\n")
    assert explain(assessment, "S1", engine=engine).method.name == "shops"  # the workspace still has it
    (city.folder / "pack" / "method.yaml").unlink()
    with pytest.raises(MethodNotFound):
        explain(assessment, "S1", engine=engine)
    (assessment.path / "values.parquet").unlink()


def test_values_that_are_gone_are_told(assessed: Assessment, engine: Engine):
    bare = copy_of(assessed, "bare")
    (bare.path / "values.parquet").unlink()
    with pytest.raises(ValuesUnfit):
        explain(bare, "S1", engine=engine)


@pytest.mark.slow
def test_a_ledger_that_lost_its_batches_is_told(city: City, engine: Engine, tmp_path: Path):
    city.bring("register", {"shop": "S1", "recorded_on": "2020-01-01", "staff": 3})
    shutil.copytree(city.folder / "ledger", tmp_path / "kept")
    city.bring("register", {"shop": "S2", "recorded_on": "2020-01-01", "staff": 3})
    assessment = city.assess("one")
    shutil.rmtree(city.folder / "ledger")
    shutil.copytree(tmp_path / "kept", city.folder / "ledger")
    with pytest.raises(LedgerCut):
        explain(assessment, "S1", engine=engine)


def test_a_state_may_be_named_as_the_section_on_evidence(city: City):
    named = "  - {name: sufficient, state: closed, when: visits > 100, label: {zh: 停, en: Closed}, cite: design}\n"
    city.bring("register", register("S1"))
    city.bring("visit", visit("S1", 1, "2026-05-01"))
    done = city.assess("named", method=METHOD.replace("\nscore: {sum", named + "\nscore: {sum"))
    told = explain(done, "S1", engine=city.engine).text("en")
    assert "The score gives" in told
    assert "Not enough evidence" not in told


def test_a_line_ends_neither_before_a_closing_nor_behind_an_opening_mark() -> None:
    text = "台账（UTC）" * 30
    for width in range(20, 60):
        for line in folded(text, width):
            assert not line.endswith("（")
            assert not line.startswith("）")


def test_a_chinese_explanation_has_chinese_marks(assessed: Assessment, engine: Engine) -> None:
    text = explain(assessed, "S1", engine=engine).text("zh")
    for line in text.splitlines():
        assert not re.search(r"[\u4e00-\u9fff] ?\(|[\u4e00-\u9fff]: |[\u4e00-\u9fff], ", line), line
    assert text.count("以此为准") <= text.count("· ")
