"""The door of the ledger room."""

from zhiheng.ledger.as_of import HeldRecord, read_as_of, read_records
from zhiheng.ledger.batch import Batch, BatchReport, Counts, FileReport, Options, Repeated
from zhiheng.ledger.batches import BatchUnknown, LedgerBusy, list_batches
from zhiheng.ledger.columns import RECORD_COLUMNS, table_columns
from zhiheng.ledger.compaction import Compaction, compact
from zhiheng.ledger.identity import Contradiction, Identity, Judgement, standing_judgements
from zhiheng.ledger.importing import ExtractEmpty, import_files
from zhiheng.ledger.judging import JudgementUnfit, NothingToUndo, SubjectNotHeld, judge, judgements, undo
from zhiheng.ledger.mend import CannotWrite, NoWorkbookName, export_quarantine
from zhiheng.ledger.near import (
    LONGEST_ASKED,
    SUGGESTED,
    SubjectUnknown,
    SubjectWithdrawn,
    add_nearest,
    check_held,
    holds_text,
    spellings_of,
)
from zhiheng.ledger.order import DayInFuture, SourceUnfit
from zhiheng.ledger.proposals import Candidate, NameParts, candidates
from zhiheng.ledger.quarantine import MOST_REFUSED, QuarantinedRow, quarantined
from zhiheng.ledger.segments import KindChanged, LedgerDamaged
from zhiheng.ledger.since import Since, subjects_since
from zhiheng.ledger.snapshot import KindNotHeld, Snapshot
from zhiheng.ledger.take_back import NotExported, NothingMended, return_mended
from zhiheng.ledger.verification import HeadUnfit, Verification, verify
from zhiheng.ledger.workspace import (
    FolderInUse,
    FormatUnknown,
    KindReserved,
    NoWorkspace,
    Workspace,
    create_workspace,
    open_workspace,
)

__all__ = [
    "LONGEST_ASKED",
    "MOST_REFUSED",
    "RECORD_COLUMNS",
    "SUGGESTED",
    "Batch",
    "BatchReport",
    "BatchUnknown",
    "Candidate",
    "CannotWrite",
    "Compaction",
    "Contradiction",
    "Counts",
    "DayInFuture",
    "ExtractEmpty",
    "FileReport",
    "FolderInUse",
    "FormatUnknown",
    "HeadUnfit",
    "HeldRecord",
    "Identity",
    "Judgement",
    "JudgementUnfit",
    "KindChanged",
    "KindNotHeld",
    "KindReserved",
    "LedgerBusy",
    "LedgerDamaged",
    "NameParts",
    "NoWorkbookName",
    "NoWorkspace",
    "NotExported",
    "NothingMended",
    "NothingToUndo",
    "Options",
    "QuarantinedRow",
    "Repeated",
    "Since",
    "Snapshot",
    "SourceUnfit",
    "SubjectNotHeld",
    "SubjectUnknown",
    "SubjectWithdrawn",
    "Verification",
    "Workspace",
    "add_nearest",
    "candidates",
    "check_held",
    "compact",
    "create_workspace",
    "export_quarantine",
    "holds_text",
    "import_files",
    "judge",
    "judgements",
    "list_batches",
    "open_workspace",
    "quarantined",
    "read_as_of",
    "read_records",
    "return_mended",
    "spellings_of",
    "standing_judgements",
    "subjects_since",
    "table_columns",
    "undo",
    "verify",
]
