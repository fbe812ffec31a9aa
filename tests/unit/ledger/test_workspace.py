"""A workspace is made once, whole, with its own copy of the pack."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from zhiheng.errors import ZhihengError
from zhiheng.ledger import create_workspace, open_workspace
from zhiheng.vocabulary import find_pack

if TYPE_CHECKING:
    from pathlib import Path


def test_a_workspace_keeps_its_own_copy_of_the_pack(shops: Path, tmp_path: Path) -> None:
    create_workspace(tmp_path / "w", find_pack(shops))
    opened = open_workspace(tmp_path / "w")
    assert opened.pack.path == (tmp_path / "w" / "pack").resolve()
    assert set(opened.kinds) == {"visit", "complaint", "licence", "rating", "lot", "judgement"}


def test_only_what_a_pack_is_made_of_is_copied(shops: Path, tmp_path: Path) -> None:
    pack = tmp_path / "pack"
    (pack / "kinds").mkdir(parents=True)
    for path in shops.rglob("*.yaml"):
        (pack / path.relative_to(shops)).write_text(path.read_text("utf-8"), "utf-8")
    (pack / "evil.py").write_text("raise SystemExit", "utf-8")
    (pack / ".secret.yaml").write_text("a: b", "utf-8")
    (pack / "link.yaml").symlink_to("/etc/hostname")
    workspace = create_workspace(tmp_path / "w", find_pack(pack))
    copied = {path.name for path in workspace.pack.path.rglob("*") if path.is_file()}
    assert copied == {"pack.yaml", "visit.yaml", "complaint.yaml", "licence.yaml", "rating.yaml", "lot.yaml"}


def test_a_folder_in_use_is_refused(shops: Path, tmp_path: Path) -> None:
    (tmp_path / "w").mkdir()
    (tmp_path / "w" / "letter.txt").write_text("x", "utf-8")
    with pytest.raises(ZhihengError, match="files in this folder"):
        create_workspace(tmp_path / "w", find_pack(shops))


@pytest.mark.parametrize("text", [None, "not toml [", "a = 1", "[ledger]\nformat = 99\n"])
def test_a_folder_that_is_no_workspace_is_refused(tmp_path: Path, text: str | None) -> None:
    if text is not None:
        (tmp_path / "zhiheng.toml").write_text(text, "utf-8")
    with pytest.raises(ZhihengError):
        open_workspace(tmp_path)


def test_a_pack_may_not_declare_a_kind_of_the_ledgers_own(shops: Path, tmp_path: Path) -> None:
    pack = tmp_path / "pack"
    (pack / "kinds").mkdir(parents=True)
    (pack / "pack.yaml").write_text((shops / "pack.yaml").read_text("utf-8"), "utf-8")
    text = (shops / "kinds" / "visit.yaml").read_text("utf-8").replace("kind: visit", "kind: judgement")
    (pack / "kinds" / "judgement.yaml").write_text(text, "utf-8")
    with pytest.raises(ZhihengError, match="judgement"):
        create_workspace(tmp_path / "w", find_pack(pack))
