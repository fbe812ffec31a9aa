"""Code lists: find the code that a spelling means, and read lists from CSV files."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import cached_property
from io import StringIO
from typing import TYPE_CHECKING, ClassVar

from zhiheng.errors import MACHINE, Fault, FaultsFound, Place, ZhihengError, find_reason, reason_of
from zhiheng.vocabulary.kind import Code, Label
from zhiheng.vocabulary.spelling import normalise_spelling

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

COLUMNS = ("code", "zh", "en", "aliases")
LARGEST_LIST = 4 * 1024 * 1024


class CodeListUnreadable(ZhihengError):
    """A code list that is no CSV file of the declared columns."""

    code: ClassVar[str] = "vocabulary.code-list-unreadable"


class ListNoText(CodeListUnreadable):
    """There is no such file, or it is no text in UTF-8."""

    code: ClassVar[str] = "vocabulary.file-unreadable"


class CodeList(Mapping[str, Code]):
    """Codes by their name, with an index of every spelling under which files write them."""

    def __init__(self, codes: Mapping[str, Code]) -> None:
        self._codes = dict(codes)

    def __getitem__(self, code: str) -> Code:
        return self._codes[code]

    def __iter__(self) -> Iterator[str]:
        return iter(self._codes)

    def __len__(self) -> int:
        return len(self._codes)

    @cached_property
    def spellings(self) -> Mapping[str, tuple[str, ...]]:
        """Every comparable spelling and the codes that it may mean; a code's own name means that code alone."""
        found: dict[str, tuple[str, ...]] = {}
        for code in self._codes.values():
            for spelling in (code.label.zh, code.label.en, *code.aliases):
                spelled = normalise_spelling(spelling)
                if code.code not in found.get(spelled, ()):
                    found[spelled] = (*found.get(spelled, ()), code.code)
        found.update({normalise_spelling(code): (code,) for code in self._codes})
        found.pop("", None)
        return found

    @cached_property
    def _in_any_case(self) -> Mapping[str, tuple[str, ...]]:
        """Every code's own name in any case of letters: two codes may differ by their spaces alone."""
        return {code.casefold(): (code,) for code in reversed(self._codes)}

    def find(self, text: str) -> tuple[str, ...]:
        """Find the codes that a text may mean: one, none, or several where the spelling is shared."""
        if text in self._codes:
            return (text,)
        own = self._in_any_case.get(text.casefold())
        return own or self.spellings.get(normalise_spelling(text), ())


def as_code_list(codes: Mapping[str, Code]) -> CodeList:
    """Index codes, unless they are."""
    return codes if isinstance(codes, CodeList) else CodeList(codes)


def read_code_list(path: Path, *, shown: str = "") -> CodeList:
    """
    Read a list from a CSV file with the columns code, zh, en, aliases (parted by `|`).

    Raises:
        CodeListUnreadable: no such file, no CSV, or other columns.
        OSError: this machine does not let it be read.
        FaultsFound: codes or spellings that stand twice, labels that are missing.
    """
    file = shown or str(path)
    try:
        if path.stat().st_size > LARGEST_LIST:
            raise CodeListUnreadable(Place(file), reason=f"> {LARGEST_LIST} bytes")
        rows = list(csv.reader(StringIO(path.read_bytes().decode("utf-8-sig")), strict=True))
    except (OSError, UnicodeDecodeError) as error:
        if find_reason(error) in MACHINE:
            raise
        raise ListNoText(Place(file), **reason_of(error)) from error
    except csv.Error as error:
        raise CodeListUnreadable(Place(file), reason=str(error)) from error
    if not rows or tuple(rows[0]) != COLUMNS:
        raise CodeListUnreadable(Place(file, 1, 1), reason=f"{','.join(rows[0]) if rows else ''} ≠ {','.join(COLUMNS)}")
    codes: dict[str, Code] = {}
    faults: list[Fault] = []
    for line, row in enumerate(rows[1:], 2):
        if len(row) != len(COLUMNS) or not all(cell.strip() for cell in row[:3]):
            faults.append(Fault("vocabulary.code-row-incomplete", Place(file, line)))
            continue
        code, zh, en, aliases = (cell.strip() for cell in row)
        if code in codes:
            faults.append(Fault("vocabulary.duplicate-key", Place(file, line), {"key": code}))
        codes[code] = Code(code, Label(zh, en), tuple(alias.strip() for alias in aliases.split("|") if alias.strip()))
    listed = CodeList(codes)
    faults += shared_spellings(listed, Place(file))
    if faults:
        raise FaultsFound(faults)
    return listed


def shared_spellings(codes: CodeList, place: Place) -> list[Fault]:
    """Name the spellings that several codes of one list claim."""
    shared = {spelling: claimed for spelling, claimed in codes.spellings.items() if len(claimed) > 1}
    labelled: dict[str, list[str]] = {}
    for code in codes.values():  # a label that is another code's name is hidden by it, but readers see it twice
        for label in {normalise_spelling(code.label.zh), normalise_spelling(code.label.en)}:
            labelled.setdefault(label, []).append(code.code)
    shared |= {label: tuple(claimed) for label, claimed in labelled.items() if len(claimed) > 1}
    return [
        Fault("vocabulary.shared-spelling", place, {"spelling": spelling, "codes": ", ".join(claimed)})
        for spelling, claimed in sorted(shared.items())
    ]
