"""A run writes a whole assessment or none, the same one whenever it is repeated."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import pyarrow.parquet as pq
import pytest
from tests.unit.assess.shops import visit

from zhiheng.assess import MissingKinds, NoAssessment, compare, explain, open_assessment, reproduce
from zhiheng.method import NoVersionInForce

if TYPE_CHECKING:
    from pathlib import Path

    from tests.unit.assess.shops import City

    from zhiheng.assess import Assessment

FILES = {"assessment.parquet", "lines.parquet", "values.parquet", "settled.parquet", "method.yaml", "manifest.json"}


def test_an_assessment_is_a_folder_of_these_files(assessed: Assessment):
    assert {path.name for path in assessed.path.iterdir()} == FILES


def test_the_manifest_comes_back_as_it_was_written(assessed: Assessment):
    assert open_assessment(assessed.path).manifest == assessed.manifest


def test_the_counts_add_up_with_the_best_grade_first(assessed: Assessment):
    manifest = assessed.manifest
    assert sum(count for *_, count in manifest.counts) == manifest.subjects
    grades = [grade for _, grade, _ in manifest.counts if grade]
    assert grades == sorted(grades)


def test_the_same_run_gives_the_same_hash(town: City, assessed: Assessment):
    again = town.assess("same")
    assert again.manifest.results_hash == assessed.manifest.results_hash
    assert again.manifest.hash == assessed.manifest.hash


def test_another_day_gives_another_hash(town: City, assessed: Assessment):
    later = town.assess("later", as_of=date(2026, 9, 30))
    assert later.manifest.results_hash != assessed.manifest.results_hash


def test_the_hash_knows_nothing_of_the_engine(assessed: Assessment):
    elsewhere = replace(assessed.manifest, engine="spark", engine_version="4", workspace="", software={})
    assert elsewhere.hash == assessed.manifest.hash


def test_a_manifest_that_was_altered_is_refused(assessed: Assessment, tmp_path: Path):
    written = json.loads((assessed.path / "manifest.json").read_text("utf-8"))
    written["subjects"] += 1
    (tmp_path / "manifest.json").write_text(json.dumps(written), "utf-8")
    with pytest.raises(NoAssessment):
        open_assessment(tmp_path)


@pytest.mark.parametrize("text", ["", "[]", '{"format": 99}', '{"format": 1}', "\x00"])
def test_what_is_no_manifest_is_refused(text: str, tmp_path: Path):
    (tmp_path / "manifest.json").write_text(text, "utf-8")
    with pytest.raises(NoAssessment):
        open_assessment(tmp_path)


def test_a_folder_without_a_manifest_is_no_assessment(tmp_path: Path):
    with pytest.raises(NoAssessment):
        open_assessment(tmp_path)


def test_a_day_before_any_version_is_refused(town: City):
    with pytest.raises(NoVersionInForce):
        town.assess("early", as_of=date(2019, 1, 1))


def test_a_ledger_without_any_record_that_the_method_reads_is_refused(city: City):
    with pytest.raises(MissingKinds):
        city.assess("none")
    assert not (city.folder / "assessments" / "none").exists()


def test_lines_can_be_left_out(town: City, assessed: Assessment):
    short = town.assess("short", lines=False)
    assert not (short.path / "lines.parquet").exists()
    assert short.manifest.results_hash == assessed.manifest.results_hash


SQUARED = """
method: squared
places: {value: 0, points: 1, score: 1}
label: {zh: 甲, en: A}
subject: shop
version: "1"
in_force: {from: 2020-01-01}
facts:
  cite: design
  level: {label: {zh: 乙, en: B}, from: visit, measure: latest(level)}
  most: {label: {zh: 乙, en: B}, from: visit, measure: max(level)}
criteria:
  cite: design
  squared: {label: {zh: 丙, en: C}, formula: level * most / (level * 1000000000), points: value, max: 9, absent: zero}
  held: {label: {zh: 丁, en: D}, formula: level, points: "value / 10", max: 7, absent: zero}
score: {sum_of: criteria, over: all}
"""


def test_what_overflows_64_bits_only_when_it_is_scored_is_worked_out_in_128(city: City):
    city.bring("visit", visit("S1", 1, "2026-05-01", level=5_000_000_000))
    done = city.assess("squared", method=SQUARED)
    assert done.manifest.wide
    assert pq.read_table(done.path / "assessment.parquet").column("score").to_pylist() == [12]


THIRDS = """
method: thirds
places: {value: 9, points: 9, score: 8}
label: {zh: 甲, en: A}
subject: shop
version: "1"
in_force: {from: 2020-01-01}
criteria:
  cite: design
  third: {label: {zh: 丙, en: C}, from: visit, measure: sum(level), points: "value / 3", max: 9, absent: zero}
  level: {label: {zh: 丁, en: D}, from: visit, measure: sum(level), points: value, max: 9, absent: zero,
          places: {value: 0, points: 0}}
score: {sum_of: criteria, over: all}
"""


def test_more_than_six_places_are_kept_in_the_files_and_read_again(city: City):
    city.bring("visit", visit("S1", 1, "2026-05-01", level=2))
    done = city.assess("thirds", method=THIRDS)
    lines = pq.read_table(done.path / "lines.parquet").sort_by("criterion")  # a file's rows have no order of their own
    assert lines.column("points").to_pylist() == [Decimal(2), Decimal("0.666666667")]
    assert pq.read_table(done.path / "assessment.parquet").column("score").to_pylist() == [Decimal("2.66666667")]
    explained = explain(done, "S1", engine=city.engine)
    assert (explained.score, explained.lines[0].points) == (Decimal("2.66666667"), Decimal("0.666666667"))
    assert reproduce(done, engine=city.engine).equal
    assert not compare(done, done, engine=city.engine).subjects
