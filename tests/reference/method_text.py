"""Write values as a method file does."""

from __future__ import annotations

import json
import re
from datetime import date
from decimal import Decimal


def as_yaml(value: object) -> str:
    """Write YAML on one line: numbers, dates and names as an author does, every other text in quotes."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{as_yaml(key)}: {as_yaml(entry)}" for key, entry in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(as_yaml, value)) + "]"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | Decimal | date):
        return f"{value:f}" if isinstance(value, Decimal) else str(value)
    return value if re.fullmatch("[a-z][a-z_]*[0-9]*", str(value)) else json.dumps(value, ensure_ascii=False)
