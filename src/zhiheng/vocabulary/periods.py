"""Read months and years: written as such, or as a day, a quarter or another period that lies within one."""

from __future__ import annotations

import re
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from zhiheng.vocabulary.chinese_numbers import RECENT_CHINESE_YEAR, read_chinese_year
from zhiheng.vocabulary.days import EARLIEST_YEAR, HAN, LONGEST, day_of, day_within, han_number, in_digits, looks_serial
from zhiheng.vocabulary.refusal import ValueRefused
from zhiheng.vocabulary.spelling import shorten

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

T = TypeVar("T")

_RECENT = r"(?:19|20)\d{2}"  # where more than a year's digits must tell it from another number
_TO = "-~—–至到、和及"

_PART_OF_MONTH = "(?:份|[上中下]旬|[初中底末])?"
_MONTH = re.compile(
    rf"(?P<y>\d{{4}})(?:[-/](?P<m>\d{{1,2}})|\.(?P<dm>\d{{2}})|年(?:(?P<hm>\d{{1,2}})|(?P<han>[{HAN}]{{1,3}}))月{_PART_OF_MONTH})"
)
_POINTED_MONTH = re.compile(rf"(?P<y>{_RECENT})\.(?P<m>[2-9])")  # not 2020.1, which may have been 2020.10
_COMPACT_MONTH = re.compile(r"(?P<y>19(?:49|[5-9]\d)|20\d{2})(?P<m>0[1-9]|1[0-2])")

_YEAR = re.compile(r"(?P<y>\d{4})(?:年度?|年?全年)?")
_POINTED_YEAR = re.compile(rf"(?P<y>{_RECENT})\.[01]")  # 2020.0 of a column of numbers; 2020.1, whose month is unclear
_HAN_YEAR = re.compile(RECENT_CHINESE_YEAR)
_PART_OF_YEAR = re.compile(
    r"(?P<y>\d{4})年度?(?:第?[1-4一二三四]季度?|前[二两三]季度|[上下]半年|[春夏秋]季?|[初中底末])"
    r"|(?P<q>\d{4})[-年]?Q[1-4]",
    re.IGNORECASE,
)
_QUARTERS = re.compile(
    rf"(?P<y>\d{{4}})年度?第?(?P<one>[1-4一二三四])(?:季度?)?[{_TO}]第?(?P<other>[1-4一二三四])季度?"
)
_ISSUE = re.compile(
    rf"(?P<y>\d{{4}})(?:年度?(?:第?[1-4一二三四]季度)?第?|第)(?:\d{{1,4}}|[{HAN}百]{{1,5}})(?:批次?|期|次|轮)"
)

_BETWEEN = rf"(?P<to>\s*[{_TO}]+\s*)"
_SHORT_PERIODS = tuple(
    re.compile(rf"(?P<y>{_RECENT}){rest}")
    for rest in (
        rf"(?P<mark>[-./])(?P<m>\d{{1,2}}){_BETWEEN}(?P<m2>\d{{1,2}})",
        rf"(?P<mark>[-./])(?P<m>\d{{1,2}})(?P=mark)(?P<d>\d{{1,2}}){_BETWEEN}(?:(?P<m2>\d{{1,2}})(?P=mark))?(?P<d2>\d{{1,2}})",
        rf"年(?P<m>\d{{1,2}})月?(?:份)?{_BETWEEN}(?P<m2>\d{{1,2}})月{_PART_OF_MONTH}",
        rf"年(?P<m>\d{{1,2}})月(?P<d>\d{{1,2}})[日号]?{_BETWEEN}(?:(?P<m2>\d{{1,2}})月)?(?P<d2>\d{{1,2}})[日号]",
    )
)
_PERIOD = re.compile(rf"\s*(?:[{_TO},;]+|\bto\b|\n)\s*", re.IGNORECASE)


def read_month(written: str, *, day_first: bool | None) -> date:
    """
    Read a month as its first day; the month of a whole date, or of a period within it, is one.

    `2020.1` is refused: a spreadsheet writes the number 2020.10 like that.

    Raises:
        ValueRefused: no month, or more than one.
    """
    return _within_one(written, partial(_read_month, day_first=day_first), "vocabulary.several-months")


