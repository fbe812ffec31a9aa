"""A method file becomes the method that it says, in the version of the day."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.method.shops import METHOD, kinds, version_of

from zhiheng.errors import FaultsFound
from zhiheng.method import (
    Absent,
    Bin,
    Bins,
    Codes,
    Line,
    Measure,
    NoVersionInForce,
    Shrink,
    Window,
    check_method,
    load_method,
    load_method_text,
)
from zhiheng.method.method_file import read_method_text
from zhiheng.vocabulary import YamlUnreadable, load_kinds

if TYPE_CHECKING:
    from random import Random

VERSIONS = (
    METHOD.replace(
        'version: "1"\nin_force: {from: 2020-01-01}\n',
        """versions:
  - {version: "1", in_force: {from: 2020-01-01, until: 2021-12-31}}
  - version: "2"
    in_force: {from: 2022-01-01}
    values: {prior: null}
    facts:
      visits: {label: {zh: 检查, en: Visits}, cite: design, from: visit, measure: count()}
      fees: {label: {zh: 费用, en: Fees}, cite: design, from: visit, measure: sum(fee)}
    criteria:
      worst_mark: null
      pass_rate:
        label: {zh: 合格率, en: Pass rate}
        cite: order-1
        from: visit
        where: verdict in ('pass', 'fail')
        measure: share(verdict = 'pass')
        shrink: {towards: 1, strength: 1}
        points: {0.5: 0, 1: 100}
        absent: not_inspected
    dimensions:
      quality: {label: {zh: 质量, en: Quality}, criteria: [pass_rate, announced]}
    total: 160
    caps: [{when: fees > 100, at_most: C, label: {zh: 费, en: Fees}, cite: design}]
    buffer: null
