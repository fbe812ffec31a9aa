"""What pandas, Polars and DuckDB are asked for beside zhiheng: the raw aggregates of the bench method."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench.fixtures import HERE
from bench.running import hand_connection
from bench.synthetic import AS_OF, SHARES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

MONTHS = 12 * AS_OF.year + AS_OF.month  # the day is the last of its month
SCALE = 1_000_000_000
MANY_PROBLEMS = 5  # of an inspection
HALF18 = [round(0.5 ** (age / 18) * SCALE) for age in range(36)]
HALF12 = [round(0.5 ** (age / 12) * SCALE) for age in range(24)]
FADE12 = [max(0, round((1 - age / 12) * SCALE)) for age in range(36)]
FADE36 = [max(0, round((1 - age / 36) * SCALE)) for age in range(36)]


def in_duckdb(folder: Path) -> Callable[[], object]:
    """Prepare the aggregates in DuckDB: those of by_hand.sql."""
    connection = hand_connection({kind: f"{folder}/{kind}.parquet" for kind in SHARES})
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


def summary(subjects: int, sums: Mapping[str, int]) -> str:
    """Write the sums of all columns as one text."""
    return f"{subjects} subjects: " + ", ".join(f"{name} {sums[name]}" for name in sorted(sums))
