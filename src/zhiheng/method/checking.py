"""Report everything that is wrong with a method file and with the worked cases beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zhiheng.errors import FaultsFound
from zhiheng.method.cases import cases_beside, check_cases
from zhiheng.method.method_file import read_method_file
from zhiheng.vocabulary import YamlUnreadable

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from zhiheng.errors import Fault
    from zhiheng.vocabulary import Kind


def check_method(path: Path, kinds: Mapping[str, Kind]) -> tuple[Fault, ...]:
    """
    List everything that is wrong with a method file, faults and warnings, in the order of the file.

    The cases beside it are checked as well, once the method itself is sound. Cases that do not hold are not among the
    faults: they are found by running the method.
    """
    try:
        method, faults = read_method_file(path, kinds)
    except FaultsFound as found:
        return found.faults
    except YamlUnreadable as unreadable:
        return (unreadable.fault,)
    cases = cases_beside(path)
    if method is None or faults.errors or not cases.is_file():
        return faults.in_order()
    return (*faults.in_order(), *check_cases(cases, method, kinds))
