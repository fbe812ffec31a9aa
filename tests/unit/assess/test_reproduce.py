"""An assessment runs again from its manifest, and what differs is named."""

from __future__ import annotations

import json
import shutil
from decimal import Decimal
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.unit.assess.shops import METHOD, register, visit

from zhiheng.assess import open_assessment, reproduce
from zhiheng.assess.stored import LedgerCut, MethodNotFound

if TYPE_CHECKING:
    from pathlib import Path

    from tests.unit.assess.shops import City

    from zhiheng.assess import Assessment
    from zhiheng.engine import Engine


def copy_of(assessment: Assessment, name: str) -> Assessment:
    folder = assessment.path.with_name(name)
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(assessment.path, folder)
    return open_assessment(folder)


def alter(path: Path, column: str, change: dict[object, object]) -> None:
    table = pq.read_table(path)
    values = [change.get(value, value) for value in table.column(column).to_pylist()]
    place = table.schema.get_field_index(column)
    typed = table.schema.field(column).type
    pq.write_table(table.set_column(place, column, [pa.array(values, typed)]), path)


def test_it_comes_out_equal(assessed: Assessment, engine: Engine):
    found = reproduce(assessed, engine=engine)
    assert found.equal
    assert found.software == ()
    assert assessed.manifest.results_hash in found.text("en").replace("\n  ", "")
    assert json.loads(json.dumps(found.as_json()))["equal"] is True


@pytest.mark.slow
def test_what_came_into_the_ledger_since_changes_nothing(city: City, engine: Engine):
    city.bring("register", register("S1"), register("S2"))
    city.bring("visit", visit("S1", 1, "2026-05-01"))
    before = city.assess("before")
    city.bring("visit", visit("S1", 1, "2026-05-01", clean=False), visit("S2", 2, "2026-05-01"))
    city.assess("after", method=METHOD.replace("A: 85", "A: 95"))  # the workspace has another method now
    assert reproduce(before, engine=engine).equal


def test_an_altered_file_is_named(assessed: Assessment, engine: Engine):
    altered = copy_of(assessed, "altered-outcome")
    alter(altered.path / "assessment.parquet", "grade", {"D": "A"})
    found = reproduce(altered, engine=engine)
    assert (found.equal, found.altered) == (False, True)
    assert [(one.subject, one.what, one.written, one.found) for one in found.differences] == [
        ("S3", "grade", "A", "D"),
        ("S6", "grade", "A", "D"),
    ]
    assert "S6" in found.text("zh")


@pytest.mark.slow
def test_doubled_rows_and_a_deleted_file_are_named(assessed: Assessment, engine: Engine):
    altered = copy_of(assessed, "doubled")
    rows = pq.read_table(altered.path / "assessment.parquet")
    pq.write_table(pa.concat_tables([rows, rows]), altered.path / "assessment.parquet")
    (altered.path / "lines.parquet").unlink()
    found = reproduce(altered, engine=engine)
    assert (found.equal, found.altered) == (False, True)
    assert found.files_altered == ("assessment.parquet", "lines.parquet")
    assert "lines.parquet" in found.text("zh")


@pytest.mark.slow
def test_forged_counts_are_named(assessed: Assessment, engine: Engine):
    forged = copy_of(assessed, "forged")
    manifest = forged.manifest
    object.__setattr__(manifest, "counts", (("graded", "A", manifest.subjects),))
    (forged.path / "manifest.json").write_text(json.dumps(manifest.as_json(), ensure_ascii=False), "utf-8")
    found = reproduce(open_assessment(forged.path), engine=engine)
    assert not found.equal
    assert found.manifest_differs == ("counts",)
    assert "counts" in found.text("en")


@pytest.mark.slow
def test_an_altered_line_is_named(assessed: Assessment, engine: Engine):
    altered = copy_of(assessed, "altered-line")
    alter(altered.path / "lines.parquet", "points", {Decimal("20.000000"): Decimal(19)})
    found = reproduce(altered, engine=engine)
    assert found.lines_differ
    assert {(one.what, one.written, one.found) for one in found.differences} == {("points", Decimal(19), Decimal(20))}
    assert all(one.criterion for one in found.differences)


@pytest.mark.slow
def test_a_manifest_of_other_results_differs(assessed: Assessment, engine: Engine):
    other = copy_of(assessed, "other")
    written = json.loads((other.path / "manifest.json").read_text("utf-8"))
    manifest = open_assessment(other.path).manifest
    object.__setattr__(manifest, "results_hash", "0" * 64)
    object.__setattr__(manifest, "frozen", {})
    (other.path / "manifest.json").write_text(json.dumps(manifest.as_json(), ensure_ascii=False), "utf-8")
    assert written["results_hash"] != "0" * 64
    found = reproduce(open_assessment(other.path), engine=engine)
    assert (found.equal, found.altered) == (False, False)
    assert {one.name for one in found.benchmarks} == {"trade_clean", "all_clean"}
    assert "0" * 64 in found.text("en").replace("\n  ", "")


@pytest.mark.slow
def test_another_version_of_the_software_is_said(assessed: Assessment, engine: Engine):
    old = copy_of(assessed, "old")
    manifest = old.manifest
    object.__setattr__(manifest, "software", {**manifest.software, "zhiheng": "0.0.1"})
    found = reproduce(old, engine=engine)
    assert found.equal
    assert [(one.name, one.then) for one in found.software] == [("zhiheng", "0.0.1")]


@pytest.mark.slow
def test_a_method_that_was_changed_is_refused(city: City, engine: Engine):
    city.bring("register", register("S1"))
    assessment = city.assess("one")
    for path in (assessment.path / "method.yaml", city.folder / "pack" / "method.yaml"):
        path.write_text(METHOD.replace("A: 85", "A: 95"), "utf-8")
    with pytest.raises(MethodNotFound):
        reproduce(assessment, engine=engine)


@pytest.mark.slow
def test_a_ledger_that_was_cut_is_refused(city: City, engine: Engine, tmp_path: Path):
    city.bring("register", register("S1"))
    shutil.copytree(city.folder / "ledger", tmp_path / "kept")
    city.bring("register", register("S2"))
    assessment = city.assess("one")
    shutil.rmtree(city.folder / "ledger")
    shutil.copytree(tmp_path / "kept", city.folder / "ledger")
    with pytest.raises(LedgerCut):
        reproduce(assessment, engine=engine)
