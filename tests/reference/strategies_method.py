"""Draw whole methods, as the text of a method file over the invented kinds."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from hypothesis import strategies as st
from tests.reference.method_text import as_yaml
from tests.reference.strategies_rows import WORDS, RowWriter, is_one_quotient
from tests.reference.strategies_subject import SubjectWriter

if TYPE_CHECKING:
    from hypothesis.strategies import DrawFn

LABEL = {"zh": "名称", "en": "A label"}
RULE = {"label": LABEL, "cite": "design"}
GRADES = ("A", "B", "C", "D")
SINCE = date(2020, 1, 1)
VALUES = {
    "step": {SINCE: 3, date(2026, 1, 1): Decimal("1.5")},
    "span": {SINCE: 24},
    "rates": {SINCE: {"good": 1, "bad": Decimal("0.25"), "north": 4, "东区": 2, "heavy": 10, "Normal": 6, "茶馆": 5}},
}


@st.composite
def methods(draw: DrawFn) -> str:
    """Draw a method that is sound: every construct of the language comes up, null never takes a side quietly."""
    return MethodWriter(draw).text()


@dataclass
class MethodWriter:
    """One method on the way: its entries in order, each of which may use those before it."""

    draw: DrawFn
    facts: dict[str, dict[str, object]] = field(default_factory=dict)
    criteria: dict[str, dict[str, object]] = field(default_factory=dict)
    maxima: list[int] = field(default_factory=list)
    benchmarks: dict[str, dict[str, object]] = field(default_factory=dict)
    one_deduction: list[dict[str, object]] = field(default_factory=list)
    quotients: list[str] = field(default_factory=list)  # whose measure is one share or mean

    def __post_init__(self) -> None:
        self.names = SubjectWriter(self.draw)
        self.pick = self.names.pick
        self.fed = self.chance(2)

    def chance(self, one_in: int) -> bool:
        return self.draw(st.integers(1, one_in)) == 1

    def text(self) -> str:
        """Write the method's file."""
        self.names.names += [("trade", "text", True), ("region", "text", True), ("firm_months", "number", True)]
        self.names.words |= {name: WORDS[name] for name in ("trade", "region")}
        for number in range(self.draw(st.integers(6, 11))):
            if number < 2 or self.chance(4):
                self.add_fact(f"fact{number}")
            else:
                self.add_criterion(f"line{number}")
            if self.chance(3):
                self.add_benchmark(f"peer{number}")
        if self.chance(3):
            self.add_deductions()
        sections = self.sections()
        self.drop_unused_benchmarks(sections)
        body = {name: entry for name, entry in sections.items() if entry}
        used = " ".join(map(as_yaml, body.values()))
        values = {
            name: {**dated, "cite": "design"} for name, dated in VALUES.items() if re.search(rf"\b{name}\b", used)
        }
        if values:
            body["values"] = values
        return "\n".join(f"{name}: {as_yaml(entry)}" for name, entry in {**self.head(), **body}.items()) + "\n"

    def drop_unused_benchmarks(self, sections: dict[str, object]) -> None:
        """Leave out the benchmarks that nothing reads."""
        while True:
            unused = [name for name in self.benchmarks if as_yaml(sections).count(name) == 1]
            if not unused:
                return
            for name in unused:
                del self.benchmarks[name]

    def head(self) -> dict[str, object]:
        head: dict[str, object] = {
            "method": "generated",
            "label": LABEL,
            "subject": "shop",
            "version": "1",
            "in_force": {"from": SINCE},
            "total": sum(self.maxima),
            "places": {
                "value": self.pick(6, 6, 2, 1, 0),
                "points": self.pick(1, 0, 2),
                "score": self.pick(0, 1, 3),
            },
        }
        if self.chance(2):
            head["subjects"] = self.pick("register", ["register", "visit"], "visit")
        return head

    def sections(self) -> dict[str, object]:
        attributes = {
            "trade": {"label": LABEL, "from": "register", "take": "latest(trade)"},
            "region": {"label": LABEL, "from": "register", "where": "region is not null", "take": "latest(region)"},
            "firm_months": {
                "label": LABEL,
                "from": "register",
                "take": "months_between(latest(founded_on), as_of)",
            },
        }
        feeds = {
            "from": "attest",
            "kind": "record_kind",
            "starts": "starts_on",
            "ends": "ends_on",
            "complete": "complete",
            "region": "region",
        }
        sections: dict[str, object] = {
            "attributes": attributes,
            "facts": self.facts,
            "criteria": self.criteria,
            "benchmarks": self.benchmarks,
            "one_deduction": self.one_deduction,
            "dimensions": self.dimensions() if self.chance(2) else None,
            "states": self.states(),
        }
        if any(entry.get("absent") == "full_if_feed_complete" for entry in self.criteria.values()):
            sections["feeds"] = feeds
        return {**sections, **self.grading()}

    # Entries

    def measured(self, *, with_shrink: bool = True) -> tuple[dict[str, object], str]:
        """Draw a measure over records and the type of its value."""
        kind = str(self.pick("visit", "visit", "notice", "visit.items", "register"))
        rows = RowWriter(self.draw, kind)
        entry: dict[str, object] = {"from": kind}
        if self.chance(2):
            entry["where"] = self.pick(rows.loose, rows.narrowing)
        if within := self.pick(None, None, "36 months", "24 months", "12 months", "1 months", "current", "latest"):
            entry["within"] = within
        if self.chance(3):
            entry["weight"] = rows.not_negative()
        value_type = "number"
        if self.chance(5):
            value_type, entry["measure"] = rows.other_measure()
        elif self.chance(3):
            entry["measure"] = rows.quotient()
            if with_shrink and self.chance(2):
                towards = self.pick(Decimal("0.5"), "step", *self.benchmarks)
                entry["shrink"] = {"towards": towards, "strength": self.pick(2, Decimal("0.5"), "span")}
        else:
            entry["measure"] = rows.measure()
        return entry, value_type

    def sourced(self) -> tuple[dict[str, object], str]:
        entry: dict[str, object] = {"label": LABEL, "cite": "design"}
        if self.chance(3):
            value_type = str(self.pick("number", "number", "number", "truth", "text", "date"))
            return entry | {"formula": self.names.of_kind(value_type)}, value_type
        source, value_type = self.measured()
        return entry | source, value_type

    def add_fact(self, name: str) -> None:
        entry, value_type = self.sourced()
        if self.chance(6):
            entry["applies"] = self.names.loose()
        may_be_null = re.match(r"(share|mean|min|max|latest|earliest)\(", str(entry.get("measure", "")))
        if self.chance(3) and value_type == "number" and ("applies" in entry or may_be_null):
            entry["default"] = self.pick(0, Decimal("2.5"))
        if self.chance(4) and value_type == "number":
            entry["places"] = {"value": self.pick(0, 3)}
        measure = str(entry.get("measure", ""))
        is_truth = re.match(r"(not )?any\(", measure) or (value_type == "truth" and "formula" in entry)
        sure = "default" in entry or (bool(is_truth) and "applies" not in entry)
        self.facts[name] = entry
        self.name(name, entry, value_type, null=not sure)
        if is_one_quotient(measure) and "formula" not in entry:
            self.quotients.append(name)
        if value_type == "number" and self.chance(2):
            self.show(name)

    def name(self, name: str, entry: dict[str, object], value_type: str, *, null: bool) -> None:
        """Let later entries use a name."""
        self.names.names.append((name, value_type, null))
        if value_type == "text":
            self.names.words[name] = self.words(entry)

    def words(self, entry: dict[str, object]) -> tuple[str, ...]:
        """List the texts that a measure can be: those of the field that it takes."""
        if "formula" in entry:
            return ("good", "茶馆", "else") if "else 'else'" in str(entry["formula"]) else ("good", "茶馆")
        return WORDS.get(re.sub(r".*\((.*)\)", r"\1", str(entry["measure"])), ("2025-08-15",))

    def add_criterion(self, name: str) -> None:
        entry, value_type = self.sourced()
        if self.chance(8):
            entry["applies"] = self.names.loose()
        absent = ["not_inspected", "not_applicable", "zero", "zero"] + (["withhold"] if self.chance(8) else [])
        if self.fed and "from" in entry and entry.get("within", "latest") != "latest":
            absent += ["full_if_feed_complete"] * 3
        entry["absent"] = self.pick(*absent)
        entry |= self.scale(entry, value_type)
        if self.chance(5):
            entry["places"] = {"value": self.pick(1, 3), "points": self.pick(0, 2)}
        self.criteria[name] = entry
        self.name(name, entry, value_type, null=True)
        self.names.criteria.append(name)
        if is_one_quotient(str(entry.get("measure", ""))):
            self.quotients.append(name)
            if self.chance(2):
                self.shrink_towards_peers(name, entry)

    def scale(self, entry: dict[str, object], value_type: str) -> dict[str, object]:
        """Draw how the value becomes points; note the most that there can be."""
        most = int(str(self.pick(10, 20, 40)))
        self.maxima.append(most)
        if value_type != "number":
            return {"codes": self.codes(entry, value_type, most), "max": most}
        scale = self.pick("expression", "line", "bins", "codes")
        if scale == "line":
            knots = self.draw(st.lists(st.sampled_from((-2, 0, 1, 3, 10, 40)), min_size=2, max_size=4, unique=True))
            points = [0, most, *(int(str(self.pick(0, 3, most))) for _ in knots[2:])]
            ordered = self.draw(st.permutations(points))
            return {"points": dict(zip(sorted(knots), ordered, strict=True))}
        if scale == "bins":
            limits = sorted(self.draw(st.sets(st.sampled_from((0, 1, 2, 7, 20)), min_size=1, max_size=3)))
            steps = [{str(self.pick("at_most", "below")): limit, "points": self.pick(0, 2)} for limit in limits]
            return {"bins": [*steps, {"otherwise": most}]}
        points = self.pick("value", f"{most} - value", f"value * {most} / 3", f"{most} * value", self.mixed)
        bounds: dict[str, object] = {"max": most}
        if self.chance(4):
            bounds["min"] = self.pick(-5, 1)
        return {"points": points, **bounds}

    def mixed(self) -> str:
        return f"value + coalesce({self.names.leaf()}, 0)"

    def codes(self, entry: dict[str, object], value_type: str, most: int) -> dict[str, object]:
        if value_type == "truth":
            return {"true": most, "false": 0}
        words = self.words(entry)
        codes: dict[str, object] = dict(zip(words[: 1 if "formula" in entry else 2], (most, 3), strict=False))
        return codes if words == WORDS["gravity"] else codes | {"otherwise": 1}

    def add_benchmark(self, name: str) -> None:
        numbers = [known for known in (*self.facts, *self.criteria) if known in self.names.of_type("number")]
        if not numbers:
            return
        statistic = str(self.pick("mean", "sd", "min", "max", "count", "percentile 75", "percentile 10", "pooled"))
        of = self.pick(*self.quotients) if statistic == "pooled" and self.quotients else self.pick(*numbers)
        if statistic == "pooled" and not self.quotients:
            statistic = "percentile 50"
        entry: dict[str, object] = {"of": of, "statistic": statistic, "cite": "design"}
        if self.chance(2):
            entry["by"] = self.pick(["trade"], ["region"], ["trade", "region"])
        entry["at_least"] = self.pick(1, 2, 5)
        entry["otherwise"] = self.pick(1, Decimal("0.75"), "step", *self.benchmarks)
        if self.chance(3):
            entry["places"] = self.pick(2, 0)
        self.benchmarks[name] = entry
        self.names.names.append((name, "number", True))
        self.show(name)

    def show(self, name: str) -> None:
        """Add a criterion whose value is that of a name, so that it can be compared."""
        shown = f"shown_{name}"
        entry: dict[str, object] = {**RULE, "formula": name, "absent": self.pick("zero", "not_inspected")}
        self.criteria[shown] = entry | {"points": "value", "max": 50, "min": -50}
        self.maxima.append(50)
        self.names.names.append((shown, "number", True))
        self.names.criteria.append(shown)

    def shrink_towards_peers(self, name: str, entry: dict[str, object]) -> None:
        """Let a share or mean be pulled towards what its own peers do, pooled."""
        own = f"own_{name}"
        group = self.pick({}, {"by": ["trade"]}, {"by": ["trade", "region"]})
        self.benchmarks[own] = {
            "of": name,
            **group,  # type: ignore[dict-item]
            "statistic": "pooled",
            "at_least": self.pick(1, 4, 10),
            "otherwise": Decimal("0.9393"),
            "cite": "design",
        }
        entry["shrink"] = {"towards": own, "strength": self.pick(8, "step")}

    def add_deductions(self) -> None:
        """Draw criteria among which one document counts once."""
        among = []
        for number, kind in enumerate(("notice", "visit", "notice")[: int(str(self.pick(2, 3)))]):
            rows = RowWriter(self.draw, kind)
            name, most = f"deduct{number}", int(str(self.pick(20, 60)))
            amount = {"notice": ("amount", "amount * fade(24)", "lookup(rates, gravity)"), "visit": ("level", "2")}
            entry: dict[str, object] = {"label": LABEL, "cite": "design", "from": kind}
            if self.chance(2):
                entry["where"] = rows.loose()
            entry |= {"within": "36 months", "measure": f"sum({self.pick(*amount[kind])})"}
            entry |= {"points": f"{most} - value", "max": most, "absent": self.pick("not_inspected", "zero")}
            self.criteria[name] = entry
            self.maxima.append(most)
            self.names.names.append((name, "number", True))
            self.names.criteria.append(name)
            among.append(name)
        self.one_deduction.append({"among": among, "cite": "design"})

    def dimensions(self) -> dict[str, object]:
        names = list(self.criteria)
        cut = self.draw(st.integers(1, len(names)))
        parts = {"first": names[:cut], "second": names[cut:]}
        return {name: {"label": LABEL, "criteria": part} for name, part in parts.items() if part}

    def states(self) -> list[dict[str, object]]:
        """Draw what settles a state before any score."""
        self.facts["status"] = {**RULE, "from": "register", "measure": "latest(status)"}
        choice = self.pick(*["none"] * 5, "when", "pass through", "pass through")
        if choice == "when":
            return [{"state": "set_aside", "when": self.names.known(), **RULE}]
        if choice == "pass through":
            return [{"pass_through": "status", "except": ["Normal", "Exempt"], **RULE}]
        return []

    # Score and grade

    def grading(self) -> dict[str, object]:
        most = sum(self.maxima)
        form = self.pick("all", "applicable", "applicable", "formula")
        score: dict[str, object] = {"sum_of": "criteria", "over": form}
        if form == "applicable":
            most = 100
            score["out_of"] = most
        elif form == "formula":
            score = {"formula": f"coalesce({self.names.number()}, {self.pick('null', '1')})", "cite": "design"}
        sections: dict[str, object] = {"score": score}
        if self.chance(2):
            sections["sufficient"] = {"when": f"coverage >= {self.pick('0.3', '0.6', '0.5')}", **RULE}
        by_cuts = self.chance(2) or form != "formula"
        sections["grades"] = self.cuts(most) if by_cuts else self.conditions()
        return sections | self.rules(by_cuts=by_cuts, most=most)

    def cuts(self, most: int) -> dict[str, object]:
        return {"A": most * 3 // 4, "B": most // 2, "C": most // 4, "D": "otherwise", "cite": "design"}

    def conditions(self) -> list[dict[str, object]]:
        graded = [{"grade": grade, "when": self.names.known(), **RULE} for grade in "AB"]
        graded.append({"grade": "C", "when": f"score >= {self.names.literal()}", **RULE})
        return [*graded, {"grade": "D", "otherwise": True, **RULE}]

    def rules(self, *, by_cuts: bool, most: int) -> dict[str, object]:
        """Draw what moves a grade."""
        known = self.names.known
        drawn: dict[str, object] = {}
        if self.chance(3):
            drawn["requires"] = [{"grade": "D", "needs": known(), "otherwise": "C", **RULE}]
        if self.chance(3):
            drawn["floors"] = [{"when": known(), "at_least": self.pick("B", "C"), **RULE}]
        if self.chance(2):
            drawn["caps"] = [{"when": self.late(most), "at_most": self.pick("B", "C"), **RULE} for _ in range(2)]
        if self.chance(2):
            drawn["gates"] = [
                {"grade": "A", "needs": self.late(most), "otherwise": self.pick("B", "C"), **RULE},
                {"grade": "B", "needs": known(), "otherwise": "C", **RULE},
            ]
        if by_cuts and self.chance(2):
            self.facts["former"] = {**RULE, "from": "register", "measure": "latest(former_grade)"}
            drawn["buffer"] = {"previous": "former", "points": self.pick(max(most // 3, 1), 3), **RULE}
        if self.chance(2):
            bounds = ({"grade": "D"}, {"at_most": "C"}, {"grade": "B"})
            drawn["vetoes"] = [{"when": self.late(most), **bound, **RULE} for bound in bounds if self.chance(2)]
        return {name: entries for name, entries in drawn.items() if entries}

    def late(self, most: int) -> str:
        """Write a condition that may ask for the score, the coverage and the grade of the cuts as well."""
        return str(
            self.pick(
                self.names.known,
                lambda: f"coverage < {self.pick('0.5', '0.8', '1')}",
                lambda: f"score {self.pick('>=', '<')} {most // 2}",
                lambda: f"grade = {self.pick(*map(repr, GRADES))} and {self.names.known(0)}",
            )
        )
