"""Packs: found by name or folder, and read with every fault."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from zhiheng.errors import FaultsFound
from zhiheng.vocabulary import Label, NoPack, PackUnknown, find_pack, packaged_packs

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PACK = """\
pack: fairs
label: {zh: 集市, en: Fairs}
sources:
  - {title: Notices, url: https://example.org, terms: {zh: 公告, en: Notices}}
published:
  - {kind: fair, field: rating, compare: score, where: rating > 0, label: {zh: 公布, en: Published}}
"""


def test_a_packaged_pack_is_found_by_its_name():
    assert find_pack("uk-food-hygiene").path.name == "uk-food-hygiene"
    assert "uk-food-hygiene" in packaged_packs()


def test_a_folder_is_a_pack_by_its_file(write: Callable[[str, str], Path]):
    folder = write("pack.yaml", PACK).parent
    write("method.yaml", "")
    write("methods/b.yaml", "")
    write("methods/b.cases.yaml", "")

    pack = find_pack(f"{folder}/")

    assert pack.sources[0].title == Label("Notices", "Notices")
    assert pack.published[0].compare == "score"
    assert [path.name for path in pack.method_files] == ["method.yaml", "b.yaml"]
    assert find_pack(folder) == pack


def test_an_unknown_name_is_answered_with_the_known_and_the_near():
    with pytest.raises(PackUnknown) as unknown:
        find_pack("uk-food-hygene")

    assert "Did you mean `uk-food-hygiene`?" in str(unknown.value)
    assert "us-nursing-homes" in unknown.value.render("zh")


def test_a_name_far_from_all_is_answered_with_the_known():
    with pytest.raises(PackUnknown) as unknown:
        find_pack("x\ny" * 500)

    assert len(str(unknown.value)) < 500


def test_a_folder_without_its_file_is_no_pack(tmp_path: Path):
    with pytest.raises(NoPack):
        find_pack(tmp_path)


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("label: {zh: 集市, en: Fairs}\n", "", "missing-label"),
        ("compare: score", "compare: scores", "unknown-word-near"),
        ("kind: fair, ", "", "missing-key"),
        ("sources:", "source:", "unknown-key-near"),
        ("title: Notices, ", "", "missing-key"),
    ],
)
def test_its_faults_are_named(write: Callable[[str, str], Path], old: str, new: str, fault: str):
    assert old in PACK

    with pytest.raises(FaultsFound) as found:
        find_pack(write("pack.yaml", PACK.replace(old, new)).parent)

    assert f"vocabulary.{fault}" in [fault.code for fault in found.value.faults]
