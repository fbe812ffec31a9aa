"""Tell in SQL which rows below a heading are no records: empty lines, notes, sums, sections, signatures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zhiheng.ledger.reading.statement import Sql, comma, joined, sql, value, values
from zhiheng.ledger.reading.unvalued import UNVALUED

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

_NOTE = r"^\W{0,2}(?:注|备注|附注|说明|填表说明|备\s*注|note|notes|remarks?)\s*\d{0,2}\s*[:：.、]"
_SIGNED = (
    r"^\W{0,2}(?:填表|制表|填报|审核|复核|批准|负责|联系|统计|报送|编制|打印|经办|主管|签发|盖章|单位|日期|电话|数据来源|来源|source)"
    r"\S{0,8}\s*[:：]"
)
_SUM = r"(?:合\s*计|总\s*计|小\s*计|共\s*计|本页合计|累\s*计|sub-?total|total|grand total)\s*[:：]?"
_NARROW, _FEW, _SIGNATURES = 3, 2, 6
BLANKS = " \t\r\n\v\f\u3000\u00a0\ufeff"
_BLANKS = value(BLANKS)
TOO_SHORT, TOO_LONG = "ledger.row-too-short", "ledger.row-too-long"


def is_filled(cell: Sql) -> Sql:
    """Tell whether a cell holds anything but blanks; never null."""
    return sql(
        "case when {cell} is null or {cell} = '' then false when {cell} > '!' then true"
        " else trim({cell}, {blanks}) <> '' end",
        cell=cell,
        blanks=_BLANKS,
    )


def first_filled(cells: Sequence[Sql]) -> Sql:
    """Take the first value of a row."""
    firsts = [sql("case when {filled} then {cell} end", filled=is_filled(cell), cell=cell) for cell in cells]
    return sql("coalesce({firsts}, null)", firsts=comma(firsts))


def count_filled(cells: Sequence[Sql]) -> Sql:
    """Count the cells that hold anything."""
    return _sum([sql("cast({filled} as integer)", filled=is_filled(cell)) for cell in cells])


def why_ignored(width: int, needed: Collection[Sql]) -> Sql:
    """
    Name the reason for which a row is no record; null where it is one.

    Reads the columns `filled`, `fed` (filled cells among those that feed fields), `first`, `spans`, `forced` and
    `whole_fault` of the rows at hand; a row that is faulty as a whole, other than in its width, is not ignored.
    `needed` are cells without which a row is no record.
    """
    lacking = joined("or", [sql("not {filled}", filled=is_filled(cell)) for cell in needed], none="true")
    return sql(
        "case when coalesce(whole_fault not in ({ragged}), false) then null"
        " when forced is not null then forced"
        " when filled = 0 then 'blank'"
        " when regexp_full_match(lower(trim(first, {blanks})), {sums}) then 'total'"
        " when filled <= {few} and {wide} and regexp_matches(lower(first), {note}) then 'note'"
        " when filled <= {signatures} and {lacking} and regexp_matches(lower(first), {signed}) then 'note'"
        " when filled = 1 and {wide} and (spans or {lacking}) and not regexp_full_match(first, {number}) then 'section'"
        " when fed = 0 then 'nothing_known' end",
        ragged=values((TOO_SHORT, TOO_LONG, UNVALUED)),
        blanks=_BLANKS,
        sums=value(_SUM),
        few=value(_FEW),
        wide=value(width >= _NARROW),
        note=value(_NOTE),
        signatures=value(_SIGNATURES),
        signed=value(_SIGNED),
        number=value(r"[\s0-9.]+"),
        lacking=sql("({lacking})", lacking=lacking),
    )


def _sum(parts: Sequence[Sql]) -> Sql:
    """Add up in pairs, so that thousands of columns do not nest thousands deep."""
    if not parts:
        return Sql("0")
    if len(parts) == 1:
        return parts[0]
    half = len(parts) // 2
    return sql("({left} + {right})", left=_sum(parts[:half]), right=_sum(parts[half:]))
