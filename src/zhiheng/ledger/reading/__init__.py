"""Reading: from files of any shape to typed, checked rows in a staging database."""

from zhiheng.ledger.reading.canonical import content_parts
from zhiheng.ledger.reading.encodings import FileTooLarge, TextUnreadable
from zhiheng.ledger.reading.file import FileUnreadable, KindUnknown, read_file
from zhiheng.ledger.reading.staged import IgnoredRow, StagedTable
from zhiheng.ledger.reading.tables import FieldsMissing, HeadingNotFound, KindAmbiguous

__all__ = [
    "FieldsMissing",
    "FileTooLarge",
    "FileUnreadable",
    "HeadingNotFound",
    "IgnoredRow",
    "KindAmbiguous",
    "KindUnknown",
    "StagedTable",
    "TextUnreadable",
    "content_parts",
    "read_file",
]
