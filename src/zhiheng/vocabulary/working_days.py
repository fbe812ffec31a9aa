"""Statutory working days of China, as the State Council's yearly notices set them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, ClassVar

import chinese_calendar  # type: ignore[import-untyped]

from zhiheng.errors import Place, ZhihengError

if TYPE_CHECKING:
    from datetime import date

_FIRST_YEAR = min(chinese_calendar.holidays).year
_LAST_YEAR = max(chinese_calendar.holidays).year
_ONE_DAY = timedelta(days=1)


class CalendarUnknown(ZhihengError):
    """No notice says which days of this year are worked."""

    code: ClassVar[str] = "vocabulary.calendar-unknown"


def is_working_day(day: date) -> bool:
    """
    Tell whether a day is worked: weekdays but for holidays, and the weekends worked instead.

    Raises:
        CalendarUnknown: the year's notice is not in the calendar.
    """
    if not _FIRST_YEAR <= day.year <= _LAST_YEAR:
        raise CalendarUnknown(Place(), year=day.year, first=_FIRST_YEAR, last=_LAST_YEAR)
    return bool(chinese_calendar.is_workday(day))


def add_working_days(day: date, count: int) -> date:
    """
    Find the day that lies `count` working days after a day, or before it where `count` is below 0.

    The day itself is not counted, worked or not: a term of one working day that starts on a Friday ends on Monday.
    With 0 it is the day itself.

    Raises:
        CalendarUnknown: the way leads through a year without a notice.
    """
    step = _ONE_DAY if count >= 0 else -_ONE_DAY
    left = abs(count)
    while left:
        day += step
        left -= is_working_day(day)
    return day
