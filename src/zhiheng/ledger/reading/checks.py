"""Check, once its rows are there, that a table says each thing once and leaves nothing needed unsaid."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from zhiheng.errors import Fault, FaultsFound, Place, ZhihengError
from zhiheng.ledger.reading.headings import filled_by_extract, needed_fields
from zhiheng.ledger.reading.raw import doubled
from zhiheng.ledger.reading.statement import name, sql
from zhiheng.ledger.reading.tables import fields_missing

if TYPE_CHECKING:
    from zhiheng.ledger.reading.desk import Desk
    from zhiheng.ledger.reading.raw import RawTable


class HeadingTwice(ZhihengError):
    """Two columns of the same heading that say different things."""

    code: ClassVar[str] = "ledger.heading-twice"


def check_columns(desk: Desk, raw: RawTable, *, extract_declared: bool) -> None:
    """
    Compare columns of the same heading, and look for what the title or the day of the extract should have said.

    Raises:
        FieldsMissing: neither says what no column says.
        HeadingTwice: two columns of the same heading differ (`FaultsFound` where several do).
    """
    place = Place(raw.file, raw.heading_row, part=raw.sheet)
    known = raw.layout.columns.keys() | raw.from_title.keys()
    dated = filled_by_extract(raw.kind)
    needed = [*needed_fields(raw.kind), *([dated] if dated and not extract_declared else [])]
    unsaid = [one for one in needed if one not in known]
    if unsaid:
        raise fields_missing(raw.layout, unsaid, place)
    faults = [
        Fault(HeadingTwice.code, place, {"heading": raw.layout.headings[one].written, "row": row})
        for one, other in doubled(raw.layout)
        if (row := _first_difference(desk, raw, one, other)) is not None
    ]
    if len(faults) == 1:
        raise HeadingTwice(faults[0].place, **faults[0].facts)
    if faults:
        raise FaultsFound(faults)


def _first_difference(desk: Desk, raw: RawTable, one: int, other: int) -> int | None:
    found = desk.staging.execute(
        sql(
            "select min(file_row) from {table} where ignored is null and {one} is distinct from {other}",
            table=name(raw.table),
            one=name(f"c{one}"),
            other=name(f"c{other}"),
        )
    ).fetchall()
    first = found[0][0]
    return None if first is None else int(first)
