"""Spark starts whatever the process did before, and says what it lacks."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

OPENING = """
from zhiheng.engine import open_engine
from zhiheng.errors import ZhihengError
try:
    with open_engine("spark"):
        print("open")
except ZhihengError as missing:
    print(missing.render("LANG"))
"""
FORKS_DIE = """
import os
os.register_at_fork(after_in_child=lambda: os.kill(os.getpid(), 9))
"""
FAKE = """#!/bin/sh
echo "$SAYING" >&2
exit 7
"""


def said(script: str, folder: Path, lang: str = "en", **settings: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", script.replace("LANG", lang)],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), **settings},
        capture_output=True,
        text=True,
        check=False,
        timeout=280,
    )
    assert done.stderr == ""
    return done.stdout


@pytest.fixture
def java(tmp_path: Path) -> str:
    """Give a Java that says something and ends."""
    program = tmp_path / "java" / "bin" / "java"
    program.parent.mkdir(parents=True)
    program.write_text(FAKE, "utf-8")
    program.chmod(0o755)
    return str(tmp_path / "java")


@pytest.mark.spark
@pytest.mark.slow
def test_spark_starts_where_no_python_survives_a_fork(tmp_path: Path) -> None:
    assert said(FORKS_DIE + OPENING, tmp_path) == "open\n"


@pytest.mark.spark
@pytest.mark.slow
def test_a_java_that_is_not_where_it_is_said_to_be_is_named(tmp_path: Path) -> None:
    assert "Java (JAVA_HOME=/nonexistent)" in said(OPENING, tmp_path, JAVA_HOME="/nonexistent")


@pytest.mark.spark
@pytest.mark.slow
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_java_that_ends_is_not_called_missing_and_its_reason_is_told(tmp_path: Path, java: str, lang: str) -> None:
    told = said(OPENING, tmp_path, lang, JAVA_HOME=java, SAYING="Error: no heap")
    assert "Error: no heap" in told
    assert "not installed" not in told
    assert "没有安装" not in told


@pytest.mark.spark
@pytest.mark.slow
def test_a_java_that_is_too_old_is_called_so(tmp_path: Path, java: str) -> None:
    told = said(OPENING, tmp_path, JAVA_HOME=java, SAYING="java.lang.UnsupportedClassVersionError: x")
    assert "Java 17 or newer" in told
