"""JSON Schemas (draft 2020-12) of method files and files of cases, so that editors complete and check them."""

from __future__ import annotations

from typing import Any

from zhiheng.method.key_texts import meaning
from zhiheng.method.model import Absent, Confidence
from zhiheng.method.reading.basis import ATTRIBUTE_KEYS, CITATION_KEYS
from zhiheng.method.reading.expected import EXPECT_KEYS, LINE_KEYS
from zhiheng.method.reading.measures import CRITERION_KEYS, FACT_KEYS
from zhiheng.method.reading.outcome import RULE_KEYS, SCORE_KEYS
from zhiheng.method.reading.peers import BENCHMARK_KEYS, DIMENSION_KEYS, FEED_KEYS, STATISTICS
from zhiheng.method.scope import LINE_STATES

Schema = dict[str, Any]

DRAFT = "https://json-schema.org/draft/2020-12/schema"
NAME = "^[a-z][a-z0-9_]{0,62}$"
DAY = r"^\d{4}-\d{2}-\d{2}$"
NUMBER = r"^-?\d{1,18}(\.\d{1,9})?$"

_TEXT: Schema = {"type": "string", "minLength": 1}
_WORD: Schema = {"type": ["string", "number"]}  # an editor reads 5 as a number
_NUMBER: Schema = {"anyOf": [{"type": "number"}, {"type": "string", "pattern": NUMBER}]}
_NAME: Schema = {"type": "string", "pattern": NAME}
_DAY: Schema = {"type": "string", "pattern": DAY}
_EXPRESSION: Schema = {"type": ["string", "number", "boolean"]}
_LABEL: Schema = {
    "type": "object",
    "properties": {"zh": _TEXT, "en": _TEXT},
    "required": ["zh", "en"],
    "additionalProperties": False,
}
_CITE: Schema = {"anyOf": [_TEXT, {"type": "array", "items": _TEXT, "minItems": 1}]}
_DIGITS: Schema = {"type": "integer", "minimum": 0, "maximum": 9}
_NUMBER_OR_NAME: Schema = {"anyOf": [_NUMBER, _NAME]}
_PLAIN: Schema = {"type": ["string", "number", "boolean", "null"]}

_KEYS: dict[str, Schema] = {
    **dict.fromkeys(("label", "about", "title"), _LABEL),
    **dict.fromkeys(("where", "weight", "measure", "take", "formula", "applies", "when", "needs"), _EXPRESSION),
    **dict.fromkeys(("max", "min", "out_of", "total"), _NUMBER),
    **dict.fromkeys(("unit", "catalogue", "from", "of", "kind", "starts", "ends", "complete", "region"), _TEXT),
    **dict.fromkeys(("state", "grade", "previous", "pass_through", "cut_grade"), _WORD),
    "name": _NAME,
    "cite": _CITE,
    "within": {"type": "string", "pattern": r"^(current|latest|\d{1,4} months?)$"},
    "absent": {"enum": [each.value for each in Absent]},
    "confidence": {"enum": [each.value for each in Confidence]},
    "url": {"type": "string", "pattern": r"^https?://\S+$"},
    "dated": _DAY,
    "default": _PLAIN,
    "sum_of": {"enum": ["criteria", "dimensions"]},
    "over": {"enum": ["all", "applicable"]},
    "statistic": {"type": "string", "pattern": rf"^({'|'.join(STATISTICS)}|percentile \d{{1,3}}(\.\d{{1,3}})?)$"},
    "by": {"type": "array", "items": _NAME},
    "except": {"type": "array", "items": _WORD},
    "among": {"type": "array", "items": _NAME, "minItems": 2},
    "at_least": {"type": "integer", "minimum": 1},
    "otherwise": _NUMBER_OR_NAME,
    "towards": _NUMBER_OR_NAME,
    "strength": _NUMBER_OR_NAME,
}


def method_schema() -> Schema:
    """Build the schema of a method file."""
    properties = {
        **_described(("method", "label", "about", "subject", "citations", "version", "in_force", "versions")),
        **_sections(),
    }
    properties["method"] |= {"type": "string", "pattern": "^[a-z0-9][a-z0-9-]{0,62}$"}
    properties["subject"] |= _NAME
    properties["citations"] |= _named(_entry("citations", CITATION_KEYS, ("title", "confidence")), r"^[a-z0-9]")
    properties["version"] |= _WORD
    properties["in_force"] |= _in_force()
    properties["versions"] |= {"type": "array", "items": _version(), "minItems": 1}
    return {
        "$schema": DRAFT,
        "title": "zhiheng: a method",
        **_closed(properties, ("method", "label", "subject", "score")),
        "oneOf": [{"required": ["version", "in_force"]}, {"required": ["versions"]}],
    }


