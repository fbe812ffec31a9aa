"""Make spellings equal: width, spaces, kinds of brackets; for values, headings, and names of firms."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_WIDE = {code + 0xFEE0: code for code in range(0x21, 0x7F)}  # ！ to ～
_SPACES = dict.fromkeys((0x3000, 0xA0, 0x2007, 0x202F), 0x20)
_UNSEEN = dict.fromkeys((0xFEFF, 0x200B, 0x200C, 0x200D, 0x2060))
_EQUAL = _WIDE | _SPACES | _UNSEEN | {0xFFE5: 0xA5, 0x2212: 0x2D}  # ￥ to ¥, the minus sign to a hyphen
_LETTERS = {wide: half for wide, half in _WIDE.items() if chr(half).isalnum()} | _SPACES
_BRACKETS = str.maketrans("【】〔〕[]{}《》〈〉<>「」『』﹙﹚", "()()()()()()()()()()")

_CJK = "\u2e80-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_LOOSE_SPACE = re.compile(rf"(?<=[{_CJK}()])\s+|\s+(?=[{_CJK}()])")
_PARTING = dict.fromkeys(map(ord, "_-‐–—./\\、・·•,;&|║‖∥∣或及和与"))
_NOTE_MARKS = "[*※★☆●○◆◇■□▲△①-⑳]+"
_QUOTED = re.compile("[“\"'‘](.+)[”\"'’]")
_IN_BRACKETS = re.compile(r"\([^()]*\)")
_BRACKETED = re.compile(r"^(?P<name>.+?)\((?P<inside>[^()]*)\)$")
_ASIDE = re.compile(r"^(?P<name>.+?)[,;/]?单位:?(?P<inside>[^():]+)$")

ENDS = " \t\r\n\v\f\u3000\u00a0\ufeff\u200b\u200c\u200d\u2060"


def equal_width(text: str) -> str:
    """Write full-width letters, digits, signs and spaces in their plain form; drop what nobody sees; strip."""
    return text.translate(_EQUAL).strip()


def equal_letters(text: str) -> str:
    """Do the same to letters, digits and spaces only: punctuation stays as its author wrote it."""
    return text.translate(_LETTERS).strip(ENDS)


def normalise_spelling(text: str) -> str:
    """Make codes and headings comparable: without regard to width, case, spaces and kind of brackets."""
    return "".join(equal_width(text).translate(_BRACKETS).casefold().split())


def normalise_heading(text: str) -> str:
    """
    Make a heading comparable: as `normalise_spelling`, without the marks of forms (`*企业名称：`) and what joins words.

    What joins or parts words is one and the same: `rating_value` is `RatingValue`, 规格或型号 is 规格、型号.
    """
    return _without_marks(text).translate(_PARTING)


def heading_parts(heading: str) -> tuple[str, str]:
    """Part a heading into its comparable name and what stands in brackets at its end: `金额（万元）`."""
    spelled = _without_marks(heading)
    found = _BRACKETED.match(spelled) or _ASIDE.match(spelled)
    if not found:
        return normalise_heading(spelled), ""
    return normalise_heading(found["name"]), found["inside"].removeprefix("单位").removeprefix(":")


def bracketed_parts(heading: str) -> tuple[str, ...]:
    """List what stands in brackets, the last first, or after `单位`: where the unit of a column may be."""
    spelled = _without_marks(heading)
    aside = _ASIDE.match(spelled)
    inside = [part[1:-1] for part in reversed(_IN_BRACKETS.findall(spelled))] + ([aside["inside"]] if aside else [])
    return tuple(part.removeprefix("单位").removeprefix(":") for part in inside)


def heading_without_brackets(heading: str) -> str:
    """Make a heading comparable without whatever stands in brackets: 生产（经销）企业 is 生产企业."""
    return normalise_heading(_IN_BRACKETS.sub("", _without_marks(heading)))


def _without_marks(text: str) -> str:
    return normalise_spelling(text).strip("*:")


def normalise_name(text: str) -> str:
    """
    Make a name comparable: width, kind of brackets and spaces; nothing else.

    Spaces beside a Chinese character or a bracket go, others become one.
    """
    plain = equal_width(text).translate(_BRACKETS)
    return " ".join(_LOOSE_SPACE.sub("", plain).split())


def comparable_name(text: str, markers: Sequence[str]) -> str:
    """
    Make a name comparable, without the markers beside it: `标称：甲厂`, `甲厂（标称）`, `甲厂*`, `“甲厂”`.

    A marker stands in brackets at either end, or before a colon; the marks of notes at either end and quotation marks
    around the whole go as well. Without markers, all of these are part of the name.
    """
    name = normalise_name(text)
    if not markers:
        return name
    marker = "|".join(re.escape(normalise_name(one)) for one in sorted(markers, key=len, reverse=True))
    beside = rf"^(?:\((?:{marker})\):?|(?:{marker})[:：]|{_NOTE_MARKS})\s*|\s*(?:\((?:{marker})\)|{_NOTE_MARKS})$"
    while (shorter := _unquoted(re.sub(beside, "", name))) != name:
        name = shorter
    return name


def _unquoted(name: str) -> str:
    quoted = _QUOTED.fullmatch(name)
    return quoted[1].strip() if quoted else name


def shorten(text: str, longest: int = 60) -> str:
    """Cut a text for a message, so that a hostile value cannot flood it; line breaks become spaces."""
    line = " ".join(text.split())
    line = "".join(mark if mark.isprintable() else "�" for mark in line)
    return line if len(line) <= longest else line[: longest - 1] + "…"
