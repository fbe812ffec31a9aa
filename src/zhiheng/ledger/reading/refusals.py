"""What is wrong with a file as a whole, before a row of it is looked at."""

from __future__ import annotations

from typing import ClassVar

from zhiheng.errors import ZhihengError

MOST_COLUMNS = 2000


class FileUnreadable(ZhihengError):
    """A file of which no row can be read; as it stands, because it cannot be opened."""

    code: ClassVar[str] = "ledger.file-absent"


class FileAbsent(FileUnreadable):
    """No such file, or none that may be opened."""


class NoFile(FileUnreadable):
    """A folder, a pipe, a device: nothing with an end that could be read twice."""

    code: ClassVar[str] = "ledger.no-file"


class LockFile(FileUnreadable):
    """What a spreadsheet program puts beside a workbook while it is open."""

    code: ClassVar[str] = "ledger.lock-file"


class FileEmpty(FileUnreadable):
    """A file without any content."""

    code: ClassVar[str] = "ledger.file-empty"


class ShapeUnknown(FileUnreadable):
    """A file of a shape that is not read here."""

    code: ClassVar[str] = "ledger.shape-unknown"


class FileDamaged(FileUnreadable):
    """A file that is not whole."""

    code: ClassVar[str] = "ledger.file-damaged"


class NotText(FileUnreadable):
    """A file that is neither of a known shape nor text."""

    code: ClassVar[str] = "ledger.not-text"


class WorkbookLocked(FileUnreadable):
    """A workbook under a password."""

    code: ClassVar[str] = "ledger.workbook-locked"


class TooDemanding(FileUnreadable):
    """A workbook whose reading takes more memory or time than is given."""

    code: ClassVar[str] = "ledger.too-demanding"


class FileTooLarge(FileUnreadable):
    """A file, or what a compressed file becomes, beyond the bounds."""

    code: ClassVar[str] = "ledger.file-too-large"


class TooManyColumns(FileUnreadable):
    """A table with more columns than any list has."""

    code: ClassVar[str] = "ledger.too-many-columns"
