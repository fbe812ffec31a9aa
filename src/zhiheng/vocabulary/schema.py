"""JSON Schemas (draft 2020-12) of kind and pack files, so that editors complete and check them."""

from __future__ import annotations

from typing import Any

from zhiheng.vocabulary.alternatives import WELL_FORMED
from zhiheng.vocabulary.child_file import CHILD_KEYS
from zhiheng.vocabulary.field_file import FIELD_KEYS, ONLY_FOR, RESEMBLING_KEYS, RESERVED
from zhiheng.vocabulary.kind import FieldType
from zhiheng.vocabulary.kind_file import KIND_KEYS
from zhiheng.vocabulary.pack import PACK_KEYS

Schema = dict[str, Any]

_DRAFT = "https://json-schema.org/draft/2020-12/schema"
_TEXT: Schema = {"type": ["string", "number"], "minLength": 1}
_NAME: Schema = {"type": "string", "pattern": "^[a-z][a-z0-9_]{0,62}$"}
_FIELD_NAME: Schema = {**_NAME, "not": {"enum": list(RESERVED)}}
_NAMES: Schema = {"type": "array", "items": _NAME, "uniqueItems": True}
_TEXTS: Schema = {"type": "array", "items": _TEXT}
_HEADINGS: Schema = {
    "type": "array",
    "items": {**_TEXT, "pattern": WELL_FORMED},
    "description": "Headings met in files; {a,b,} stands for each of the alternatives in turn.",
}
_NUMBER: Schema = {"type": ["number", "string"]}


def kind_schema() -> Schema:
    """Build the schema of a kind file."""
    properties: Schema = {
        "kind": _NAME,
        "label": _label(),
        "about": _label(),
        "subject": _subject(),
        "key": _NAMES,
        "version": _NAME,
        "same_fact": _NAMES,
        "true_on": {"anyOf": [{"type": "string"}, _closed({"field": _NAME, "day": _TEXT}, ("field", "day"))]},
        "true_until": _NAME,
        "known_on": _NAME,
        "day_first": {"type": "boolean"},
        "fields": _fields(),
        "children": {"type": "object", "propertyNames": _NAME, "additionalProperties": _child()},
        "disclosure": _disclosure(),
    }
    return _document(
        "A kind of record", _in_order(KIND_KEYS, properties), ("kind", "label", "subject", "true_on", "fields")
    )


def pack_schema() -> Schema:
    """Build the schema of a pack file."""
    words = {"anyOf": [_TEXT, _label()]}
    published = {
        "kind": _NAME,
        "field": _NAME,
        "compare": {"enum": ["grade", "score"]},
        "where": {"type": "string"},
        "label": _label(),
    }
    properties: Schema = {
        "pack": {"type": "string", "pattern": "^[a-z][a-z0-9-]{0,62}$"},
        "label": _label(),
        "about": _label(),
        "sources": {
            "type": "array",
            "items": _closed({"title": words, "url": {"type": "string"}, "terms": words}, ("title", "terms")),
        },
        "published": {"type": "array", "items": _closed(published, ("kind", "field", "label"))},
    }
    return _document("A pack", _in_order(PACK_KEYS, properties), ("pack", "label"))


def _document(title: str, properties: Schema, required: tuple[str, ...]) -> Schema:
    return {"$schema": _DRAFT, "title": title, **_closed(properties, required)}


def _closed(properties: Schema, required: tuple[str, ...] = ()) -> Schema:
    return {"type": "object", "properties": properties, "required": list(required), "additionalProperties": False}


def _in_order(keys: tuple[str, ...], properties: Schema) -> Schema:
    """Take the properties in the order in which the reader knows them; a key without one is a defect."""
    return {key: properties[key] for key in keys}


def _label() -> Schema:
    words = {"type": "string", "minLength": 1}
    return _closed({"zh": words, "en": words}, ("zh", "en"))


def _subject() -> Schema:
    names = {"type": _NAME, "key": _NAMES, "provisional": {**_NAMES, "minItems": 1, "maxItems": 2}}
    one = [{"required": ["key"], "not": {"required": ["markers"]}}, {"required": ["provisional"]}]
    return {**_closed({**names, "markers": _TEXTS}, ("type",)), "oneOf": one}


def _fields() -> Schema:
    return {"type": "object", "minProperties": 1, "propertyNames": _FIELD_NAME, "additionalProperties": _field()}


def _field() -> Schema:
    code = {"anyOf": [_label(), _closed({"label": _label(), "aliases": _TEXTS}, ("label",))]}
    bound = {"anyOf": [_NUMBER, {"type": "string", "format": "date"}]}
    properties: Schema = {
        "type": {"enum": [str(kind) for kind in FieldType]},
        "label": _label(),
        "aliases": _HEADINGS,
        "resembling": _closed(dict.fromkeys(RESEMBLING_KEYS, _HEADINGS), ("words",)),
        "fallback": _HEADINGS,
        "fallback_with": _NAME,
        "required": {"type": "boolean"},
        "unit": {"type": "string"},
        "places": {"type": "integer", "minimum": 0, "maximum": 9},
        "at_least": bound,
        "at_most": bound,
        "values": {"type": "array", "items": _NUMBER},
        "codes": {"anyOf": [_NAME, {"type": "object", "additionalProperties": code}]},
        "scheme": {"enum": ["uscc"]},
        "of": {"enum": ["text", "code"]},
        "separator": {"anyOf": [{"type": "string", "minLength": 1}, {"type": "array", "items": {"type": "string"}}]},
        "from_title": {"anyOf": [{"const": "year"}, {"type": "object", "additionalProperties": _TEXTS}]},
        "untitled_with": _HEADINGS,
        "words": {"type": "object", "additionalProperties": _TEXTS},
        "idle_words": _HEADINGS,
        "empty_words": _TEXTS,
        "below": {"enum": ["zero", "bound"]},
        "outcome": {"type": "boolean"},
        "personal": {"type": "boolean"},
    }
    closed = _closed(_in_order(FIELD_KEYS, properties), ("type", "label"))
    return {**closed, "allOf": [*map(_fitting, ONLY_FOR), _needs_codes()]}


def _fitting(key: str) -> Schema:
    kinds = sorted(str(kind) for kind in ONLY_FOR[key])
    return {"if": {"required": [key]}, "then": {"properties": {"type": {"enum": kinds}}}}


def _needs_codes() -> Schema:
    return {"if": {"properties": {"type": {"const": "code"}}, "required": ["type"]}, "then": {"required": ["codes"]}}


def _child() -> Schema:
    marks: Schema = {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string", "minLength": 1}}]}
    split = {"column": _TEXT, "rows": marks, "parts": marks}
    groups = {"type": "object", "minProperties": 1, "additionalProperties": _TEXTS}
    unpivot = {"name_as": _NAME, "columns": groups, "into": _NAMES}
    properties: Schema = {
        "label": _label(),
        "fields": _fields(),
        "split": _closed(split, ("column",)),
        "unpivot": _closed(unpivot, ("name_as", "columns", "into")),
    }
    both = {"not": {"required": ["split", "unpivot"]}}
    return {**_closed(_in_order(CHILD_KEYS, properties), ("label", "fields")), **both}


def _disclosure() -> Schema:
    until = {"months": {"type": "integer", "minimum": 1}, "from": _NAME, "field": _NAME}
    properties: Schema = {"level": {"enum": ["public", "internal"]}, "until": _closed(until), "cite": _TEXT}
    return _closed(properties, ("level",))