""",
    )
    .replace("2022-01-01: 9, cite", "2021-01-01: 9, cite")
    .replace("  best_region", "  second_prior: {2020-01-01: 1, cite: design}\n  best_region")
)


def test_a_criterion_is_read_with_its_measure_window_shrinkage_and_line():
    rate = version_of().criteria["pass_rate"]
    assert isinstance(rate.source, Measure)
    assert rate.source.kind == "visit"
    assert rate.source.window == Window(months=36)
    assert rate.source.shrink == Shrink("region_rate", "prior")
    assert rate.source.weight is not None
    assert rate.source.weight.text == "half_life(18)"
    assert rate.scale == Line(((Decimal("0.5"), Decimal(0)), (Decimal(1), Decimal(100))))
    assert (rate.min, rate.max, rate.absent) == (0, 100, Absent.NOT_INSPECTED)
    assert (rate.value_places, rate.points_places) == (6, 1)


def test_bins_and_codes_are_read_in_their_order():
    criteria = version_of().criteria
    assert criteria["worst_mark"].scale == Bins(
        (
            Bin(Decimal(50), closed=False, points=Decimal(0)),
            Bin(Decimal(80), closed=True, points=Decimal(20)),
            Bin(None, closed=False, points=Decimal(40)),
        )
    )
    assert criteria["announced"].scale == Codes({"true": Decimal(5), "false": Decimal(10)}, None)


def test_numbers_are_decimals_and_never_floats():
    text = METHOD.replace("otherwise: 0.9, cite", "otherwise: 0.930000001, cite")
    assert version_of(text).benchmarks["all_rate"].otherwise == Decimal("0.930000001")


def test_a_citation_at_the_head_of_a_section_serves_all_its_entries():
    text = METHOD.replace("benchmarks:\n", "benchmarks:\n  cite: order-1\n")
    text = text.replace("otherwise: 0.9, cite: design", "otherwise: 0.9")
    benchmarks = version_of(text).benchmarks
    assert list(benchmarks) == ["region_rate", "all_rate"]
    assert (benchmarks["region_rate"].cite, benchmarks["all_rate"].cite) == (("design",), ("order-1",))


def test_an_entry_of_a_list_is_named_by_itself_or_by_its_number():
    version = version_of()
    assert (version.caps[0].rule.name, version.vetoes[0].rule.name) == ("1", "serious")


def test_a_method_reads_the_kinds_that_it_names():
    assert version_of().reads == {"visit", "visit.item", "penalty", "attestation"}


def test_a_version_replaces_adds_and_removes():
    first, second = load_method_text(VERSIONS.replace("strength: 1}", "strength: second_prior}"), kinds()).versions
    assert (first.version, second.version) == ("1", "2")
    assert "worst_mark" in first.criteria
    assert list(second.criteria) == ["announced", "penalties", "item_costs", "pass_rate"]
    assert "prior" not in second.values
    assert (len(first.facts), len(second.facts)) == (5, 6)
    assert first.buffer is not None
    assert second.buffer is None
    assert first.caps[0].grade == "B"
    assert second.caps[0].grade == "C"
    assert (first.total, second.total) == (200, 160)


def test_what_no_version_uses_is_a_fault():
    with pytest.raises(FaultsFound) as found:
        load_method_text(VERSIONS, kinds())
    assert [fault.facts["name"] for fault in found.value.faults] == ["second_prior"]


@pytest.mark.parametrize(
    ("day", "version"), [("2020-01-01", "1"), ("2021-12-31", "1"), ("2022-01-01", "2"), ("2099-01-01", "2")]
)
def test_the_day_picks_the_version(day: str, version: str):
    text = METHOD.replace(
        'version: "1"\nin_force: {from: 2020-01-01}\n',
        'versions:\n  - {version: "1", in_force: {from: 2020-01-01, until: 2021-12-31}}\n'
        '  - {version: "2", in_force: {from: 2022-01-01}, buffer: null}\n',
    )
    assert load_method_text(text, kinds()).version_on(date.fromisoformat(day)).version == version


def test_a_day_without_a_version_is_refused():
    method = load_method_text(METHOD, kinds())
    with pytest.raises(NoVersionInForce) as refused:
        method.version_on(date(2019, 12, 31))
    assert "No version of shops applies on 2019-12-31. Choose a day within: 1 (from 2020-01-01 on)." in str(
        refused.value
    )
    assert "2019-12-31 没有适用的 shops 版本" in refused.value.render("zh")


def test_a_file_and_its_text_make_the_same_method(tmp_path: Path):
    path = tmp_path / "method.yaml"
    path.write_text(METHOD, encoding="utf-8")
    method = load_method(path, kinds())
    assert method.versions == load_method_text(METHOD, kinds()).versions
    assert len(method.digest) == 64
    assert check_method(path, kinds()) == ()


@pytest.mark.parametrize(
    "text", ["", "- a\n- b\n", "a: &x 1\nb: *x\n", "a: [", "method: !!python/object:os.system x\n", "\x00"]
)
def test_a_file_that_is_no_method_is_a_fault_and_no_traceback(tmp_path: Path, text: str):
    path = tmp_path / "method.yaml"
    path.write_text(text, encoding="utf-8")
    assert check_method(path, kinds())
    with pytest.raises((FaultsFound, YamlUnreadable)):
        load_method(path, kinds())


def test_a_missing_file_is_refused(tmp_path: Path):
    with pytest.raises(YamlUnreadable):
        load_method(tmp_path / "none.yaml", kinds())


@pytest.mark.parametrize("last", ["f0", "1"], ids=["circle", "chain"])
def test_a_chain_or_circle_of_any_length_is_told_within_the_stack(last: str):
    formulas = [f"f{number + 1} + 1" for number in range(499)] + [last]
    facts = "".join(
        f"  f{number}: {{label: {{zh: 一, en: One}}, cite: design, formula: {formula}}}\n"
        for number, formula in enumerate(formulas)
    )
    _, faults = read_method_text(METHOD.replace("facts:\n", "facts:\n" + facts), kinds(), "method.yaml")
    assert {fault.code for fault in faults.errors} == ({"method.circle"} if last == "f0" else set())


def test_a_section_holds_only_so_many_entries():
    among = "[" + ", ".join(["{below: 1, points: 0}"] * 1001) + "]"
    text = METHOD[: METHOD.index("      - {below: 50")] + METHOD[METHOD.index("    absent: zero") :]
    text = text.replace("    bins:\n", f"    bins: {among}\n")
    _, faults = read_method_text(text, kinds(), "method.yaml")
    assert ("method.too-many-entries", 50) in [(fault.code, fault.place.line) for fault in faults.in_order()]


def test_the_first_example_of_the_reference_is_a_sound_method():
    root = Path(__file__).parents[3]
    page = (root / "docs" / "reference" / "method-language.md").read_text("utf-8")
    example = page.split("```yaml\n")[1].split("```")[0]
    spot_checks = load_kinds(root / "src" / "zhiheng" / "packs" / "cn-spot-checks")
    assert load_method_text(example, spot_checks).name == "spot-check-record"


@settings(max_examples=25, deadline=None)
@given(st.randoms(use_true_random=False))
def test_a_spoilt_file_is_told_and_never_crashes(random: Random):
    text = METHOD
    for _ in range(random.randint(1, 4)):
        found = random.choice(list(re.finditer(r"[A-Za-z_]+|\d+|: (?:\{[^{}]*\}|\[[^\[\]]*\])", text)))
        put = random.choice(
            ["null", ": []", ": {}", ": [[1]]", ": {a: {b: 1}}", "-1", "''", "visits", "9" * 30, "cite"]
        )
        text = text[: found.start()] + put + text[found.end() :]
    try:
        _, faults = read_method_text(text, kinds(), "method.yaml")
    except (FaultsFound, YamlUnreadable) as refused:
        assert refused.render("zh")
        return
    assert all(fault.render("zh") and fault.render("en") for fault in faults.in_order())
