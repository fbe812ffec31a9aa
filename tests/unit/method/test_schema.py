"""Editors complete and check method files by a JSON Schema, which takes what is sound and refuses what is not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from tests.unit.method.shops import CASES, METHOD

from zhiheng.method import cases_schema, method_schema
from zhiheng.vocabulary import Entries, Items, Yaml, as_number, packaged_packs, parse_yaml, read_yaml

PACKS = Path(__file__).parents[3] / "src" / "zhiheng" / "packs"
METHODS = [PACKS / name / "method.yaml" for name in packaged_packs()]


def as_editors_read(value: Yaml) -> Any:  # noqa: ANN401 # plain data of any shape
    """Turn a file into what an editor's YAML reader makes of it."""
    if isinstance(value, Entries):
        return {str(key): as_editors_read(each) for key, each in value.items()}
    if isinstance(value, Items):
        return [as_editors_read(each) for each in value]
    if value.null:
        return None
    if value.quoted:
        return str(value)
    if value in ("true", "false"):
        return value == "true"
    number = as_number(value)
    if number is None:
        return str(value)
    return int(number) if number == number.to_integral_value() else float(number)


def faults_of(schema: dict[str, Any], value: Yaml) -> list[str]:
    return [error.json_path for error in Draft202012Validator(schema).iter_errors(as_editors_read(value))]


@pytest.mark.parametrize("schema", [method_schema(), cases_schema()])
def test_the_schemas_are_schemas(schema: dict[str, Any]):
    Draft202012Validator.check_schema(schema)


@pytest.mark.parametrize("path", METHODS, ids=lambda path: path.parent.name)
def test_every_packaged_method_and_its_cases_fit(path: Path):
    assert faults_of(method_schema(), read_yaml(path)) == []
    assert faults_of(cases_schema(), read_yaml(path.with_name("cases.yaml"))) == []


def test_a_method_with_every_section_fits():
    assert faults_of(method_schema(), parse_yaml(METHOD, "method.yaml")) == []
    assert faults_of(cases_schema(), parse_yaml(CASES, "cases.yaml")) == []


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        ("total: 200", "totals: 200", "$"),
        ("label: {zh: 店铺评价, en: Shops}", "label: {zh: 店铺评价}", "$.label"),
        ("confidence: checked", "confidence: certain", "$.citations['order-1'].confidence"),
        ("    absent: not_applicable\n\nbenchmarks", "    absent: maybe\n\nbenchmarks", "$.criteria.item_costs.absent"),
        ("within: current", "within: a while", "$.criteria.item_costs.within"),
        ("    measure: min(mark)\n", "", "$.criteria.worst_mark"),
        ("    points: {0.5: 0, 1: 100}\n", "", "$.criteria.pass_rate"),
        ("points: {0.5: 0, 1: 100}", "points: {half: 0, 1: 100}", "$.criteria.pass_rate.points"),
        ("{below: 50, points: 0}", "{below: 50}", "$.criteria.worst_mark.bins[0]"),
        ("statistic: pooled, at_least: 30, otherwise: 0.9", "statistic: poolde", "$.benchmarks.all_rate.statistic"),
        ("vetoes:\n  - {name: serious, when: penalised, grade: D", "vetoes:\n  - {when: penalised", "$.vetoes[0]"),
        ("in_force: {from: 2020-01-01}", "in_force: {from: January}", "$.in_force.from"),
        ('version: "1"\n', "", "$"),
        ("  worst_mark:", "  Worst:", "$.criteria"),
        ("score: {sum_of: dimensions, over: applicable, out_of: 100}", "score: {over: most}", "$.score"),
    ],
)
def test_what_is_wrong_is_refused_where_it_stands(old: str, new: str, where: str):
    assert METHOD.count(old) == 1
    assert where in faults_of(method_schema(), parse_yaml(METHOD.replace(old, new), "method.yaml"))


def test_every_key_says_what_it_means_in_both_languages():
    def check(schema: Any) -> None:  # noqa: ANN401 # any part of a schema
        if isinstance(schema, list):
            for part in schema:
                check(part)
        if not isinstance(schema, dict):
            return
        for key, part in schema.get("properties", {}).items():
            described = key in ("zh", "en") or (key == "cite" and set(part) == {"anyOf"}) or part.get("description")
            assert described, key
        for part in schema.values():
            check(part)

    check(method_schema())
    check(cases_schema())
