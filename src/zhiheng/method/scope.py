"""What the names of an expression mean where it stands: over records, or over a subject."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Literal, Protocol

from zhiheng.method.nulls import known_when_true
from zhiheng.vocabulary import Child, Field, FieldType, Kind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from zhiheng.method.model import Expression, Value

Sort = Literal["number", "text", "date", "truth", "list", "table", "null", "unknown"]
Mode = Literal["row", "rows", "subject"]  # one record; the records of a measure; a subject


@dataclass(frozen=True, slots=True)
class ValueType:
    """What an expression is worth: a sort, whether it may be null, and the texts it can be, where that is known."""

    sort: Sort
    nullable: bool = False
    codes: frozenset[str] | None = None

    def maybe(self) -> ValueType:
        """Make it nullable."""
        return replace(self, nullable=True)

    def surely(self) -> ValueType:
        """Make it not nullable."""
        return replace(self, nullable=False)


UNKNOWN = ValueType("unknown")
NUMBER, TEXT, DATE, TRUTH = ValueType("number"), ValueType("text"), ValueType("date"), ValueType("truth")

LINE_STATES = frozenset({"measured", "not_inspected", "not_applicable", "withheld"})

_SORTS: Mapping[FieldType, Sort] = {
    FieldType.DATE: "date",
    FieldType.DATETIME: "date",
    FieldType.MONTH: "date",
    FieldType.YEAR: "number",
    FieldType.WHOLE: "number",
    FieldType.DECIMAL: "number",
    FieldType.MONEY: "number",
    FieldType.YES_NO: "truth",
    FieldType.LIST: "list",
}

_ROW_NAMES: Mapping[str, ValueType] = {
    "true_on": DATE,
    "true_until": DATE.maybe(),
    "age": NUMBER,
    "as_of": DATE,
    "source": TEXT,
    "record": TEXT,
}


class Scope(Protocol):
    """Where an expression stands: what its names are, and which expressions are known not to be null there."""

    @property
    def mode(self) -> Mode:
        """Whether names are fields of records or names of a subject."""

    @property
    def known(self) -> frozenset[str]:
        """The keys of expressions that cannot be null here."""

    @property
    def about(self) -> str:
        """What the names belong to, for messages."""

    def names(self) -> tuple[str, ...]:
        """List the names that may stand here."""

    def resolve(self, name: str) -> ValueType | None:
        """Tell what a name is worth; None where there is no such name."""

    def table(self, name: str) -> Value | None:
        """Find the entry of `values` that a name stands for."""

    def is_double(self, name: str) -> bool:
        """Tell whether a name is both of every record and an entry of `values`."""

    def points_type(self, name: str) -> ValueType | None:
        """Tell what the points of a criterion are worth; None where there is no such criterion."""

    def criteria(self) -> tuple[str, ...]:
        """List the criteria that `points` and `state` may name."""


def type_of_field(field: Field) -> ValueType:
    """Tell what a field is worth in an expression."""
    has_codes = field.type is FieldType.CODE or (field.type is FieldType.LIST and field.of is FieldType.CODE)
    codes = frozenset(field.codes) if has_codes and field.codes else None
    return ValueType(_SORTS.get(field.type, "text"), not field.required, codes)


def type_of_value(value: Value) -> ValueType:
    """Tell what an entry of `values` is worth."""
    given = list(value.dated.values())
    if given and all(isinstance(entry, str) for entry in given):
        return ValueType("text", codes=frozenset(str(entry) for entry in given))
    return NUMBER if all(isinstance(entry, Decimal | str) for entry in given) else ValueType("table")


def fields_of(kinds: Mapping[str, Kind], source: str) -> Mapping[str, Field] | None:
    """List the fields of a kind or of a child (`kind.child`); None where there is no such kind."""
    kind_name, _, child_name = source.partition(".")
    kind = kinds.get(kind_name)
    if kind is None:
        return None
    if not child_name:
        return kind.fields
    child: Child | None = kind.children.get(child_name)
    return child.fields if child else None


@dataclass(frozen=True)
class RecordScope:
    """Over the records of one kind; `mode` is `rows` for a measure, whose names stand inside its aggregates."""

    kind: str
    fields: Mapping[str, Field]
    values: Mapping[str, Value]
    mode: Mode = "row"
    known: frozenset[str] = frozenset()

    @property
    def about(self) -> str:
        """The kind."""
        return self.kind

    def narrowed(self, where: Expression | None) -> RecordScope:
        """Keep only the rows for which a condition is true."""
        return self if where is None else replace(self, known=self.known | known_when_true(where.tree))

    def measured(self) -> RecordScope:
        """Take the rows together, as a measure does."""
        return replace(self, mode="rows")

    def names(self) -> tuple[str, ...]:
        """List the fields that a method may read, what every record has, and the method's values."""
        fields = [name for name, field in self.fields.items() if not field.outcome]
        parent = ["parent"] if "." in self.kind else []
        return (*fields, *_ROW_NAMES, *parent, *self.values)

    def resolve(self, name: str) -> ValueType | None:
        """Tell what a field, a property of every record, or a value is worth."""
        if name in self.fields:
            return None if self.fields[name].outcome else type_of_field(self.fields[name])
        if name == "parent" and "." in self.kind:
            return TEXT
        return _ROW_NAMES.get(name) or (type_of_value(self.values[name]) if name in self.values else None)

    def is_outcome(self, name: str) -> bool:
        """Tell whether a name is an officially published result, which no method can read."""
        return name in self.fields and self.fields[name].outcome

    def is_row_name(self, name: str) -> bool:
        """Tell whether a name differs from record to record."""
        return name in self.fields or (name in _ROW_NAMES and name != "as_of") or name == "parent"

    def table(self, name: str) -> Value | None:
        """Find an entry of `values`."""
        return self.values.get(name)

    def is_double(self, name: str) -> bool:
        """Tell whether a name is read from records and is an entry of `values` as well."""
        own = name in _ROW_NAMES or (name == "parent" and "." in self.kind)
        return name in self.values and (own or name in self.fields)

    def points_type(self, _name: str) -> ValueType | None:
        """Find no criterion: records have none."""
        return None

    def criteria(self) -> tuple[str, ...]:
        """List nothing: records have no criteria."""
        return ()
