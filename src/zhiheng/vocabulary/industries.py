"""Industries by their code (GB/T 4754-2017 with its amendment of 2019): sections, divisions, groups, classes."""

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
    """
    List all industries. The standard is in Chinese; the English labels are this project's translation.

    `C1711`, the class with its section's letter before it, is another spelling of `1711`.
    """
    listed: dict[str, Code] = {}
    section = ""
    for row in shipped_rows("industries"):
        if row["level"] == "section":
            section = row["code"]
        aliases = () if row["level"] == "section" else (section + row["code"],)
        listed[row["code"]] = Code(row["code"], Label(row["zh"], row["en"]), aliases)
    return CodeList(listed)
