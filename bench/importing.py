"""Measure the import of a clean CSV file beside DuckDB's plain copy of it to Parquet and frictionless' validation."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any

import duckdb

from bench.fixtures import CSV_COLUMNS, DATA, PACK, RECORDED_AT, SOURCE, clean_csv
from bench.report import Bar, Ratio, Result
from bench.timing import Runs, Task, TooSlow, run_apart, side_by_side
from zhiheng.ledger import create_workspace, import_files
from zhiheng.vocabulary import FieldType, find_pack

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from zhiheng.ledger import Workspace
    from zhiheng.vocabulary import Field

KIND = "listing"
FASTER = 10
TIMES_FASTER = "import against frictionless' validation, times faster"
_FRICTIONLESS_TYPES = {
    FieldType.DATE: "date",
    FieldType.WHOLE: "integer",
    FieldType.DECIMAL: "number",
    FieldType.MONEY: "number",
    FieldType.YES_NO: "boolean",
}


def measure(subjects: int, rows: int, times: int) -> Result:
    """Compare the import of so many rows with the two others."""
    file = clean_csv(subjects, rows)
    ours, tried = "zhiheng import", "zhiheng import --dry-run"
    copied = "DuckDB: read_csv to sorted Parquet"
    sides = side_by_side(
        {
            ours: Task(import_csv, (file, DATA / "imported")),
            tried: Task(try_csv, (file, DATA / "imported")),
            copied: Task(copy_csv, (file, DATA / "copied.parquet")),
        },
        times,
    )
    if {runs.answer for runs in sides.values()} != {rows}:
        raise AssertionError(f"{rows} rows went in, {[runs.answer for runs in sides.values()]} came out")
    enough = FASTER * sides[ours].seconds
    notes = ["frictionless was run once, with the types, codes, required fields and the key that the kind declares."]
    try:
        run = run_apart(Task(validate_csv, (file,)), at_most=enough * 1.02 + 5)
        sides["frictionless: validate"] = Runs([run])
        faster = Ratio(TIMES_FASTER, run.seconds / sides[ours].seconds, _TENFOLD)
        notes.append(
            f"a dry run, which reads and checks as frictionless does and writes nothing, against it, times faster:"
            f" {run.seconds / sides[tried].seconds:.1f} (no bar)"
        )
    except TooSlow:
        notes.append(f"It was stopped unfinished after {enough:.0f} s, when {FASTER} times our median had passed.")
        faster = Ratio(TIMES_FASTER, FASTER, _TENFOLD, "more than")
    against_copy = Ratio("import against DuckDB's copy", sides[ours].seconds / sides[copied].seconds, Bar(6))
    return Result(
        "Importing",
        f"A clean CSV file of {CSV_COLUMNS} columns and {rows:,} rows ({file.stat().st_size / 1024**2:,.0f} MB), into"
        " an empty ledger: read, checked, hashed, sorted, chained.",
        sides,
        (against_copy, faster),
        notes,
    )


_TENFOLD = Bar(FASTER, at_least=True)


def import_csv(file: Path, folder: Path) -> Callable[[], object]:
    """Prepare an import into an empty ledger."""
    workspace = _empty_workspace(folder)
    return lambda: import_files(workspace, [file], source=SOURCE, kind=KIND, now=RECORDED_AT).counts.accepted


def try_csv(file: Path, folder: Path) -> Callable[[], object]:
    """Prepare a dry run of the same."""
    workspace = _empty_workspace(folder)
    return lambda: (
        import_files(workspace, [file], source=SOURCE, kind=KIND, now=RECORDED_AT, dry_run=True).counts.accepted
    )


def _empty_workspace(folder: Path) -> Workspace:
    shutil.rmtree(folder, ignore_errors=True)
    return create_workspace(folder, find_pack(PACK))


def copy_csv(file: Path, target: Path) -> Callable[[], object]:
    """Prepare the plain copy, sorted by the same column, into the same kind of file."""
    target.unlink(missing_ok=True)
    connection = duckdb.connect()
    connection.execute("set enable_progress_bar = false")
    uscc = find_pack(PACK).kinds[KIND].fields["uscc"].label.zh
    copy = (
        f"copy (select * from read_csv('{file}') order by \"{uscc}\")"
        f" to '{target}' (format parquet, compression zstd, row_group_size 122880)"
    )
    return lambda: connection.execute(copy).fetchall()[0][0]


def validate_csv(file: Path) -> Callable[[], object]:
    """Prepare the validation against the schema that the kind amounts to."""
    from frictionless import Resource, Schema, system  # noqa: PLC0415 - slow to load, and needed here alone

    kind = find_pack(PACK).kinds[KIND]
    fields = [_as_frictionless(field) for field in kind.fields.values()]
    key = [kind.fields[name].label.zh for name in kind.key]
    schema = Schema.from_descriptor({"fields": fields, "primaryKey": key})

    def work() -> object:
        with system.use_context(trusted=True):
            report = Resource(path=str(file), schema=schema).validate()
        return report.valid

    return work


def _as_frictionless(field: Field) -> dict[str, Any]:
    constraints: dict[str, Any] = {"required": field.required}
    if field.codes:
        constraints["enum"] = list(field.codes)
    if field.at_least is not None:
        constraints["minimum"] = int(str(field.at_least))
    return {"name": field.label.zh, "type": _FRICTIONLESS_TYPES.get(field.type, "string"), "constraints": constraints}
