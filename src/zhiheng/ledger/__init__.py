"""The door of the ledger room."""

from zhiheng.ledger.as_of import HeldRecord, read_as_of, read_records
from zhiheng.ledger.batch import Batch, BatchReport, Counts, FileReport, Options, Repeated
from zhiheng.ledger.batches import BatchUnknown, LedgerBusy, LedgerDamaged, list_batches
from zhiheng.ledger.compact import Compaction, compact
from zhiheng.ledger.importing import SourceUnfit, import_files
from zhiheng.ledger.quarantine import QuarantinedRow, quarantined
from zhiheng.ledger.snapshot import KindNotHeld, Snapshot
from zhiheng.ledger.verify import Verification, verify
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
    "Batch",
    "BatchReport",
    "BatchUnknown",
    "Compaction",
    "Counts",
    "FileReport",
    "FolderInUse",
    "FormatUnknown",
    "HeldRecord",
    "KindNotHeld",
    "KindReserved",
    "LedgerBusy",
    "LedgerDamaged",
    "NoWorkspace",
    "Options",
    "QuarantinedRow",
    "Repeated",
    "Snapshot",
    "SourceUnfit",
    "Verification",
    "Workspace",
    "compact",
    "create_workspace",
    "import_files",
    "list_batches",
    "open_workspace",
    "quarantined",
    "read_as_of",
    "read_records",
    "verify",
]
