"""The manifest: all that is needed to reproduce an assessment, and the hash of what came out."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar

from zhiheng.errors import Place, ZhihengError, reason_of
from zhiheng.method import Coverage, Frozen

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

FORMAT = 1
MANIFEST = "manifest.json"
LARGEST = 512 * 1024 * 1024


class NoAssessment(ZhihengError):
    """The folder holds no assessment, or one that this version cannot read."""

    code: ClassVar[str] = "assess.no-assessment"


@dataclass(frozen=True)
class Manifest:
    """What was assessed, by which rules, from which records, and what came out."""

    method: str
    version: str
    digest: str  # of the method's file
    subject: str  # the type of subject
    as_of: date
    head: str
    batches: int
    known_at: datetime
    reads: tuple[str, ...]
    frozen: Mapping[str, Frozen]
    coverage: Mapping[str, Coverage]
    subjects: int
    counts: tuple[tuple[str, str | None, int], ...]  # state, grade, subjects
    results_hash: str
    columns: Mapping[str, str] = field(default_factory=dict)  # of values.parquet
    settled: Mapping[str, str] = field(default_factory=dict)  # of settled.parquet
    files: Mapping[str, str] = field(default_factory=dict)  # SHA-256 of each as it was written
    without: tuple[str, ...] = ()  # kinds that the version reads and of which there was no record
    wide: bool = False
    dictionaries: Mapping[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)
    pack: str = ""
    workspace: str = ""  # relative to the assessment's folder
    engine: str = ""
    engine_version: str = ""
    software: Mapping[str, str] = field(default_factory=dict)

    def hashed(self) -> dict[str, Any]:
        """Give what does not depend on the engine or the machine."""
        return {
            "method": {"name": self.method, "version": self.version, "sha256": self.digest, "subject": self.subject},
            "pack": self.pack,
            "as_of": self.as_of.isoformat(),
            "snapshot": {
                "head": self.head,
                "batches": self.batches,
                "known_at": self.known_at.isoformat(),
                "reads": list(self.reads),
            },
            "benchmarks": {name: _frozen_json(one) for name, one in sorted(self.frozen.items())},
            "feeds": {name: _coverage_json(one) for name, one in sorted(self.coverage.items())},
            "subjects": self.subjects,
            "counts": [{"state": state, "grade": grade, "subjects": count} for state, grade, count in self.counts],
            "results_hash": self.results_hash,
        }

    def as_json(self) -> dict[str, Any]:
        """Give the whole manifest as it is written."""
        hashed = self.hashed()
        return {
            "format": FORMAT,
            **hashed,
            "manifest_hash": _hash(hashed),
            "beside": {
                "engine": {"name": self.engine, "version": self.engine_version},
                "software": dict(self.software),
                "workspace": self.workspace,
                "without_records": list(self.without),
                "files": dict(self.files),
                "values": {
                    "columns": dict(self.columns),
                    "settled": dict(self.settled),
                    "wide": self.wide,
                    "dictionaries": [[*key, list(values)] for key, values in sorted(self.dictionaries.items())],
                },
            },
        }

    @property
    def hash(self) -> str:
        """The hash of all that does not depend on the engine or the machine."""
        return _hash(self.hashed())


def _hash(hashed: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(hashed, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def _frozen_json(frozen: Frozen) -> dict[str, Any]:
    return {
        "by": list(frozen.keys),
        "places": frozen.places,
        "otherwise": {"number": f"{frozen.otherwise:f}"} if isinstance(frozen.otherwise, Decimal) else frozen.otherwise,
        "groups": [
            [*group, f"{Decimal(value).scaleb(-frozen.places):f}"] for group, value in sorted(frozen.groups.items())
        ],
    }


def _read_frozen(name: str, written: Mapping[str, Any]) -> Frozen:
    places, otherwise = int(written["places"]), written["otherwise"]
    groups = {tuple(group[:-1]): int(Decimal(group[-1]).scaleb(places)) for group in written["groups"]}
    if isinstance(otherwise, dict):
        otherwise = Decimal(otherwise["number"])
    return Frozen(name, tuple(written["by"]), places, groups, otherwise)


def _coverage_json(coverage: Coverage) -> dict[str, Any]:
    return {"everyone": coverage.everyone, "regions": list(coverage.regions)}


def write_manifest(manifest: Manifest, path: Path) -> None:
    """Write a manifest; it is the last file of an assessment."""
    path.write_text(json.dumps(manifest.as_json(), ensure_ascii=False, indent=2) + "\n", "utf-8")


def read_manifest(folder: Path) -> Manifest:
    """
    Read the manifest in an assessment's folder.

    Raises:
        NoAssessment: there is none, or it is not one that this version can read.
    """
    path = folder / MANIFEST
    try:
        if path.stat().st_size > LARGEST:
            raise NoAssessment(Place(str(path)), **reason_of("too-large"))
        return _read(json.loads(path.read_text("utf-8")))
    except (OSError, ValueError, KeyError, TypeError, ArithmeticError) as error:
        raise NoAssessment(Place(str(path)), **reason_of(error)) from error


def _read(written: Mapping[str, Any]) -> Manifest:
    if written["format"] != FORMAT:
        raise ValueError(f"format {written['format']}")
    method, snapshot, beside = written["method"], written["snapshot"], written["beside"]
    values = beside["values"]
    manifest = Manifest(
        method=method["name"],
        version=method["version"],
        digest=method["sha256"],
        subject=method["subject"],
        as_of=date.fromisoformat(written["as_of"]),
        head=snapshot["head"],
        batches=int(snapshot["batches"]),
        known_at=datetime.fromisoformat(snapshot["known_at"]),
        reads=tuple(snapshot["reads"]),
        frozen={name: _read_frozen(name, one) for name, one in written["benchmarks"].items()},
        coverage={name: Coverage(one["everyone"], tuple(one["regions"])) for name, one in written["feeds"].items()},
        subjects=int(written["subjects"]),
        counts=tuple((one["state"], one["grade"], int(one["subjects"])) for one in written["counts"]),
        results_hash=written["results_hash"],
        columns=values["columns"],
        settled=values["settled"],
        files=beside["files"],
        without=tuple(beside.get("without_records", ())),
        wide=bool(values["wide"]),
        dictionaries={(kind, name): tuple(known) for kind, name, known in values["dictionaries"]},
        pack=written["pack"],
        workspace=beside["workspace"],
        engine=beside["engine"]["name"],
        engine_version=beside["engine"]["version"],
        software=beside["software"],
    )
    if manifest.hash != written["manifest_hash"]:
        raise ValueError("manifest_hash")
    return manifest
