"""An assessment on disk: one method over one snapshot on one day, in a folder."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from zhiheng.assess.manifest import Manifest, read_manifest
from zhiheng.errors import Place, ZhihengError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

ASSESSMENT, LINES, METHOD = "assessment.parquet", "lines.parquet", "method.yaml"
VALUES, SETTLED, TOUCHED = "values.parquet", "settled.parquet", "touched.parquet"
GONE = "gone$"  # the column of touched.parquet that says that a subject has no records any more
TABLES = (ASSESSMENT, LINES, VALUES, SETTLED, TOUCHED)


class FilesAltered(ZhihengError):
    """A file of an assessment is not the one that was written: missing, altered, or another's."""

    code: ClassVar[str] = "assess.files-altered"


@dataclass(frozen=True, slots=True)
class Assessment:
    """One method over one snapshot on one day: a folder with its files and its manifest."""

    path: Path
    manifest: Manifest

    @property
    def read_everything(self) -> bool:
        """Whether all records were read; False where the assessment goes on from an earlier one."""
        return TOUCHED not in self.manifest.files

    def altered(self, names: Iterable[str] = TABLES) -> tuple[str, ...]:
        """Name the files that are not as they were written; a file that the manifest does not know is one too."""
        files = self.manifest.files
        return tuple(name for name in names if files.get(name) != fingerprint(self.path / name))

    def check(self, *names: str) -> None:
        """
        Make sure that some files are as they were written.

        Raises:
            FilesAltered: one is not.
        """
        if altered := self.altered(names):
            raise FilesAltered(Place(str(self.path)), files=", ".join(altered))


def open_assessment(folder: Path) -> Assessment:
    """
    Open an assessment that was written before.

    Raises:
        NoAssessment: the folder holds none.
    """
    return Assessment(folder, read_manifest(folder))


def fingerprint(path: Path) -> str | None:
    """Take the SHA-256 of a file; None where there is no such file."""
    if not path.is_file():
        return None
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
