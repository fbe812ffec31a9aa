"""What an import is told: from whom, which files, of which day; and what it is refused for before a row is read."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, ClassVar

from zhiheng.errors import EXIT_USAGE, Place, ZhihengError, reason_of
from zhiheng.ledger.batch import NOWHEN
from zhiheng.ledger.reading import FileUnreadable, check_regular, shown_name

if TYPE_CHECKING:
    from pathlib import Path

    from zhiheng.ledger.batch import Options
    from zhiheng.ledger.workspace import Workspace
    from zhiheng.vocabulary import Kind

_LONGEST_SOURCE = 200
_CHUNK = 1 << 20
_DAY = timedelta(days=1)


class SourceUnfit(ZhihengError):
    """The name of a source is empty, too long, or holds what nobody sees."""

    code: ClassVar[str] = "ledger.source-unfit"
    exit_code: ClassVar[int] = EXIT_USAGE


class DayInFuture(ZhihengError):
    """A file is said to have been made, or received, on a day that has not come yet."""

    code: ClassVar[str] = "ledger.day-in-future"
    exit_code: ClassVar[int] = EXIT_USAGE


@dataclass(frozen=True, slots=True)
class Incoming:
    """A file on disk, known by its bytes, and its name as a text; `sheet` is where mended rows stood in a workbook."""

    path: Path
    sha256: str
    name: str
    sheet: str = ""


@dataclass(frozen=True, slots=True)
class Import:
    """All that an import is told."""

    workspace: Workspace
    source: str
    options: Options
    now: datetime
    today: date  # where the files are imported; rows that name no day are of this one
    kinds: Mapping[str, Kind]
    mends: Mapping[tuple[str, int], tuple[int, int]] = field(default_factory=dict)  # (SHA-256, row) -> (batch, number)


def check_source(source: str) -> str:
    """Hold the name of a source to what fits a heading and a key."""
    spelled = " ".join(source.split())
    if not spelled or len(spelled) > _LONGEST_SOURCE or not spelled.isprintable():
        raise SourceUnfit(Place(), longest=_LONGEST_SOURCE)
    return spelled


def check_days(options: Options, today: date) -> None:
    """
    Refuse days that have not come yet.

    Raises:
        DayInFuture: there is one.

    """
    for day, option in ((options.extract_date, "--extract-date"), (options.received_on, "--received-on")):
        if day is not None and day > today:
            raise DayInFuture(day=day, option=option, today=today)


def declaration(kind: Kind) -> str:
    """Hash how a kind is declared: its fields with their aliases and codes, its keys and its dates."""
    return hashlib.sha256(json.dumps(_plain(replace(kind, file="")), ensure_ascii=False).encode()).hexdigest()


def _plain(declared: object) -> object:
    if is_dataclass(declared):
        return [[one.name, _plain(getattr(declared, one.name))] for one in fields(declared)]
    if isinstance(declared, Mapping):
        return [[str(name), _plain(value)] for name, value in declared.items()]
    if isinstance(declared, list | tuple):
        return [_plain(value) for value in declared]
    return str(declared)


def utc(moment: datetime) -> datetime:
    """Write a moment in UTC without a zone; one without a zone is taken for UTC."""
    return moment if moment.tzinfo is None else moment.astimezone(UTC).replace(tzinfo=None)


def midnight(day: date) -> datetime:
    """Tell the moment at which a day begins."""
    return datetime(day.year, day.month, day.day)  # noqa: DTZ001 - UTC without a zone, as all moments here


def made_between(options: Options, today: date) -> tuple[datetime, datetime]:
    """
    Tell between which moments the files of a batch were made.

    A declared day is that day. Anything else may be as old as you like, and is as young as the day on which it came
    at most.
    """
    if options.extract_date:
        start = midnight(options.extract_date)
        return start, start + _DAY
    return NOWHEN, midnight(min(options.received_on or today, today)) + _DAY


def look_at(path: Path) -> Incoming:
    """
    Take the measure of a file.

    Raises:
        FileUnreadable: there is none, it may not be read, or it is no file but a folder, a device, a pipe.

    """
    digest = hashlib.sha256()
    name = shown_name(path)
    shown = str(path.with_name(name)) if path.name else str(path)
    try:
        check_regular(path, shown)
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                digest.update(chunk)
    except OSError as error:
        raise FileUnreadable(Place(shown), **reason_of(error)) from error
    return Incoming(path, digest.hexdigest(), name)
