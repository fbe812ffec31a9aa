"""Turn the entries of a method file into rows of cells."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from zhiheng.method.workbook.layout import LISTS, NAME, REMOVED, SECTIONS, SHEETS, VERSION
from zhiheng.vocabulary import Entries, Items, Scalar

if TYPE_CHECKING:
    from zhiheng.method.faults import MethodFaults
    from zhiheng.vocabulary import Yaml

Cells = dict[str, Scalar]
YES = "true"
TABLES = ("bins", "codes")


@dataclass
class Rows:
    """The rows of all sheets, in the order of the file."""

    faults: MethodFaults
    found: dict[str, list[Cells]] = field(default_factory=lambda: {name: [] for name in SHEETS})

    def lay_out(self, top: Entries) -> None:
        """Lay a whole method file out as rows."""
        self._general("method", top)
        for version in _items(top.get(Scalar("versions"))):
            if isinstance(version, Entries):
                self._general("versions", version)
                self._sections(version, str(version.get(Scalar("version"), "")))
        citations = top.get(Scalar("citations"))
        for name, entry in citations.items() if isinstance(citations, Entries) else ():
            self._add("citations", {NAME: name, **self._flat("citations", entry)})
        self._sections(top, "")

    def _general(self, sheet: str, entries: Entries) -> None:
        """Lay out what stands beside the sections."""
        outside = {"versions", "citations", *SECTIONS}
        plain = Entries(entries.place)
        plain.update({key: value for key, value in entries.items() if key not in outside})
        self._add(sheet, self._flat(sheet, plain))

    def _sections(self, entries: Entries, version: str) -> None:
        for key, value in entries.items():
            if key not in SECTIONS:
                continue
            head = {VERSION: _like(version, key)} if version else {}
            if _nothing(value):
                if version:
                    self._add(str(key), {**head, REMOVED: _like(YES, key)})
                continue
            self._section(str(key), value, head)

    def _section(self, sheet: str, value: Yaml, head: Cells) -> None:
        match SHEETS[sheet].shape, value:
            case "named" | "values", Entries():
                for name, entry in value.items():
                    self._named(sheet, name, entry, head)
            case "single", Entries():
                self._add(sheet, {**head, **self._flat(sheet, value)})
            case "list", Entries():
                self._cuts(value, head)
            case "list", Items():
                for item in value:
                    self._add(sheet, {**head, **self._flat(sheet, item)})
            case _:
                self.faults.note("not-for-workbook", value.place, what=sheet)

    def _named(self, sheet: str, name: Scalar, entry: Yaml, head: Cells) -> None:
        named = {**head, NAME: name}
        if name == "cite":
            self._add(sheet, {**named, "cite": _joined(entry, name)})
        elif _nothing(entry):
            self._add(sheet, {**named, REMOVED: _like(YES, name)})
        elif sheet == "values" and isinstance(entry, Entries):
            self._dated(entry, named)
        elif sheet == "criteria" and isinstance(entry, Entries):
            self._criterion(entry, named)
        else:
            self._add(sheet, {**named, **self._flat(sheet, entry)})

    def _dated(self, entry: Entries, named: Cells) -> None:
        """Lay out a value: a row for each day, or for each code of each day."""
        words = Entries(entry.place)
        words.update({key: value for key, value in entry.items() if key in ("label", "cite")})
        head = {**named, **self._flat("values", words)}
        for day, given in entry.items():
            if day in ("label", "cite"):
                continue
            parts = given.items() if isinstance(given, Entries) else ((None, given),)
            for code, value in parts:
                cells = {**head, "since": day, **({"code": code} if code is not None else {})}
                if isinstance(value, Scalar):
                    self._add("values", {**cells, "value": value})
                else:
                    self.faults.note("not-for-workbook", value.place, what=str(day))
                head = named  # label and sources stand once

    def _criterion(self, entry: Entries, named: Cells) -> None:
        plain = Entries(entry.place)
        scales: dict[str, Yaml] = {}
        for key, value in entry.items():
            if key in TABLES or (key == "points" and isinstance(value, Entries)):
                scales[str(key)] = value
            else:
                plain[key] = value
        self._add("criteria", {**named, **self._flat("criteria", plain)})
        head = {**({VERSION: named[VERSION]} if VERSION in named else {}), "criterion": named[NAME]}
        for scale, value in scales.items():
            self._scale(scale, value, {**head, "scale": _like(scale, named[NAME])})

    def _scale(self, scale: str, value: Yaml, head: Cells) -> None:
        if isinstance(value, Entries):
            for key, points in value.items():
                at = (
                    Scalar.at(key, key.place, quoted=True) if scale == "codes" else key
                )  # codes are texts: 1 is not 1.0
                if isinstance(points, Scalar):
                    self._add("points", {**head, "at": at, "points": points})
            return
        for step in _items(value):
            limits = (
                [(key, limit) for key, limit in step.items() if key != "points"] if isinstance(step, Entries) else []
            )
            if not isinstance(step, Entries) or len(limits) != 1 or not isinstance(limits[0][1], Scalar):
                self.faults.note("not-for-workbook", step.place, what=scale)
                continue
            key, limit = limits[0]
            cells = {"points": limit} if key == "otherwise" else {"at": limit, "points": step[Scalar("points")]}
            self._add(
                "points",
                {**head, "limit": key, **{name: cell for name, cell in cells.items() if isinstance(cell, Scalar)}},
            )

    def _cuts(self, grades: Entries, head: Cells) -> None:
        """Lay out grades that are cuts; their common sources stand in the first row."""
        sources = grades.get(Scalar("cite"))
        cite = {} if sources is None else {"cite": _joined(sources, _like("cite", next(iter(grades))))}
        for grade, cut in grades.items():
            if grade != "cite" and isinstance(cut, Scalar):
                self._add("grades", {**head, "grade": grade, "cut": cut, **cite})
                cite = {}

    def _flat(self, sheet: str, entry: Yaml) -> Cells:
        """Spread an entry over the columns of its sheet."""
        cells: Cells = {}
        if not isinstance(entry, Entries):
            self.faults.note("not-for-workbook", entry.place, what=sheet)
            return cells
        for key, value in entry.items():
            if isinstance(value, Entries):
                spread: list[tuple[Scalar, Yaml]] = [
                    (_like(f"{key}.{part}", part), each) for part, each in value.items()
                ]
            else:
                spread = [(key, value)]
            for column, each in spread:
                if _nothing(each):
                    continue
                if column not in SHEETS[sheet].columns:
                    self.faults.note_unknown("unknown-column", column.place, str(column), SHEETS[sheet].columns)
                elif column in LISTS:
                    cells[str(column)] = _joined(each, column)
                elif isinstance(each, Scalar):
                    cells[str(column)] = each
                else:
                    self.faults.note("not-for-workbook", each.place, what=str(column))
        return cells

    def _add(self, sheet: str, cells: Cells) -> None:
        if cells:
            self.found[sheet].append(cells)


def _items(value: Yaml | None) -> list[Yaml]:
    return list(value) if isinstance(value, Items) else []


def _nothing(value: Yaml) -> bool:
    return (isinstance(value, Scalar) and value.null) or (isinstance(value, Items | Entries) and not value)


def _like(text: str, other: Scalar) -> Scalar:
    return Scalar.at(text, other.place)


def _joined(value: Yaml, key: Scalar) -> Scalar:
    """Write a list into one cell: parted by `;`, or by lines where an entry holds a `;` itself."""
    if isinstance(value, Scalar):
        return value if ";" not in value else _like(f"{value}\n", key)
    texts = [str(each) for each in _items(value)]
    if any(";" in text for text in texts):
        return _like("\n".join([*texts, ""]), key)
    return _like("; ".join(texts), key)
