"""Reading: from files of any shape to typed, checked rows in a staging database."""

from zhiheng.ledger.reading.canonical import NOTHING, content_texts, hashed, short_hash
from zhiheng.ledger.reading.checks import HeadingTwice, TitleUnitUnused
from zhiheng.ledger.reading.desk import clear_way
from zhiheng.ledger.reading.file import KindUnknown, read_file
from zhiheng.ledger.reading.refusals import (
    FileAbsent,
    FileDamaged,
    FileEmpty,
    FileTooLarge,
    FileUnreadable,
    LockFile,
    NoFile,
    NotText,
    ShapeUnknown,
    TooDemanding,
    TooManyColumns,
    WorkbookLocked,
)
from zhiheng.ledger.reading.shapes import check_regular, shown_name
from zhiheng.ledger.reading.stage import CountsDiffer
from zhiheng.ledger.reading.staged import IgnoredRow, PassedSheet, StagedTable
from zhiheng.ledger.reading.tables import FieldsMissing, HeadingNotFound, KindAmbiguous, UnitUnfit
from zhiheng.ledger.reading.walk import TooManyTables

__all__ = [
    "NOTHING",
    "CountsDiffer",
    "FieldsMissing",
    "FileAbsent",
    "FileDamaged",
    "FileEmpty",
    "FileTooLarge",
    "FileUnreadable",
    "HeadingNotFound",
    "HeadingTwice",
    "IgnoredRow",
    "KindAmbiguous",
    "KindUnknown",
    "LockFile",
    "NoFile",
    "NotText",
    "PassedSheet",
    "ShapeUnknown",
    "StagedTable",
    "TitleUnitUnused",
    "TooDemanding",
    "TooManyColumns",
    "TooManyTables",
    "UnitUnfit",
    "WorkbookLocked",
    "check_regular",
    "clear_way",
    "content_texts",
    "hashed",
    "read_file",
    "short_hash",
    "shown_name",
]
