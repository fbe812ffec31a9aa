"""What is said when a value cannot be taken."""

from __future__ import annotations

from typing import ClassVar

from zhiheng.errors import Fault, Place, ZhihengError


class ValueRefused(ZhihengError):
    """
    A value that its field cannot take.

    `rule` is the code of a message in the catalogue (`vocabulary.not-a-date`): the reason a row is quarantined.
    """

    code: ClassVar[str] = "vocabulary.value-refused"

    def __init__(self, rule: str, **facts: object) -> None:
        self.rule = rule if "." in rule else f"vocabulary.{rule}"
        self.fault = Fault(self.rule, Place(), facts)
        Exception.__init__(self, self.fault.render("en"))
