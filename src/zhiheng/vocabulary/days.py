"""Read dates and times as Chinese and Western files write them."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import NamedTuple

from zhiheng.vocabulary.chinese_numbers import CHINESE_YEAR, read_chinese_number, read_chinese_year
from zhiheng.vocabulary.refusal import ValueRefused
from zhiheng.vocabulary.spelling import shorten

LONGEST = 60
HAN = "〇零○一二三四五六七八九十"
EARLIEST_YEAR = 1000

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

_BESIDE_HAN = re.compile(rf"\s*([年月日号])\s*(?=[\d{HAN}~—–至到-]|$)")
_HAN_YEAR = re.compile(rf"{CHINESE_YEAR}(?=\s*年)")
_HAN_DAY = re.compile(rf"(?P<y>\d{{4}})年(?P<m>[{HAN}]{{1,3}})月(?P<d>[{HAN}]{{1,3}})[日号]?")
_YEAR_FIRST = re.compile(
    r"(?P<y>\d{4})(?:(?P<mark>[-/.])(?P<m>\d{1,2})(?P=mark)(?P<d>\d{1,2})|年(?P<hm>\d{1,2})月(?P<hd>\d{1,2})[日号]?)"
)
_COMPACT = re.compile(r"(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})")
_SIX_DIGITS = re.compile(r"\d{6}")
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

_WITH_TIME = re.compile(
    r"(?P<day>.+?)(?:T|\s+|(?<=[日号])|(?<=[a-z]{3}\d{4}):)(?P<time>(?:(?:上午|下午)\s*)?\d{1,2}[:时].*)", re.IGNORECASE
)
_HALF_DAY = re.compile(r"(?P<day>[^:时]+?)\s*[上下]午")
_COMPACT_TIME = re.compile(r"(?P<day>\d{8})(?P<h>\d{2})(?P<m>\d{2})(?P<s>\d{2})")
_TIME = re.compile(
    r"(?P<before>上午|下午)?\s*(?P<h>\d{1,2})(?::(?P<m>\d{2})(?::(?P<s>\d{2})(?:\.(?P<f>\d{1,6}))?)?"
    r"|时(?P<hm>\d{1,2})分(?:(?P<hs>\d{1,2})秒)?)"
    r"\s*(?P<after>am|pm)?\s*(?P<zone>z|utc|[-+]\d{2}(?::?\d{2})?)?",
    re.IGNORECASE,
)
_NOON = 12


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
    day = day_within(written, day_first=day_first)
    if day is None:
        raise ValueRefused("not-a-date", value=shorten(written))
    return day


def day_within(written: str, *, day_first: bool | None) -> date | None:
    """Read the day on which a date, a moment or a half of a day lies; None where none is named."""
    if len(written) > LONGEST:
        return None
    half = _HALF_DAY.fullmatch(written)
    moment = _moment(half["day"] if half else written, day_first=day_first)
    return moment.day if moment else None


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


def _moment(written: str, *, day_first: bool | None) -> _Moment | None:
    if len(written) > LONGEST:
        return None
    plain = in_digits(written)
    if found := _COMPACT_TIME.fullmatch(plain):
        plain = f"{found['day']} {found['h']}:{found['m']}:{found['s']}"
    if serial := _serial(plain):
        return serial
    with_time = _WITH_TIME.fullmatch(plain)
    day = _read_day(with_time["day"].strip() if with_time else plain, written, day_first=day_first)
    if day is None or not with_time:
        return None if day is None else _Moment(day, time(), None)
    return _time(day, with_time["time"].strip())


def in_digits(written: str) -> str:
    """Write the Chinese year that a text begins with in digits, and take out the spaces beside 年, 月 and 日."""
    if "年" not in written:
        return written
    if found := _HAN_YEAR.match(written):
        written = f"{read_chinese_year(found[0])}{written[found.end() :]}"
    return _BESIDE_HAN.sub(r"\1", written)


def _read_day(text: str, written: str, *, day_first: bool | None) -> date | None:
    if found := _YEAR_FIRST.fullmatch(text):
        return day_of(int(found["y"]), int(found["m"] or found["hm"]), int(found["d"] or found["hd"]), written)
    if found := _COMPACT.fullmatch(text):
        return day_of(int(found["y"]), int(found["m"]), int(found["d"]), written)
    if found := _YEAR_LAST.fullmatch(text):
        if day_first is None:
            raise ValueRefused("day-order-unknown", value=shorten(written))
        day, month = (found["a"], found["b"]) if day_first else (found["b"], found["a"])
        return day_of(int(found["y"]), int(month), int(day), written)
    if found := _NAMED.fullmatch(text):
        month = _MONTHS[(found["name"] or found["first"]).casefold()[:3]]
        return day_of(_in_full(found["y"], written), month, int(found["d"] or found["fd"]), written)
    if found := _HAN_DAY.fullmatch(text):
        return day_of(int(found["y"]), han_number(found["m"]), han_number(found["d"]), written)
    if _SIX_DIGITS.fullmatch(text):
        raise ValueRefused("six-digits", value=shorten(written))
    return None


def _in_full(year: str, written: str) -> int:
    """Take a year of two digits as every program takes it; where they differ, nobody can tell."""
    number = int(year)
    if len(year) > 2:  # noqa: PLR2004 - two digits
        return number
    if _LAST_OF_2000S < number < _FIRST_OF_1900S:
        raise ValueRefused("century-unknown", value=shorten(written))
    return number + (2000 if number <= _LAST_OF_2000S else 1900)


def day_of(year: int, month: int, day: int, written: str) -> date:
    """
    Make a day of its numbers.

    Raises:
        ValueRefused: there is no such day.
    """
    try:
        if year >= EARLIEST_YEAR:
            return date(year, month, day)
    except ValueError:
        pass
    raise ValueRefused("no-such-day", value=shorten(written))


def han_number(text: str) -> int:
    """Read a day or a month in Chinese numerals; -1, which is neither, where it is no number."""
    number = read_chinese_number(text)
    return -1 if number is None else number


def looks_serial(text: str) -> bool:
    """Tell a number of five digits, which a spreadsheet may mean as a day."""
    return bool(_SERIAL.fullmatch(text))


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