def _read_month(written: str, *, day_first: bool | None) -> date:
    if len(written) > LONGEST:  # a long text would make the patterns slow
        raise ValueRefused("not-a-month", value=shorten(written))
    plain = in_digits(written)
    if found := _MONTH.fullmatch(plain):
        month = int(found["m"] or found["dm"] or found["hm"] or han_number(found["han"]))
        return day_of(int(found["y"]), month, 1, written)
    if found := _POINTED_MONTH.fullmatch(plain) or _COMPACT_MONTH.fullmatch(plain):
        return day_of(int(found["y"]), int(found["m"]), 1, written)
    if ends := _short_period(plain, written):
        first, last = (end.replace(day=1) for end in ends)
        if first != last:
            raise ValueRefused("several-months", value=shorten(written))
        return first
    day = day_within(written, day_first=day_first)
    if day is None:
        raise ValueRefused("not-a-month", value=shorten(written))
    return day.replace(day=1)


def read_year(written: str, *, day_first: bool | None) -> int:
    """
    Read a year; that of a quarter, a month, a whole date or a period within it is one. Excel's serial days are none.

    Raises:
        ValueRefused: no year, or more than one.
    """
    return _within_one(written, partial(_read_year, day_first=day_first), "vocabulary.several-years")


def _read_year(written: str, *, day_first: bool | None) -> int:
    if len(written) > LONGEST:
        raise ValueRefused("not-a-year", value=shorten(written))
    plain = in_digits(written)
    if (year := _plain_year(plain)) is not None:
        if year < EARLIEST_YEAR:
            raise ValueRefused("not-a-year", value=shorten(written))
        return year
    if ends := _short_period(plain, written):
        return ends[0].year
    if not looks_serial(plain):
        try:
            return _read_month(written, day_first=day_first).year
        except ValueRefused as refused:
            if refused.rule != "vocabulary.not-a-month":
                raise
    raise ValueRefused("not-a-year", value=shorten(written))


def _plain_year(plain: str) -> int | None:
    if _HAN_YEAR.fullmatch(plain):
        return read_chinese_year(plain)
    joined = "".join(plain.split()) if "年" in plain else plain
    for pattern in (_YEAR, _POINTED_YEAR, _PART_OF_YEAR, _ISSUE):
        if found := pattern.fullmatch(joined):
            return int(found["y"] or found["q"])
    quarters = _QUARTERS.fullmatch(joined)
    if quarters and _quarter(quarters["one"]) < _quarter(quarters["other"]):
        return int(quarters["y"])
    return None


def _quarter(mark: str) -> int:
    return "1一2二3三4四".index(mark) // 2


def _short_period(plain: str, written: str) -> tuple[date, date] | None:
    """
    Read a period of one year whose end leaves out what its beginning says: 2019.3.12-15, 2019年3-4月.

    Raises:
        ValueRefused: a day that does not exist, or an end before the beginning: 2018.12-1 may end in another year.
    """
    for pattern in _SHORT_PERIODS:
        found = pattern.fullmatch(plain)
        if not found:
            continue
        said = found.groupdict()
        if said.get("mark") == "-" and "-" in said["to"]:
            continue  # 2019-3-4 is a day
        year, month = int(said["y"]), int(said["m"])
        first = day_of(year, month, int(said.get("d") or 1), written)
        last = day_of(year, int(said["m2"] or month), int(said.get("d2") or 1), written)
        if last < first:
            raise ValueRefused("period-backwards", value=shorten(written))
        return first, last
    return None


def _within_one(written: str, read: Callable[[str], T], several: str) -> T:
    """Read a text, or the two ends of a period that say the same: 2019.3.15-2019.3.20 lies in March 2019."""
    try:
        return read(written)
    except ValueRefused:
        ends = _ends(written, read)
        if ends is None:
            raise
    first, last = ends
    if first != last:
        raise ValueRefused(several, value=shorten(written))
    return first


def _ends(written: str, read: Callable[[str], T]) -> tuple[T, T] | None:
    if len(written) > LONGEST:
        return None
    for between in _PERIOD.finditer(written):
        with suppress(ValueRefused):
            return read(written[: between.start()]), read(written[between.end() :])
    return None
