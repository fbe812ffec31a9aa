"""Rebuild the entries of a method file from the rows of a workbook; each knows its cell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zhiheng.errors import Place
from zhiheng.method.workbook.layout import LISTS, NAME, REMOVED, SECTIONS, SHEETS, VERSION
from zhiheng.vocabulary import Entries, Items, Scalar

if TYPE_CHECKING:
    from zhiheng.method.faults import MethodFaults
    from zhiheng.method.workbook.book import Line
    from zhiheng.vocabulary import Yaml


class Rebuilding:
    """One workbook on its way back to a file."""

    def __init__(self, file: str, lines: dict[str, list[Line]], faults: MethodFaults) -> None:
        self.file = file
        self.lines = lines
        self.faults = faults

    def rebuild(self) -> Entries:
        """Rebuild the whole file."""
        top = self._general()
        citations = self._named_lines("citations", self.lines["citations"])
        if citations:
            _put(top, "citations", citations.place, citations)
        self._add_sections(top, "")
        versions = Items(Place(self.file, None, "versions!A2"))
        known: set[str] = set()
        for line in self.lines["versions"]:
            version = self._entry(line)
            name = line.text(VERSION)
            known.add(name)
            self._add_sections(version, name)
            versions.append(version)
        if versions:
            _put(top, "versions", versions.place, versions)
        self._check_versions(known)
        return top

    def _general(self) -> Entries:
        lines = self.lines["method"]
        if not lines:
            self.faults.note("sheet-empty", Place(self.file, None, "method!A2"), name="method")
            return Entries(Place(self.file, None, "method!A2"))
        for line in lines[1:]:
            self.faults.note("one-row-only", line.place, name="method")
        return self._entry(lines[0])

    def _check_versions(self, known: set[str]) -> None:
        for name in (*SECTIONS, "points"):
            for line in self.lines[name]:
                version = line.text(VERSION)
                if version and version not in known:
                    self.faults.note_unknown("unknown-version", line.place_of(VERSION), version, known)

    def _add_sections(self, entries: Entries, version: str) -> None:
        for name in SECTIONS:
            lines = [line for line in self.lines[name] if line.text(VERSION) == version]
            if lines:
                _put(entries, name, lines[0].place, self._section(name, lines, version))

    def _section(self, name: str, lines: list[Line], version: str) -> Yaml:
        first = lines[0]
        if first.text(REMOVED) == "true" and not first.text(NAME):
            return Scalar.at("", first.place_of(REMOVED), null=True)
        shape = SHEETS[name].shape
        if shape == "values":
            return self._values(lines)
        if shape == "named":
            return self._named_lines(name, lines, version)
        if shape == "single":
            for line in lines[1:]:
                self.faults.note("one-row-only", line.place, name=name)
            return self._entry(first)
        if name == "grades" and any(line.text("cut") for line in lines):
            return self._cuts(lines)
        items = Items(first.place)
        items.extend(self._entry(line) for line in lines)
        return items

    def _named_lines(self, name: str, lines: list[Line], version: str = "") -> Entries:
        section = Entries(lines[0].place if lines else Place(self.file, None, f"{name}!A2"))
        for line in lines:
            called = self._called(line, NAME)
            if called is None:
                continue
            if called == "cite":
                value: Yaml = _split(line.cells.get("cite", called))
            elif line.text(REMOVED) == "true":
                value = Scalar.at("", line.place_of(REMOVED), null=True)
            else:
                value = self._entry(line)
                if name == "criteria" and isinstance(value, Entries):
                    self._add_scale(value, str(called), version)
            self._keep(section, called, value)
        if name == "criteria":
            self._check_points(section, version)
        return section

    def _called(self, line: Line, column: str) -> Scalar | None:
        called = line.cells.get(column)
        if called is None:
            self.faults.note("row-without-name", line.place, column=column)
        return called

    def _keep(self, section: Entries, key: Scalar, value: Yaml) -> None:
        if key in section:
            self.faults.add("duplicate-key", key.place, key=str(key))
        section[key] = value

    def _values(self, lines: list[Line]) -> Entries:
        section = Entries(lines[0].place)
        for line in lines:
            name = self._called(line, NAME)
            if name is None:
                continue
            if name == "cite":
                section[name] = _split(line.cells.get("cite", name))
                continue
            if line.text(REMOVED) == "true":
                section[name] = Scalar.at("", line.place_of(REMOVED), null=True)
                continue
            entry = section.get(name)
            if not isinstance(entry, Entries):
                entry = Entries(line.place)
                section[name] = entry
            words = self._entry(line, without=("since", "code", "value"))
            entry.update(words)
            self._add_dated(entry, line)
        return section

    def _add_dated(self, entry: Entries, line: Line) -> None:
        day, code, value = (line.cells.get(column) for column in ("since", "code", "value"))
        if day is None or value is None:
            self.faults.note("row-without-name", line.place, column="since" if day is None else "value")
            return
        if code is None:
            self._keep(entry, day, value)
            return
        table = entry.get(day)
        if not isinstance(table, Entries):
            table = Entries(day.place)
            self._keep(entry, day, table)
        self._keep(table, code, value)

    def _cuts(self, lines: list[Line]) -> Entries:
        section = Entries(lines[0].place)
        for line in lines:
            grade, cut = self._called(line, "grade"), line.cells.get("cut")
            for column in ("when", "label.zh", "label.en"):
                if column in line.cells:
                    self.faults.note("cut-beside", line.place_of(column), column=column)
            if "cite" in line.cells:
                cite = line.cells["cite"]
                section[Scalar.at("cite", cite.place)] = _split(cite)
            if grade is not None and cut is None:
                self.faults.note("row-without-name", line.place, column="cut")
            if grade is not None and cut is not None:
                self._keep(section, grade, cut)
        return section

    def _add_scale(self, criterion: Entries, name: str, version: str) -> None:
        """Add the rows of the sheet `points` to a criterion."""
        own = [
            each for each in self.lines["points"] if each.text("criterion") == name and each.text(VERSION) == version
        ]
        for line in own:
            scale = line.text("scale")
            if scale not in ("points", "bins", "codes"):
                place = line.place_of("scale")
                self.faults.note_unknown("unknown-scale", place, scale or "-", ("points", "bins", "codes"))
            elif scale == "bins":
                self._add_step(criterion, line)
            else:
                self._add_pair(criterion, scale, line)

    def _add_step(self, criterion: Entries, line: Line) -> None:
        steps = criterion.get(Scalar("bins"))
        if not isinstance(steps, Items):
            steps = Items(line.place)
            _put(criterion, "bins", line.place, steps)
        step = Entries(line.place)
        limit = line.cells.get("limit")
        points = line.cells.get("points")
        if limit is None or points is None:
            self.faults.note("row-without-name", line.place, column="limit" if limit is None else "points")
            return
        if limit == "otherwise":
            step[limit] = points
        else:
            step[limit] = line.cells.get("at", Scalar.at("", line.place, null=True))
            _put(step, "points", points.place, points)
        steps.append(step)

    def _add_pair(self, criterion: Entries, scale: str, line: Line) -> None:
        pairs = criterion.get(Scalar(scale))
        if pairs is not None and not isinstance(pairs, Entries):
            self.faults.note("one-scale", line.place, found="points, points")
            return
        if pairs is None:
            pairs = Entries(line.place)
            _put(criterion, scale, line.place, pairs)
        at, points = line.cells.get("at"), line.cells.get("points")
        if at is None or points is None:
            self.faults.note("row-without-name", line.place, column="at" if at is None else "points")
            return
        self._keep(pairs, at, points)

    def _check_points(self, criteria: Entries, version: str) -> None:
        for line in self.lines["points"]:
            name = line.cells.get("criterion")
            if line.text(VERSION) == version and (name is None or name not in criteria):
                known = [str(each) for each in criteria]
                self.faults.note_unknown("not-a-criterion", line.place_of("criterion"), str(name or "-"), known)

    def _entry(self, line: Line, without: tuple[str, ...] = ()) -> Entries:
        """Gather the cells of a row into an entry, those of `key.part` into one below it."""
        own = (NAME,) if line.sheet.shape in ("named", "values") else ()
        skipped = {*own, *without, REMOVED, *(() if line.sheet.shape in ("top", "versions") else (VERSION,))}
        entry = Entries(line.place)
        for column, cell in line.cells.items():
            if column in skipped:
                continue
            key, _, part = column.partition(".")
            if not part:
                _put(entry, key, cell.place, _split(cell, column) if column in LISTS else cell)
                continue
            below = entry.get(Scalar(key))
            if not isinstance(below, Entries):
                below = Entries(cell.place)
                _put(entry, key, cell.place, below)
            _put(below, part, cell.place, cell)
        return entry


def _put(entries: Entries, key: str, place: Place, value: Yaml) -> None:
    entries[Scalar.at(key, place)] = value


def _split(cell: Scalar, column: str = "cite") -> Yaml:
    """Read the names in a cell; one alone is no list where a file may write it so."""
    text = str(cell)
    parts = text.split("\n") if "\n" in text else text.split(";")
    names = [part.strip() for part in parts if part.strip()]
    if len(names) == 1 and column in ("cite", "subjects"):
        return Scalar.at(names[0], cell.place)
    items = Items(cell.place)
    items.extend(Scalar.at(name, cell.place) for name in names)
    return items
