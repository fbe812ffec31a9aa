"""The proposed city method, written in the language, gives its golden values."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.reference.cases import Case, differences, read_cases

from zhiheng.method import load_method
from zhiheng.vocabulary import load_kinds

PACKS = Path(__file__).parents[1] / "packs"
CASES = [
    pytest.param(pack, case, id=f"{pack}: {case.title}")
    for pack in ("quality-credit-golden", "quality-credit-v1")
    for case in read_cases(PACKS / pack)
]


@pytest.mark.parametrize(("pack", "case"), CASES)
def test_a_worked_case_holds(pack: str, case: Case):
    method = load_method(PACKS / pack / "method.yaml", load_kinds(PACKS / pack))
    assert differences(case, method.versions[0]) == {}
