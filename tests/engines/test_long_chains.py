"""What builds on itself many times is worked out once on every engine, whoever looks at its end."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.unit.assess.shops import make_city, notice, register, visit

from zhiheng.assess import explain

if TYPE_CHECKING:
    from pathlib import Path

    from zhiheng.engine import Engine

pytestmark = pytest.mark.slow

STEPS = 12  # written out in place of each other, they would be 8^12 words
LABEL = "label: {zh: 甲, en: A}"
CHAIN = "\n".join(
    f'  f{at}: {{{LABEL}, formula: "least(f{at - 1}, f{at - 1} + f{at - 1}, f{at - 1} * 2)"}}'
    for at in range(1, STEPS + 1)
)
METHOD = f"""
method: chain
{LABEL}
subject: shop
version: "1"
in_force: {{from: 2020-01-01}}
attributes:
  trade: {{{LABEL}, from: register, take: latest(trade)}}
facts:
  cite: design
  f0: {{{LABEL}, from: register, measure: latest(staff)}}
{CHAIN}
criteria:
  cite: design
  one:
    {LABEL}
    from: visit
    where: clean is not null
    measure: share(clean)
    shrink: {{towards: pooled, strength: 2}}
    applies: f{STEPS} > 1
    points: {{0: 0, 1: 10}}
    absent: zero
  two: {{{LABEL}, formula: f{STEPS} - mean - third - sd, points: value, max: 10, absent: zero}}
benchmarks:
  cite: design
  pooled: {{of: one, by: [trade], statistic: pooled, at_least: 1, otherwise: 1}}
  mean: {{of: f{STEPS}, by: [trade], statistic: mean, at_least: 1, otherwise: 1}}
  third: {{of: f{STEPS}, statistic: percentile 30, at_least: 1, otherwise: 1}}
  sd: {{of: f{STEPS}, by: [trade], statistic: sd, at_least: 2, otherwise: 1}}
score: {{sum_of: criteria, over: all}}
grades: {{A: 5, B: otherwise, cite: design}}
"""


def test_what_peers_do_at_the_end_of_a_long_chain_is_found_in_time(tmp_path: Path, engine: Engine):
    city = make_city(tmp_path, engine)
    shops = {"S1": 10, "S2": 14, "S3": None, "S4": 20}
    city.bring("register", *(register(shop, staff=staff, trade="tea") for shop, staff in shops.items()))
    city.bring("register", register("S5", staff=30, trade=None))
    city.bring("visit", visit("S1", 1, "2026-05-01"), visit("S2", 2, "2026-05-01", clean=False))
    city.bring("visit", visit("S3", 3, "2026-05-01", clean=False), visit("S5", 4, "2026-05-01"))
    done = city.assess("chain", method=METHOD)
    told = explain(done, "S1", engine=engine)
    peers = {one.name: (None if one.value is None else float(one.value), one.count) for one in told.benchmarks}
    assert peers == {"pooled": (0.5, 2), "mean": (14.666666667, 3), "third": (14, 4), "sd": (5.033222957, 3)}


def nested(name: str, depth: int) -> str:
    """Write a number that is rounded as often as expressions may nest."""
    return name if depth == 0 else f"ceil({nested(name, depth - 1)} / 3)"


DEDUCTING = f"""
method: nested
{LABEL}
subject: shop
version: "1"
in_force: {{from: 2020-01-01}}
criteria:
  cite: design
  seen:
    {LABEL}
    from: visit
    where: "{nested("mark", 12)} > 0"
    within: 36 months
    measure: sum(defects)
    points: "20 - value"
    max: 20
    absent: zero
  told: {{{LABEL}, from: notice, within: 36 months, measure: sum(amount), points: "20 - value", max: 20, absent: zero}}
one_deduction:
  - {{among: [seen, told], cite: design}}
score: {{sum_of: criteria, over: all}}
"""


def test_documents_that_deduct_once_are_found_in_time_however_much_a_condition_nests(tmp_path: Path, engine: Engine):
    city = make_city(tmp_path, engine)
    city.bring(
        "visit",
        visit("S1", 1, "2026-05-01", mark=100, defects=3, paper_no="P1"),
        visit("S1", 2, "2026-05-01", mark=-5, defects=9, paper_no="P2"),
        visit("S1", 3, "2026-05-01", mark=None, defects=9),
    )
    city.bring("notice", notice("S1", 1, "2026-05-01", amount=2, paper_no="P1"), notice("S1", 2, "2026-05-02"))
    told = explain(city.assess("nested", method=DEDUCTING), "S1", engine=engine)
    assert [(line.name, line.value, line.records) for line in told.lines] == [("seen", 3, 1), ("told", 5, 1)]
    records = [(one.left_out, one.fed) for line in told.lines for one in line.measured.records]
    assert sorted(records) == [
        ("", "seen"),
        ("", "told"),
        ("one_deduction", "seen"),
        ("where", "seen"),
        ("where", "seen"),
    ]
