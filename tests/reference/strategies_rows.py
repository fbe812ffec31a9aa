"""Draw expressions over records: fields, conditions that are never null or may be, measures of every aggregate."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from hypothesis import strategies as st

if TYPE_CHECKING:
    from hypothesis.strategies import DrawFn

# kind -> field -> (type, may be null)
FIELDS: dict[str, dict[str, tuple[str, bool]]] = {
    "visit": {
        "mark": ("number", True),
        "defects": ("number", True),
        "level": ("number", False),
        "verdict": ("text", True),
        "zone": ("text", False),
        "remark": ("text", True),
        "clean": ("truth", True),
        "open": ("truth", False),
        "mended_on": ("date", True),
        "goods": ("list", True),
    },
    "visit.items": {"item": ("text", True), "grams": ("number", True), "fine": ("truth", True)},
    "notice": {
        "amount": ("number", False),
        "fee": ("number", True),
        "gravity": ("text", False),
        "sort": ("text", True),
        "final": ("truth", False),
        "true_until": ("date", True),
    },
    "register": {
        "staff": ("number", True),
        "trade": ("text", True),
        "region": ("text", True),
        "founded_on": ("date", True),
        "status": ("text", True),
    },
}
BUILT_IN = {"age": ("number", False), "true_on": ("date", False), "as_of": ("date", False)}
WORDS = {
    "verdict": ("good", "fair", "bad"),
    "zone": ("north", "south", "东区"),
    "gravity": ("light", "heavy"),
    "status": ("Normal", "Exempt", "Awaiting Visit"),
    "remark": ("ok", "naïve", "质量 O'K", "ok ok"),
    "item": ("salt", "盐", "oil"),
    "sort": ("a-1", "a-2", "b"),
    "trade": ("bakery", "茶馆"),
    "region": ("1401", "140102", "1402"),
}
GOODS = ("tea", "茶", "rice")
NUMBERS = ("0", "1", "2", "3", "7", "10", "100", "0.5", "2.25", "0.125", "0.001")
DATES = ("date '2024-02-29'", "date '2025-01-31'", "date '2025-08-15'", "date '2026-03-01'")
COMPARE = ("=", "<", "<=", ">", ">=")


def quoted(text: str) -> str:
    """Write a text as SQL does."""
    return "'" + text.replace("'", "''") + "'"


@dataclass
class RowWriter:
    """Expressions over the records of one kind."""

    draw: DrawFn
    kind: str
    sure: set[str] = field(default_factory=set)  # fields that `where` keeps from being null

    def pick(self, *choices: object) -> object:
        """Pick one; what can be called is written only once it is picked."""
        picked = self.draw(st.sampled_from(choices))
        return picked() if callable(picked) else picked

    def chance(self, one_in: int) -> bool:
        return self.draw(st.integers(1, one_in)) == 1

    def field(self, *types: str, null: bool | None = None, built_in: bool = True) -> str | None:
        known = FIELDS[self.kind] | (BUILT_IN if built_in else {})
        fitting = [
            name
            for name, (kind, may) in known.items()
            if kind in types and null in (None, may and name not in self.sure)
        ]
        return str(self.pick(*fitting)) if fitting else None

    # Numbers

    def number(self, depth: int = 2) -> str:
        """Write a number that may be null."""
        if depth == 0 or self.chance(3):
            return self.leaf()
        a, b = self.number(depth - 1), self.number(depth - 1)
        return str(
            self.pick(
                f"({a} + {b})",
                f"({a} - {b})",
                lambda: f"{self.leaf()} * {self.small()}",
                f"({a} / {b})",
                lambda: f"({a} / {self.leaf()}) * 1000",
                lambda: f"{self.field('number')} / {self.field('number', built_in=False)}",
                f"coalesce({a}, {self.literal()})",
                f"abs({a})",
                f"least({a}, {b})",
                f"greatest({a}, {b}, {self.literal()})",
                f"round({a}, {self.pick(0, 1, 3)})",
                f"floor({a})",
                f"ceil({a})",
                f"clamp({a}, 0, 10)",
                lambda: f"case when {self.known()} then {a} else {b} end",
                lambda: f"case when {self.known()} then {a} end",
                lambda: f"-{self.leaf()}",
            )
        )

    def leaf(self) -> str:
        code = self.field("text", built_in=False)
        day = self.field("date")
        return str(
            self.pick(
                self.field("number"),
                self.field("number", built_in=False),
                self.literal(),
                "step",
                f"lookup(rates, {code})",
                "fade(span)",
                f"months_between({day}, as_of)",
                f"days_between(true_on, {day})",
                f"year({day})",
                f"month(add_months({day}, {self.pick(1, 13, -1)}))",
            )
        )

    def small(self) -> str:
        return str(self.pick("2", "0.5", "fade(24)", "half_life(18)", "half_life(span)", "step"))

    def literal(self) -> str:
        return str(self.pick(*NUMBERS))

    def not_negative(self) -> str:
        """Write a number that is never null and at least 0: for weights, and for what deducts."""
        plain = str(self.field("number", null=False))
        return str(self.pick("1", "0.5", plain, f"{plain} * fade(24)", "fade(span)", "half_life(12)", "step"))

    # Conditions

    def known(self, depth: int = 1) -> str:
        """Write a condition that is never null."""
        if depth and self.chance(3):
            a, b = self.known(depth - 1), self.known(depth - 1)
            return str(self.pick(f"({a} and {b})", f"({a} or {b})", f"not ({a})"))
        return str(self.pick(self._known_number, self._known_text, self._known_truth, self._known_date))

    def _known_number(self) -> str:
        name, sure = self.field("number"), self.field("number", null=False)
        sign, literal = self.pick(*COMPARE, "<>"), self.literal()
        return str(
            self.pick(
                f"coalesce({name}, {self.literal()}) {sign} {literal}",
                f"{name} is not null and {name} {sign} {literal}",
                f"({name} is null or {name} {self.pick(*COMPARE)} {literal})",
                f"{sure} {sign} {literal}",
                f"coalesce({name}, 1) between 1 and {literal}",
                f"{sure} not in (1, {literal})",
                lambda: f"coalesce({self.number(1)}, 1) {sign} {literal}",
            )
        )

    def _known_text(self) -> str:
        name = str(self.field("text"))
        words = WORDS[name]
        one, two = quoted(str(self.pick(*words))), quoted(str(self.pick(*words)))
        prefix = quoted(str(self.pick(*words))[:1])
        if name in self.sure or not FIELDS[self.kind][name][1]:
            return str(self.pick(f"{name} = {one}", f"{name} <> {one}", f"{name} not in ({one}, {two})"))
        return str(
            self.pick(
                f"coalesce({name}, '') = {one}",
                f"coalesce({name}, {one}) <> {two}",
                f"coalesce({name}, '') in ({one}, {two})",
                f"coalesce({name}, '') not in ({one}, {two})",
                f"({name} is not null and matches({name}, {prefix}))",
                f"{name} is not null",
                "record is not null",
            )
        )

    def _known_truth(self) -> str:
        name, sure = self.field("truth"), self.field("truth", null=False)
        goods = quoted(str(self.pick(*GOODS)))
        choices = [f"coalesce({name}, false)", f"coalesce({name}, true)", f"{name} is null", "true"]
        choices += [sure, f"not {sure}"] if sure else []
        choices += [f"(goods is not null and has(goods, {goods}))"] if self.kind == "visit" else []
        return str(self.pick(*choices)) if name else "true"

    def _known_date(self) -> str:
        name = self.field("date")
        return str(
            self.pick(
                f"true_on {self.pick(*COMPARE)} {self.pick(*DATES)}",
                f"coalesce({name}, as_of) {self.pick(*COMPARE)} {self.pick(*DATES)}",
                f"true_on >= add_months(as_of, -{self.pick(1, 6, 12)})",
                f"{name} is null",
            )
        )

    def loose(self) -> str:
        """Write a condition that may be null, where null takes no side."""
        number, text = self.field("number"), str(self.field("text"))
        one = quoted(str(self.pick(*WORDS[text])))
        return str(
            self.pick(
                self.known,
                f"{number} {self.pick(*COMPARE)} {self.literal()}",
                f"{text} = {one}",
                lambda: f"{text} in ({one}) and {self.known(0)}",
                f"{text} = {one} or {number} >= {self.literal()}",
                f"{number} between 0 and {self.literal()}",
                lambda: f"{self.number(1)} > {self.literal()}",
            )
        )

    def narrowing(self) -> str:
        """Write a condition after which a field is never null in the rows that are left."""
        name = self.field("number", "text", "truth", "date", null=True, built_in=False)
        if name is None:
            return self.loose()
        kind = FIELDS[self.kind][name][0]
        self.sure.add(name)
        choices: list[object] = [f"{name} is not null", lambda: f"{name} is not null and {self.known(0)}"]
        if kind == "number":
            choices += [f"{name} > {self.literal()}", f"{name} between 0 and {self.literal()}"]
        if kind == "text":
            choices.append(f"{name} in ({', '.join(map(quoted, WORDS[name]))})")
        return str(self.pick(*choices))

    # Measures

    def quotient(self) -> str:
        """Write a measure that is one share or mean."""
        return str(self.pick(lambda: f"share({self.known()})", lambda: f"mean({self.number()})"))

    def aggregate(self) -> str:
        any_field = self.field("number", "text", "date", "truth")
        return str(
            self.pick(
                "count()",
                lambda: f"count({self.known()})",
                lambda: f"sum({self.number()})",
                lambda: f"min({self.number(1)})",
                lambda: f"max({self.number(1)})",
                lambda: f"latest({self.number(1)})",
                lambda: f"earliest({self.number(1)})",
                f"distinct({any_field})",
                f"repeats({any_field})",
                lambda: f"held({self.known()})",
                self.quotient,
            )
        )

    def measure(self) -> str:
        """Write a measure whose value is a number."""
        a, b = self.aggregate(), self.aggregate()
        return str(
            self.pick(
                a,
                b,
                self.quotient,
                f"{a} / {b}",
                f"{a} / {b} * 1000",
                f"{a} + {b}",
                f"{a} - {b} * 2",
                f"coalesce({a}, {self.literal()})",
                f"round({a} / {b}, 2)",
                lambda: f"case when count() {self.pick(*COMPARE)} 2 and any({self.known()}) then {b} else {a} end",
                lambda: f"case when {a} > {self.literal()} then {b} end",
                lambda: f"case when any({self.known()}) then {a} else {b} end",
                f"greatest({a}, 0) * step",
                f"least({a}, {b})",
            )
        )

    def other_measure(self) -> tuple[str, str]:
        """Write a measure whose value is a text, a truth or a date: the type, then the measure."""
        text, day = self.field("text"), self.field("date")
        kind = str(self.pick("text", "truth", "date"))
        if kind == "truth":
            return kind, str(
                self.pick(
                    lambda: f"any({self.known()})",
                    lambda: f"all({self.known()})",
                    lambda: f"any({self.known()}) and count() > {self.pick(1, 2)}",
                    lambda: f"not any({self.known()})",
                )
            )
        return kind, f"{self.pick('latest', 'earliest', 'min', 'max')}({text if kind == 'text' else day})"


def is_one_quotient(measure: str) -> bool:
    """Tell `share(...)` and `mean(...)` from `share(...) / earliest(...)`: the first bracket closes at the end."""
    if not re.match(r"(share|mean)\(", measure):
        return False
    depth = 0
    for at, mark in enumerate(measure):
        depth += (mark == "(") - (mark == ")")
        if mark == ")" and depth == 0:
            return at == len(measure) - 1
    return False
