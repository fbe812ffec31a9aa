"""Measure whole assessments: with and without lines, and after a few new records."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from bench.fixtures import DATA, ledger
from bench.report import Bar, Ratio, Result
from bench.running import MEMORY, bench_method, ledger_records
from bench.synthetic import AS_OF
from bench.timing import Task, side_by_side
from zhiheng.assess import run_method
from zhiheng.engine import open_engine

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from bench.synthetic import Size


def lines(size: Size, times: int) -> Result:
    """Compare a run that writes lines with one that does not."""
    folder = ledger(size)
    with_them, without = "with lines", "without lines"
    sides = side_by_side(
        {
            with_them: Task(assess, (folder, DATA / "with-lines", True)),
            without: Task(assess, (folder, DATA / "without-lines", False)),
        },
        times,
    )
    added = (sides[with_them].seconds - sides[without].seconds) / sides[without].seconds
    return Result(
        "Writing lines",
        f"A whole assessment of {size}, {MEMORY} for DuckDB: `assessment.parquet`, `values.parquet` and the manifest"
        f" with the hash of all results; with `lines.parquet`, {30 * size.subjects:,} rows, and without.",
        sides,
        [Ratio("writing lines: (with - without) / without", added, Bar(0.4))],
    )


def assess(workspace: Path, out: Path, lines: bool) -> Callable[[], object]:  # noqa: FBT001 - given by position
    """Prepare an assessment of a ledger."""
    shutil.rmtree(out, ignore_errors=True)
    method, snapshot, engine = bench_method(), ledger_records(workspace), open_engine(memory=MEMORY)
    return lambda: run_method(method, snapshot, engine, as_of=AS_OF, out=out, lines=lines).manifest.results_hash
