"""Read whole numbers and years written in Chinese numerals."""

from __future__ import annotations

_DIGITS = {mark: value for value, marks in enumerate(("零〇○", *"一二三四五六七八九")) for mark in marks}
_FORMAL = str.maketrans("壹贰貳叁參肆伍陆陸柒捌玖拾佰仟萬億两兩", "一二二三三四五六六七八九十百千万亿二二")
_UNITS = (("亿", 10**8), ("万", 10**4), ("千", 1000), ("百", 100), ("十", 10))
_LONGEST = 24

_TYPED_ZEROS = "0OoОоΟο◯"  # what is typed for 〇: a digit, the letter of three scripts, a circle
_AS_ZERO = str.maketrans(dict.fromkeys(_TYPED_ZEROS, "〇"))
_YEAR_ZERO = f"[〇零○{_TYPED_ZEROS}]"
_YEAR_DIGIT = f"[〇零○{_TYPED_ZEROS}一二三四五六七八九壹贰貳叁參肆伍陆陸柒捌玖]"

CHINESE_YEAR = f"[一二壹贰貳]{_YEAR_DIGIT}{{3}}"
"""A pattern of the years that `read_chinese_year` is for."""

RECENT_CHINESE_YEAR = f"(?:[一壹][九玖]|[二贰貳]{_YEAR_ZERO}){_YEAR_DIGIT}{{2}}"
"""The same from 1900 to 2099: years even where no 年 stands after them."""

NUMERALS = "零〇○一二三四五六七八九十百千万亿两兩壹贰貳叁參肆伍陆陸柒捌玖拾佰仟萬億"


def read_chinese_number(text: str) -> int | None:
    """
    Read `二〇二〇` (digit by digit) or `三万五千零一十` (with units); None if it is neither.

    `三万五`, which speech uses for 35,000, is refused: its unit is not written.
    """
    plain = text.translate(_FORMAL)
    if not plain or len(plain) > _LONGEST:
        return None
    if all(mark in _DIGITS for mark in plain):
        return int("".join(str(_DIGITS[mark]) for mark in plain))
    return _read_with_units(plain)


def read_chinese_year(text: str) -> int | None:
    """Read `二〇一五`, digit by digit; a year's 〇 may be typed as 0 or O, which no other number may hold."""
    number = read_chinese_number(text.translate(_AS_ZERO))
    return number if number is not None and len(text) == len("二〇一五") else None


def _read_with_units(text: str) -> int | None:
    for mark, unit in _UNITS:
        before, found, after = text.rpartition(mark)
        if not found:
            continue
        times = 1 if mark == "十" and before in ("", "零", "〇") else _read_with_units(before.lstrip("零〇○"))
        rest = _read_rest(after, unit)
        if times is None or rest is None or (unit < 10**4 and times > len("九八七六五四三二一")):
            return None
        return times * unit + rest
    return _DIGITS.get(text)


def _read_rest(text: str, unit: int) -> int | None:
    if not text:
        return 0
    skipped = text[0] in "零〇○"
    rest = _read_with_units(text.lstrip("零〇○"))
    if rest is None or rest >= unit or (rest < 10 <= unit // 10 and not skipped):  # noqa: PLR2004 - a bare digit
        return None
    return rest
