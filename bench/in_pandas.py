"""The aggregates of the bench method as one would write them in pandas: a column a sum, then one grouping a kind."""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from bench.aggregates import FADE12, FADE36, HALF12, HALF18, MANY_PROBLEMS, MONTHS, summary
from bench.synthetic import AS_OF

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

READ = {
    "sampling": ["category", "result", "severity", "level", "record"],
    "penalty": ["severity", "violation", "fine"],
    "complaint": ["channel", "verified", "on_time", "mediated", "days"],
    "certificate": ["true_until", "type", "level"],
    "inspection": ["passed", "mark", "items", "problems", "record"],
    "annual_stat": ["revenue", "research", "staff", "record"],
}


def aggregate(folder: Path) -> Callable[[], object]:
    """Prepare the aggregates of every kind, joined."""

    def work() -> Callable[[], object]:
        kinds = (_sampling, _penalty, _complaint, _certificate, _inspection, _annual_stat)
        parts = (kind(*_read(folder, kind.__name__.removeprefix("_"))) for kind in kinds)
        joined = reduce(lambda left, right: left.join(right, how="outer"), parts)
        return lambda: _answer(joined)

    return work


def _answer(joined: pd.DataFrame) -> str:
    joined["category"] = joined["category"].str[-2:].astype("Int64")
    sums = {name: int(joined[name].fillna(0).astype("int64").sum()) for name in joined.columns}
    return summary(len(joined), sums)


def _read(folder: Path, kind: str) -> tuple[pd.DataFrame, pd.Series]:
    columns = ["subject", "true_on", *READ[kind]]
    rows = pd.read_parquet(folder / f"{kind}.parquet", columns=columns, dtype_backend="pyarrow")
    rows = rows[rows["true_on"] <= AS_OF].reset_index(drop=True)
    days = rows["true_on"].astype("datetime64[s]")
    return rows, MONTHS - (12 * days.dt.year + days.dt.month)


def _within(age: pd.Series, months: int) -> pd.Series:
    return age < months


def _true(condition: pd.Series) -> pd.Series:
    return condition.fillna(value=False).astype(bool)


def _weight(ages: pd.Series, weights: Sequence[int], months: int) -> pd.Series:
    table = np.array([*weights[:months], 0], dtype="int64")
    return pd.Series(table[np.minimum(ages.to_numpy(), months)])


def _cents(column: pd.Series) -> pd.Series:
    return (column * 100).astype("int64")


def _latest(rows: pd.DataFrame, column: str) -> pd.Series:
    last = rows.sort_values(["true_on", "record"]).drop_duplicates("subject", keep="last")
    return last.set_index("subject")[column]


def _different(rows: pd.DataFrame, column: str) -> pd.Series:
    return rows[["subject", column]].drop_duplicates().groupby("subject").size()


def _sums(rows: pd.DataFrame, columns: dict[str, pd.Series]) -> pd.DataFrame:
    return pd.DataFrame({"subject": rows["subject"], **columns}).groupby("subject").sum()


def _sampling(rows: pd.DataFrame, age: pd.Series) -> pd.DataFrame:
    failed, passed = _true(rows["result"] == "fail"), _true(rows["result"] == "pass")
    tested, national, half = failed | passed, _true(rows["level"] == "national"), _weight(age, HALF18, 36)
    columns = {
        "pass_num": half * passed,
        "pass_den": half * tested,
        "pass_n": tested & _within(age, 36),
        "safety": 20 * _weight(age, FADE36, 36) * (failed & _true(rows["severity"] == "safety")),
        "fails": failed & _within(age, 24),
        "national_num": national & passed & _within(age, 36),
        "national_n": national & tested & _within(age, 36),
        "last_failed": failed & _within(age, 12),
    }
    return _sums(rows, columns).assign(
        category=_latest(rows, "category"),
        categories=_different(rows[_within(age, 60)], "category"),
        newest=age.groupby(rows["subject"]).min(),
    )


def _penalty(rows: pd.DataFrame, age: pd.Series) -> pd.DataFrame:
    ordinary, serious = _true(rows["severity"] == "ordinary"), _true(rows["severity"] == "serious") & _within(age, 36)
    columns = {
        "penalties": 20 * _weight(age, FADE12, 36) * ordinary + 60 * _weight(age, FADE36, 36) * serious,
        "fines": _cents(rows["fine"]).where(_within(age, 36), 0),
        "serious": serious,
        "counted": _within(age, 24),
    }
    sums = _sums(rows, columns)
    violations = _different(rows[_within(age, 24)], "violation").reindex(sums.index, fill_value=0)
    repeated = sums.pop("counted") - violations
    return sums.assign(repeated=repeated, since=age[_within(age, 60)].groupby(rows["subject"]).min())


def _complaint(rows: pd.DataFrame, age: pd.Series) -> pd.DataFrame:
    half, counted, verified = _weight(age, HALF12, 24), _within(age, 24), _true(rows["verified"])
    columns = {
        "complaints": counted,
        "verified": counted & verified,
        "on_time": counted & _true(rows["on_time"]),
        "mediated": counted & verified & _true(rows["mediated"]),
        "days_num": half * rows["days"].astype("int64"),
        "days_den": half,
        "recent": _within(age, 6),
    }
    return _sums(rows, columns).assign(channels=_different(rows[counted], "channel"))


def _certificate(rows: pd.DataFrame, age: pd.Series) -> pd.DataFrame:
    now = rows["true_until"].isna() | _true(rows["true_until"] >= AS_OF)
    rows, age = rows[now], age[now]
    quality, others = rows["type"] == "iso9001", rows["type"].isin(["iso14001", "iso45001"])
    highest = pd.DataFrame({"subject": rows["subject"], "level": rows["level"], "held": age}).groupby("subject").max()
    return _sums(rows, {"quality": _true(quality), "others": _true(others)}).assign(
        level=highest["level"], held=highest["held"], types=_different(rows, "type")
    )


def _inspection(rows: pd.DataFrame, age: pd.Series) -> pd.DataFrame:
    half, counted = _weight(age, HALF12, 24), _within(age, 24)
    columns = {
        "passed_num": half * _true(rows["passed"]),
        "passed_den": half,
        "inspections": counted,
        "marks": _cents(rows["mark"]).where(counted, 0),
        "problems": rows["problems"].where(counted, 0),
        "items": rows["items"].where(counted, 0),
        "bad": _true(rows["problems"] > MANY_PROBLEMS) & _within(age, 36),
    }
    return _sums(rows, columns).assign(last_mark=_cents(_latest(rows[_within(age, 36)], "mark")))


def _annual_stat(rows: pd.DataFrame, age: pd.Series) -> pd.DataFrame:
    counted = _within(age, 36)
    columns = {
        "research": _cents(rows["research"]).where(counted, 0),
        "revenue": _cents(rows["revenue"]).where(counted, 0),
        "reports": counted,
    }
    return _sums(rows, columns).assign(staff=_latest(rows[_within(age, 24)], "staff"))
