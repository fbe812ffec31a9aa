"""Tell what an expression is worth where it stands, and what is wrong with it there."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlglot import exp

from zhiheng.errors import Place
from zhiheng.method import calls
from zhiheng.method.expression import bare, name_of, place_of
from zhiheng.method.faults import MethodFaults
from zhiheng.method.nulls import NONE, key_of, known_when_false, known_when_true
from zhiheng.method.scope import DATE, NUMBER, TRUTH, UNKNOWN, RecordScope, ValueType

if TYPE_CHECKING:
    from collections.abc import Callable

    from zhiheng.method.model import Expression
    from zhiheng.method.nulls import Keys
    from zhiheng.method.scope import Scope, Sort

ARITHMETIC = (exp.Add, exp.Sub, exp.Mul, exp.Div)
COMPARISONS = (exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE)


def type_of(tree: exp.Expression, scope: Scope, faults: MethodFaults | None = None) -> ValueType:
    """Tell what an expression is worth; its faults are noted where a place for them is given."""
    reader = Inference(scope, faults or MethodFaults(), Place())
    return reader.infer(tree, scope.known)


def check_expression(
    expression: Expression, scope: Scope, faults: MethodFaults, *, wanted: Sort | None = None, may_be_null: bool = True
) -> ValueType:
    """Check an expression, what it is worth, and that it is never null where null would take a side."""
    reader = Inference(scope, faults, expression.place)
    found = reader.infer(expression.tree, scope.known)
    if wanted is not None:
        reader.expect(expression.tree, found, wanted)
    if not may_be_null:
        reader.refuse_null(expression.tree, found, scope.known, "")
    return found


@dataclass
class Inference:
    """One walk over one expression."""

    scope: Scope
    faults: MethodFaults
    start: Place
    inside: list[str] = field(default_factory=list)  # the aggregates around the node
    memo: dict[tuple[int, Keys], bool] = field(default_factory=dict)

    def infer(self, node: exp.Expression, known: Keys) -> ValueType:
        """Tell what a node is worth where the expressions `known` are not null."""
        node = bare(node)
        found = self._infer(node, known)
        return found.surely() if found.nullable and key_of(node) in known else found

    def expect(self, node: exp.Expression, found: ValueType, wanted: Sort) -> None:
        """Note a fault where an expression is worth something of another sort."""
        if found.sort not in (wanted, "unknown", "null"):
            self.faults.note("wrong-sort", place_of(node, self.start), found=found.sort, wanted=wanted)

    def operand(self, node: exp.Expression, known: Keys, wanted: Sort) -> ValueType:
        """Infer a part that has to be of one sort."""
        found = self.infer(node, known)
        self.expect(node, found, wanted)
        return found

    def condition(self, node: exp.Expression, known: Keys, construct: str) -> ValueType:
        """Infer a condition that must not be null."""
        found = self.operand(node, known, "truth")
        self.refuse_null(node, found, known, construct)
        return found

    def refuse_null(self, node: exp.Expression, found: ValueType, known: Keys, construct: str) -> None:
        """Note a fault where a condition may be null and null would quietly take a side."""
        if found.nullable and found.sort not in ("unknown", "null"):
            culprit = self._culprit(node, known)
            place = place_of(culprit, self.start)
            called = {"construct_en": construct or "the condition", "construct_zh": construct or "该条件"}
            self.faults.note("null-takes-a-side", place, name=key_of(culprit).replace('"', ""), **called)

    def _culprit(self, node: exp.Expression, known: Keys) -> exp.Expression:
        """Find the innermost part that makes an expression null."""
        node = bare(node)
        quiet = self._quiet()
        if isinstance(node, exp.And | exp.Or):
            parts, given = self._settled(node, known)
            left_open = [part for part in parts if quiet.remembered(part, given)]
            return self._culprit(left_open[0], given) if left_open else node
        for part in node.iter_expressions():
            if isinstance(part, exp.Expression) and quiet.remembered(part, known):
                return self._culprit(part, known)
        return node

    def _quiet(self) -> Inference:
        """Make a walk over the same expression that notes no faults."""
        return Inference(self.scope, MethodFaults(), self.start, self.inside, self.memo)

    def _infer(self, node: exp.Expression, known: Keys) -> ValueType:
        match node:
            case exp.Literal():
                return ValueType("text", codes=frozenset({str(node.this)})) if node.is_string else NUMBER
            case exp.Boolean():
                return TRUTH
            case exp.Null():
                return ValueType("null", nullable=True)
            case exp.Cast():
                return DATE
            case exp.Column():
                return self._name(node)
            case exp.Neg():
                return self.operand(node.this, known, "number")
            case exp.Anonymous():
                return calls.infer_call(self, node, known)
            case exp.Case():
                return self._case(node, known)
        return self._operator(node, known)

    def _operator(self, node: exp.Expression, known: Keys) -> ValueType:
        if isinstance(node, ARITHMETIC):
            return self._arithmetic(node, known)
        if isinstance(node, COMPARISONS):
            return self._comparison(node, known)
        match node:
            case exp.And() | exp.Or():
                return self._joined(node, known)
            case exp.Not():
                return self.condition(node.this, known, "not") if not _is_not_null(node) else self._is(node.this, known)
            case exp.Is():
                return self._is(node, known)
            case exp.Between():
                return self._same(node, [node.this, node.args["low"], node.args["high"]], known)
            case exp.In():
                return self._same(node, [node.this, *node.expressions], known)
        return UNKNOWN

    def _name(self, node: exp.Column) -> ValueType:
        name = name_of(node)
        found = self.scope.resolve(name)
        place = place_of(node, self.start)
        if found is None:
            self._unknown_name(name, place)
            return UNKNOWN
        if isinstance(self.scope, RecordScope):
            if self.scope.mode == "rows" and not self.inside and self.scope.is_row_name(name):
                self.faults.note("field-outside-aggregate", place, name=name)
            self.note_double(name, place)
        if found.sort == "table":
            self.faults.note("table-without-lookup", place, name=name)
            return UNKNOWN
        return found

    def note_double(self, name: str, place: Place) -> None:
        """Note a name that is both of every record and an entry of `values`."""
        if self.scope.is_double(name):
            self.faults.note("two-meanings", place, name=name, kind=self.scope.about)

    def _unknown_name(self, name: str, place: Place) -> None:
        scope = self.scope
        if isinstance(scope, RecordScope):
            if scope.is_outcome(name):
                self.faults.note("outcome-unreadable", place, name=name, kind=scope.kind)
            else:
                self.faults.note_unknown("unknown-field", place, name, scope.names(), kind=scope.kind)
        else:
            self.faults.note_unknown("unknown-name", place, name, scope.names())

    def _is(self, node: exp.Expression, known: Keys) -> ValueType:
        self.infer(node.this, known)
        return TRUTH

    def _arithmetic(self, node: exp.Expression, known: Keys) -> ValueType:
        left, right = (self.operand(part, known, "number") for part in (node.this, node.expression))
        divisor = bare(node.expression)
        by_number = isinstance(divisor, exp.Literal) and not divisor.is_string and float(divisor.this) != 0
        by_zero = isinstance(node, exp.Div) and not by_number
        return ValueType("number", left.nullable or right.nullable or by_zero)

    def _comparison(self, node: exp.Expression, known: Keys) -> ValueType:
        found = self._same(node, [node.this, node.expression], known)
        if isinstance(node, exp.NEQ):
            self.refuse_null(node, found, known, "<>")
        return found

    def _same(self, node: exp.Expression, parts: list[exp.Expression], known: Keys) -> ValueType:
        """Infer a comparison, whose sides must be of one sort; each text must be one that the other side can be."""
        types = [self.infer(part, known) for part in parts]
        self.unify(parts, types)
        for part, found in zip(parts, types, strict=True):
            if found.sort == "null":
                self.faults.note("compared-with-null", place_of(part, place_of(node, self.start)))
            elif found.sort == "list":
                self.faults.note("wrong-sort", place_of(part, self.start), found="list", wanted="text")
        if isinstance(node, exp.EQ | exp.NEQ | exp.In):
            for part, found in zip(parts[1:], types[1:], strict=True):
                self.check_code(part, found, types[0])
                self.check_code(parts[0], types[0], found)
        return ValueType("truth", any(found.nullable for found in types))

    def check_code(self, part: exp.Expression, text: ValueType, other: ValueType) -> None:
        """Note a written text that the other side can never be."""
        part = bare(part)
        if not isinstance(part, exp.Literal) or not part.is_string or other.codes is None or text.codes is None:
            return
        for written in text.codes - other.codes:
            known = sorted(other.codes - {""})
            self.faults.note_unknown("unknown-code", place_of(part, self.start), written, known)

    def unify(self, parts: list[exp.Expression], types: list[ValueType]) -> Sort:
        """Find the one sort that several expressions share, and note the first that differs."""
        sort: Sort = "null"
        for part, found in zip(parts, types, strict=True):
            if found.sort in ("null", "unknown"):
                continue
            if sort == "null":
                sort = found.sort
            elif found.sort != sort:
                self.faults.note("sorts-differ", place_of(part, self.start), found=found.sort, wanted=sort)
                return sort
        return "unknown" if sort == "null" and any(found.sort == "unknown" for found in types) else sort

    def _joined(self, node: exp.And | exp.Or, known: Keys) -> ValueType:
        """
        Infer `and` and `or`: what one part tells about null holds for the others, whatever their order.

        A part is settled if it is not null alone, or where the settled ones do not decide: then the first part that
        does not let the others decide is not null, so neither is the whole.
        """
        parts, given = self._settled(node, known)
        quiet = self._quiet()
        nullable = any(quiet.remembered(part, given) for part in parts)
        for part in parts:
            self.operand(part, given, "truth")
            given |= _narrowing(node)(part)
        return ValueType("truth", nullable)

    def _settled(self, node: exp.And | exp.Or, known: Keys) -> tuple[list[exp.Expression], Keys]:
        """List the parts of a chain, and what is known where those that are never null do not decide it."""
        parts = _flat(node)
        quiet = self._quiet()
        return parts, known.union(*(_narrowing(node)(part) for part in parts if not quiet.remembered(part, known)))

    def remembered(self, node: exp.Expression, known: Keys) -> bool:
        """Tell whether a node may be null, and remember it: nested conditions ask again and again."""
        key = (id(node), known)
        if key not in self.memo:
            self.memo[key] = self.infer(node, known).nullable
        return self.memo[key]

    def _case(self, node: exp.Case, known: Keys) -> ValueType:
        default = node.args.get("default")
        results: list[exp.Expression] = []
        types: list[ValueType] = []
        for branch in node.args["ifs"]:
            condition = branch.this
            if default is not None:
                found = self.condition(condition, known, "case ... else")
            else:
                found = self.operand(condition, known, "truth")
            results.append(branch.args["true"])
            types.append(self.infer(results[-1], known | known_when_true(condition)))
            known |= NONE if found.nullable else known_when_false(condition)
        if default is not None:
            results.append(default)
            types.append(self.infer(default, known))
        sort = self.unify(results, types)
        nullable = default is None or any(found.nullable for found in types)
        return ValueType(sort, nullable, joined_codes(types))


def joined_codes(types: list[ValueType]) -> frozenset[str] | None:
    """Gather the texts that any of several expressions can be; None where one of them is not known."""
    found: frozenset[str] = frozenset()
    for each in types:
        if each.sort == "null":
            continue
        if each.codes is None:
            return None
        found |= each.codes
    return found


def _narrowing(node: exp.And | exp.Or) -> Callable[[exp.Expression], Keys]:
    return known_when_true if isinstance(node, exp.And) else known_when_false


def _flat(node: exp.Expression) -> list[exp.Expression]:
    """List the parts of a chain of one connective, from left to right."""
    chain, parts, left = type(node), [], [node]
    while left:
        part = bare(left.pop())
        if isinstance(part, chain):
            left += [part.expression, part.this]
        else:
            parts.append(part)
    return parts


def _is_not_null(node: exp.Not) -> bool:
    return isinstance(bare(node.this), exp.Is)
