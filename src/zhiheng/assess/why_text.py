"""Write why a subject has its grade: what settled it, what better ones lack, and the rules that move or bound it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zhiheng.assess.as_json import number
from zhiheng.assess.wording import inner, joined, say, shown, spell

if TYPE_CHECKING:
    from zhiheng.assess.ground_text import Ground
    from zhiheng.assess.told import Case, ConditionTold, NextCut, Range, RuleTold


class Why:
    """Writes the section on why."""

    def __init__(self, ground: Ground) -> None:
        self.ground, self.told, self.lang, self.page = ground, ground.told, ground.lang, ground.page

    def write(self) -> None:
        """Write it, heading first."""
        self.page.head(self._say("why"))
        for rule in self.told.settled_by:
            self._rule(rule)
        if self.told.reasons:
            first, *names = self.told.reasons
            labels = joined((self.ground.called(name) for name in names), self.lang)
            self.page.write(self._say(first, lines=labels) if names else self._say(first), 2)
        self._next_cut()
        for condition in self.told.conditions:
            if not condition.holds:
                self._condition(condition)
        for rule in self.told.rules:
            self._rule(rule)
        changed = {rule.name for rule in self.told.rules}
        for rule in self.told.in_force:
            if rule.name not in changed:
                self._rule(rule, "in-force")
        if self.told.range is not None:
            self._range(self.told.range)

    def _say(self, name: str, /, **facts: object) -> str:
        return say(f"explain.{name}", self.lang, **facts)

    def _sentences(self, *said: str) -> str:
        return (" " if self.lang == "en" else "").join(said)

    def _range(self, found: Range) -> None:
        labels = joined((self.ground.called(name) for name in found.lines), self.lang)
        said = self._say("range-unknown")
        if found.best and found.worst:
            said = self._say("best", best=self._case(found.best), worst=self._case(found.worst))
        self.page.write(self._sentences(self._say("range", lines=labels), said), 2)

    def _condition(self, one: ConditionTold) -> None:
        """Write why a better grade was not reached, with what its condition reads."""
        facts = {"grade": one.grade, "condition": one.condition}
        said = self._say("condition-not", **facts)
        if one.unknown:
            names = joined((self.ground.called(name) for name in one.unknown), self.lang)
            said = self._say("condition-unknown", **facts, names=names)
        self.page.write(said + self.ground.cited(one.citations), 2)
        self.ground.read([read.name for read in one.reads], 4)

    def _rule(self, rule: RuleTold, how: str = "") -> None:
        ruled = self._ruled(rule, moved=not how)
        said = self._say(how, rule=ruled) if how else ruled
        self.page.write(said + self.ground.cited(rule.citations), 2)
        self.ground.read(rule.reads, 4)

    def _ruled(self, rule: RuleTold, *, moved: bool) -> str:
        label = rule.label[self.lang]
        match rule.effect:
            case "cut":
                return self._say("cut", grade=rule.to, cut=shown(rule.bound, self.lang))
            case "when":
                return self._say("when", grade=rule.to, condition=rule.condition)
            case "otherwise":
                return self._say("otherwise", grade=rule.to)
            case "state" if rule.name == "sufficient" and rule.to == "insufficient":
                return self._say("insufficient", condition=rule.condition, label=label)
            case "state":
                state = spell(f"state.{rule.to}", self.lang)
                return self._say("state", label=label, state=state, condition=rule.condition)
            case "keeps":
                return self._kept(rule)
        if rule.effect == "needs" and not moved:
            effect = self._say(f"instead-{rule.section}", grade=rule.to, of=rule.of)
        else:
            effect = self._say("set" if rule.effect in ("grade", "needs") else rule.effect, grade=rule.to)
        name = "rule-needs" if rule.effect == "needs" else "rule"
        section = say(f"section.{rule.section}", self.lang)
        return self._say(name, section=section, label=label, effect=effect, condition=rule.condition)

    def _kept(self, rule: RuleTold) -> str:
        """Say how near the score lies to the cut between the previous grade and that of the cuts."""
        facts = {"label": rule.label[self.lang], "grade": rule.to, "points": shown(rule.bound, self.lang)}
        found = self.told.next_cut
        below = found is not None and found.grade == rule.to
        distance = None if found is None else (found.missing if below else found.to_spare)
        return self._say("keeps-below" if below else "keeps-above", distance=shown(distance, self.lang), **facts)

    def _next_cut(self) -> None:
        found = self.told.next_cut
        if found is None:
            return
        said = []
        if found.grade is not None and found.missing is not None:
            cut, missing = shown(found.cut, self.lang), shown(found.missing, self.lang)
            said.append(self._say("next", grade=found.grade, cut=cut, missing=missing))
            if found.would_be != found.grade:
                said.append(self._held(found))
        if found.to_spare is not None:
            cut, to_spare = shown(found.own_cut, self.lang), shown(found.to_spare, self.lang)
            said.append(self._say("to-spare", to_spare=to_spare, cut=cut))
        if said:
            self.page.write(self._sentences(*said), 2)

    def _held(self, found: NextCut) -> str:
        """Say what the rules would make of the next better grade."""
        rules = (
            self._say("named-rule", section=say(f"section.{rule.section}", self.lang), label=rule.label[self.lang])
            for rule in found.held_by
        )
        return self._say("next-held", grade=shown(found.would_be, self.lang), rules=joined(rules, self.lang))

    def _case(self, case: Case) -> str:
        grade = case.grade if case.grade is not None else spell(f"state.{case.state}", self.lang)
        score = "" if case.score is None else inner(self._say("score", score=number(case.score)), self.lang)
        return grade + score
