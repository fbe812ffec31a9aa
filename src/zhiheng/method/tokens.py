"""Cut an expression into tokens: the only ones that the parser ever sees."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from sqlglot.tokenizer_core import Token, TokenType

from zhiheng.method.functions import FUNCTIONS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from zhiheng.errors import Place
    from zhiheng.method.faults import MethodFaults

LONGEST = 8000
MOST_TOKENS = 2000
DEEPEST = 12  # a bracket costs the parser about twenty frames
MOST_SIGNS = 4

MARK = "zhiheng "
"""Stands before every name, so that the parser takes none for a word of its own: no name holds a space."""

_PIECE = re.compile(
    r"(?P<space>[\s\u00a0\u3000]+)|(?P<number>\d+\.\d+|\d+|\.\d+)|(?P<text>'(?:[^']|'')*')|(?P<word>[A-Za-z_][A-Za-z0-9_]*)"
    r"|(?P<mark><>|!=|<=|>=|[-+*/=<>(),])",
    re.ASCII,
)
_REFUSED = re.compile(r"--|/\*|\*/|//|\|\||::|->")
_RUN_ON = re.compile(r"[\w'.]")

WORDS: Mapping[str, TokenType] = {
    "and": TokenType.AND,
    "or": TokenType.OR,
    "not": TokenType.NOT,
    "in": TokenType.IN,
    "is": TokenType.IS,
    "null": TokenType.NULL,
    "true": TokenType.TRUE,
    "false": TokenType.FALSE,
    "between": TokenType.BETWEEN,
    "case": TokenType.CASE,
    "when": TokenType.WHEN,
    "then": TokenType.THEN,
    "else": TokenType.ELSE,
    "end": TokenType.END,
}
_MARKS: Mapping[str, TokenType] = {
    "<>": TokenType.NEQ,
    "!=": TokenType.NEQ,
    "<=": TokenType.LTE,
    ">=": TokenType.GTE,
    "<": TokenType.LT,
    ">": TokenType.GT,
    "=": TokenType.EQ,
    "-": TokenType.DASH,
    "+": TokenType.PLUS,
    "*": TokenType.STAR,
    "/": TokenType.SLASH,
    "(": TokenType.L_PAREN,
    ")": TokenType.R_PAREN,
    ",": TokenType.COMMA,
}


class Piece(NamedTuple):
    """A word, number, text or mark of an expression, and where it begins."""

    sort: str
    text: str
    start: int


def cut(text: str, at: Callable[[int], Place], faults: MethodFaults) -> list[Token] | None:
    """Cut an expression into tokens; None, with the faults noted, where it holds what no expression may."""
    before = len(faults.found)
    if len(text) > LONGEST:
        faults.note("expression-too-long", at(0), most=LONGEST)
        return None
    pieces = _pieces(text, at, faults)
    if len(pieces) > MOST_TOKENS:
        faults.note("expression-too-long", at(0), most=LONGEST)
        return None
    _check_depth(pieces, at, faults)
    _check_neighbours(pieces, at, faults)
    following = [*pieces[1:], None]
    tokens = [_token(piece, after, at, faults) for piece, after in zip(pieces, following, strict=False)]
    return tokens if len(faults.found) == before else None


def _pieces(text: str, at: Callable[[int], Place], faults: MethodFaults) -> list[Piece]:
    found: list[Piece] = []
    spot = 0
    while spot < len(text):
        refused = _REFUSED.match(text, spot)
        match = None if refused else _PIECE.match(text, spot)
        if match is None:
            faults.note("not-in-expressions", at(spot), found=refused.group() if refused else text[spot])
            return found
        sort = str(match.lastgroup)
        if sort in ("number", "text") and _RUN_ON.match(text, match.end()):
            faults.note("not-in-expressions", at(spot), found=text[spot : match.end() + 1][:40])
            return found
        if sort != "space":
            found.append(Piece(sort, match.group(), spot))
        spot = match.end()
    return found


def _check_depth(pieces: list[Piece], at: Callable[[int], Place], faults: MethodFaults) -> None:
    """Refuse what would nest too deep for the parser: brackets, cases, rows of signs."""
    depth = signs = 0
    for piece in pieces:
        word = piece.text.lower()
        depth += (word in ("(", "case")) - (word in (")", "end"))
        signs = signs + 1 if word in ("not", "-", "+") else 0
        if depth > DEEPEST or signs > MOST_SIGNS:
            faults.note("expression-too-deep", at(piece.start), most=DEEPEST)
            return


def _check_neighbours(pieces: list[Piece], at: Callable[[int], Place], faults: MethodFaults) -> None:
    """Refuse two operands side by side: the parser takes a word like `and` or `then` between them for granted."""
    for before, after in pairwise(pieces):
        dated = before.text.lower() == "date" and after.sort == "text"
        called = before.sort == "word" and before.text.lower() not in WORDS and after.text == "("
        if _ends_operand(before) and _begins_operand(after) and not dated and not called:
            faults.note("expression-unreadable", at(after.start))
            return


def _ends_operand(piece: Piece) -> bool:
    word = piece.text.lower()
    return word in (")", "end", "true", "false", "null") or (piece.sort != "mark" and word not in WORDS)


def _begins_operand(piece: Piece) -> bool:
    word = piece.text.lower()
    return word in ("(", "case", "true", "false", "null") or (piece.sort != "mark" and word not in WORDS)


def _token(piece: Piece, following: Piece | None, at: Callable[[int], Place], faults: MethodFaults) -> Token:
    if piece.sort == "word":
        sort, text = _word(piece, following, at, faults)
    else:
        sort, text = _plain(piece)
    end = piece.start + len(piece.text) - 1
    return Token(sort, text, 1, end + 1, piece.start, end)


def _plain(piece: Piece) -> tuple[TokenType, str]:
    match piece.sort:
        case "number":
            return TokenType.NUMBER, f"0{piece.text}" if piece.text.startswith(".") else piece.text
        case "text":
            return TokenType.STRING, piece.text[1:-1].replace("''", "'")
    return _MARKS[piece.text], piece.text


def _word(
    piece: Piece, following: Piece | None, at: Callable[[int], Place], faults: MethodFaults
) -> tuple[TokenType, str]:
    """Tell a word of the language from a function and from a name."""
    word = piece.text.lower()
    if following is not None and following.sort == "text":
        if word == "date":
            return TokenType.DATE, word
        if word not in WORDS:
            faults.note("not-in-expressions", at(piece.start), found=f"{piece.text} {following.text[:20]}")
    if word in WORDS:
        return WORDS[word], word
    if following is not None and following.text == "(":
        if word not in FUNCTIONS:
            faults.note_unknown("unknown-function", at(piece.start), piece.text, FUNCTIONS)
        return TokenType.VAR, MARK + word
    return TokenType.IDENTIFIER, MARK + piece.text