def cases_schema() -> Schema:
    """Build the schema of a file of worked cases."""
    line = _entry("expect", LINE_KEYS)
    line["properties"] |= {
        key: {**line["properties"][key], "type": ["number", "string", "boolean", "null"]}
        for key in ("value", "points", "max", "records")
    }
    line["properties"]["state"] |= {"enum": sorted(LINE_STATES)}
    expect = _entry("expect", EXPECT_KEYS)
    for key in ("state", "grade", "cut_grade", "score", "coverage"):
        expect["properties"][key] |= _PLAIN
    expect["properties"]["rules"] |= {"type": "array", "items": _TEXT}
    expect["properties"]["criteria"] |= _named(line)
    expect["properties"]["facts"] |= _named(_PLAIN)
    case = _entry("cases", ("case", "as_of", "given", "frozen", "expect"), ("case", "as_of", "expect"))
    case["properties"]["case"] |= _TEXT
    case["properties"]["as_of"] |= _DAY
    case["properties"]["given"] |= _named({"type": "array", "items": {"type": "object"}})
    case["properties"]["frozen"] |= _named(_NUMBER)
    case["properties"]["expect"] |= expect
    cases = {"cases": {**_described(("cases",))["cases"], "type": "array", "items": case}}
    return {"$schema": DRAFT, "title": "zhiheng: worked cases", **_closed(cases, ("cases",))}


def _described(keys: tuple[str, ...], section: str = "") -> dict[str, Schema]:
    """Say what each key means, in both languages, with the shape that it has wherever it stands."""
    found: dict[str, Schema] = {}
    for key in keys:
        said = meaning(key, section)
        found[key] = {"description": f"{said['en']} {said['zh']}", **_KEYS.get(key, {})}
    return found


def _closed(properties: Schema, required: tuple[str, ...] = ()) -> Schema:
    return {"type": "object", "properties": properties, "required": list(required), "additionalProperties": False}


def _entry(section: str, keys: tuple[str, ...], required: tuple[str, ...] = ()) -> Schema:
    return _closed(_described(keys, section), required)


def _named(entry: Schema, names: str = NAME) -> Schema:
    return {"type": "object", "propertyNames": {"pattern": names}, "additionalProperties": entry}


def _section(entry: Schema) -> Schema:
    """Describe a section that maps names to entries; its `cite` stands for all of them."""
    return {
        "type": "object",
        "properties": {"cite": _CITE},
        "propertyNames": {"pattern": NAME},
        "additionalProperties": entry,
    }


def _in_force() -> Schema:
    days = _entry("in_force", ("from", "until"), ("from",))
    for key in ("from", "until"):
        days["properties"][key] |= {**_DAY, "minLength": 10}
    return days


def _version() -> Schema:
    """Describe a version: as the top level, where null removes."""
    properties = {**_described(("version", "in_force"))}
    properties["version"] |= _WORD
    properties["in_force"] |= _in_force()
    for key, section in _sections().items():
        opened = dict(section)
        entries = opened.get("additionalProperties")
        if isinstance(entries, dict):
            opened["additionalProperties"] = {"anyOf": [{"type": "null"}, entries]}
        described = opened.pop("description")
        properties[key] = {"description": described, "anyOf": [{"type": "null"}, opened]}
    return _closed(properties, ("version", "in_force"))


def _sections() -> dict[str, Schema]:
    rule, shared = ("label", "cite"), RULE_KEYS
    lists = {
        "one_deduction": _entry("one_deduction", ("among", "cite"), ("among", "cite")),
        "states": {
            **_entry("states", (*shared, "state", "when", "pass_through", "except"), rule),
            "oneOf": [{"required": ["state", "when"]}, {"required": ["pass_through"]}],
        },
        "requires": _requirement("requires"),
        "floors": _bound("floors", "at_least"),
        "caps": _bound("caps", "at_most"),
        "gates": _requirement("gates"),
        "vetoes": _bound("vetoes", "grade", "at_most"),
    }
    shapes: dict[str, Schema] = {
        "subjects": {"anyOf": [_NAME, {"type": "array", "items": _NAME, "minItems": 1}]},
        "places": _places(("value", "points", "score")),
        "total": _NUMBER,
        "values": _section(_value()),
        "attributes": _section(_entry("attributes", ATTRIBUTE_KEYS, ("label", "from", "take"))),
        "facts": _section(_measured(FACT_KEYS, "facts", ("value",))),
        "criteria": _section(_criterion()),
        "benchmarks": _section(_benchmark()),
        "dimensions": _section(_dimension()),
        "feeds": _entry("feeds", FEED_KEYS, FEED_KEYS[:5]),
        "score": _score(),
        "sufficient": _entry("sufficient", ("when", *rule), ("when", *rule)),
        "grades": _grades(),
        "buffer": _buffer(),
        **{key: {"type": "array", "items": entry} for key, entry in lists.items()},
    }
    described = _described(tuple(shapes))
    return {key: {**described[key], **shape} for key, shape in shapes.items()}


