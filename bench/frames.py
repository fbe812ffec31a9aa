"""The aggregates of the bench method in DuckDB, as of by_hand.sql, and as one would write them in pandas and in Polars."""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING

from bench.fixtures import HERE
from bench.running import hand_connection
from bench.synthetic import AS_OF

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    import pandas as pd
    import polars as pl

MONTHS = 12 * AS_OF.year + AS_OF.month  # the day is the last of its month
SCALE = 1_000_000_000
HALF18 = [round(0.5 ** (age / 18) * SCALE) for age in range(36)]
HALF12 = [round(0.5 ** (age / 12) * SCALE) for age in range(24)]
FADE12 = [max(0, round((1 - age / 12) * SCALE)) for age in range(36)]
FADE36 = [max(0, round((1 - age / 36) * SCALE)) for age in range(36)]
COLUMNS = {
    "sampling": ["category", "result", "severity", "level"],
    "penalty": ["severity", "violation", "fine"],
    "complaint": ["channel", "verified", "on_time", "mediated", "days"],
    "certificate": ["true_until", "type", "level"],
    "inspection": ["passed", "mark", "items", "problems"],
    "annual_stat": ["revenue", "research", "staff"],
}
DATED = {"sampling", "inspection", "annual_stat"}  # whose latest record is asked for, in the order of day and record


def in_duckdb(folder: Path) -> Callable[[], object]:
    """Prepare the aggregates in DuckDB: those of by_hand.sql."""
    connection = hand_connection({kind: f"{folder}/{kind}.parquet" for kind in COLUMNS})
    script, _, _ = (HERE / "by_hand.sql").read_text().partition("-- Here end the aggregates.")
    script = script.rstrip().removesuffix(",").replace("temp table by_hand", "temp table sums")

    def work() -> Callable[[], object]:
        connection.execute(f"{script} select * from together")

        def answer() -> object:
            names = [row[0] for row in connection.execute("describe sums").fetchall() if row[0] != "subject"]
            cents = {"fines", "marks", "last_mark", "research", "revenue"}
            columns = {name: f"{name} * 100" if name in cents else name for name in names}
            columns["category"] = "category[-2:]::int"
            wanted = ", ".join(f"coalesce(sum({column}), 0)::hugeint" for column in columns.values())
            count, *sums = connection.execute(f"select count(*), {wanted} from sums").fetchall()[0]
            return summary(count, dict(zip(columns, sums, strict=True)))

        return answer

    return work


