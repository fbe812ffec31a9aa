"""Industries by their code (GB/T 4754-2017): sections, divisions, groups, classes."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from zhiheng.vocabulary.code_list import CodeList
from zhiheng.vocabulary.kind import Code, Label
from zhiheng.vocabulary.shipped import shipped_rows

if TYPE_CHECKING:
    from collections.abc import Mapping


@cache
def industries() -> Mapping[str, Code]:
    """List all industries; an English label where there is one, else the Chinese."""
    return CodeList(
        {row["code"]: Code(row["code"], Label(row["zh"], row["en"] or row["zh"])) for row in shipped_rows("industries")}
    )
