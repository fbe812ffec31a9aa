"""The key of the subject that a record is about."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, ClassVar

from zhiheng.errors import Place, ZhihengError
from zhiheng.vocabulary.spelling import comparable_name
from zhiheng.vocabulary.value import canonical_text, empty_marks

if TYPE_CHECKING:
    from collections.abc import Mapping

    from zhiheng.vocabulary.kind import Field, Kind
    from zhiheng.vocabulary.value import Value


class SubjectUnknown(ZhihengError):
    """A record that does not say whom it is about."""

    code: ClassVar[str] = "vocabulary.subject-unknown"

    def __init__(self, kind: Kind, missing: tuple[str, ...]) -> None:
        super().__init__(Place(), kind=kind.name, missing=", ".join(missing))
        self.missing = missing


def subject_key(kind: Kind, values: Mapping[str, Value | None]) -> str:
    """
    Build the key of a record's subject.

    One field is the key as it is. Several are joined by `/`, days without hyphens (`19/20171211`). A provisional key
    is the comparable name and, after `@`, the region where there is one. `/`, `@` and `%` inside a part are written
    `%2F`, `%40` and `%25`, so that two subjects never share a key.

    Raises:
        SubjectUnknown: a part of the key is missing (the name, of a provisional one).
    """
    key = kind.subject
    needed = key.fields[:1] if key.provisional else key.fields
    missing = tuple(name for name in needed if values.get(name) is None)
    if missing:
        raise SubjectUnknown(kind, missing)
    if key.provisional:
        return _provisional(kind, values)
    parts = [_part(kind.fields[name], values[name]) for name in key.fields]
    return parts[0] if len(parts) == 1 else "/".join(_escape(part, "/") for part in parts)


def _provisional(kind: Kind, values: Mapping[str, Value | None]) -> str:
    name, *region = kind.subject.fields
    named = comparable_name(_part(kind.fields[name], values[name]), kind.subject.markers)
    comparable = _escape(named, "@")
    if not comparable or (kind.subject.markers and named.casefold() in empty_marks(kind.fields[name])):
        raise SubjectUnknown(kind, (name,))
    where = next((_part(kind.fields[field], values.get(field)) for field in region), "")
    return f"{comparable}@{_escape(where, '@')}" if where else comparable


def _part(field: Field, value: Value | None) -> str:
    if value is None:
        return ""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value.strftime("%Y%m%d")
    return canonical_text(field, value)


def _escape(part: str, mark: str) -> str:
    return part.replace("%", "%25").replace(mark, f"%{ord(mark):02X}")
