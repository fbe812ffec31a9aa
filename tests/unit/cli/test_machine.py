"""What the machine refuses is told in a sentence of the reader's language, whatever the command."""

from __future__ import annotations

import errno
import os
import shutil
from typing import TYPE_CHECKING

import pytest
from tests.unit.cli import processes
from tests.unit.cli.processes import ROWS

from zhiheng.errors import reason_of

if TYPE_CHECKING:
    import subprocess
    from pathlib import Path

PLAIN = ("setpriv", "--bounding-set=-dac_override,-dac_read_search,-fowner")  # of root: no more rights than another
NO_RIGHT = "当前用户没有相应的权限"


def call(folder: Path, *arguments: str, lang: str = "zh", **settings: str) -> subprocess.CompletedProcess[str]:
    through = PLAIN if os.geteuid() == 0 else ()
    return processes.call(folder, *arguments, through=through, ZHIHENG_LANG=lang, **settings)


@pytest.fixture(scope="module")
def homes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if os.geteuid() == 0 and shutil.which("setpriv") is None:
        pytest.skip("root may do everything, and setpriv is not here to take that away")
    folder = tmp_path_factory.mktemp("machine")
    (folder / "homes.csv").write_text(ROWS, "utf-8")
    (folder / "more.csv").write_text(ROWS.replace("1,4", "2,4"), "utf-8")
    call(folder, "init", "w", "--pack", "us-nursing-homes")
    assert call(folder, "import", "homes.csv", "--source", "s", "-w", "w").returncode == 0
    for name in ("closed", "unreadable", "hidden"):
        shutil.copytree(folder / "w", folder / name)
    (folder / "secret.csv").write_text(ROWS, "utf-8")
    (folder / "secret.csv").chmod(0)
    (folder / "hidden" / "pack" / "kinds" / "home.yaml").chmod(0)
    for path in (folder / "closed", *(folder / "closed").rglob("*")):
        path.chmod(path.stat().st_mode & 0o555)
    for path in (folder / "unreadable" / "ledger").rglob("*.parquet"):
        path.chmod(0)
    for path in (folder / "unreadable" / "ledger" / "batches" / "_delta_log").glob("*"):
        path.chmod(0)
    return folder


@pytest.mark.parametrize(
    "command",
    [
        "assess -w closed --as-of 2023-04-30",
        "assess -w w --as-of 2023-04-30 --out closed/a",
        "compact -w closed",
        "init closed/w --pack us-nursing-homes",
        "import more.csv --source s -w closed",
        "import secret.csv --source s -w w",
        "try us-nursing-homes home=homes.csv --as-of 2023-04-30 --out closed/t",
        "batches -w unreadable",
        "verify -w unreadable",
        "assess -w unreadable --as-of 2023-04-30",
        "records 1 -w hidden",
    ],
)
def test_a_file_without_the_right_to_it_is_told_in_a_sentence(homes: Path, command: str) -> None:
    answer = call(homes, *command.split())
    assert (answer.returncode, answer.stdout) == (3, "")
    assert NO_RIGHT in answer.stderr
    assert "YAML" not in answer.stderr
    assert not any(word in answer.stderr for word in ("缺陷", "Error", "denied", "error"))


def test_a_workspace_that_cannot_be_made_leaves_nothing(homes: Path) -> None:
    (homes / "half").mkdir()
    shutil.copytree(homes / "hidden" / "pack", homes / "half" / "pack")
    answer = call(homes, "init", "half/w", "--pack", "./half/pack")
    assert answer.returncode == 3
    assert not (homes / "half" / "w").exists()


def test_a_clock_that_cannot_be_read_is_a_misuse(homes: Path) -> None:
    answer = call(homes, "assess", "-w", "w", ZHIHENG_NOW="garbage")
    assert (answer.returncode, "ZHIHENG_NOW" in answer.stderr, "缺陷" in answer.stderr) == (2, True, False)


@pytest.mark.parametrize(
    ("number", "zh"),
    [(errno.ENOENT, "没有这个"), (errno.EACCES, NO_RIGHT), (errno.EISDIR, "文件夹"), (errno.ENOSPC, "空间"), (5, "5")],
)
def test_a_reason_is_in_our_own_words(number: int, zh: str) -> None:
    told = reason_of(OSError(number, os.strerror(number)))
    assert zh in told["reason_zh"]
    assert os.strerror(number) not in told["reason_zh"]
    assert told["reason_en"]
