"""What a kind of record is: its fields, its keys, its dates, its terms of disclosure."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from decimal import Decimal

    from zhiheng.errors import Lang


@dataclass(frozen=True, slots=True)
class Label:
    """A name for people, in both languages."""

    zh: str
    en: str

    def __getitem__(self, lang: Lang) -> str:
        return self.zh if lang == "zh" else self.en


class FieldType(StrEnum):
    """What the values of a field are."""

    TEXT = "text"
    DATE = "date"
    DATETIME = "datetime"
    MONTH = "month"
    YEAR = "year"
    DECIMAL = "decimal"
    MONEY = "money"
    WHOLE = "whole"
    YES_NO = "yes_no"
    CODE = "code"
    IDENTIFIER = "identifier"
    LIST = "list"


@dataclass(frozen=True, slots=True)
class Code:
    """One entry of a code list: the code, its labels, and the spellings met in files."""

    code: str
    label: Label
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Resembling:
    """Words by which a heading is a field's though nobody wrote it out."""

    words: tuple[str, ...]  # one of them stands in it, the best first
    also: tuple[str, ...] = ()  # and one of these
    without: tuple[str, ...] = ()  # and none of these


@dataclass(frozen=True, slots=True)
class Field:
    """One column of a kind of record."""

    name: str
    type: FieldType
    label: Label
    aliases: tuple[str, ...] = ()
    resembling: Resembling | None = None  # headings known by their words, where none of the aliases stands
    fallback: tuple[str, ...] = ()  # headings that serve only where no other of the field's does
    fallback_with: str = ""  # the field of whom it tells: not the last resort of another's
    required: bool = False
    unit: str = ""
    places: int = 6  # digits after the point, of decimal and money
    at_least: Decimal | date | None = None
    at_most: Decimal | date | None = None
    values: tuple[Decimal, ...] = ()
    codes: Mapping[str, Code] = field(default_factory=dict)
    scheme: Literal["", "uscc"] = ""
    of: FieldType = FieldType.TEXT  # the entries of a list
    separators: str = "、;,；，|"
    title_year: bool = False  # takes a year that only the title names
    title_words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # code -> words of the title
    untitled_with: tuple[str, ...] = ()  # headings beside which the title says nothing
    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # code -> words within a cell; number -> words
    empty_words: tuple[str, ...] = ()  # cells that hold one of these are empty
    below: Literal["", "zero", "bound"] = ""  # what `<0.05` is, of a number: 0, 0.05, or a fault
    idle_words: tuple[str, ...] = ()  # words of neither, though one of a code's stands in them
    outcome: bool = False
    personal: bool = False

    @property
    def sql_type(self) -> str:
        """The column's type in the ledger, as DuckDB spells it."""
        if self.type in (FieldType.DECIMAL, FieldType.MONEY):
            return f"DECIMAL(18,{self.places})"
        return _SQL_TYPES.get(self.type, "VARCHAR")


_SQL_TYPES: Mapping[FieldType, str] = {
    FieldType.DATE: "DATE",
    FieldType.MONTH: "DATE",
    FieldType.DATETIME: "TIMESTAMP",
    FieldType.WHOLE: "BIGINT",
    FieldType.YEAR: "BIGINT",
    FieldType.YES_NO: "BOOLEAN",
    FieldType.LIST: "VARCHAR[]",
}


@dataclass(frozen=True, slots=True)
class SubjectKey:
    """Whom a record is about: a type of subject, and the fields that name it."""

    type: str
    fields: tuple[str, ...]
    provisional: bool = False  # (name field, region field?): no identifier exists
    markers: tuple[str, ...] = ()  # words beside a name that are none of it: 标称


@dataclass(frozen=True, slots=True)
class TrueOn:
    """When a record was so: a field, placed at a day where the field is a month or a year."""

    field: str = ""  # "" : the day of the extract
    day: str = ""  # "MM-DD" for a year, "15" or "last" for a month


@dataclass(frozen=True, slots=True)
class Disclosure:
    """Who may see a record, and until when."""

    level: Literal["public", "internal"] = "internal"
    until_months: int | None = None
    until_from: str = "true_on"
    until_field: str = ""
    cite: str = ""


@dataclass(frozen=True, slots=True)
class Split:
    """Several children in one cell: rows parted by one of some marks, their fields by one of others."""

    column: str
    rows: tuple[str, ...]
    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Unpivot:
    """A wide file: one child for each group of columns."""

    name_as: str
    columns: Mapping[str, tuple[str, ...]]
    into: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Child:
    """Rows within a row: the items of a sampling, the measures of a hospital."""

    name: str
    label: Label
    fields: Mapping[str, Field]
    split: Split | None = None
    unpivot: Unpivot | None = None


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of record, as its file in a pack declares it."""

    name: str
    label: Label
    fields: Mapping[str, Field]
    subject: SubjectKey
    key: tuple[str, ...] = ()
    version: str = ""
    same_fact: tuple[str, ...] = ()
    true_on: TrueOn = field(default_factory=TrueOn)
    true_until: str = ""
    known_on: str = ""
    day_first: bool | None = None
    children: Mapping[str, Child] = field(default_factory=dict)
    disclosure: Disclosure = field(default_factory=Disclosure)
    about: Label | None = None
    file: str = ""
