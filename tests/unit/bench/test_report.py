"""What the report of the measurements says."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from bench.report import Bar, Ratio, Result, show, show_all
from bench.timing import Run, Runs

FAST = Runs([Run(1.0, 2 * 1024**2, 7), Run(3.0, 1024**2, 7), Run(2.0, 1024**2, 7)])


@pytest.mark.parametrize(
    ("ratio", "bar", "holds"),
    [
        (1.15, Bar(1.15), True),
        (1.1504, Bar(1.15), False),
        (1.16, Bar(1.15), False),
        (10.0, Bar(10, at_least=True), True),
        (9.98, Bar(10, at_least=True), False),
    ],
)
def test_a_bar_is_held_against_the_ratio_as_it_was_measured(ratio: float, bar: Bar, *, holds: bool) -> None:
    assert bar.holds(ratio) is holds


def test_a_side_is_told_by_its_median_its_spread_and_the_most_memory_of_any_run() -> None:
    told = show(Result("A title", "What it was.", {"ours": FAST}, [Ratio("ours against theirs", 0.5, Bar(1))]))
    assert "| ours | 2.00 s | 1.00 to 3.00 s | 2 MB |" in told
    assert "- ours against theirs: 0.50 (at most 1: holds)" in told


def test_the_report_begins_with_every_ratio_and_names_those_that_miss_their_bar() -> None:
    slow = Result("A title", "What it was.", {"ours": FAST}, [Ratio("ours against theirs", 2.0, Bar(1.5))])
    report = show_all([slow], datetime(2026, 7, 1, tzinfo=UTC), on="2 cores; DuckDB 2", small=False, took=90)
    assert "Measured on 2026-07-01 on 2 cores; DuckDB 2. It took 2 minutes." in report
    assert "| ours against theirs | 2.00 | at most 1.5 | **does not hold** |" in report


def test_a_bound_is_told_as_one() -> None:
    ratio = Ratio("faster", 10, Bar(10, at_least=True), "more than")
    assert str(ratio) == "faster: more than 10.00 (at least 10: holds)"


def test_a_ratio_is_printed_so_that_it_shows_on_which_side_of_its_bar_it_lies() -> None:
    assert str(Ratio("ours", 0.2028, Bar(0.2))) == "ours: 0.203 (at most 0.2: does not hold)"
    assert str(Ratio("ours", 0.1996, Bar(0.2))) == "ours: 0.1996 (at most 0.2: holds)"


def test_runs_of_one_task_must_agree() -> None:
    with pytest.raises(ValueError, match="too many values"):
        _ = Runs([Run(1.0, 1, "a"), Run(1.0, 1, "b")]).answer
