"""A version that would become more SQL than engines take is refused when it is checked."""

from __future__ import annotations

import pytest
from tests.reference.tables import kinds

from zhiheng.errors import FaultsFound
from zhiheng.method import load_method_text

METHOD = """
method: long
label: {zh: 甲, en: A}
subject: shop
version: "1"
in_force: {from: 2020-01-01}
facts:
  cite: design
  f0: {label: {zh: 乙, en: B}, from: visit, measure: count()}
FACTS
criteria:
  c: {label: {zh: 丙, en: C}, cite: design, formula: LAST, points: value, max: 10, absent: zero}
score: {sum_of: criteria, over: all}
"""


def chain(formula: str, length: int) -> str:
    label = "{zh: 丁, en: D}"
    facts = [
        f'  f{number}: {{label: {label}, formula: "{formula.replace("x", f"f{number - 1}")}"}}'
        for number in range(1, length + 1)
    ]
    return METHOD.replace("FACTS", "\n".join(facts)).replace("LAST", f"f{length}")


def test_a_long_chain_of_plain_facts_is_taken():
    assert load_method_text(chain("x + 1", 120), kinds()).versions


@pytest.mark.parametrize("text", [chain("x / (x + 1) / (x + 2) / (x + 3)", 90), chain("x + 1", 300)])
def test_what_engines_cannot_take_is_a_fault(text: str):
    with pytest.raises(FaultsFound) as found:
        load_method_text(text, kinds())
    (fault,) = found.value.faults
    assert fault.code == "method.too-much-sql"
    for lang in ("en", "zh"):
        assert "{" not in fault.what(lang)


def test_conditions_that_many_aggregates_share_are_written_once():
    where = " or ".join(f"(level / mark > {number} and mark > 1)" for number in range(60))
    aggregates = " + ".join(f"count(level > {number})" for number in range(80))
    measure = f'where: "{where}", measure: "{aggregates}"'
    assert load_method_text(
        METHOD.replace("measure: count()", measure).replace("FACTS", "").replace("LAST", "f0"), kinds()
    )
