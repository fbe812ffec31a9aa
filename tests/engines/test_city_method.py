"""The proposed city method's worked cases hold on every engine: golden values, caps, gates, attestations and all."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from zhiheng.assess import check_cases_hold
from zhiheng.vocabulary import load_kinds

if TYPE_CHECKING:
    from zhiheng.engine import Engine

PACKS = Path(__file__).parents[1] / "packs"


@pytest.mark.parametrize(("pack", "cases"), [("quality-credit-golden", 9), ("quality-credit-v1", 8)])
def test_every_worked_case_holds(engine: Engine, pack: str, cases: int):
    held, faults = check_cases_hold(PACKS / pack / "method.yaml", load_kinds(PACKS / pack), engine)
    assert [fault.render() for fault in faults] == []
    assert held == cases
