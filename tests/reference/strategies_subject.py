"""Draw expressions over a subject: numbers and conditions over the names that a method already has."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from hypothesis import strategies as st
from tests.reference.strategies_rows import COMPARE, DATES, NUMBERS, quoted

if TYPE_CHECKING:
    from hypothesis.strategies import DrawFn

STATES = ("measured", "not_inspected", "not_applicable", "withheld")


@dataclass
class SubjectWriter:
    """Expressions over the names that stand so far: (name, type, may be null)."""

    draw: DrawFn
    names: list[tuple[str, str, bool]] = field(default_factory=list)
    criteria: list[str] = field(default_factory=list)
    words: dict[str, tuple[str, ...]] = field(default_factory=dict)  # the texts that a name can be

    def pick(self, *choices: object) -> object:
        """Pick one; what can be called is written only once it is picked."""
        picked = self.draw(st.sampled_from(choices))
        return picked() if callable(picked) else picked

    def of_type(self, kind: str, *, null: bool | None = None) -> list[str]:
        return [name for name, its, may in self.names if its == kind and null in (None, may)]

    def name(self, kind: str) -> str:
        return str(self.pick(*self.of_type(kind)))

    def literal(self) -> str:
        return str(self.pick(*NUMBERS))

    def leaf(self) -> str:
        points = [f"points({name})" for name in self.criteria]
        return str(self.pick(*self.of_type("number"), *self.of_type("number"), *points, self.literal(), "step"))

    def varying(self) -> str:
        """Name a number that differs between subjects."""
        return str(self.pick(*self.of_type("number"), *(f"points({name})" for name in self.criteria)))

    def number(self, depth: int = 2) -> str:
        """Write a number that may be null."""
        if depth == 0:
            return self.leaf()
        a, b = self.number(depth - 1), self.number(depth - 1)
        return str(
            self.pick(
                a,
                f"({a} + {b})",
                f"{a} - {b}",
                f"({a}) * {self.pick('2', '0.5', 'step')}",
                f"({a}) / ({b})",
                f"coalesce({a}, {b}, 0)",
                f"greatest({a}, {b})",
                f"least({a}, coalesce({b}, 1))",
                f"round({a}, 1)",
                f"clamp({a}, 0, 5)",
                lambda: f"case when {self.known()} then {a} else {b} end",
                lambda: f"case when {self.known()} then {a} when {self.known()} then {b} end",
                lambda: f"lookup(rates, {self.name('text')})",
                lambda: f"months_between({self.pick(*DATES)}, as_of)",
            )
        )

    def known(self, depth: int = 1) -> str:
        """Write a condition that is never null."""
        if depth and self.pick(*range(3)) == 0:
            a, b = self.known(depth - 1), self.known(depth - 1)
            return str(self.pick(f"({a} and {b})", f"({a} or {b})", f"not ({a})"))
        sign, literal = self.pick(*COMPARE, "<>"), self.literal()
        choices: list[object] = [
            lambda: f"coalesce({self.varying()}, 0) {sign} {literal}",
            lambda: f"{self.name('number')} is not null",
            lambda: self.said("coalesce({name}, '') " + f"{self.pick('=', '<>')} {{word}}"),
            lambda: f"as_of >= {self.pick(*DATES)}",
        ]
        if self.criteria:
            choices.append(lambda: f"state({self.pick(*self.criteria)}) = {quoted(str(self.pick(*STATES)))}")
        if self.of_type("truth", null=False):
            choices.append(lambda: f"{self.pick('', 'not ')}{self.pick(*self.of_type('truth', null=False))}")
        if self.of_type("date"):
            choices.append(lambda: f"coalesce({self.name('date')}, as_of) {self.pick(*COMPARE)} {self.pick(*DATES)}")
        return str(self.pick(*choices))

    def said(self, comparison: str) -> str:
        """Compare a text with one that it can be."""
        name = self.name("text")
        return comparison.format(name=name, word=quoted(str(self.pick(*self.words[name]))))

    def loose(self) -> str:
        """Write a condition that may be null, where null takes no side."""
        return str(
            self.pick(
                self.known,
                lambda: f"{self.varying()} {self.pick(*COMPARE)} {self.literal()}",
                lambda: self.said("{name} = {word}"),
                lambda: f"{self.varying()} > {self.literal()} or {self.known(0)}",
            )
        )

    def of_kind(self, kind: str) -> str:
        """Write a formula whose value is of a kind: a truth is never null, a text is one of three."""
        if kind == "truth":
            return self.known()
        if kind == "number":
            return self.number()
        if kind == "date":
            return f"add_months({self.pick(*DATES)}, {self.pick('1', '-12', 'floor(step)')})"
        otherwise = self.pick("", "else 'else' ")
        return f"case when {self.known()} then 'good' when {self.known()} then '茶馆' {otherwise}end"
