"""Seeded synthetic records of six kinds, skewed as real ones are: few enterprises have many, most have few."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import duckdb

AS_OF = "2026-06-30"
DAYS_BACK = 1826  # five years

SHARES: Mapping[str, float] = {
    "sampling": 0.24,
    "penalty": 0.08,
    "complaint": 0.28,
    "certificate": 0.16,
    "inspection": 0.20,
    "annual_stat": 0.04,
}

# `u(i, k)` is a uniform number in [0, 1) that depends on the row, the kind, the seed and k alone.
COLUMNS: Mapping[str, str] = {
    "sampling": """
        'S' || lpad(i::varchar, 17, '0') as batch_no, day as sampled_on,
        'category ' || lpad((floor(50 * pow(u(i, 3), 2)))::int::varchar, 2, '0') as category,
        case when u(i, 4) < 0.92 then 'pass' when u(i, 4) < 0.985 then 'fail' else 'pending' end as result,
        case when u(i, 4) between 0.92 and 0.985
             then case when u(i, 5) < 0.2 then 'safety' when u(i, 5) < 0.7 then 'performance' else 'marking' end end as severity,
        case when u(i, 6) < 0.1 then 'national' when u(i, 6) < 0.4 then 'provincial' else 'city' end as level""",
    "penalty": """
        'P' || lpad(i::varchar, 17, '0') as decision_no, day as decided_on,
        case when u(i, 3) < 0.5 then 'minor' when u(i, 3) < 0.93 then 'ordinary' else 'serious' end as severity,
        'violation ' || lpad((floor(30 * pow(u(i, 4), 2)))::int::varchar, 2, '0') as violation,
        (floor(pow(u(i, 5), 4) * 20000000) / 100)::decimal(18, 2) as fine""",
    "complaint": """
        'C' || lpad(i::varchar, 17, '0') as complaint_no, day as received_on,
        'channel ' || (floor(6 * pow(u(i, 3), 2)))::int::varchar as channel, u(i, 4) < 0.35 as verified, u(i, 5) < 0.9 as on_time,
        u(i, 6) < 0.6 as mediated, (floor(80 * pow(u(i, 7), 2)))::bigint as days""",
    "certificate": """
        'Z' || lpad(i::varchar, 17, '0') as cert_no, day as valid_from, day + 1095 as valid_to,
        case when u(i, 3) < 0.45 then 'iso9001' when u(i, 3) < 0.65 then 'iso14001' when u(i, 3) < 0.8 then 'iso45001'
             when u(i, 3) < 0.95 then 'product' else 'green' end as type,
        (1 + floor(5 * u(i, 4)))::bigint as level""",
    "inspection": """
        'I' || lpad(i::varchar, 17, '0') as task_no, day as inspected_on, u(i, 3) < 0.85 as passed,
        (floor(10000 - 6000 * pow(u(i, 4), 2)) / 100)::decimal(18, 2) as mark, (10 + floor(40 * u(i, 5)))::bigint as items,
        (floor(12 * pow(u(i, 6), 3)))::bigint as problems""",
    "annual_stat": """
        day as reported_on, (floor(pow(u(i, 3), 3) * 10000000000) / 100)::decimal(18, 2) as revenue,
        (floor(pow(u(i, 3), 3) * u(i, 4) * 600000000) / 100)::decimal(18, 2) as research,
        (1 + floor(pow(u(i, 5), 4) * 2000))::bigint as staff""",
}


@dataclass(frozen=True)
class Size:
    """How many enterprises, how many records."""

    subjects: int
    records: int


def write_kind(connection: duckdb.DuckDBPyConnection, kind: str, size: Size, path: Path, *, seed: int, order: str) -> int:
    """
    Write the declared columns of one kind to a Parquet file ordered by `subject` or by date; return the rows.

    The k-th use of chance in row i is a hash of i, k, kind and seed: the same on every machine, whatever the threads.
    """
    rows = int(size.records * SHARES[kind])
    salt = (list(SHARES).index(kind) + 1) * 1_000_003 + seed
    connection.execute(
        f"create or replace temp macro u(i, k) as"
        f" (hash(hash(i * 16 + k) + {salt}::ubigint % 4294967296) >> 11)::double / 9007199254740992.0"
    )
    connection.execute(
        f"""
        copy (
          select '91' || lpad(owner::varchar, 16, '0') as uscc,
                 {COLUMNS[kind]}
          from (select i, floor({size.subjects} * pow(u(i, 1), 1.5))::bigint as owner,
                       date '{AS_OF}' - (floor({DAYS_BACK} * u(i, 2)))::int as day
                from range({rows}) t(i))
          order by {"uscc" if order == "subject" else "day"}
        ) to '{path}' (format parquet, compression zstd, row_group_size 122880)
        """
    )
    return rows
