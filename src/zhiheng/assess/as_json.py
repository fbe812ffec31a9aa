"""Write answers for programs: dataclasses as objects, numbers as decimal texts, days as ISO texts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any

from zhiheng.vocabulary import Label


def plain(value: object) -> Any:  # noqa: ANN401 - what JSON can hold
    """Turn a value into what JSON can hold; labels keep both languages."""
    match value:
        case Label():
            return {"zh": value.zh, "en": value.en}
        case Enum():
            return value.value
        case None | bool() | int() | str():
            return value
        case Decimal():
            return number(value)
        case date():
            return value.isoformat()
        case Mapping():
            return {str(name): plain(entry) for name, entry in value.items()}
        case list() | tuple() | frozenset() | set():
            return [plain(entry) for entry in value]
    if is_dataclass(value):
        return {one.name: plain(getattr(value, one.name)) for one in fields(value)}
    raise TypeError(type(value).__name__)


def number(value: Decimal) -> str:
    """Write a number without exponent and without zeros at its end."""
    text = f"{value:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in ("-0", "") else text
