"""Run every check over every version of a method."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zhiheng.method.checks.expressions import check_expressions
from zhiheng.method.subject_scope import SubjectScope

if TYPE_CHECKING:
    from zhiheng.method.model import Method
    from zhiheng.method.reading.page import Page
    from zhiheng.vocabulary import Declaration


def check_whole(page: Page, top: Declaration, method: Method, broken: list[frozenset[str]]) -> None:
    """Note every fault that only shows in the whole."""
    for version, unread in zip(method.versions, broken, strict=True):
        scope = SubjectScope(version, page.kinds, broken=unread)
        check_expressions(page, version, scope)