def in_pandas(folder: Path) -> Callable[[], object]:
    """Prepare the aggregates in pandas: a column a sum, then one grouping a kind."""
    import numpy as np  # noqa: PLC0415 - loaded only where it is measured
    import pandas as pd  # noqa: PLC0415

    def read(kind: str) -> tuple[pd.DataFrame, pd.Series]:
        columns = ["subject", "true_on", *COLUMNS[kind], *(["record"] if kind in DATED else [])]
        rows = pd.read_parquet(folder / f"{kind}.parquet", columns=columns, dtype_backend="pyarrow")
        rows = rows[rows["true_on"] <= AS_OF].reset_index(drop=True)
        days = rows["true_on"].astype("datetime64[s]")
        return rows, MONTHS - (12 * days.dt.year + days.dt.month)

    def true(condition: pd.Series) -> pd.Series:
        return condition.fillna(value=False).astype(bool)

    def weight(ages: pd.Series, weights: Sequence[int], months: int) -> pd.Series:
        table = np.array([*weights[:months], 0], dtype="int64")
        return pd.Series(table[np.minimum(ages.to_numpy(), months)])

    def latest(rows: pd.DataFrame, column: str) -> pd.Series:
        last = rows.sort_values(["true_on", "record"]).drop_duplicates("subject", keep="last")
        return last.set_index("subject")[column]

    def different(rows: pd.DataFrame, column: str) -> pd.Series:
        return rows[["subject", column]].drop_duplicates().groupby("subject").size()

    def cents(column: pd.Series) -> pd.Series:
        return (column * 100).astype("int64")

    def sampling() -> pd.DataFrame:
        rows, age = read("sampling")
        failed, passed = true(rows["result"] == "fail"), true(rows["result"] == "pass")
        tested, national, half = failed | passed, true(rows["level"] == "national"), weight(age, HALF18, 36)
        safety = failed & true(rows["severity"] == "safety")
        sums = pd.DataFrame({
            "subject": rows["subject"],
            "pass_num": half * passed,
            "pass_den": half * tested,
            "pass_n": tested & (age < 36),
            "safety": 20 * weight(age, FADE36, 36) * safety,
            "fails": failed & (age < 24),
            "national_num": national & passed & (age < 36),
            "national_n": national & tested & (age < 36),
            "last_failed": failed & (age < 12),
        }).groupby("subject").sum()
        categories = different(rows[age < 60], "category")
        newest = age.groupby(rows["subject"]).min()
        return sums.assign(category=latest(rows, "category"), categories=categories, newest=newest)

    def penalty() -> pd.DataFrame:
        rows, age = read("penalty")
        ordinary, serious = true(rows["severity"] == "ordinary"), true(rows["severity"] == "serious") & (age < 36)
        faded = 20 * weight(age, FADE12, 36) * ordinary + 60 * weight(age, FADE36, 36) * serious
        sums = pd.DataFrame({
            "subject": rows["subject"],
            "penalties": faded,
            "fines": cents(rows["fine"]).where(age < 36, 0),
            "serious": serious,
            "repeated": age < 24,
        }).groupby("subject").sum()
        repeated = sums["repeated"] - different(rows[age < 24], "violation").reindex(sums.index, fill_value=0)
        return sums.assign(repeated=repeated, since=age[age < 60].groupby(rows["subject"]).min())

    def complaint() -> pd.DataFrame:
        rows, age = read("complaint")
        half, counted = weight(age, HALF12, 24), age < 24
        sums = pd.DataFrame({
            "subject": rows["subject"],
            "complaints": counted,
            "verified": counted & true(rows["verified"]),
            "on_time": counted & true(rows["on_time"]),
            "mediated": counted & true(rows["verified"]) & true(rows["mediated"]),
            "days_num": half * rows["days"].astype("int64"),
            "days_den": half,
            "recent": age < 6,
        }).groupby("subject").sum()
        return sums.assign(channels=different(rows[counted], "channel"))

    def certificate() -> pd.DataFrame:
        rows, age = read("certificate")
        now = rows["true_until"].isna() | true(rows["true_until"] >= AS_OF)
        rows, age = rows[now], age[now]
        grouped = pd.DataFrame({
            "subject": rows["subject"],
            "quality": true(rows["type"] == "iso9001"),
            "others": true(rows["type"].isin(["iso14001", "iso45001"])),
            "level": rows["level"],
            "held": age,
        }).groupby("subject")
        sums = grouped.agg({"quality": "sum", "others": "sum", "level": "max", "held": "max"})
        return sums.assign(types=different(rows, "type"))

    def inspection() -> pd.DataFrame:
        rows, age = read("inspection")
        half, counted = weight(age, HALF12, 24), age < 24
        sums = pd.DataFrame({
            "subject": rows["subject"],
            "passed_num": half * true(rows["passed"]),
            "passed_den": half,
            "inspections": counted,
            "marks": cents(rows["mark"]).where(counted, 0),
            "problems": rows["problems"].where(counted, 0),
            "items": rows["items"].where(counted, 0),
            "bad": true(rows["problems"] > 5) & (age < 36),
        }).groupby("subject").sum()
        return sums.assign(last_mark=cents(latest(rows[age < 36], "mark")))

    def annual_stat() -> pd.DataFrame:
        rows, age = read("annual_stat")
        counted = age < 36
        sums = pd.DataFrame({
            "subject": rows["subject"],
            "research": cents(rows["research"]).where(counted, 0),
            "revenue": cents(rows["revenue"]).where(counted, 0),
            "reports": counted,
        }).groupby("subject").sum()
        return sums.assign(staff=latest(rows[age < 24], "staff"))

    def work() -> Callable[[], object]:
        kinds = (sampling, penalty, complaint, certificate, inspection, annual_stat)
        joined = reduce(lambda left, right: left.join(right, how="outer"), (kind() for kind in kinds))

        def answer() -> object:
            joined["category"] = joined["category"].str[-2:].astype("Int64")
            sums = {name: int(joined[name].fillna(0).astype("int64").sum()) for name in joined.columns}
            return summary(len(joined), sums)

        return answer

    return work


