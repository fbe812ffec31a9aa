"""The checks find what they are there to find."""

from __future__ import annotations

from check_sizes import find_long
from check_texts import find_stray


def test_a_function_of_fifty_lines_passes_and_one_of_fifty_one_does_not() -> None:
    assert list(find_long("a.py", "def f():\n" + "    1\n" * 49)) == []
    assert list(find_long("a.py", "def f():\n" + "    1\n" * 50)) == ["a.py:1: f has 51 lines; at most 50."]


def test_a_module_over_four_hundred_lines_is_found() -> None:
    assert list(find_long("a.py", "1\n" * 400)) == []
    assert list(find_long("a.py", "1\n" * 401)) == ["a.py: 401 lines; at most 400. Part it along its subjects."]


def test_a_registry_an_index_option_a_local_path_and_a_foreign_lock_are_stray() -> None:
    host, folder, lock = "py" + "pi.org", "/wo" + "rk/main", "uv" + ".lock"
    for text in (f"https://{host}/simple", "--index" + "-url x", f"cd {folder}", lock):
        assert list(find_stray("a.txt", f"first line\n{text}\n")), text


def test_addresses_and_relative_paths_of_the_project_are_not_stray() -> None:
    for text in (
        "https://example.org/work/x",
        "docs/work/x",
        "../shared/data",
        "$HOME/opt/x",
        "files of work/home",
    ):
        assert list(find_stray("a.txt", text)) == [], text
