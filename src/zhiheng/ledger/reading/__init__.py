"""Reading: from files of any shape to typed, checked rows in a staging database."""

from zhiheng.ledger.reading.canonical import content_parts
from zhiheng.ledger.reading.checks import HeadingTwice
from zhiheng.ledger.reading.encodings import FileTooLarge, TextUnreadable
from zhiheng.ledger.reading.file import KindUnknown, read_file
from zhiheng.ledger.reading.objects import TooManyNames
from zhiheng.ledger.reading.shapes import FileUnreadable
from zhiheng.ledger.reading.stage import CountsDiffer
from zhiheng.ledger.reading.staged import IgnoredRow, PassedSheet, StagedTable
from zhiheng.ledger.reading.tables import FieldsMissing, HeadingNotFound, KindAmbiguous
from zhiheng.ledger.reading.walk import TooManyTables
from zhiheng.ledger.reading.workbook import SheetTooWide, WorkbookUnreadable

__all__ = [
    "CountsDiffer",
    "FieldsMissing",
    "FileTooLarge",
    "FileUnreadable",
    "HeadingNotFound",
    "HeadingTwice",
    "IgnoredRow",
    "KindAmbiguous",
    "KindUnknown",
    "PassedSheet",
    "SheetTooWide",
    "StagedTable",
    "TextUnreadable",
    "TooManyNames",
    "TooManyTables",
    "WorkbookUnreadable",
    "content_parts",
    "read_file",
]
