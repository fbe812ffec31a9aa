"""Write an expression so that a reader sees what its names and codes are called."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from zhiheng.method.functions import FUNCTIONS
from zhiheng.method.scope import fields_of
from zhiheng.method.show.table import has_words, words
from zhiheng.method.tokens import WORDS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from zhiheng.errors import Lang
    from zhiheng.method.model import Expression, Version
    from zhiheng.vocabulary import Field, Kind

_PIECE = re.compile(r"'(?:[^']|'')*'|[A-Za-z_][A-Za-z0-9_]*|\s+|.", re.DOTALL)
_BRACKETS = {"zh": "{}［{}］", "en": "{} [{}]"}


@dataclass
class Reader:
    """Labels of the names of one version in one language; it remembers which functions it met."""

    version: Version
    kinds: Mapping[str, Kind]
    lang: Lang
    functions: set[str] = field(default_factory=set)

    def over_subject(self, expression: Expression) -> str:
        """Write an expression over a subject."""
        return self._write(expression, self._subject_labels(), {})

    def over_records(self, expression: Expression, source: str) -> str:
        """Write an expression over the records of a kind."""
        fields = fields_of(self.kinds, source) or {}
        labels = {name: each.label[self.lang] for name, each in fields.items()}
        return self._write(expression, {**self._value_labels(), **labels}, fields)

    def label_of(self, name: str) -> str:
        """Call a name of the subject what it is called; the bare name where it has no label."""
        label = self._subject_labels().get(name)
        return _BRACKETS[self.lang].format(name, label) if label and label != name else name

    def kind_label(self, source: str) -> str:
        """Call a kind of record what it is called."""
        kind_name, _, child_name = source.partition(".")
        kind = self.kinds.get(kind_name)
        if kind is None:
            return source
        child = kind.children.get(child_name)
        label = f"{kind.label[self.lang]} / {child.label[self.lang]}" if child else kind.label[self.lang]
        return _BRACKETS[self.lang].format(source, label)

    def _value_labels(self) -> dict[str, str]:
        labelled = {name: value.label for name, value in self.version.values.items()}
        return {name: label[self.lang] for name, label in labelled.items() if label is not None}

    def _subject_labels(self) -> dict[str, str]:
        version = self.version
        labels = self._value_labels()
        labels |= {entry.rule.name: entry.rule.label[self.lang] for entry in version.measured}
        labels |= {name: attribute.label[self.lang] for name, attribute in version.attributes.items()}
        benchmarks = {name: benchmark.label for name, benchmark in version.benchmarks.items()}
        return labels | {name: label[self.lang] for name, label in benchmarks.items() if label is not None}

    def _write(self, expression: Expression, labels: Mapping[str, str], fields: Mapping[str, Field]) -> str:
        pieces = _PIECE.findall(expression.text)
        mentioned = [fields[piece] for piece in pieces if piece in fields]
        written: list[str] = []
        for piece, following in zip(pieces, [*pieces[1:], ""], strict=True):
            if piece.isspace():
                written.append(" ")
            elif piece.startswith("'"):
                written.append(self._named(piece, self._code(piece[1:-1].replace("''", "'"), mentioned)))
            elif following == "(" and piece.lower() in FUNCTIONS:
                self.functions.add(piece.lower())
                written.append(piece)
            elif piece.lower() in WORDS:
                written.append(piece)
            else:
                own = words("names", piece, self.lang) if has_words("names", piece) else ""
                written.append(self._named(piece, labels.get(piece) or own))
        return "".join(written).strip()

    def _code(self, code: str, mentioned: list[Field]) -> str:
        found = (each.codes[code].label[self.lang] for each in mentioned if code in each.codes)
        return next(found, "")

    def _named(self, piece: str, label: str) -> str:
        return _BRACKETS[self.lang].format(piece, label) if label and label != piece.strip("'") else piece