def in_polars(folder: Path) -> Callable[[], object]:
    """Prepare the aggregates in Polars: one lazy grouping a kind, all collected at once."""
    import polars as pl  # noqa: PLC0415 - loaded only where it is measured

    age = MONTHS - (12 * pl.col("true_on").dt.year() + pl.col("true_on").dt.month().cast(pl.Int32))
    within = {months: pl.col("age") < months for months in (6, 12, 24, 36, 60)}

    def read(kind: str) -> pl.LazyFrame:
        rows = pl.scan_parquet(folder / f"{kind}.parquet").filter(pl.col("true_on") <= AS_OF)
        return rows.with_columns(age.alias("age"))

    def weights(name: str, of_age: Sequence[int], months: int) -> pl.LazyFrame:
        return pl.LazyFrame({"age": range(months), name: of_age[:months]}, schema={"age": pl.Int32, name: pl.Int64})

    def latest(column: str) -> pl.Expr:
        return pl.col(column).sort_by("true_on", "record").last()

    def cents(column: str) -> pl.Expr:
        return (pl.col(column) * 100).cast(pl.Int64)

    def total(condition: pl.Expr) -> pl.Expr:
        return condition.fill_null(value=False).sum()

    def sampling() -> pl.LazyFrame:
        passed, failed = pl.col("result") == "pass", pl.col("result") == "fail"
        tested, national = passed | failed, pl.col("level") == "national"
        rows = read("sampling").join(weights("half", HALF18, 36), on="age", how="left")
        rows = rows.join(weights("fade", FADE36, 36), on="age", how="left")
        return rows.group_by("subject").agg(
            latest("category"),
            pl.col("half").filter(passed).sum().alias("pass_num"),
            pl.col("half").filter(tested).sum().alias("pass_den"),
            total(tested & within[36]).alias("pass_n"),
            (20 * pl.col("fade").filter(failed & (pl.col("severity") == "safety")).sum()).alias("safety"),
            total(failed & within[24]).alias("fails"),
            total(national & passed & within[36]).alias("national_num"),
            total(national & tested & within[36]).alias("national_n"),
            pl.col("category").filter(within[60]).n_unique().alias("categories"),
            total(failed & within[12]).alias("last_failed"),
            pl.col("age").min().alias("newest"),
        )

    def penalty() -> pl.LazyFrame:
        ordinary, serious = pl.col("severity") == "ordinary", pl.col("severity") == "serious"
        rows = read("penalty").join(weights("fade12", FADE12, 36), on="age", how="left")
        rows = rows.join(weights("fade36", FADE36, 36), on="age", how="left")
        violations = pl.col("violation").filter(within[24])
        return rows.group_by("subject").agg(
            (20 * pl.col("fade12").filter(ordinary).sum() + 60 * pl.col("fade36").filter(serious).sum()).alias("penalties"),
            (violations.len().cast(pl.Int64) - violations.n_unique().cast(pl.Int64)).alias("repeated"),
            cents("fine").filter(within[36]).sum().alias("fines"),
            total(serious & within[36]).alias("serious"),
            pl.col("age").filter(within[60]).min().alias("since"),
        )

    def complaint() -> pl.LazyFrame:
        rows = read("complaint").filter(within[24]).join(weights("half", HALF12, 24), on="age")
        return rows.group_by("subject").agg(
            pl.len().alias("complaints"),
            pl.col("verified", "on_time").sum(),
            (pl.col("verified") & pl.col("mediated")).sum().alias("mediated"),
            (pl.col("half") * pl.col("days")).sum().alias("days_num"),
            pl.col("half").sum().alias("days_den"),
            pl.col("channel").n_unique().alias("channels"),
            total(within[6]).alias("recent"),
        )

    def certificate() -> pl.LazyFrame:
        now = pl.col("true_until").is_null() | (pl.col("true_until") >= AS_OF)
        return read("certificate").filter(now).group_by("subject").agg(
            (pl.col("type") == "iso9001").sum().alias("quality"),
            pl.col("type").is_in(["iso14001", "iso45001"]).sum().alias("others"),
            pl.col("type").n_unique().alias("types"),
            pl.col("level").max(),
            pl.col("age").max().alias("held"),
        )

    def inspection() -> pl.LazyFrame:
        rows = read("inspection").filter(within[36]).join(weights("half", HALF12, 24), on="age", how="left")
        return rows.group_by("subject").agg(
            pl.col("half").filter(pl.col("passed")).sum().alias("passed_num"),
            pl.col("half").sum().alias("passed_den"),
            total(within[24]).alias("inspections"),
            cents("mark").filter(within[24]).sum().alias("marks"),
            pl.col("problems", "items").filter(within[24]).sum(),
            (pl.col("problems") > 5).sum().alias("bad"),
            cents("mark").sort_by("true_on", "record").last().alias("last_mark"),
        )

    def annual_stat() -> pl.LazyFrame:
        return read("annual_stat").filter(within[36]).group_by("subject").agg(
            cents("research").sum().alias("research"),
            cents("revenue").sum().alias("revenue"),
            pl.len().alias("reports"),
            pl.col("staff").filter(within[24]).sort_by(
                pl.col("true_on").filter(within[24]), pl.col("record").filter(within[24])
            ).last(),
        )

    def work() -> Callable[[], object]:
        kinds = (sampling, penalty, complaint, certificate, inspection, annual_stat)
        joined = reduce(
            lambda left, right: left.join(right, on="subject", how="full", coalesce=True), (kind() for kind in kinds)
        ).collect()

        def answer() -> object:
            numbers = joined.with_columns(pl.col("category").str.slice(-2).cast(pl.Int64)).drop("subject")
            sums = {name: int(numbers[name].cast(pl.Int64).sum()) for name in numbers.columns}
            return summary(joined.height, sums)

        return answer

    return work


def summary(subjects: int, sums: dict[str, int]) -> str:
    """Write the sums of all columns as one text."""
    return f"{subjects} subjects: " + ", ".join(f"{name} {sums[name]}" for name in sorted(sums))
