"""Tell in SQL which rows below a heading are no records: empty lines, notes, sums, sections, signatures."""

from __future__ import annotations

import re
import tomllib
from importlib.resources import files
from typing import TYPE_CHECKING

from zhiheng.ledger.reading.statement import Sql, comma, joined, sql, value, values
from zhiheng.ledger.reading.unvalued import UNVALUED

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence


def _words() -> dict[str, list[str]]:
    read: dict[str, list[str]] = tomllib.loads((files("zhiheng.ledger.reading") / "ignored.toml").read_text("utf-8"))
    return read


def _patterns(said: dict[str, list[str]]) -> dict[str, str]:
    """Build the patterns of the words in `ignored.toml`, for texts as `_plain` writes them."""
    words = {part: "|".join(re.escape(word) for word in listed) for part, listed in said.items()}
    count = rf":?[0-9.,]*(?:{words['counters']})?"
    return {
        "note": rf"^\W{{0,2}}(?:{words['notes']})[0-9]{{0,2}}[:.]",
        "noted": rf"\W{{0,2}}(?:{words['notes']})[0-9]{{0,2}}",
        "section": r"^[(]?[一二三四五六七八九十]{1,3}[).]",
        "signed": rf"^[!-/:-@※]{{0,2}}(?:{words['signatures']})[^:]{{0,8}}:",
        "signed_or_said": rf"^\W{{0,2}}(?:{words['signatures']}|{words['signatures_or_names']})[^:]{{0,8}}:",
        "ending": rf"[!-/:-@*※]*(?:{words['endings']})[!-/:-@*※]*",
        "sum": rf"(?:{words['sums']}){count}",
        "sum_or_name": rf"(?:{words['sums_or_names']}){count}",
        "initials": f"(?i)[{''.join(sorted({word[0] for part in ('sums', 'sums_or_names') for word in said[part]}))}]",
    }


WORDS = _words()
"""How rows that are no records begin; a row above the headings that begins so is no title either."""
_PATTERNS = _patterns(WORDS)
NARROW, _FEW, _SIGNATURES = 3, 2, 6
BLANKS = " \t\r\n\v\f\u3000\u00a0\ufeff"
_BLANKS = value(BLANKS)
_PLAIN = sql(
    "translate(lower(first), {wide}, ':..()')", wide=value("：．、（）" + BLANKS)
)  # blanks go, they have no other
TOO_SHORT, TOO_LONG = "ledger.row-too-short", "ledger.row-too-long"


def is_filled(cell: Sql) -> Sql:
    """Tell whether a cell holds anything but blanks; never null."""
    return sql(
        # Most cells begin so, and no blank does.
        "case when {cell} between '!' and '~~' or {cell} between '一' and '龥' then true"
        " when {cell} is null or {cell} = '' then false else trim({cell}, {blanks}) <> '' end",
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
    `needed` are cells without which a row is no record. Where there is but one, it may be the very cell that tells the
    row: then any empty cell will do.
    """
    lacking = joined("or", [sql("not {filled}", filled=is_filled(cell)) for cell in needed], none="true")
    unfinished = sql("filled < {width}", width=value(width)) if len(needed) <= 1 else lacking
    tests = {name: value(pattern) for name, pattern in _PATTERNS.items()}
    return sql(
        "case when coalesce(whole_fault not in ({ragged}), false) then null"
        " when forced is not null then forced"
        " when filled = 0 then 'blank'"
        # Most rows end here, before their text is made comparable: they are too full for a note, and begin no sum.
        " when filled > {signatures} and not regexp_matches(first, {initials})"
        " then case when fed = 0 then 'nothing_known' end"
        " when regexp_full_match({plain}, {sum}) then 'total'"
        " when ({lacking} or {unfinished}) and regexp_full_match({plain}, {sum_or_name}) then 'total'"
        " when filled <= {few} and {wide} and regexp_matches({plain}, {note}) then 'note'"
        " when filled <= {few} and {lacking} and {wide} and regexp_full_match({plain}, {noted}) then 'note'"
        " when filled = 1 and regexp_full_match({plain}, {ending}) then 'note'"
        " when filled <= {signatures} and (({unfinished} and regexp_matches({plain}, {signed}))"
        " or ({lacking} and regexp_matches({plain}, {signed_or_said}))) then 'note'"
        " when filled = 1 and {wide} and (spans or {lacking} or regexp_matches({plain}, {section}))"
        " and not regexp_full_match(first, {number}) then 'section'"
        " when fed = 0 then 'nothing_known' end",
        ragged=values((TOO_SHORT, TOO_LONG, UNVALUED)),
        plain=_PLAIN,
        few=value(_FEW),
        wide=value(width >= NARROW),
        signatures=value(_SIGNATURES),
        number=value(r"[\s0-9.]+"),
        lacking=sql("({lacking})", lacking=lacking),
        unfinished=sql("({unfinished})", unfinished=unfinished),
        **tests,
    )


def set_sums_aside(table: Sql, needed: Collection[Sql]) -> Sql:
    """
    Ignore the rows of a table in which a cell that a record needs only says 小计: what stands beside it is merged.

    A statement of its own: within `why_ignored`, these tests would take longer over all rows than all the others.
    """
    return sql(
        "update {table} set ignored = 'total', first = {said}"
        " where ignored is null and coalesce(whole_fault in ({ragged}), true) and ({sums})",
        table=table,
        said=first_filled([*needed, Sql("null")]),
        ragged=values((TOO_SHORT, TOO_LONG, UNVALUED)),
        sums=_names_a_sum(needed),
    )


def _names_a_sum(cells: Collection[Sql]) -> Sql:
    words = values({word if gap is None else gap.join(word) for word in WORDS["sums"] for gap in (None, " ", "\u3000")})
    tests = [sql("coalesce({cell} in ({words}), false)", cell=cell, words=words) for cell in cells]
    return joined("or", tests, none="false")


def _sum(parts: Sequence[Sql]) -> Sql:
    """Add up in pairs, so that thousands of columns do not nest thousands deep."""
    if not parts:
        return Sql("0")
    if len(parts) == 1:
        return parts[0]
    half = len(parts) // 2
    return sql("({left} + {right})", left=_sum(parts[:half]), right=_sum(parts[half:]))
