"""A file stands under its name only when all of it is written."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from zhiheng.vocabulary import written_whole

if TYPE_CHECKING:
    from pathlib import Path


def test_what_was_written_beside_takes_the_place_of_the_target(tmp_path: Path):
    target = tmp_path / "table.html"
    target.write_text("before")
    with written_whole(target) as beside:
        beside.write_text("after")
        assert target.read_text() == "before"
    assert [path.name for path in tmp_path.iterdir()] == ["table.html"]
    assert target.read_text() == "after"


def break_off(target: Path, error: BaseException) -> None:
    with written_whole(target) as beside:
        beside.write_text("af")
        raise error


@pytest.mark.parametrize("broken_off", [OSError, KeyboardInterrupt])
def test_what_is_broken_off_leaves_the_folder_as_it_was(tmp_path: Path, broken_off: type[BaseException]):
    target = tmp_path / "table.html"
    target.write_text("before")
    with pytest.raises(broken_off):
        break_off(target, broken_off())
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("table.html", "before")]
