"""Every engine steps over every trap, and writes the same results."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest
from tests.engines.trap_method import BATCH, BATCHES, expected_line, name_of, trap_method, trap_records
from tests.engines.traps import AS_OF, TRAPS
from tests.reference.evaluate import evaluate
from tests.reference.method_text import as_yaml
from tests.reference.outcome import Line
from tests.reference.running import differences, run
from tests.reference.strategies_method import LABEL
from tests.reference.strategies_records import Sample
from tests.reference.tables import kinds

from zhiheng.assess import open_assessment
from zhiheng.errors import ZhihengError
from zhiheng.method import load_method_text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from tests.reference.outcome import Outcome

    from zhiheng.engine import Engine


@dataclass(frozen=True)
class Done:
    """One batch of traps as an engine ran it."""

    outcomes: Mapping[str, Outcome]
    different: list[str]
    results_hash: str


@pytest.fixture(scope="session")
def run_traps(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Engine], list[Done]]:
    done: dict[str, list[Done]] = {}

    def all_batches(engine: Engine) -> list[Done]:
        if engine.name not in done:
            done[engine.name] = [run_batch(engine, batch, tmp_path_factory.mktemp("traps")) for batch in BATCHES]
        return done[engine.name]

    return all_batches


def run_batch(engine: Engine, batch: range, folder: Path) -> Done:
    """Run a batch of traps, and compare all of it with the reference."""
    method, records = load_method_text(trap_method(batch), kinds()), trap_records(batch)
    outcomes = run(method, AS_OF, records, engine, folder)
    different = differences(evaluate(method.versions[0], AS_OF, records), outcomes)
    return Done(outcomes, different, open_assessment(folder / "out").manifest.results_hash)


@pytest.mark.parametrize("number", range(len(TRAPS)), ids=[trap.title for trap in TRAPS])
def test_an_engine_steps_over(number: int, engine: Engine, run_traps: Callable[[Engine], list[Done]]):
    expected = expected_line(TRAPS[number])
    found = run_traps(engine)[number // BATCH].outcomes[name_of(number).upper()].lines[name_of(number)]
    assert (found if TRAPS[number].records is not None else replace(found, records=None)) == expected


def test_all_else_is_as_in_the_reference(engine: Engine, run_traps: Callable[[Engine], list[Done]]):
    assert [batch.different for batch in run_traps(engine)] == [[] for _ in BATCHES]


@pytest.mark.spark
def test_both_engines_write_the_same_results(
    duckdb_engine: Engine, spark_engine: Engine, run_traps: Callable[[Engine], list[Done]]
):
    hashes = [[batch.results_hash for batch in run_traps(engine)] for engine in (duckdb_engine, spark_engine)]
    assert hashes[0] == hashes[1]


COUNT = {"label": LABEL, "cite": "design", "from": "visit", "absent": "zero", "measure": "count()", "points": "value"}


def test_empty_tables_give_no_subjects(engine: Engine, tmp_path: Path):
    assert run(load_method_text(one_criterion({**COUNT, "max": 9}), kinds()), AS_OF, {}, engine, tmp_path) == {}


def test_a_subject_of_another_kind_has_lines_without_records(engine: Engine, tmp_path: Path):
    method = load_method_text(method_of({"only": {**COUNT, "max": 9}}, subjects="register"), kinds())
    records = {"register": trap_records(range(1))["register"], "visit": []}
    found = run(method, AS_OF, records, engine, tmp_path)
    assert [outcome.lines for outcome in found.values()] == [{"only": Line("measured", None, 0, 9, 0)}]


def test_an_overflow_is_an_error(engine: Engine, tmp_path: Path):
    criterion = {"label": LABEL, "cite": "design", "from": "notice", "absent": "zero", "max": 10}
    text = one_criterion({**criterion, "measure": "sum(fee * fee * fee * fee)", "points": "value"})
    rows = [_notice(str(number), fee=Decimal("9999999999999999.99")) for number in range(3)]
    with pytest.raises(ZhihengError):
        run(load_method_text(text, kinds()), AS_OF, {"notice": rows}, engine, tmp_path)


BENCHMARKS = {
    "pooled": {"of": "rate", "by": ["trade"], "statistic": "pooled", "at_least": 3, "otherwise": "overall"},
    "overall": {"of": "rate", "statistic": "pooled", "at_least": 1, "otherwise": Decimal("0.5")},
    "middle": {"of": "total", "by": ["trade"], "statistic": "percentile 50", "at_least": 2, "otherwise": -1},
    "quarter": {"of": "total", "statistic": "percentile 75", "at_least": 1, "otherwise": -1},
    "spread": {"of": "total", "by": ["trade"], "statistic": "sd", "at_least": 1, "otherwise": -1},
    "average": {"of": "total", "by": ["trade"], "statistic": "mean", "at_least": 1, "otherwise": -1},
    "members": {"of": "total", "by": ["trade"], "statistic": "count", "at_least": 1, "otherwise": -1},
}
SHOPS = {"a1": ("tea", 1), "a2": ("tea", 2), "a3": ("tea", 2), "a4": ("tea", 11), "b1": ("rice", 5), "c1": (None, 7)}
EXPECTED = {  # shop: pooled, middle, quarter, spread, average, members
    **dict.fromkeys(("a1", "a2", "a3", "a4"), ("0.5", 2, 7, "4.690416", 4, 4)),
    "b1": ("0.666667", -1, 7, -1, 5, 1),
    "c1": ("0.666667", -1, 7, -1, -1, -1),
}


def test_benchmarks_take_small_groups_ties_and_ranks_alike(engine: Engine, tmp_path: Path):
    records = {"register": [], "visit": []}
    for shop, (trade, mark) in SHOPS.items():
        plain = {"subject": shop, "true_on": AS_OF, "true_until": None, "fact": None}
        records["register"].append({**plain, "record": f"r-{shop}", "trade": trade})
        visit = {"level": 0, "zone": "north", "open": shop in ("a1", "a2", "b1", "c1"), "mark": Decimal(mark)}
        records["visit"].append({**plain, "record": f"v-{shop}", **visit})
    found = run(load_method_text(benchmark_method(), kinds()), AS_OF, records, engine, tmp_path)
    names = ("pooled", "middle", "quarter", "spread", "average", "members")
    shown = {shop: tuple(outcome.lines[f"line_{name}"].value for name in names) for shop, outcome in found.items()}
    assert shown == {shop: tuple(Fraction(str(value)) for value in values) for shop, values in EXPECTED.items()}


def test_peers_may_hold_more_than_64_bits_of_billionths(engine: Engine, tmp_path: Path):
    fees = {"a1": "12000000000", "a2": "13000000000"}
    plain = {"true_on": AS_OF, "true_until": None, "fact": None}
    records = {
        "register": [{**plain, "subject": shop, "record": f"r-{shop}", "trade": "tea"} for shop in fees],
        "notice": [{**_notice(shop, fee=Decimal(fee)), "subject": shop} for shop, fee in fees.items()],
    }
    method = load_method_text(method_of(FEES, attributes=TRADE, facts=FEE, benchmarks=AVERAGE_FEE), kinds())
    found = run(method, AS_OF, records, engine, tmp_path)
    assert {shop: outcome.lines["part"].value for shop, outcome in found.items()} == {
        "a1": Fraction(24, 25),
        "a2": Fraction(26, 25),
    }


TRADE = {"trade": {"label": LABEL, "from": "register", "take": "latest(trade)"}}
FEE = {"fee": {"label": LABEL, "cite": "design", "from": "notice", "measure": "sum(fee)"}}
FEES = {
    "part": {"label": LABEL, "cite": "design", "formula": "fee / usual", "points": "value", "max": 9, "absent": "zero"}
}
AVERAGE_FEE = {"usual": {"of": "fee", "by": ["trade"], "statistic": "mean", "otherwise": 1, "cite": "design"}}


@pytest.mark.parametrize("as_of", [date(2026, 2, 28), date(2024, 2, 29)])
def test_windows_at_month_ends_are_as_in_the_reference(engine: Engine, as_of: date, tmp_path: Path):
    criterion = {"label": LABEL, "cite": "design", "from": "visit", "absent": "zero", "max": 1000}
    windows = {
        f"months{n}": {**criterion, "within": f"{n} months", "measure": "count() + sum(fade(24))", "points": "value"}
        for n in (1, 2, 12, 24)
    }
    method = load_method_text(method_of(windows), kinds())
    records = Sample(7, as_of).records
    found = run(method, as_of, records, engine, tmp_path)
    assert differences(evaluate(method.versions[0], as_of, records), found) == []


@pytest.mark.parametrize("number", [3, 11])
def test_the_latest_of_every_kind_and_of_children_are_as_in_the_reference(engine: Engine, number: int, tmp_path: Path):
    plain = {"label": LABEL, "cite": "design", "absent": "zero", "within": "latest", "max": 1000, "points": "value"}
    criteria = {
        "points": {**plain, "from": "visit", "where": "mark is not null", "measure": "sum(mark)"},
        "kept": {**plain, "from": "visit", "where": "clean is not null", "measure": "count() + held(clean)"},
        "items": {**plain, "from": "visit.items", "where": "fine is not null", "measure": "count() + sum(grams)"},
        "fine": {**plain, "from": "visit.items", "where": "grams > 1", "measure": "latest(grams)"},
        "first": {**plain, "from": "visit.items", "within": "36 months", "measure": "earliest(grams)"},
        "fees": {**plain, "from": "notice", "measure": "sum(amount)"},
        "staff": {**plain, "from": "register", "measure": "max(staff)"},
    }
    method = load_method_text(method_of(criteria), kinds())
    records = Sample(number, AS_OF).records
    found = run(method, AS_OF, records, engine, tmp_path)
    assert differences(evaluate(method.versions[0], AS_OF, records), found) == []


def one_criterion(criterion: dict[str, object]) -> str:
    """Write a method with one criterion."""
    return method_of({"only": criterion})


def method_of(criteria: dict[str, object], **more: object) -> str:
    """Write a method with some criteria."""
    sections = {
        "method": "trap",
        "label": LABEL,
        "subject": "shop",
        "version": "1",
        "in_force": {"from": date(2020, 1, 1)},
        **more,
        "criteria": criteria,
        "score": {"sum_of": "criteria", "over": "all"},
    }
    return "\n".join(f"{key}: {as_yaml(section)}" for key, section in sections.items()) + "\n"


def benchmark_method() -> str:
    """Write a method whose criteria show each benchmark."""
    rule = {"label": LABEL, "cite": "design"}
    facts = {
        "rate": {**rule, "from": "visit", "measure": "share(open)"},
        "total": {**rule, "from": "visit", "measure": "sum(mark)"},
    }
    criteria = {
        f"line_{name}": {**rule, "formula": name, "points": "value", "max": 100, "absent": "zero"}
        for name in BENCHMARKS
        if name != "overall"
    }
    benchmarks = {name: {**entry, "cite": "design"} for name, entry in BENCHMARKS.items()}
    trade = {"trade": {"label": LABEL, "from": "register", "take": "latest(trade)"}}
    return method_of(criteria, subjects="register", attributes=trade, facts=facts, benchmarks=benchmarks)


def _notice(record: str, **fields: object) -> dict[str, object]:
    plain = {"subject": "S", "record": record, "true_on": AS_OF, "true_until": None, "fact": None}
    return {**plain, "amount": Decimal(0), "gravity": "light", "final": True, **fields}
