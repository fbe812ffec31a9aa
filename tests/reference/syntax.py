"""Read an expression of the method language into a small tree, without any SQL library."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+(?:\.\d+)?|\.\d+)|(?P<text>'(?:[^']|'')*')|(?P<word>[A-Za-z_][A-Za-z0-9_]*)"
    r"|(?P<mark><>|!=|<=|>=|[-+*/=<>(),]))"
)
COMPARISONS = ("=", "<>", "!=", "<", "<=", ">", ">=")


@dataclass(frozen=True)
class Node:
    """One node of an expression: what it is, and its parts (nodes, or the plain value of a leaf)."""

    is_a: str  # literal, name, call, not, negative, is null, in, between, case, or an operator
    parts: tuple[object, ...]


def read(text: str) -> Node:
    """Read a whole expression."""
    reader = _Reader(_tokens(text))
    node = reader.disjunction()
    if reader.tokens:
        message = f"unread in {text!r}: {reader.tokens}"
        raise ValueError(message)
    return node


def _tokens(text: str) -> list[tuple[str, str]]:
    found, spot, text = [], 0, text.strip()
    while spot < len(text):
        match = TOKEN.match(text, spot)
        if match is None:
            message = f"unreadable at {spot}: {text!r}"
            raise ValueError(message)
        group = str(match.lastgroup)
        word = match.group(group)
        found.append((group, word.lower() if group == "word" else word))
        spot = match.end()
    return found


class _Reader:
    def __init__(self, tokens: list[tuple[str, str]]) -> None:
        self.tokens = tokens

    def next_is(self, *words: str) -> bool:
        return bool(self.tokens) and self.tokens[0][0] != "text" and self.tokens[0][1] in words

    def take(self, *words: str) -> bool:
        if self.next_is(*words):
            self.tokens.pop(0)
            return True
        return False

    def need(self, word: str) -> None:
        if not self.take(word):
            message = f"{word!r} expected before {self.tokens}"
            raise ValueError(message)

    def disjunction(self) -> Node:
        node = self.conjunction()
        while self.take("or"):
            node = Node("or", (node, self.conjunction()))
        return node

    def conjunction(self) -> Node:
        node = self.negation()
        while self.take("and"):
            node = Node("and", (node, self.negation()))
        return node

    def negation(self) -> Node:
        return Node("not", (self.negation(),)) if self.take("not") else self.comparison()

    def comparison(self) -> Node:
        node = self.addition()
        while True:
            if self.next_is(*COMPARISONS):
                sign = self.tokens.pop(0)[1]
                node = Node("<>" if sign == "!=" else sign, (node, self.addition()))
            elif self.take("is"):
                negated = self.take("not")
                self.need("null")
                node = _negated(Node("is null", (node,)), negated=negated)
            elif self.next_is("not", "in", "between"):
                negated = self.take("not")
                node = _negated(self.membership(node), negated=negated)
            else:
                return node

    def membership(self, node: Node) -> Node:
        if self.take("in"):
            self.need("(")
            return Node("in", (node, *self.listed()))
        self.need("between")
        low = self.addition()
        self.need("and")
        return Node("between", (node, low, self.addition()))

    def listed(self) -> list[Node]:
        """Read the rest of a list up to its closing bracket."""
        found: list[Node] = []
        while not self.take(")"):
            if found:
                self.need(",")
            found.append(self.disjunction())
        return found

    def addition(self) -> Node:
        node = self.multiplication()
        while self.next_is("+", "-"):
            node = Node(self.tokens.pop(0)[1], (node, self.multiplication()))
        return node

    def multiplication(self) -> Node:
        node = self.sign()
        while self.next_is("*", "/"):
            node = Node(self.tokens.pop(0)[1], (node, self.sign()))
        return node

    def sign(self) -> Node:
        return Node("negative", (self.sign(),)) if self.take("-") else self.leaf()

    def leaf(self) -> Node:
        if self.take("("):
            node = self.disjunction()
            self.need(")")
            return node
        group, word = self.tokens.pop(0)
        if group == "number":
            return Node("literal", (Fraction(word),))
        if group == "text":
            return Node("literal", (_unquoted(word),))
        return self.word(word)

    def word(self, word: str) -> Node:
        if word in ("true", "false", "null"):
            return Node("literal", ({"true": True, "false": False, "null": None}[word],))
        if word == "date" and self.tokens[0][0] == "text":
            return Node("literal", (date.fromisoformat(_unquoted(self.tokens.pop(0)[1])),))
        if word == "case":
            return self.case()
        if self.take("("):
            return Node("call", (word, *self.listed()))
        return Node("name", (word,))

    def case(self) -> Node:
        branches: list[object] = []
        while self.take("when"):
            condition = self.disjunction()
            self.need("then")
            branches.append((condition, self.disjunction()))
        branches.append(self.disjunction() if self.take("else") else Node("literal", (None,)))
        self.need("end")
        return Node("case", tuple(branches))


def _negated(node: Node, *, negated: bool) -> Node:
    return Node("not", (node,)) if negated else node


def _unquoted(word: str) -> str:
    return word[1:-1].replace("''", "'")
