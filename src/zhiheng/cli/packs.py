"""Which pack and which method a command means."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from zhiheng.errors import EXIT_USAGE, ZhihengError
from zhiheng.vocabulary import find_pack

if TYPE_CHECKING:
    from zhiheng.vocabulary import Pack

PACK_FILE = "pack.yaml"
METHOD_SUFFIXES = (".yaml", ".yml")


class SeveralMethods(ZhihengError):
    """The pack has more than one method, and none was named."""

    code: ClassVar[str] = "cli.several-methods"
    exit_code: ClassVar[int] = EXIT_USAGE


class NoMethod(ZhihengError):
    """The pack has no method of this name, or none at all."""

    code: ClassVar[str] = "cli.no-method"
    exit_code: ClassVar[int] = EXIT_USAGE


class NoMethodFile(ZhihengError):
    """A method was named by the path of a file, and there is no such file."""

    code: ClassVar[str] = "cli.no-method-file"
    exit_code: ClassVar[int] = EXIT_USAGE


@dataclass(frozen=True, slots=True)
class Chosen:
    """A method file and the pack whose kinds it reads."""

    pack: Pack
    file: Path

    @property
    def shown(self) -> str:
        """The file as its author knows it: with the pack's folder, without what lies above; as given if elsewhere."""
        file, folder = self.file.resolve(), self.pack.path.resolve()
        return f"{self.pack.name}/{file.relative_to(folder)}" if file.is_relative_to(folder) else str(self.file)

    @property
    def cases(self) -> Path:
        """The worked cases beside the method."""
        return self.file.with_name("cases.yaml" if self.file.stem == "method" else f"{self.file.stem}.cases.yaml")


def choose_method(pack: Pack, name: str = "") -> Chosen:
    """
    Choose a method of a pack by the name of its file, or any method file by its path, to read the pack's kinds.

    Raises:
        NoMethodFile: there is no file at the path.
        SeveralMethods: there is more than one, and `name` is empty.
        NoMethod: none is called so.
    """
    files = {file.stem if file.stem != "method" else pack.name: file for file in pack.method_files}
    names = ", ".join(files) or "-"
    if name:
        if name not in files and Path(name).suffix in METHOD_SUFFIXES:
            if not Path(name).is_file():
                raise NoMethodFile(name=name, names=names)
            return Chosen(pack, Path(name))
        if name not in files:
            raise NoMethod(name=name, names=names)
        return Chosen(pack, files[name])
    if not files:
        raise NoMethod(name="", names=names)
    if len(files) > 1:
        raise SeveralMethods(count=len(files), names=names)
    return Chosen(pack, next(iter(files.values())))


def find_method(target: str, name: str = "") -> Chosen:
    """Find a method by a pack's name, a pack's folder, or the path of the method file itself."""
    path = Path(target)
    if path.suffix not in METHOD_SUFFIXES or name:
        return choose_method(find_pack(target), name)
    folder = path.resolve().parent
    while not (folder / PACK_FILE).is_file() and folder != folder.parent:
        folder = folder.parent
    return Chosen(find_pack(folder if (folder / PACK_FILE).is_file() else path.parent), path)
