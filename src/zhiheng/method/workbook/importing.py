"""Read a workbook back as a method, and write it as YAML if nothing is wrong with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zhiheng.errors import FaultsFound
from zhiheng.method.faults import MethodFaults
from zhiheng.method.method_file import read_method
from zhiheng.method.workbook.annotate import annotate_workbook
from zhiheng.method.workbook.book import read_lines
from zhiheng.method.workbook.entries import Rebuilding
from zhiheng.method.workbook.yaml_writer import as_yaml
from zhiheng.vocabulary import written_whole

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from zhiheng.errors import Fault, Lang
    from zhiheng.vocabulary import Kind


def import_workbook(
    workbook: Path,
    method_file: Path,
    kinds: Mapping[str, Kind],
    *,
    annotated: Path | None = None,
    lang: Lang = "en",
) -> tuple[Fault, ...]:
    """
    Write the method of a workbook as YAML, unless something is wrong with it; give the warnings.

    Every fault names its cell (`sheet!A1`). With `annotated`, a copy of the workbook is written in which each cell at
    fault is coloured and says what is wrong.

    Raises:
        WorkbookUnreadable: no workbook, or one that is too large.
        FaultsFound: everything that is wrong with it; nothing is written then but the annotated copy.
    """
    faults = MethodFaults()
    entries = Rebuilding(str(workbook), read_lines(workbook, faults), faults).rebuild()
    _, found = read_method(entries, kinds)
    faults.found += found.found
    told = faults.in_order()
    if told and annotated is not None:
        annotate_workbook(workbook, told, annotated, lang)
    if faults.errors:
        raise FaultsFound([fault for fault in told if not fault.warning])
    with written_whole(method_file) as beside:
        beside.write_text(as_yaml(entries), encoding="utf-8", newline="\n")
    return told
