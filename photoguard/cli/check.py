"""photoguard check: reports whether pictures are fit to publish, without changing them."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from photoguard.cli.speech import PATH, LocalisedCommand, argument, language, option, speak
from photoguard.cli.tell import as_json
from photoguard.errors import (
    EXIT_FAILED,
    EXIT_LEAK,
    EXIT_READY,
    NoPhotosError,
    PhotoguardError,
    gravest,
)
from photoguard.files import PICTURES, is_folder, is_link, printable
from photoguard.model import FindingKind, Language
from photoguard.texts import say

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from photoguard.inspection import Inspection
    from photoguard.model import TextPlace


@dataclass(frozen=True, slots=True)
class Checked:
    """The result for one file."""

    name: str
    exit_code: int
    lines: tuple[str, ...]
    findings: tuple[dict[str, Any], ...] = ()
    trouble: dict[str, str] | None = None
    """``code`` and ``text`` of the error if the file could not be inspected, else None."""


@click.command(cls=LocalisedCommand, help="help.check")
@argument("paths", nargs=-1, type=PATH, metavar="help.files")
@option("--language", type=click.Choice([each.value for each in Language]), help="help.language")
@option("--json", "as_json", is_flag=True, help="help.json")
@click.pass_context
def check(ctx: click.Context, /, paths: tuple[Path, ...], **asked: Any) -> None:  # noqa: ANN401
    """Inspect each file; the exit code is the gravest one."""
    if not paths:
        raise NoPhotosError("cli.no_file")
    checked = list(_check_all(named for path in paths for named in _pictures(path)))
    if asked["as_json"]:
        click.echo(_as_json(checked))
    else:
        for each in checked:
            click.echo("\n".join(each.lines))
    ctx.exit(gravest({each.exit_code for each in checked}))


@dataclass(frozen=True, slots=True)
class NamedFile:
    """A file and the name to print: its path below the given folder, or the file's own name."""

    path: Path
    name: str


def _pictures(path: Path) -> list[NamedFile]:
    """Return the file itself, or all pictures in a folder; raises NoPhotosError if none."""
    if not is_folder(path):
        return [NamedFile(path, printable(path.name))]
    found = sorted(_below(path))
    if not found:
        raise NoPhotosError("files.no_photos")
    return [NamedFile(each, _name_below(path, each)) for each in found]


def _name_below(folder: Path, path: Path) -> str:
    return printable(folder.name if path == folder else path.relative_to(folder).as_posix())


def _below(folder: Path) -> Iterator[Path]:
    """Yield the pictures below a folder, and subfolders that cannot be read.

    Such a subfolder is then reported like an unreadable file, as its content is unknown.
    """
    closed = list[OSError]()
    for place, folders, names in os.walk(folder, onerror=closed.append):
        links = [name for name in folders if is_link(Path(place, name))]
        yield from (Path(place, name) for name in (*names, *links) if _is_picture(Path(name)))
        folders[:] = [name for name in folders if not name.startswith(".")]
    yield from (Path(trouble.filename) for trouble in closed)


def _is_picture(name: Path) -> bool:
    is_hidden = name.name.startswith(".")
    return not is_hidden and name.suffix.lower().lstrip(".") in PICTURES


def _check_all(named: Iterable[NamedFile]) -> Iterator[Checked]:
    from photoguard.inspection import Inspector

    with Inspector() as inspector:
        for each in named:
            if not os.path.lexists(each.path):
                why = speak("files.no_such_file", name=each.name)
                lines = [why, speak("cli.check_missing")]
                yield _failed(each.name, EXIT_FAILED, lines, ("files.no_such_file", why))
                continue
            try:
                yield _checked(each.name, inspector.inspect(each.path))
            except PhotoguardError as trouble:
                why = speak(trouble.code, None, **trouble.parameters)
                lines = [f"{each.name}: {why}"]
                yield _failed(each.name, trouble.exit_code, lines, (trouble.code, why))


def _failed(name: str, exit_code: int, lines: list[str], why: tuple[str, str]) -> Checked:
    return Checked(name, exit_code, tuple(lines), (), dict(zip(("code", "text"), why, strict=True)))


def _checked(name: str, inspection: Inspection) -> Checked:
    lines = [
        f"  {say(f'findings.{found.kind}', language())} ({found.where})"
        for found in inspection.findings
    ]
    lines += [f"  {speak('cli.check_face', box=_box(face.box))}" for face in inspection.faces]
    texts = [(_text(text), _box(text.region.bounds)) for text in inspection.texts]
    lines += [f"  {speak('cli.check_text', what=what, box=box)}" for what, box in texts]
    found = tuple(
        {"kind": each.kind.value, "where": each.where} for each in inspection.findings
    ) + tuple(
        {"kind": FindingKind.VISIBLE_FACE.value, "where": _box(face.box)}
        for face in inspection.faces
    )
    found += tuple({"kind": "visible-text", "where": box} for _, box in texts)
    if not lines:
        return Checked(name, EXIT_READY, (speak("cli.check_clean", name=name),))
    head = speak("cli.check_found", count=len(lines), name=name)
    return Checked(name, EXIT_LEAK, (head, *lines), found)


def _text(text: TextPlace) -> str:
    """Return the kind of an identifying text in words, never the text itself."""
    return say(f"sight.text_{text.kind.replace('-', '_')}", language()).rstrip(".")


def _box(box: Any) -> str:  # noqa: ANN401
    return f"{box.left:.0f},{box.top:.0f} {box.width:.0f}×{box.height:.0f}"


def _as_json(checked: Iterable[Checked]) -> str:
    files = [
        {"file": each.name, "exit_code": each.exit_code, "findings": list(each.findings)}
        | ({"trouble": each.trouble} if each.trouble else {})
        for each in checked
    ]
    return as_json({"files": files})
