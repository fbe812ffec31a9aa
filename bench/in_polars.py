"""The aggregates of the bench method as one would write them in Polars: a lazy grouping a kind, collected at once."""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING

import polars as pl

from bench.aggregates import FADE12, FADE36, HALF12, HALF18, MANY_PROBLEMS, MONTHS, summary
from bench.synthetic import AS_OF

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

AGE = (MONTHS - (12 * pl.col("true_on").dt.year() + pl.col("true_on").dt.month().cast(pl.Int32))).alias("age")


def aggregate(folder: Path) -> Callable[[], object]:
    """Prepare the aggregates of every kind, joined."""

    def work() -> Callable[[], object]:
        kinds = (_sampling, _penalty, _complaint, _certificate, _inspection, _annual_stat)
        parts = (kind(_read(folder, kind.__name__.removeprefix("_"))) for kind in kinds)
        joined = reduce(lambda left, right: left.join(right, on="subject", how="full", coalesce=True), parts).collect()
        return lambda: _answer(joined)

    return work


def _answer(joined: pl.DataFrame) -> str:
    numbers = joined.with_columns(pl.col("category").str.slice(-2).cast(pl.Int64)).drop("subject")
    sums = {name: int(numbers[name].cast(pl.Int64).sum()) for name in numbers.columns}
    return summary(joined.height, sums)


def _read(folder: Path, kind: str) -> pl.LazyFrame:
    return pl.scan_parquet(folder / f"{kind}.parquet").filter(pl.col("true_on") <= AS_OF).with_columns(AGE)


def _within(months: int) -> pl.Expr:
    return pl.col("age") < months


def _weighted(rows: pl.LazyFrame, name: str, weights: Sequence[int], months: int) -> pl.LazyFrame:
    table = {"age": list(range(months)), name: weights[:months]}
    return rows.join(pl.LazyFrame(table, schema={"age": pl.Int32, name: pl.Int64}), on="age", how="left")


def _cents(column: str) -> pl.Expr:
    return (pl.col(column) * 100).cast(pl.Int64)


def _many(condition: pl.Expr) -> pl.Expr:
    return condition.fill_null(value=False).sum()


def _latest(column: pl.Expr) -> pl.Expr:
    return column.sort_by("true_on", "record").last()


def _sampling(rows: pl.LazyFrame) -> pl.LazyFrame:
    passed, failed = pl.col("result") == "pass", pl.col("result") == "fail"
    tested, national = passed | failed, pl.col("level") == "national"
    rows = _weighted(_weighted(rows, "half", HALF18, 36), "fade", FADE36, 36)
    return rows.group_by("subject").agg(
        _latest(pl.col("category")),
        pl.col("half").filter(passed).sum().alias("pass_num"),
        pl.col("half").filter(tested).sum().alias("pass_den"),
        _many(tested & _within(36)).alias("pass_n"),
        (20 * pl.col("fade").filter(failed & (pl.col("severity") == "safety")).sum()).alias("safety"),
        _many(failed & _within(24)).alias("fails"),
        _many(national & passed & _within(36)).alias("national_num"),
        _many(national & tested & _within(36)).alias("national_n"),
        pl.col("category").filter(_within(60)).n_unique().alias("categories"),
        _many(failed & _within(12)).alias("last_failed"),
        pl.col("age").min().alias("newest"),
    )


def _penalty(rows: pl.LazyFrame) -> pl.LazyFrame:
    ordinary, serious = pl.col("severity") == "ordinary", pl.col("severity") == "serious"
    points = 20 * pl.col("fade12").filter(ordinary).sum() + 60 * pl.col("fade36").filter(serious).sum()
    violations = pl.col("violation").filter(_within(24))
    rows = _weighted(_weighted(rows, "fade12", FADE12, 36), "fade36", FADE36, 36)
    return rows.group_by("subject").agg(
        points.alias("penalties"),
        (violations.len().cast(pl.Int64) - violations.n_unique().cast(pl.Int64)).alias("repeated"),
        _cents("fine").filter(_within(36)).sum().alias("fines"),
        _many(serious & _within(36)).alias("serious"),
        pl.col("age").filter(_within(60)).min().alias("since"),
    )


def _complaint(rows: pl.LazyFrame) -> pl.LazyFrame:
    rows = _weighted(rows.filter(_within(24)), "half", HALF12, 24)
    return rows.group_by("subject").agg(
        pl.len().alias("complaints"),
        pl.col("verified", "on_time").sum(),
        (pl.col("verified") & pl.col("mediated")).sum().alias("mediated"),
        (pl.col("half") * pl.col("days")).sum().alias("days_num"),
        pl.col("half").sum().alias("days_den"),
        pl.col("channel").n_unique().alias("channels"),
        _many(_within(6)).alias("recent"),
    )


def _certificate(rows: pl.LazyFrame) -> pl.LazyFrame:
    now = pl.col("true_until").is_null() | (pl.col("true_until") >= AS_OF)
    grouped = rows.filter(now).group_by("subject")
    return grouped.agg(
        (pl.col("type") == "iso9001").sum().alias("quality"),
        pl.col("type").is_in(["iso14001", "iso45001"]).sum().alias("others"),
        pl.col("type").n_unique().alias("types"),
        pl.col("level").max(),
        pl.col("age").max().alias("held"),
    )


def _inspection(rows: pl.LazyFrame) -> pl.LazyFrame:
    rows = _weighted(rows.filter(_within(36)), "half", HALF12, 24)
    return rows.group_by("subject").agg(
        pl.col("half").filter(pl.col("passed")).sum().alias("passed_num"),
        pl.col("half").sum().alias("passed_den"),
        _many(_within(24)).alias("inspections"),
        _cents("mark").filter(_within(24)).sum().alias("marks"),
        pl.col("problems", "items").filter(_within(24)).sum(),
        (pl.col("problems") > MANY_PROBLEMS).sum().alias("bad"),
        _latest(_cents("mark")).alias("last_mark"),
    )


def _annual_stat(rows: pl.LazyFrame) -> pl.LazyFrame:
    grouped = rows.filter(_within(36)).group_by("subject")
    recent = _within(24)
    staff = pl.col("staff").filter(recent).sort_by(pl.col("true_on").filter(recent), pl.col("record").filter(recent))
    return grouped.agg(
        _cents("research").sum().alias("research"),
        _cents("revenue").sum().alias("revenue"),
        pl.len().alias("reports"),
        staff.last(),
    )