def _places(keys: tuple[str, ...]) -> Schema:
    places = _entry("places", keys)
    for key in keys:
        places["properties"][key] |= _DIGITS
    return places


def _value() -> Schema:
    table = {"type": "object", "additionalProperties": _NUMBER, "minProperties": 1}
    dated = {"anyOf": [_NUMBER, _TEXT, table]}
    return {
        "type": "object",
        "properties": _described(("label", "cite")),
        "patternProperties": {DAY: dated},
        "additionalProperties": False,
    }


def _measured(keys: tuple[str, ...], section: str, places: tuple[str, ...]) -> Schema:
    entry = _entry(section, keys, ("label",))
    entry["properties"]["shrink"] |= _entry("shrink", ("towards", "strength"), ("towards", "strength"))
    entry["properties"]["places"] |= _places(places)
    entry["oneOf"] = [{"required": ["from", "measure"]}, {"required": ["formula"]}]
    return entry


def _criterion() -> Schema:
    entry = _measured(CRITERION_KEYS, "criteria", ("value", "points"))
    line = {"type": "object", "propertyNames": {"pattern": NUMBER}, "additionalProperties": _NUMBER, "minProperties": 2}
    entry["properties"]["points"] |= {"anyOf": [_EXPRESSION, line]}
    entry["properties"]["bins"] |= {"type": "array", "items": _bin(), "minItems": 1}
    entry["properties"]["codes"] |= {"type": "object", "additionalProperties": _NUMBER, "minProperties": 1}
    entry["required"].append("absent")
    scales = [{"required": [key]} for key in ("points", "bins", "codes")]
    return {**entry, "allOf": [{"oneOf": entry.pop("oneOf")}, {"oneOf": scales}]}


def _bin() -> Schema:
    step = _entry("bins", ("at_most", "below", "otherwise", "points"))
    for each in step["properties"].values():
        each |= _NUMBER  # noqa: PLW2901 # every part of a step is a number
    limited = [{"required": [key, "points"]} for key in ("at_most", "below")]
    return {**step, "oneOf": [*limited, {"required": ["otherwise"]}]}


def _benchmark() -> Schema:
    entry = _entry("benchmarks", BENCHMARK_KEYS, ("of", "statistic"))
    entry["properties"]["places"] |= _DIGITS
    return entry


def _dimension() -> Schema:
    entry = _entry("dimensions", DIMENSION_KEYS, ("label", "criteria"))
    entry["properties"]["criteria"] |= {"type": "array", "items": _NAME, "minItems": 1}
    return entry


def _score() -> Schema:
    entry = _entry("score", SCORE_KEYS)
    return {**entry, "oneOf": [{"required": ["formula"]}, {"required": ["sum_of", "over"]}]}


def _grades() -> Schema:
    cuts = {
        "type": "object",
        "properties": {"cite": _CITE},
        "required": ["cite"],
        "additionalProperties": {"anyOf": [_NUMBER, {"const": "otherwise"}]},
    }
    entry = _entry("grades", ("grade", "when", "otherwise", "label", "cite"), ("grade", "label", "cite"))
    entry["properties"]["otherwise"] = {"description": entry["properties"]["otherwise"]["description"], "const": True}
    chosen = [{"required": ["when"]}, {"required": ["otherwise"]}]
    return {"anyOf": [cuts, {"type": "array", "items": {**entry, "oneOf": chosen}}]}


def _requirement(section: str) -> Schema:
    keys = ("grade", "needs", "otherwise")
    entry = _entry(section, (*RULE_KEYS, *keys), ("label", "cite", *keys))
    entry["properties"]["otherwise"] = {**_described(("otherwise",), section)["otherwise"], **_WORD}
    entry["properties"]["otherwise"].pop("anyOf")
    return entry


def _bound(section: str, *bounds: str) -> Schema:
    entry = _entry(section, (*RULE_KEYS, "when", *bounds), ("label", "cite", "when"))
    for bound in bounds:
        entry["properties"][bound] = {"description": entry["properties"][bound]["description"], **_WORD}
    return {**entry, "oneOf": [{"required": [bound]} for bound in bounds]}


def _buffer() -> Schema:
    entry = _entry("buffer", ("previous", "points", "label", "cite"), ("previous", "points", "label", "cite"))
    entry["properties"]["points"] |= _NUMBER
    return entry
