"""Seeded synthetic records of six kinds, skewed as real ones are: few enterprises have many, most have few."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

SEED = 20260630
AS_OF = date(2026, 6, 30)  # the last day of its month, which by_hand.sql makes use of
DAYS_BACK = 1826  # five years

# The columns of each kind, but for the credit code, as SQL over the row's number `i` and its `day`. `u(i, k)` is a
# number in [0, 1), equally likely all over, that depends on the row, the kind, the seed and k alone.
COLUMNS: Mapping[str, str] = {
    "sampling": """
        'S' || lpad(i::varchar, 17, '0') as batch_no, day as sampled_on,
        'category ' || lpad((floor(50 * pow(u(i, 3), 2)))::int::varchar, 2, '0') as category,
        case when u(i, 4) < 0.92 then 'pass' when u(i, 4) < 0.985 then 'fail' else 'pending' end as result,
        case when u(i, 4) between 0.92 and 0.985
             then case when u(i, 5) < 0.2 then 'safety' when u(i, 5) < 0.7 then 'performance' else 'marking' end
        end as severity,
        case when u(i, 6) < 0.1 then 'national' when u(i, 6) < 0.4 then 'provincial' else 'city' end as level""",
    "penalty": """
        'P' || lpad(i::varchar, 17, '0') as decision_no, day as decided_on,
        case when u(i, 3) < 0.5 then 'minor' when u(i, 3) < 0.93 then 'ordinary' else 'serious' end as severity,
        'violation ' || lpad((floor(30 * pow(u(i, 4), 2)))::int::varchar, 2, '0') as violation,
        (floor(pow(u(i, 5), 4) * 20000000) / 100)::decimal(18, 2) as fine""",
    "complaint": """
        'C' || lpad(i::varchar, 17, '0') as complaint_no, day as received_on,
        'channel ' || (floor(6 * pow(u(i, 3), 2)))::int::varchar as channel,
        u(i, 4) < 0.35 as verified, u(i, 5) < 0.9 as on_time, u(i, 6) < 0.6 as mediated,
        (floor(80 * pow(u(i, 7), 2)))::bigint as days""",
    "certificate": """
        'Z' || lpad(i::varchar, 17, '0') as cert_no, day as valid_from, day + 1095 as valid_to,
        case when u(i, 3) < 0.45 then 'iso9001' when u(i, 3) < 0.65 then 'iso14001' when u(i, 3) < 0.8 then 'iso45001'
             when u(i, 3) < 0.95 then 'product' else 'green' end as type,
        (1 + floor(5 * u(i, 4)))::bigint as level""",
    "inspection": """
        'I' || lpad(i::varchar, 17, '0') as task_no, day as inspected_on, u(i, 3) < 0.85 as passed,
        (floor(10000 - 6000 * pow(u(i, 4), 2)) / 100)::decimal(18, 2) as mark,
        (10 + floor(40 * u(i, 5)))::bigint as items, (floor(12 * pow(u(i, 6), 3)))::bigint as problems""",
    "annual_stat": """
        'A' || lpad(i::varchar, 17, '0') as report_no, day as reported_on,
        (floor(pow(u(i, 3), 3) * 10000000000) / 100)::decimal(18, 2) as revenue,
        (floor(pow(u(i, 3), 3) * u(i, 4) * 600000000) / 100)::decimal(18, 2) as research,
        (1 + floor(pow(u(i, 5), 4) * 2000))::bigint as staff""",
    "listing": """
        'L' || lpad(i::varchar, 17, '0') as batch_no, '企业' || owner || '有限公司' as producer,
        '第' || owner % 119 || '区' as region, '产品' || (floor(4000 * pow(u(i, 3), 2)))::int as product,
        case when u(i, 4) < 0.7 then '品牌' || (floor(9000 * u(i, 5)))::int end as brand,
        'M-' || (floor(300 * u(i, 6)))::int || '/' || (floor(90 * u(i, 7)))::int as model,
        day - (floor(200 * u(i, 8)))::int as produced_on, day as sampled_on, day + 20 as reported_on,
        '类别' || (floor(50 * pow(u(i, 9), 2)))::int as category,
        case when u(i, 10) < 0.1 then 'national' when u(i, 10) < 0.4 then 'provincial' else 'city' end as level,
        case when u(i, 11) < 0.93 then 'pass' else 'fail' end as result, (5 + floor(20 * u(i, 12)))::bigint as items,
        case when u(i, 11) < 0.93 then 0 else 1 + (floor(4 * u(i, 13)))::bigint end as failed_items,
        (floor(5000000 * pow(u(i, 14), 3)) / 1000)::decimal(18, 3) as stock,
        (floor(900000 * pow(u(i, 15), 2)) / 100)::decimal(18, 2) as price,
        u(i, 16) < 0.2 as exported, '检验机构' || (floor(60 * u(i, 17)))::int as laboratory,
        case when u(i, 18) < 0.15 then '复检申请 ' || (floor(100000 * u(i, 19)))::int end as remark""",
}

# Which share of all records each kind read by the method has.
SHARES: Mapping[str, float] = {
    "sampling": 0.24,
    "penalty": 0.08,
    "complaint": 0.28,
    "certificate": 0.16,
    "inspection": 0.20,
    "annual_stat": 0.04,
}


@dataclass(frozen=True)
class Size:
    """How many enterprises, how many records."""

    subjects: int
    records: int

    def rows(self, kind: str) -> int:
        """Count the records of a kind."""
        return round(self.records * SHARES[kind])

    def __str__(self) -> str:
        return f"{self.subjects:,} subjects, {self.records:,} records"


def draw(kind: str) -> str:
    """Write the macro `u` for a kind: the k-th number that chance gives row i, the same on every machine."""
    salt = (list(COLUMNS).index(kind) + 1) * 1_000_003 + SEED
    return (
        f"create or replace temp macro u(i, k) as"
        f" (hash(xor(hash(i * 32 + k), {salt}::ubigint)) >> 11)::double / 9007199254740992.0"
    )


def select_rows(kind: str, subjects: int, numbers: str) -> str:
    """
    Write the query of a kind's rows: `i`, `uscc` and the other columns, for the numbers `i` of a table.

    The k-th enterprise has a share of the records that falls with the cube root of k.
    """
    return f"""
        select i, '91' || lpad(owner::varchar, 16, '0') as uscc, {COLUMNS[kind]}
        from (select i, floor({subjects} * pow(u(i, 1), 1.5))::bigint as owner,
                     date '{AS_OF}' - (floor({DAYS_BACK} * u(i, 2)))::int as day from {numbers})
    """
