"""Open one grade: outcome, rules, lines, records, source rows and clauses."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from sqlglot import exp

from zhiheng import method as compiled
from zhiheng.assess.as_json import number
from zhiheng.assess.bounds import find_range
from zhiheng.assess.evidence import read_evidence
from zhiheng.assess.explanation import Explanation
from zhiheng.assess.find_subject import OUTCOMES, find_subject
from zhiheng.assess.stored import read_values, restore
from zhiheng.assess.tell_conditions import tell_conditions
from zhiheng.assess.tell_judged import filed_otherwise, tell_judged
from zhiheng.assess.tell_lines import Teller
from zhiheng.assess.tell_rules import (
    tell_dimensions,
    tell_in_force,
    tell_next_cut,
    tell_reasons,
    tell_rules,
    tell_score,
    tell_settled,
)
from zhiheng.assess.told import BenchmarkTold, Cited, KindTold, MethodTold, SnapshotTold
from zhiheng.errors import Place, ZhihengError
from zhiheng.ledger import list_batches
from zhiheng.vocabulary import FieldType, Label

if TYPE_CHECKING:
    from collections.abc import Mapping

    from zhiheng.assess.assessment import Assessment
    from zhiheng.assess.gathered import Gathered
    from zhiheng.assess.stored import Stored
    from zhiheng.engine import Engine
    from zhiheng.ledger import FileReport
    from zhiheng.method import Account, Benchmark

ONE, ALL = "one_subject", "all_subjects"
DESIGN, POOLED = "design", "pooled"
DESIGN_TITLE = Label("由方法作者自定", "a choice of the method's author")


class AssessmentAltered(ZhihengError):
    """The files of an assessment do not agree: what was published does not follow from the values beside it."""

    code: ClassVar[str] = "assess.assessment-altered"


def explain(assessment: Assessment, subject: str, *, engine: Engine) -> Explanation:
    """
    Open the outcome of one subject down to source rows and clauses.

    Everything is read through the method's own plan from the values beside the assessment and from the ledger as it
    stood, and must give what the assessment says.

    Raises:
        SubjectNotAssessed: there is no such subject; with near ones.
        LedgerNotFound, LedgerCut, MethodNotFound, ValuesUnfit: what the assessment rests on is not there.
        AssessmentAltered: its files do not agree.
    """
    stored = restore(assessment)
    key = find_subject(stored, engine, subject)
    gathered = read_values(stored, engine, ONE, [key])
    plan = compiled.AccountPlan(gathered.sheet(), standing=True)
    rows = engine.fetch(plan.query)
    if len(rows) != 1:
        raise AssessmentAltered(Place(str(assessment.path)), subject=key)
    account = plan.read(rows[0])
    _compare_with_files(stored, engine, account)
    evidence = read_evidence(stored, engine, [key])[key]
    teller = Teller(stored, account, evidence, _files(stored), filed_otherwise(stored, engine, key))
    return _explanation(stored, engine, account, gathered, teller)


def _explanation(stored: Stored, engine: Engine, account: Account, gathered: Gathered, teller: Teller) -> Explanation:
    version, manifest = stored.version, stored.assessment.manifest
    lines = teller.lines()
    grades = {grade.grade: grade.rule.label for grade in version.grades}
    return Explanation(
        subject=account.subject,
        subject_type=manifest.subject,
        called=_called(stored, engine),
        state=account.state,
        score=account.score,
        grade=account.grade,
        grade_label=grades.get(account.grade or ""),
        cut_grade=account.cut_grade,
        coverage=account.coverage,
        method=_method(stored),
        as_of=manifest.as_of,
        snapshot=SnapshotTold(manifest.batches, manifest.head, manifest.known_at),
        results_hash=manifest.results_hash,
        without=tuple(KindTold(name, stored.kinds[name].label) for name in manifest.without if name in stored.kinds),
        judged=tell_judged(stored, account.subject),
        settled_by=tell_settled(version, account),
        reasons=tell_reasons(version, account),
        conditions=tell_conditions(version, account),
        rules=tell_rules(version, account),
        in_force=tell_in_force(version, account),
        next_cut=tell_next_cut(version, account),
        range=find_range(gathered, engine, account),
        score_from=tell_score(version, account, lines),
        dimensions=tell_dimensions(version, lines),
        lines=lines,
        named=teller.named(),
        benchmarks=_benchmarks(stored, engine, account),
        citations=_citations(stored),
    )


def _method(stored: Stored) -> MethodTold:
    method, version = stored.method, stored.version
    return MethodTold(method.name, method.label, version.version, version.since, version.until, method.digest)


def _files(stored: Stored) -> dict[tuple[int, int], FileReport]:
    return {(batch.number, file.number): file for batch in list_batches(stored.workspace) for file in batch.files}


def _citations(stored: Stored) -> tuple[Cited, ...]:
    found = [
        Cited(one.name, one.title, one.url, one.dated, one.confidence.value) for one in stored.method.citations.values()
    ]
    return (*found, Cited(DESIGN, DESIGN_TITLE, "", None, DESIGN))


def _compare_with_files(stored: Stored, engine: Engine, account: Account) -> None:
    """Make sure that the outcome is the one that was written."""
    names = ("state", "score", "grade", "cut_grade", "coverage")
    table = exp.Table(this=exp.to_identifier(OUTCOMES, quoted=True))
    is_subject = exp.EQ(this=_column("subject"), expression=exp.Literal.string(account.subject))
    rows = engine.fetch(exp.Select().from_(table).select(*(_column(name) for name in names)).where(is_subject))
    if rows != [tuple(getattr(account, name) for name in names)]:
        raise AssessmentAltered(Place(str(stored.assessment.path)), subject=account.subject)


def _column(name: str) -> exp.Column:
    return exp.column(exp.to_identifier(name, quoted=True))


def _called(stored: Stored, engine: Engine) -> str:
    """Find what the latest record calls the subject, where its key does not say."""
    manifest = stored.assessment.manifest
    for kind in (stored.kinds[name] for name in manifest.reads if name in stored.kinds):
        if kind.subject.type != manifest.subject or kind.subject.provisional:
            continue
        names = [
            name
            for name, field in kind.fields.items()
            if field.type is FieldType.TEXT and (name in ("name", manifest.subject) or name.endswith("_name"))
        ]
        if not names:
            continue
        latest = exp.select(_column(names[0])).from_(exp.to_table(f"seen_{kind.name}", quoted=True))
        order = [exp.Ordered(this=_column(name), desc=True) for name in ("true_on", "record")]
        rows = engine.fetch(latest.order_by(*order).limit(1))
        if rows and rows[0][0]:
            return str(rows[0][0])
    return ""


def _benchmarks(stored: Stored, engine: Engine, account: Account) -> tuple[BenchmarkTold, ...]:
    version = stored.version
    if not version.benchmarks:
        return ()
    everyone = read_values(stored, engine, ALL)
    return tuple(
        _benchmark(one, everyone, engine, account, stored.assessment.manifest.frozen[one.name].groups)
        for one in version.benchmarks.values()
    )


def _benchmark(
    benchmark: Benchmark, everyone: Gathered, engine: Engine, account: Account, groups: Mapping[tuple[str, ...], int]
) -> BenchmarkTold:
    group = account.groups[benchmark.name]
    count = None
    if group is not None:
        plan = compiled.plan_benchmark(benchmark, everyone.gathering, ALL, everyone.frozen, everyone.coverage)
        count = _count(plan, engine, group)
    otherwise = benchmark.otherwise
    stand_in = "" if group in groups or otherwise is None else otherwise
    return BenchmarkTold(
        name=benchmark.name,
        label=benchmark.label or Label(benchmark.name, benchmark.name),
        of=benchmark.of,
        statistic=benchmark.statistic + (f" {number(benchmark.percent)}" if benchmark.percent is not None else ""),
        by=benchmark.by,
        group=group,
        value=account.benchmarks[benchmark.name],
        count=count,
        counted="records" if benchmark.statistic == POOLED else "subjects",
        at_least=benchmark.at_least,
        stands_in=stand_in if isinstance(stand_in, str) else number(stand_in),
        citations=benchmark.cite,
    )


def _count(plan: compiled.BenchmarkPlan, engine: Engine, group: tuple[str, ...]) -> int | None:
    """Count the rows or subjects of one group of peers."""
    conditions = [exp.EQ(this=_column(f"_key{at}"), expression=exp.Literal.string(key)) for at, key in enumerate(group)]
    rows = engine.fetch(exp.select("*").from_(plan.query.subquery("peers")).where(*conditions))
    return int(str(rows[0][len(group)] or 0)) if rows else 0
