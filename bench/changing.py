"""Measure reading after corrections, and scoring anew after a few new records."""

from __future__ import annotations

import shutil
from datetime import date, datetime
from typing import TYPE_CHECKING

from bench.assessing import assess
from bench.compiling import same
from bench.fixtures import DATA, SOURCE, kept, ledger, linked, write_csv
from bench.report import Bar, Ratio, Result
from bench.running import MEMORY, bench_method, gather_all, ledger_records
from bench.synthetic import AS_OF
from bench.timing import Task, run_apart, side_by_side
from zhiheng.assess import open_assessment, rerun, run_method
from zhiheng.engine import open_engine
from zhiheng.ledger import compact, import_files, open_workspace, read_as_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from bench.synthetic import Size

EVERY = 100  # one in so many records is corrected
NEW = 1000
BEFORE = "assessments/before"
LATER = datetime(2026, 7, 3, 12)  # noqa: DTZ001 - UTC without a zone, as the ledger's moments are
EXTRACTED = date(2026, 7, 2)

# What a correction says instead, by kind.
CORRECTED: Mapping[str, str] = {
    "sampling": "if(category = 'category 00', 'category 01', 'category 00') as category",
    "penalty": "fine + 100 as fine",
    "complaint": "days + 1 as days",
    "certificate": "level % 5 + 1 as level",
    "inspection": "problems + 1 as problems",
    "annual_stat": "staff + 1 as staff",
}


def corrections(size: Size, times: int) -> Result:
    """Compare reading a ledger with corrected records, after compaction, with reading one without."""
    plain, corrected = ledger(size), kept(f"corrected-{size.subjects}-{size.records}", _write_corrected, size)
    with_them, without = "1 % corrected, compacted", "no corrections"
    sides = side_by_side(
        {
            with_them: Task(gather_all, (ledger_records, corrected)),
            without: Task(gather_all, (ledger_records, plain)),
        },
        times,
    )
    rows = size.records // EVERY
    return Result(
        "Reading with corrections",
        f"Gathering the raw aggregates of every subject from a ledger of {size}, {MEMORY} for DuckDB; {rows:,} of the"
        " records were corrected by a later import, and the ledger was compacted; against the ledger without them.",
        sides,
        [
            Ratio(
                "reading with 1 % corrected records, after compaction, against none",
                sides[with_them].seconds / sides[without].seconds,
                Bar(1.2),
            )
        ],
    )


def new_records(size: Size, times: int) -> Result:
    """Compare assessing again after a few new records with assessing everything anew."""
    grown = kept(f"grown-{size.subjects}-{size.records}", _write_grown, size)
    run_apart(Task(_assess_before, (grown,)))  # by the code of today: sums gathered by any other are not gone on from
    again, full, bare = "after new records", "a full run", "a full run without its lines"
    sides = side_by_side(
        {
            again: Task(assess_again, (grown, DATA / "again")),
            full: Task(assess, (grown, DATA / "full", True)),
            bare: Task(assess, (grown, DATA / "bare", False)),
        },
        times,
    )
    same(sides[again].answer, sides[full].answer)
    strict = sides[again].seconds / sides[bare].seconds
    return Result(
        "Assessing again after new records",
        f"A ledger of {size}, {MEMORY} for DuckDB, was assessed; then {NEW:,} new records came in. Assessing again"
        " (`zhiheng assess --after`) gathers the subjects that they touch, ranks peers anew and scores every subject;"
        " the results have the same hash as those of a full run. A full run writes `lines.parquet` too, which assessing"
        " again leaves out unless it is asked for.",
        sides,
        [
            Ratio(
                f"{NEW:,} new records, everything re-scored, against a full run",
                sides[again].seconds / sides[full].seconds,
                Bar(0.2),
            )
        ],
        [f"against a full run without its lines: {strict:.2f} (no bar)"],
    )


def assess_again(workspace: Path, out: Path) -> Callable[[], object]:
    """Prepare the assessment of what is new since the last."""
    shutil.rmtree(out, ignore_errors=True)
    previous, snapshot = open_assessment(workspace / BEFORE), ledger_records(workspace)
    engine = open_engine(memory=MEMORY)
    return lambda: rerun(previous, snapshot, engine, as_of=AS_OF, out=out).manifest.results_hash


def _assess_before(workspace: Path) -> Callable[[], object]:
    """Prepare the assessment of the first batch."""
    shutil.rmtree(workspace / BEFORE, ignore_errors=True)
    method, snapshot = bench_method(), read_as_of(open_workspace(workspace), batches=1)
    engine = open_engine(memory=MEMORY)
    return lambda: run_method(method, snapshot, engine, as_of=AS_OF, out=workspace / BEFORE).manifest.results_hash


def _write_grown(folder: Path, size: Size) -> None:
    linked(ledger(size), folder)
    part = NEW / size.records
    new = write_csv(folder.with_suffix(".csv"), size, lambda rows: f"range({rows}, {rows} + {round(rows * part)})")
    import_files(open_workspace(folder), list(new.values()), source=SOURCE, now=LATER)
    shutil.rmtree(folder.with_suffix(".csv"))


def _write_corrected(folder: Path, size: Size) -> None:
    linked(ledger(size), folder)
    files = write_csv(folder.with_suffix(".csv"), size, lambda rows: f"range(0, {rows}, {EVERY})", CORRECTED)
    workspace = open_workspace(folder)
    for kind, file in files.items():
        report = import_files(workspace, [file], source=SOURCE, kind=kind, extract_date=EXTRACTED, now=LATER)
        if report.counts.corrections != report.counts.rows_seen:
            raise AssertionError(report.counts)
    compact(workspace, now=LATER, keep_hours=0)
    shutil.rmtree(folder.with_suffix(".csv"))
