"""What a cell says that holds a formula which no program has worked out."""

from __future__ import annotations

UNVALUED = "ledger.formula-unvalued"
"""The rule by which a row with such a cell is quarantined."""


class Unvalued(str):
    """A formula as it is written: it stands for a value, and is none."""

    __slots__ = ()
