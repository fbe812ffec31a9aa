"""Find a pack: the kinds, code lists and methods of one scheme, as data in a folder."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Literal

from zhiheng.errors import EXIT_USAGE, Fault, FaultsFound, Place, ZhihengError, nearest
from zhiheng.vocabulary.declaration import Declaration, Faults
from zhiheng.vocabulary.kind import Label
from zhiheng.vocabulary.kind_file import load_kinds
from zhiheng.vocabulary.spelling import shorten
from zhiheng.vocabulary.yaml_text import Entries, read_yaml

if TYPE_CHECKING:
    from collections.abc import Mapping

    from zhiheng.vocabulary.kind import Kind

PACK_KEYS = ("pack", "label", "about", "sources", "published")
PACK_FILE = "pack.yaml"


class PackUnknown(ZhihengError):
    """No pack has this name."""

    code: ClassVar[str] = "vocabulary.pack-unknown"
    exit_code: ClassVar[int] = EXIT_USAGE

    def __init__(self, name: str, known: tuple[str, ...]) -> None:
        near = nearest(name, known)
        facts = {"name": shorten(name), "near": near or "", "known": ", ".join(known) or "-"}
        super().__init__(Place(), **facts)
        if near:
            self.fault = Fault(f"{self.code}-near", Place(), facts)
            self.args = (self.fault.render(),)


class NoPack(ZhihengError):
    """The folder is no pack."""

    code: ClassVar[str] = "vocabulary.no-pack"


@dataclass(frozen=True, slots=True)
class Source:
    """Where a scheme's records or rules are published, and on what terms."""

    title: Label
    url: str
    terms: Label


@dataclass(frozen=True, slots=True)
class Published:
    """An officially published result, and how a computed one is compared with it."""

    kind: str
    field: str
    compare: Literal["grade", "score"]
    where: str  # SQL over the record's fields (outcomes as well), criteria and facts; "" : every record
    label: Label


@dataclass(frozen=True)
class Pack:
    """One scheme: its kinds are read when they are first asked for."""

    name: str
    label: Label
    path: Path
    about: Label | None = None
    sources: tuple[Source, ...] = ()
    published: tuple[Published, ...] = ()

    @cached_property
    def kinds(self) -> Mapping[str, Kind]:
        """
        The kinds by name.

        Raises:
            FaultsFound: everything that is wrong with any of them.
        """
        return load_kinds(self.path)

    @property
    def method_files(self) -> tuple[Path, ...]:
        """The method files: `method.yaml`, then `methods/*.yaml`, without the cases beside them."""
        root = self.path / "method.yaml"
        others = sorted(path for path in (self.path / "methods").glob("*.yaml") if not path.stem.endswith("cases"))
        return (*((root,) if root.is_file() else ()), *others)


def packaged_packs() -> tuple[str, ...]:
    """List the packs that come with zhiheng."""
    home = _home()
    if not home.is_dir():
        return ()
    return tuple(sorted(folder.name for folder in home.iterdir() if (folder / PACK_FILE).is_file()))


def find_pack(name_or_path: str | Path) -> Pack:
    """
    Find a pack: a name without a slash among those that come with zhiheng, anything else as a folder.

    Raises:
        PackUnknown: no such name.
        NoPack: the folder has no `pack.yaml`.
        FaultsFound: everything that is wrong with `pack.yaml`.
    """
    if isinstance(name_or_path, Path) or "/" in name_or_path or "\\" in name_or_path or name_or_path in (".", ".."):
        return _read_pack(Path(name_or_path))
    known = packaged_packs()
    if name_or_path in known:
        return _read_pack(_home() / name_or_path)
    raise PackUnknown(name_or_path, known)


def _home() -> Path:
    return Path(str(files("zhiheng"))) / "packs"


def _read_pack(folder: Path) -> Pack:
    path = folder / PACK_FILE
    if not path.is_file():
        raise NoPack(Place(str(folder)), file=PACK_FILE)
    faults = Faults()
    top = Declaration(read_yaml(path), faults)
    top.allow(PACK_KEYS)
    name = top.text("pack", required=True)
    pack = Pack(
        name=name,
        label=top.label() or Label(name, name),
        path=folder,
        about=top.label("about", required=False),
        sources=tuple(_source(entry) for entry in _entries(top, "sources")),
        published=tuple(_published(entry) for entry in _entries(top, "published")),
    )
    if faults.found:
        raise FaultsFound(faults.found)
    return pack


def _entries(top: Declaration, key: str) -> list[Declaration]:
    found = [top.within(key, item, f"{key} {number}") for number, item in enumerate(top.items(key), 1)]
    return [entry for entry in found if entry is not None]


def _source(entry: Declaration) -> Source:
    entry.allow(("title", "url", "terms"))
    return Source(_words(entry, "title"), entry.text("url"), _words(entry, "terms"))


def _words(entry: Declaration, key: str) -> Label:
    """Read a title or terms: one text for both languages, or one for each."""
    value = entry.get(key)
    if isinstance(value, Entries):
        return entry.label(key) or Label("", "")
    text = entry.text(key, required=True)
    return Label(text, text)


def _published(entry: Declaration) -> Published:
    entry.allow(("kind", "field", "compare", "where", "label"))
    return Published(
        kind=entry.text("kind", required=True),
        field=entry.text("field", required=True),
        compare="score" if entry.choice("compare", ("grade", "score"), default="grade") == "score" else "grade",
        where=entry.text("where"),
        label=entry.label() or Label("", ""),
    )
