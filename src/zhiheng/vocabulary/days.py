"""Read dates, times, months and years as Chinese and Western files write them."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta, timezone
from functools import partial
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from zhiheng.vocabulary.chinese_numbers import read_chinese_number
from zhiheng.vocabulary.refusal import ValueRefused
from zhiheng.vocabulary.spelling import shorten

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")

_LONGEST = 60
_HAN = "〇零○一二三四五六七八九十"
_MONTH_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTHS = {
    name: number
    for number, name in enumerate(
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], 1
    )
}
_LONG_MONTHS = (
    r"(?P<name>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)

_BESIDE_HAN = re.compile(rf"\s*([年月日号])\s*(?=[\d{_HAN}]|$)")
_HAN_DAY = re.compile(rf"(?P<y>[{_HAN}]{{4}})年(?:(?P<m>[{_HAN}]{{1,3}})月(?:(?P<d>[{_HAN}]{{1,3}})[日号]?)?)?度?")
_YEAR_FIRST = re.compile(
    r"(?P<y>\d{4})(?:(?P<mark>[-/.])(?P<m>\d{1,2})(?P=mark)(?P<d>\d{1,2})|年(?P<hm>\d{1,2})月(?P<hd>\d{1,2})[日号]?)"
)
_COMPACT = re.compile(r"(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})")
_YEAR_LAST = re.compile(r"(?P<a>\d{1,2})(?P<mark>[-/.])(?P<b>\d{1,2})(?P=mark)(?P<y>\d{4})")
_NAMED = re.compile(
    rf"(?:(?P<d>\d{{1,2}})[-\s]?{_LONG_MONTHS}[-\s,]*|{_LONG_MONTHS.replace('name', 'first')}\s+(?P<fd>\d{{1,2}}),?\s+)"
    r"(?P<y>\d{4}|(?(d)\d{2}|\d{4}))",
    re.IGNORECASE,
)
_LAST_OF_2000S, _FIRST_OF_1900S = 29, 69  # as spreadsheets (from 30) and POSIX (from 69) agree; between, they differ
_SERIAL = re.compile(r"(?P<day>\d{5})(?P<part>\.\d{1,15})?")
_FIRST_SERIAL, _LAST_SERIAL = 30000, 60000  # 1982-02-18 to 2064-04-08: no postcode, no truncated date
_SERIAL_ORIGIN = date(1899, 12, 30)

_MONTH = re.compile(r"(?P<y>\d{4})(?:[-/](?P<m>\d{1,2})|\.(?P<dm>\d{2})|年(?P<hm>\d{1,2})月|(?P<cm>\d{2}))")
_YEAR = re.compile(r"(?P<y>\d{4})(?:年度?)?")
_PART_OF_YEAR = re.compile(r"(?P<y>\d{4})年(?:第?[1-4一二三四]季度?|[上下]半年)")

_WITH_TIME = re.compile(
    r"(?P<day>.+?)(?:T|\s+|(?<=[日号])|(?<=[a-z]{3}\d{4}):)(?P<time>(?:(?:上午|下午)\s*)?\d{1,2}[:时].*)", re.IGNORECASE
)
_COMPACT_TIME = re.compile(r"(?P<day>\d{8})(?P<h>\d{2})(?P<m>\d{2})(?P<s>\d{2})")
_TIME = re.compile(
    r"(?P<before>上午|下午)?\s*(?P<h>\d{1,2})(?::(?P<m>\d{2})(?::(?P<s>\d{2})(?:\.(?P<f>\d{1,6}))?)?"
    r"|时(?P<hm>\d{1,2})分(?:(?P<hs>\d{1,2})秒)?)"
    r"\s*(?P<after>am|pm)?\s*(?P<zone>z|utc|[-+]\d{2}(?::?\d{2})?)?",
    re.IGNORECASE,
)
_BETWEEN_DAYS = re.compile(r"\s*(?:[-~—–至到]+|\bto\b)\s*", re.IGNORECASE)
_NOON = 12
_EARLIEST_YEAR = 1000


class _Moment(NamedTuple):
    day: date
    time: time
    zone: timezone | None


def read_date(written: str, *, day_first: bool | None) -> date:
    """
    Read a date; a time that follows it is checked and dropped.

    Raises:
        ValueRefused: no date, a day that does not exist, or a day and a month in an order that nobody declared.
    """
    moment = _moment(written, day_first=day_first)
    if moment is None:
        raise ValueRefused("not-a-date", value=shorten(written))
    return moment.day


def read_datetime(written: str, *, day_first: bool | None) -> datetime:
    """
    Read a moment: with an offset it is converted to UTC, without one it is taken as written, as is a bare date.

    Raises:
        ValueRefused: as `read_date`.
    """
    moment = _moment(written, day_first=day_first)
    if moment is None:
        raise ValueRefused("not-a-datetime", value=shorten(written))
    local = datetime.combine(moment.day, moment.time)
    if moment.zone is None:
        return local
    try:
        return local.replace(tzinfo=moment.zone).astimezone(UTC).replace(tzinfo=None)
    except OverflowError:
        raise ValueRefused("not-a-datetime", value=shorten(written)) from None


def read_month(written: str, *, day_first: bool | None) -> date:
    """
    Read a month as its first day; the month of a whole date, or of a period within it, is one.

    `2020.1` is refused: a spreadsheet writes the number 2020.10 like that.

    Raises:
        ValueRefused: no month.
    """
    return _within_one(written, partial(_read_month, day_first=day_first))


def _read_month(written: str, *, day_first: bool | None) -> date:
    plain = _plain(written)
    if found := _MONTH.fullmatch(plain):
        month = int(found["m"] or found["dm"] or found["hm"] or found["cm"])
        return _day(int(found["y"]), month, 1, written)
    han = _HAN_DAY.fullmatch(plain)
    if han and han["m"] and not han["d"]:
        return _day(_han(han["y"]), _han(han["m"]), 1, written)
    moment = _moment(written, day_first=day_first)
    if moment is None:
        raise ValueRefused("not-a-month", value=shorten(written))
    return moment.day.replace(day=1)


def read_year(written: str, *, day_first: bool | None) -> int:
    """
    Read a year; that of a quarter, a month, a whole date or a period within it is one. Excel's serial days are none.

    Raises:
        ValueRefused: no year.
    """
    return _within_one(written, partial(_read_year, day_first=day_first))


def _read_year(written: str, *, day_first: bool | None) -> int:
    plain = _plain(written)
    found = _YEAR.fullmatch(plain) or _PART_OF_YEAR.fullmatch("".join(plain.split()))
    han = None if found else _HAN_DAY.fullmatch(plain)
    if found or (han and not han["m"]):
        year = int(found["y"]) if found else _han(han["y"] if han else "")
        if year < _EARLIEST_YEAR:
            raise ValueRefused("not-a-year", value=shorten(written))
        return year
    if not _SERIAL.fullmatch(plain):
        try:
            return _read_month(written, day_first=day_first).year
        except ValueRefused as refused:
            if refused.rule != "vocabulary.not-a-month":
                raise
    raise ValueRefused("not-a-year", value=shorten(written))


def _within_one(written: str, read: Callable[[str], T]) -> T:
    """Read a text, or the two ends of a period that say the same: 2019.3.15-2019.3.20 lies in March 2019."""
    try:
        return read(written)
    except ValueRefused:
        if len(written) > _LONGEST:
            raise
        for between in _BETWEEN_DAYS.finditer(written):
            ends = [written[: between.start()], written[between.end() :]]
            with suppress(ValueRefused):
                first, last = (read(end) for end in ends)
                if first == last:
                    return first
        raise


def _moment(written: str, *, day_first: bool | None) -> _Moment | None:
    if len(written) > _LONGEST:
        return None
    plain = _plain(written)
    if found := _COMPACT_TIME.fullmatch(plain):
        plain = f"{found['day']} {found['h']}:{found['m']}:{found['s']}"
    if serial := _serial(plain):
        return serial
    with_time = _WITH_TIME.fullmatch(plain)
    day = _read_day(with_time["day"].strip() if with_time else plain, written, day_first=day_first)
    if day is None or not with_time:
        return None if day is None else _Moment(day, time(), None)
    return _time(day, with_time["time"].strip())


def _plain(written: str) -> str:
    return _BESIDE_HAN.sub(r"\1", written) if "年" in written else written


def _read_day(text: str, written: str, *, day_first: bool | None) -> date | None:
    if found := _YEAR_FIRST.fullmatch(text):
        return _day(int(found["y"]), int(found["m"] or found["hm"]), int(found["d"] or found["hd"]), written)
    if found := _COMPACT.fullmatch(text):
        return _day(int(found["y"]), int(found["m"]), int(found["d"]), written)
    if found := _YEAR_LAST.fullmatch(text):
        if day_first is None:
            raise ValueRefused("day-order-unknown", value=shorten(written))
        day, month = (found["a"], found["b"]) if day_first else (found["b"], found["a"])
        return _day(int(found["y"]), int(month), int(day), written)
    if found := _NAMED.fullmatch(text):
        month = _MONTHS[(found["name"] or found["first"]).casefold()[:3]]
        return _day(_in_full(found["y"], written), month, int(found["d"] or found["fd"]), written)
    han = _HAN_DAY.fullmatch(text)
    if han and han["d"]:
        return _day(_han(han["y"]), _han(han["m"]), _han(han["d"]), written)
    return None


def _in_full(year: str, written: str) -> int:
    """Take a year of two digits as every program takes it; where they differ, nobody can tell."""
    number = int(year)
    if len(year) > 2:  # noqa: PLR2004 - two digits
        return number
    if _LAST_OF_2000S < number < _FIRST_OF_1900S:
        raise ValueRefused("century-unknown", value=shorten(written))
    return number + (2000 if number <= _LAST_OF_2000S else 1900)


def _day(year: int, month: int, day: int, written: str) -> date:
    try:
        if year >= _EARLIEST_YEAR:
            return date(year, month, day)
    except ValueError:
        pass
    raise ValueRefused("no-such-day", value=shorten(written))


def _han(text: str) -> int:
    number = read_chinese_number(text)
    return -1 if number is None else number


def _serial(text: str) -> _Moment | None:
    found = _SERIAL.fullmatch(text)
    if not found or not _FIRST_SERIAL <= int(found["day"]) <= _LAST_SERIAL:
        return None
    seconds = round(float(found["part"] or 0) * 86400)
    moment = datetime.combine(_SERIAL_ORIGIN, time()) + timedelta(days=int(found["day"]), seconds=seconds)
    return _Moment(moment.date(), moment.time(), None)


def _time(day: date, text: str) -> _Moment | None:
    found = _TIME.fullmatch(text)
    if not found or (found["before"] and found["after"]):
        return None
    hour = int(found["h"])
    half = (found["before"] or found["after"] or "").casefold()
    if half:
        if not 1 <= hour <= _NOON:
            return None
        hour = hour % _NOON + (_NOON if half in ("pm", "下午") else 0)
    minute, second = int(found["m"] or found["hm"]), int(found["s"] or found["hs"] or 0)
    micro = int((found["f"] or "0").ljust(6, "0"))
    try:
        return _Moment(day, time(hour, minute, second, micro), _zone(found["zone"]))
    except ValueError:
        return None


def _zone(text: str | None) -> timezone | None:
    if text is None:
        return None
    if text.casefold() in ("z", "utc"):
        return UTC
    digits = text[1:].replace(":", "").ljust(4, "0")
    offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return timezone(-offset if text[0] == "-" else offset)
