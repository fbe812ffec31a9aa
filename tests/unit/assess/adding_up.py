"""Whether the points that an explanation shows add up, and agree with the files."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

import pyarrow.parquet as pq

if TYPE_CHECKING:
    from zhiheng.assess import Assessment, Explanation


def rounded(value: Fraction, places: int) -> Decimal:
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    return exact.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def assert_adds_up(told: Explanation) -> None:
    points = sum((line.points or Decimal(0) for line in told.lines), Decimal(0))
    most = sum((line.max_points or Decimal(0) for line in told.lines), Decimal(0))
    source = told.score_from
    assert (source.points, source.max_points) == (points, most)
    if told.dimensions:
        assert sum(one.points for one in told.dimensions) == points
    if told.score is not None and not source.formula:
        over = most if source.over == "applicable" else sum(line.most for line in told.lines)
        score = (
            Fraction(points) if source.out_of is None else Fraction(source.out_of) * Fraction(points) / Fraction(over)
        )
        assert told.score == rounded(score, source.places)


def assert_as_written(told: Explanation, assessment: Assessment) -> None:
    rows = pq.read_table(assessment.path / "lines.parquet", filters=[("subject", "==", told.subject)]).to_pylist()
    written = {row["criterion"]: (row["state"], row["points"], row["max_points"], row["records"]) for row in rows}
    assert {line.name: (line.state, line.points, line.max_points, line.records) for line in told.lines} == written
