"""The reference gives what every worked case expects: the packs', and the proposed city method's golden values."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from tests.reference.cases import Case, differences, read_cases

from zhiheng.method import Method, load_method
from zhiheng.vocabulary import find_pack, load_kinds, packaged_packs

PROPOSED = Path(__file__).parents[1] / "packs"
FOLDERS = [
    PROPOSED / "quality-credit-golden",
    PROPOSED / "quality-credit-v1",
    *(find_pack(name).path for name in packaged_packs()),
]
CASES = [
    pytest.param(folder, case, id=f"{folder.name}: {case.title}") for folder in FOLDERS for case in read_cases(folder)
]


@cache
def method_of(folder: Path) -> Method:
    return load_method(folder / "method.yaml", load_kinds(folder))


@pytest.mark.parametrize(("folder", "case"), CASES)
def test_a_worked_case_holds(folder: Path, case: Case):
    in_force = [
        version
        for version in method_of(folder).versions
        if version.since <= case.as_of and (version.until is None or case.as_of <= version.until)
    ]
    assert differences(case, in_force[0]) == {}
