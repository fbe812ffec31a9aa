"""Whatever a user gets wrong, the answer says what and what to do, in both languages, with its exit code."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from .conftest import Command


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("try", "uk-food-higiene", "inspection=x.csv", "--as-of", "2026-01-01", "--out", "o"), 2, "uk-food-hygiene"),
        (("try", "uk-food-hygiene", "inspection=missing.csv", "--as-of", "2026-01-01", "--out", "o"), 3, "missing.csv"),
        (("try", "uk-food-hygiene", "inspecton=x.csv", "--as-of", "2026-01-01", "--out", "o"), 2, "inspection"),
        (("try", "uk-food-hygiene", "inspection=x.csv", "--as-of", "yesterday", "--out", "o"), 2, "YYYY-MM-DD"),
        (("import", "x.csv", "--source", "s"), 3, "workspace"),
        (("explain", "1", "--in", "nowhere"), 3, "nowhere"),
        (("method", "show", "uk-food-hygiene", "--as", "pdf"), 2, "markdown"),
        (("nonsense",), 2, "nonsense"),
    ],
)
def test_the_answer_names_the_mistake(
    zhiheng: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], code: int, said: str
):
    monkeypatch.chdir(tmp_path)
    answer = zhiheng(*arguments)
    assert answer.code == code
    assert said in answer.err
    assert "Traceback" not in answer.err + answer.out
