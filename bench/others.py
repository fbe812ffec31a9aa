"""Print what the same method takes in pandas, Polars, DuckDB by hand, and zhiheng on its two engines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench.aggregates import in_duckdb
from bench.compiling import same
from bench.fixtures import by_date
from bench.report import Result
from bench.running import generated, plain_records
from bench.timing import Task, side_by_side

if TYPE_CHECKING:
    from bench.synthetic import Size


def measure(size: Size, times: int) -> Result:
    """Run the method in each."""
    from bench import in_pandas, in_polars  # noqa: PLC0415 - loaded at the top they would weigh on every process

    folder = by_date(size)
    aggregates = {
        "pandas": Task(in_pandas.aggregate, (folder,)),
        "Polars": Task(in_polars.aggregate, (folder,)),
        "DuckDB, by hand": Task(in_duckdb, (folder,)),
    }
    whole = {
        "zhiheng on DuckDB": Task(generated, (plain_records, folder)),
        "zhiheng on Spark": Task(generated, (plain_records, folder, "spark")),
    }
    sides = side_by_side(aggregates | whole, times)
    for group in (aggregates, whole):
        first, *others = (sides[name].answer for name in group)
        for other in others:
            same(first, other)
    return Result(
        "pandas, Polars, DuckDB and Spark",
        f"30 criteria over 6 kinds, {size}, files ordered by date. The first three compute the raw aggregates of every"
        " subject, each column's sum equal in all; zhiheng also states, scores, grades and points, equal on both"
        " engines. No bar: these are different tools, and only what is written by hand is tuned to the one method.",
        sides,
        notes=["The memory of Spark is that of its Python process; its Java process is given 2 GB."],
    )
