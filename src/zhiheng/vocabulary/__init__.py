"""The door of the vocabulary: kinds of record, fields, code lists, identifiers, working days."""

from zhiheng.vocabulary.kind import (
    Child,
    Code,
    Disclosure,
    Field,
    FieldType,
    Kind,
    Label,
    Split,
    SubjectKey,
    TrueOn,
    Unpivot,
)
from zhiheng.vocabulary.yaml_text import Entries, Items, Scalar, Yaml, YamlUnreadable, parse_yaml, read_yaml

__all__ = [
    "Child",
    "Code",
    "Disclosure",
    "Entries",
    "Field",
    "FieldType",
    "Items",
    "Kind",
    "Label",
    "Scalar",
    "Split",
    "SubjectKey",
    "TrueOn",
    "Unpivot",
    "Yaml",
    "YamlUnreadable",
    "parse_yaml",
    "read_yaml",
]
