"""What both engines do alike: functions that queries call by one name, which each engine says in its own way."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from sqlglot import exp

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

# A query is written in DuckDB's types and standard SQL. Where the engines part, it calls one of these functions; each
# engine says in its own module what it makes of them:
#
#   quotient(a, b)                      a / b cut off towards zero, in 64 bits; null where b is null
#   quotient_wide(a, b)                 the same in 128 bits
#   sum_wide(x)                         an aggregate: a sum in 128 bits
#   latest_by(x, true_on, record)       what the last row in that order holds, null too
#   earliest_by(x, true_on, record)     what the first row holds
#   in_order(true_on, record)           a text that sorts as the two do
#   clock(moment)                       a text of a moment to the microsecond, of one length
#   months_later(day, n)                the same day n months on, or that month's last
#   days_apart(first, second)           days from first to second
#   begins_with(text, prefix)           whether a text begins with another
#   list_holds(list, text)              whether a list holds an entry
#   sha256_hex(text)                    SHA-256 in lower-case hexadecimal digits
#   joined_in_order(text)               an aggregate: texts joined without a separator, sorted
#   one_of(text, 'a', 'b', ...)         the text, which is one of those written out: engines may store it as its number
#   parted(text)                        a list of the texts between commas; an empty list for ''

DEEPEST = 20_000  # calls within each other

Meaning = Callable[[list[exp.Expression]], exp.Expression]


def spoken(query: exp.Query, meanings: Mapping[str, Meaning]) -> exp.Query:
    """Replace the portable functions of a query by an engine's own."""
    spoken_query = query.copy()
    for node in reversed(list(spoken_query.find_all(exp.Anonymous))):  # the innermost first
        if str(node.this) in meanings:
            node.replace(meanings[str(node.this)](node.expressions))
    return spoken_query


@contextlib.contextmanager
def deep_enough() -> Iterator[None]:
    """Let a query be written whose selects stand within each other a hundred deep: sqlglot writes by recursion."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(max(before, DEEPEST))
    try:
        yield
    finally:
        sys.setrecursionlimit(before)


def function(name: str, *arguments: exp.Expression) -> exp.Anonymous:
    """Call a function of an engine by name."""
    return exp.Anonymous(this=name, expressions=list(arguments))
