"""Every row of the published spot-check lists is accounted for, with no mapping by hand."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from zhiheng.cli.app import run

if TYPE_CHECKING:
    from pathlib import Path


CSV = "spot-checks-2011-2015.csv.gz"


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    folder = tmp_path / "work"
    assert run(["init", str(folder), "--pack", "cn-spot-checks"]) == 0
    return folder


def imported(workspace: Path, file: Path, capsys: pytest.CaptureFixture[str]) -> dict[str, int]:
    capsys.readouterr()
    assert (
        run(
            [
                "import",
                str(file),
                "--source",
                file.name,
                "--workspace",
                str(workspace),
                "--extract-date",
                "2018-12-31",
                "--json",
            ]
        )
        == 0
    )
    return dict(json.loads(capsys.readouterr().out)["counts"])
