"""The clock: the only place of the command line that reads it."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime

from zhiheng.cli.options import parse_moment


def now() -> datetime:
    """Tell the time in UTC, without zone; `ZHIHENG_NOW` (ISO 8601) stands in for it where a run must be repeatable."""
    if given := os.environ.get("ZHIHENG_NOW"):
        moment = parse_moment(given, "ZHIHENG_NOW")
        return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment
    return datetime.now(UTC).replace(tzinfo=None)


def today() -> date:
    """Tell the day, on this machine's clock."""
    return now().date() if os.environ.get("ZHIHENG_NOW") else datetime.now().astimezone().date()
