"""Print a method's table as Markdown or as a page of HTML, with everything escaped that came from a file."""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from zhiheng.method.show.table import MethodTable, Section

_MARKS = re.compile(r"([\\`*_{}\[\]<>#|~!&])")
_STYLE = (
    "body{font-family:system-ui,'Noto Sans SC',sans-serif;line-height:1.45;margin:2rem auto;max-width:80rem;"
    "padding:0 1rem}table{border-collapse:collapse;width:100%;margin:.5rem 0 2rem}th,td{border:1px solid #767676;"
    "padding:.35rem .5rem;text-align:left;vertical-align:top}th{background:#eee}td:first-child{font-weight:600}"
    "@media screen{section{overflow-x:auto}}@page{size:A4 landscape;margin:12mm}@media print{body{font-size:8pt;"
    "margin:0;max-width:none;padding:0}table{margin:.2rem 0 1rem}th,td{padding:.15rem .3rem}td+td{overflow-wrap:"
    "anywhere}tr{break-inside:avoid}h1,h2{break-after:avoid}}"
)
_LANGUAGES = {"zh": "zh-CN", "en": "en"}


def as_markdown(table: MethodTable) -> str:
    """Print the table as Markdown; a line break inside a cell is `<br>`."""
    parts = [f"# {_marked(table.title)}"]
    if table.about:
        parts.append(_marked(table.about))
    for section in table.sections:
        parts += [f"## {_marked(section.title)}", "\n".join(_markdown_lines(section))]
    return "\n\n".join(parts) + "\n"


def _markdown_lines(section: Section) -> Iterable[str]:
    yield _line(_marked(column) for column in section.columns)
    yield _line("---" for _ in section.columns)
    for row in section.rows:
        yield _line("<br>".join(_marked(line) for line in cell.splitlines()) for cell in row.cells)


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _marked(text: str) -> str:
    return _MARKS.sub(r"\\\1", " ".join(text.split()))


def as_html(table: MethodTable) -> str:
    """Print the table as a page of its own, without scripts and without anything from elsewhere."""
    lang = _LANGUAGES[table.lang]
    title = escape(table.title)
    about = f"<p>{escape(table.about)}</p>\n" if table.about else ""
    sections = "\n".join(_html_section(section) for section in table.sections)
    return (
        f'<!doctype html>\n<html lang="{lang}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n<title>{title}</title>\n'
        f"<style>{_STYLE}</style>\n</head>\n<body>\n<h1>{title}</h1>\n{about}{sections}\n</body>\n</html>\n"
    )


def _html_section(section: Section) -> str:
    heads = "".join(f'<th scope="col">{escape(column)}</th>' for column in section.columns)
    rows = "\n".join(
        "<tr>" + "".join(f"<td>{_html_cell(cell)}</td>" for cell in row.cells) + "</tr>" for row in section.rows
    )
    return (
        f'<section id="{escape(section.key)}">\n<h2>{escape(section.title)}</h2>\n'
        f"<table>\n<thead><tr>{heads}</tr></thead>\n<tbody>\n{rows}\n</tbody>\n</table>\n</section>"
    )


def _html_cell(cell: str) -> str:
    return "<br>".join(escape(line) for line in cell.splitlines())
