"""Fields and files for tests of the vocabulary."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from zhiheng.vocabulary import Code, CodeList, Field, FieldType, Label

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture(scope="session")
def make_field() -> Callable[..., Field]:
    """Make a field of a type in one line; money has its two places, a code its two results."""

    def make(kind: str, **told: Any) -> Field:  # noqa: ANN401 - whatever a field has
        if kind == "money":
            told.setdefault("places", 2)
        if kind == "code":
            told.setdefault("codes", results)
        return Field("amount", FieldType(kind), Label("数值", "Amount"), **told)

    results = CodeList(
        {
            "pass": Code("pass", Label("合格", "Pass"), ("符合",)),
            "fail": Code("fail", Label("不合格", "Fail"), ("不符合",)),
        }
    )
    return make


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str, str], Path]:
    """Write a file of a pack in a folder of its own."""

    def put(name: str, text: str) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    return put
