"""The raw aggregates that are gathered from records, one column each."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlglot import exp

from zhiheng.method.compile import tree as sql
from zhiheng.method.compile.lower import Day, Listing, Plain, Truth, like
from zhiheng.method.compile.rows import Calendar, RowScope
from zhiheng.method.compile.scale import Num
from zhiheng.method.compile.sheet import Sheet

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from zhiheng.method.model import Version, Window
    from zhiheng.vocabulary import Field, Kind

DOCUMENTS = ""  # stands for a kind: aggregates over documents instead of records


@dataclass(frozen=True, slots=True)
class RawColumn:
    """One aggregate over the records of one kind, and what it is where a subject has none of them."""

    name: str
    kind: str
    aggregate: exp.Expression
    model: Plain
    empty: exp.Expression | None

    @property
    def type(self) -> str:
        """The column's type, as DuckDB spells it."""
        match self.model:
            case Num():
                return self.model.type
            case Truth():
                return "BOOLEAN"
            case Day():
                return "DATE"
            case Listing():
                return "VARCHAR[]"
            case _:
                return "VARCHAR"

    @property
    def filed_type(self) -> str:
        """The column's type in a file: Parquet has no 128-bit integers."""
        return "DECIMAL(38,0)" if self.type == sql.WIDE else self.type


@dataclass
class Gathering:
    """All that one version of a method asks of the records, on one day."""

    version: Version
    kinds: Mapping[str, Kind]
    as_of: date
    dictionaries: Mapping[tuple[str, str], tuple[str, ...]]  # the few values that a text field has, by kind and field
    wide: bool = False
    calendar: Calendar = field(init=False)
    columns: dict[tuple[str, exp.Expression], RawColumn] = field(default_factory=dict)
    windows: dict[str, dict[str, exp.Expression]] = field(default_factory=dict)  # kind -> window functions by name
    sheets: dict[str, Sheet] = field(default_factory=dict)  # kind -> what is worked out once for each record

    def __post_init__(self) -> None:
        self.calendar = Calendar(self.as_of)

    def fields(self, kind: str) -> Mapping[str, Field]:
        """Name the fields of a kind, or of a child of a kind."""
        parent, _, child = kind.partition(".")
        return self.kinds[parent].children[child].fields if child else self.kinds[parent].fields

    def rows(self, kind: str, window: Window) -> RowScope:
        """Say what one measure may see of a kind's records."""
        bind = self.sheet(kind).bind
        return RowScope(self.fields(kind), self.version.values, self.as_of, self.calendar, window, self.wide, bind)

    def sheet(self, kind: str) -> Sheet:
        """Lay out what is worked out once for each record of a kind."""
        return self.sheets.setdefault(kind, Sheet(lambda _: exp.Select()))

    def layered(self, kind: str, rows: exp.Select) -> exp.Select:
        """Work out for each record, above a query for the records of a kind, what is worked out once."""
        sheet = self.sheet(kind)
        for layer in range(1, 1 + max(sheet.layers.values(), default=0)):
            new = [sql.named(tree, name) for name, tree in sheet.trees.items() if sheet.layers[name] == layer]
            rows = sql.read(sql.subquery(rows, f"layer{layer}"), exp.Star(), *new)
        return rows

    def column(
        self, kind: str, hint: str, aggregate: exp.Expression, model: Plain, empty: exp.Expression | None = None
    ) -> Plain:
        """Ask for an aggregate; the same one asked for twice is one column."""
        key = (kind, aggregate)
        if key not in self.columns:
            taken = {column.name for column in self.columns.values()}
            name, count = hint, 1
            while name in taken:
                count += 1
                name = f"{hint}{count}"
            self.columns[key] = RawColumn(name, kind, aggregate, like(model, sql.column(name)), empty)
        return self.columns[key].model

    def window(self, kind: str, tree: exp.Expression) -> exp.Column:
        """Ask for a window function over the records of a kind."""
        held = self.windows.setdefault(kind, {})
        for name, known in held.items():
            if known == tree:
                return sql.column(name)
        name = f"_window_{len(held) + 1}"
        held[name] = tree
        return sql.column(name)
