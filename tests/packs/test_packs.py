"""The packs that come with zhiheng, and those that the documentation shows, are sound."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft202012Validator
from ruamel.yaml import YAML
from tests.packs.pages import cookbook, shown_files, write_files

from zhiheng.assess import check_cases_hold
from zhiheng.engine import open_engine
from zhiheng.method import cases_schema, check_method, load_method, method_schema
from zhiheng.vocabulary import find_pack, kind_schema, pack_schema, packaged_packs

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from jsonschema import ValidationError

PACKS = ("anchorage-restaurants", "cn-spot-checks", "sf-restaurants", "uk-food-hygiene", "us-nursing-homes")
RECIPES = ("cards", "demerits", "index", "latest", "rate", "stars", "together")


def test_the_five_schemes_come_with_zhiheng() -> None:
    assert set(PACKS) <= set(packaged_packs())


@pytest.fixture
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """Find a packaged pack, or write the one that a page of the documentation shows."""
    name = str(request.param)
    if name in PACKS:
        return find_pack(name).path
    if name == "canteens":
        return write_files(shown_files("tutorial/first-grades.md"), tmp_path) / "canteens"
    return cookbook(tmp_path)[name]


every_pack = pytest.mark.parametrize("folder", [*PACKS, *RECIPES, "canteens"], indirect=True)


@every_pack
def test_a_pack_loads_with_its_kinds_and_its_method(folder: Path) -> None:
    pack = find_pack(folder)
    method = load_method(pack.method_files[0], pack.kinds)
    assert {kind.subject.type for kind in pack.kinds.values()} == {method.subject}
    assert pack.sources


@every_pack
def test_a_method_checks_clean_without_even_a_warning(folder: Path) -> None:
    pack = find_pack(folder)
    assert [fault.render() for fault in check_method(pack.method_files[0], pack.kinds)] == []


@every_pack
def test_every_worked_case_holds(folder: Path) -> None:
    pack = find_pack(folder)
    with open_engine("duckdb") as engine:
        number, faults = check_cases_hold(pack.method_files[0], pack.kinds, engine)
    assert [fault.render() for fault in faults] == []
    assert number > 0


@every_pack
def test_the_files_of_a_pack_fit_the_schemas_that_editors_use(folder: Path) -> None:
    files = {folder / "pack.yaml": pack_schema(), folder / "method.yaml": method_schema()}
    files |= {folder / "cases.yaml": cases_schema()} | dict.fromkeys((folder / "kinds").glob("*.yaml"), kind_schema())
    unfit = [(path.name, error.message) for path, schema in files.items() for error in faults_in(path, schema)]
    assert unfit == []


def faults_in(path: Path, schema: dict[str, Any]) -> Iterator[ValidationError]:
    loaded = YAML(typ="safe", pure=True).load(path.read_text("utf-8"))
    return Draft202012Validator(schema).iter_errors(as_editors_see(loaded))


def as_editors_see(loaded: object) -> object:
    """Give what JSON can hold: keys and dates as text."""
    match loaded:
        case dict():
            return {str(key): as_editors_see(value) for key, value in loaded.items()}
        case list():
            return [as_editors_see(value) for value in loaded]
        case date():
            return loaded.isoformat()
        case _:
            return loaded


@every_pack
def test_what_is_published_is_an_outcome_of_a_kind_of_the_pack(folder: Path) -> None:
    pack = find_pack(folder)
    assert all(pack.kinds[result.kind].fields[result.field].outcome for result in pack.published)


@pytest.mark.parametrize("name", PACKS)
def test_a_packaged_pack_tells_its_source_in_both_languages(name: str) -> None:
    text = (find_pack(name).path / "README.md").read_text("utf-8")
    assert "## English" in text
    assert "## 中文" in text


def test_every_recipe_of_the_cookbook_is_tested(tmp_path: Path) -> None:
    assert set(cookbook(tmp_path)) == set(RECIPES)
