"""What commands print: text for people, JSON for programs, progress on a terminal only."""

from __future__ import annotations

import json
import sys
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence


def show(text: str = "") -> None:
    """Print a line of the answer."""
    typer.echo(text)


def remark(text: str) -> None:
    """Print a line beside the answer, on standard error."""
    typer.echo(text, err=True)


def show_json(answer: object) -> None:
    """Print the answer as one JSON document."""
    typer.echo(json.dumps(answer, ensure_ascii=False, indent=2, default=_plain))


def _plain(value: object) -> object:
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, Path):
        return str(value)
    if isinstance(value, frozenset | set | tuple):
        return list(value)
    raise TypeError(type(value).__name__)


def show_table(headings: Sequence[str], rows: Sequence[Sequence[object]], *, indent: str = "") -> None:
    """Print columns, as wide as what stands in them; numbers to the right. Chinese characters count as two."""
    cells = [[_cell(value) for value in row] for row in rows]
    widths = [max((_width(row[at]) for row in [list(headings), *cells]), default=0) for at in range(len(headings))]
    numeric = [
        bool(rows) and all(isinstance(row[at], int | Decimal | None) for row in rows) for at in range(len(widths))
    ]
    for line in [list(headings), *cells]:
        padded = [
            " " * (widths[at] - _width(text)) + text if numeric[at] else text + " " * (widths[at] - _width(text))
            for at, text in enumerate(line)
        ]
        show(indent + "  ".join(padded).rstrip())


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    return f"{value:,}" if isinstance(value, int) else str(value)


def _width(text: str) -> int:
    from rich.cells import cell_len  # noqa: PLC0415  rich is slow to import and most answers have no table

    return cell_len(text)


@contextmanager
def progress(label: str, total: int | None = None) -> Iterator[Callable[[int], None]]:
    """Show how far long work has come, on a terminal; be quiet in a pipe. Yields a function that takes work done."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(label, total=total)
        yield lambda done: bar.update(task, completed=done)
