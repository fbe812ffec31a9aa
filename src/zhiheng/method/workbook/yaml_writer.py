"""Write the entries of a method as YAML that reads back the same."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from zhiheng.vocabulary import Entries, Items, Scalar, as_number

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zhiheng.vocabulary import Yaml

_HAN = "\u3400-\u9fff、。《》（），：；％"
_PLAIN = re.compile(rf"[A-Za-z0-9_{_HAN}][A-Za-z0-9_./%()+*<>={_HAN}-]*(?: [A-Za-z0-9_./%()+*<>='{_HAN}-]+)*")
_NOT_TEXT = frozenset({"null", "true", "false", "yes", "no", "on", "off", "y", "n"})
WIDEST = 100


def as_yaml(entries: Entries) -> str:
    """Write a mapping; its sections stand apart."""
    parts: list[str] = []
    for key, value in entries.items():
        lines = list(_pair(key, value, 0))
        parts.append(("\n" if len(lines) > 1 and parts else "") + "\n".join(lines))
    return "\n".join(parts) + "\n"


def _pair(key: Scalar, value: Yaml, depth: int) -> Iterator[str]:
    indent = "  " * depth
    short = _short(value)
    head = f"{indent}{_scalar(key)}:"
    flat = isinstance(value, Scalar) or depth or all(isinstance(part, Scalar) for part in _parts(value))
    if short is not None and flat and (isinstance(value, Scalar) or len(head) + len(short) < WIDEST):
        yield f"{head} {short}".rstrip()
        return
    yield head
    yield from _block(value, depth + 1)


def _block(value: Yaml, depth: int) -> Iterator[str]:
    indent = "  " * depth
    if isinstance(value, Entries):
        for key, each in value.items():
            yield from _pair(key, each, depth)
    elif isinstance(value, Items):
        for each in value:
            short = _short(each)
            if short is not None and (isinstance(each, Scalar) or len(indent) + len(short) < WIDEST):
                yield f"{indent}- {short}"
            else:
                lines = list(_block(each, depth + 1))
                yield f"{indent}- {lines[0].strip()}"
                yield from lines[1:]


def _short(value: Yaml) -> str | None:
    """Write a value on one line; None where it holds more than that."""
    if isinstance(value, Scalar):
        return _scalar(value)
    if isinstance(value, Items):
        parts = [_short(each) for each in value]
        return None if None in parts else f"[{', '.join(part for part in parts if part is not None)}]"
    pairs: list[str] = []
    for key, each in value.items():
        if isinstance(each, Entries | Items) and any(not isinstance(part, Scalar) for part in _parts(each)):
            return None
        pairs.append(f"{_scalar(key)}: {_short(each)}")
    return f"{{{', '.join(pairs)}}}"


def _parts(value: Entries | Items) -> list[Yaml]:
    return list(value.values()) if isinstance(value, Entries) else list(value)


def _scalar(scalar: Scalar) -> str:
    text = str(scalar)
    if scalar.null:
        return "null"
    truth = text in ("true", "false") and not scalar.quoted
    is_text = scalar.quoted and as_number(scalar) is not None
    if truth or (not is_text and _PLAIN.fullmatch(text) and text.lower() not in _NOT_TEXT):
        return text
    return json.dumps(text, ensure_ascii=False)
