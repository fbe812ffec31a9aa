"""Run an assessment again from its manifest, and say whether it comes out equal."""

from __future__ import annotations

import tempfile
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from sqlglot import exp

from zhiheng.assess.assessment import ASSESSMENT, LINES
from zhiheng.assess.evidence import told
from zhiheng.assess.reproduction import BenchmarkDiffers, Difference, Reproduction, Software
from zhiheng.assess.run import run_method
from zhiheng.assess.stored import restore
from zhiheng.engine import Table
from zhiheng.method import line_types, outcome_types

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from zhiheng.assess.assessment import Assessment
    from zhiheng.assess.manifest import Manifest
    from zhiheng.engine import Engine

WRITTEN, FOUND = "written", "found"
FIRST = 20  # differences named


def reproduce(assessment: Assessment, *, engine: Engine) -> Reproduction:
    """
    Run an assessment again from its manifest: the same method, batches, moment and day, in a folder that goes again.

    Raises:
        LedgerNotFound: there is no ledger where the manifest says.
        LedgerCut: the ledger lacks batches of then, or holds others in their place.
        MethodNotFound: no method file has the manifest's digest.
    """
    stored = restore(assessment)
    manifest = assessment.manifest
    has_lines = (assessment.path / LINES).is_file()
    with tempfile.TemporaryDirectory(prefix="zhiheng-") as folder:
        again = run_method(
            stored.method, stored.snapshot, engine, as_of=manifest.as_of, out=Path(folder) / "again", lines=has_lines
        )
        columns = outcome_types(stored.version)
        subjects, outcomes = _compare(engine, assessment, again, ASSESSMENT, ("subject",), columns)
        lines, line_differences = 0, list[Difference]()
        if has_lines:
            keys = ("subject", "criterion")
            lines, line_differences = _compare(engine, assessment, again, LINES, keys, line_types(stored.version))
    return Reproduction(
        folder=str(assessment.path),
        method=manifest.method,
        version=manifest.version,
        as_of=manifest.as_of,
        results_hash=manifest.results_hash,
        found_hash=again.manifest.results_hash,
        subjects_differ=subjects,
        lines_differ=lines,
        differences=(*outcomes, *line_differences),
        benchmarks=tuple(_benchmarks(manifest, again.manifest)),
        software=_software(manifest, again.manifest),
        files_altered=assessment.altered(),
        manifest_differs=tuple(_unlike(manifest, again.manifest)),
    )


def _unlike(written: Manifest, found: Manifest) -> Iterator[str]:
    """Name the entries of the manifest that came out otherwise and are not told by themselves."""
    before, after = written.hashed(), found.hashed()
    yield from (name for name in before if before[name] != after[name] and name not in ("results_hash", "benchmarks"))


def _compare(
    engine: Engine,
    written: Assessment,
    found: Assessment,
    file: str,
    keys: tuple[str, ...],
    columns: Mapping[str, str],
) -> tuple[int, list[Difference]]:
    """Count the rows of a file that differ, and name the first differences."""
    for name, assessment in ((WRITTEN, written), (FOUND, found)):
        engine.attach(Table(name, (str(assessment.path / file),), columns))
    compared = [name for name in columns if name not in keys]
    differing = _differing(keys, compared)
    ((count,),) = engine.fetch(differing.copy().select(exp.Count(this=exp.Star(), big_int=True)))
    if not count:
        return 0, []
    named = [exp.Coalesce(this=_of(WRITTEN, key), expressions=[_of(FOUND, key)]) for key in keys]
    values = [_of(table, name) for name in compared for table in (WRITTEN, FOUND)]
    query = differing.select(*named, *values).order_by(*(key.copy() for key in named)).limit(FIRST)
    rows = engine.fetch(query)
    return int(str(count)), [one for row in rows for one in _differences(row, len(keys), compared)][:FIRST]


def _differing(keys: tuple[str, ...], compared: list[str]) -> exp.Select:
    tables = [exp.Table(this=exp.to_identifier(name, quoted=True)) for name in (WRITTEN, FOUND)]
    same = exp.and_(*(exp.EQ(this=_of(WRITTEN, key), expression=_of(FOUND, key)) for key in keys))
    unlike = [exp.Not(this=exp.NullSafeEQ(this=_of(WRITTEN, name), expression=_of(FOUND, name))) for name in compared]
    missing = [exp.Is(this=_of(table, keys[0]), expression=exp.Null()) for table in (WRITTEN, FOUND)]
    joined = exp.Select().from_(tables[0]).join(tables[1], on=same, join_type="full outer")
    return joined.where(exp.or_(*missing, *unlike))


def _of(table: str, name: str) -> exp.Column:
    return exp.column(exp.to_identifier(name, quoted=True), table=exp.to_identifier(table, quoted=True))


def _differences(row: tuple[object, ...], keys: int, compared: list[str]) -> Iterator[Difference]:
    key = [str(part) for part in row[:keys]]
    for at, name in enumerate(compared):
        one, other = row[keys + 2 * at], row[keys + 2 * at + 1]
        if one != other:
            yield Difference(key[0], key[1] if keys > 1 else "", name, told(one), told(other))


def _benchmarks(written: Manifest, found: Manifest) -> Iterator[BenchmarkDiffers]:
    for name in dict.fromkeys((*written.frozen, *found.frozen)):
        one, other = written.frozen.get(name), found.frozen.get(name)
        before = (
            {} if one is None else {group: Decimal(value).scaleb(-one.places) for group, value in one.groups.items()}
        )
        after = (
            {}
            if other is None
            else {group: Decimal(value).scaleb(-other.places) for group, value in other.groups.items()}
        )
        for group in sorted(before.keys() | after.keys()):
            if before.get(group) != after.get(group):
                yield BenchmarkDiffers(name, group, before.get(group), after.get(group))


def _software(written: Manifest, found: Manifest) -> tuple[Software, ...]:
    then = {**written.software, "engine": f"{written.engine} {written.engine_version}"}
    now = {**found.software, "engine": f"{found.engine} {found.engine_version}"}
    return tuple(
        Software(name, then.get(name, "-"), now.get(name, "-"))
        for name in sorted(then.keys() | now.keys())
        if then.get(name) != now.get(name)
    )
