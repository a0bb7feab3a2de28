"""Takes the weight out of shared libraries that others are linked to and nothing calls.

OpenCV's wheel for Linux is linked to readers of films and to a linear algebra of its own,
pillow-heif's to an encoder. The loader wants these libraries to be there; photoguard calls
none of them. Each is replaced by a library of the same name and the same symbols in which
every function ends the process at once. numpy's linear algebra is replaced likewise, but for
the products of tables, which ``products.c`` brings: equations are solved nowhere. Then what no
library asks for any more goes.

Called with the bundle's folder, on Linux, where gcc and readelf are at hand.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

NOT_CALLED = (
    *("opencv*.libs/libavcodec-*", "opencv*.libs/libavformat-*", "opencv*.libs/libavutil-*"),
    *("opencv*.libs/libswscale-*", "opencv*.libs/libaom-*", "opencv*.libs/libopenblas*"),
    "pillow_heif.libs/libx265-*",
)
COMPUTED = {"numpy.libs/libscipy_openblas*": Path(__file__).with_name("products.c")}
"""Libraries of which a part is called, and the source that brings all of that part."""
_PRODUCT = "_cblas_"
"""In the name of each function that such a source brings; one it lacks is missed at once."""
_ANSWERS = ("x265_api_get", "x265_cleanup")
"""What libheif calls when it is loaded, to tell the encoder's name, and when it is unloaded."""
_AS_LIBRARY = ("-shared", "-nostdlib", "-s", "-O2", "-fcx-limited-range", "-fPIC")
_OF_THE_LANGUAGE = ("_ZSt", "_ZNSt", "_ZNKSt", "_Zn", "_Zd")
"""C++'s own, of which a copy may lie in any library: the first one found serves all."""
_SYMBOL = re.compile(
    r"\s*\d+: [0-9a-f]+\s+(?P<size>\S+)\s+(?P<kind>FUNC|IFUNC|OBJECT|NOTYPE)\s+"
    r"(?:GLOBAL|WEAK|UNIQUE)\s+(?:DEFAULT|PROTECTED)\s+(?P<place>\d+|UND)\s+(?P<name>[^@\s]+)(?:@@?(?P<version>\S+))?"
)


def main(bundle: Path) -> None:
    """Make the libraries hollow, and remove what nothing needs then."""
    inner = bundle / "_internal"
    asked = asked_of_others(inner)
    for pattern in NOT_CALLED:
        for library in inner.glob(pattern):
            make_hollow(library, asked)
    for pattern, source in COMPUTED.items():
        for library in inner.glob(pattern):
            make_hollow(library, asked, source)
    remove_unasked(inner)
    for link in inner.iterdir():
        if link.is_symlink() and not link.exists():
            link.unlink()


def remove_unasked(inner: Path) -> None:
    """Remove the libraries that wheels brought along for libraries that are hollow now."""
    needs = {library: needed(library) for library in libraries(inner)}
    while unasked := set(carried(inner)) - {
        library for library in needs if any(library.name in names for names in needs.values())
    }:
        for library in unasked:
            del needs[library]
            library.unlink()


def make_hollow(library: Path, asked: frozenset[str], computed: Path | None = None) -> None:
    """Replace a library by one with its name and the symbols that others ask for.

    ``computed`` is C with functions that do what they are named for.
    """
    found = symbols_of(library)
    symbols = [each for each in found if each["place"] != "UND" and each["name"] in asked]
    symbols = [each for each in symbols if not each["name"].startswith(_OF_THE_LANGUAGE)]
    if computed is not None:
        symbols = [each for each in symbols if _PRODUCT not in each["name"]]
    with tempfile.TemporaryDirectory() as place:
        source, versions = Path(place, "hollow.c"), Path(place, "versions")
        source.write_text("\n".join(map(definition, range(len(symbols)), symbols)) + "\n")
        versions.write_text(version_script(symbols))
        link = [f"-Wl,-soname,{library.name}", f"-Wl,--version-script={versions}"]
        sources = [source, *filter(None, [computed])]
        subprocess.run(["gcc", *_AS_LIBRARY, *link, "-o", library, *sources], check=True)  # noqa: S603, S607 - the compiler of whoever makes the bundle


def symbols_of(library: Path) -> list[re.Match[str]]:
    """Return the symbols that a library has for others, or asks of others."""
    return [found for line in told(library, "--dyn-syms") if (found := _SYMBOL.match(line))]


def definition(number: int, symbol: re.Match[str]) -> str:
    """Return C that defines one symbol: a function that ends the process, or empty memory."""
    label = f'__asm__("{symbol["name"]}")'
    if symbol["kind"] == "OBJECT":
        return f"extern char d{number}[] {label}; char d{number}[{int(symbol['size'], 0) or 8}];"
    if symbol["name"].startswith(_ANSWERS):
        body = f"static char empty{number}[4096]; return empty{number};"
    else:
        body = "__builtin_trap();"
    return f"char *f{number}(void) {label}; char *f{number}(void) {{ {body} }}"


def version_script(symbols: list[re.Match[str]]) -> str:
    """Return the versions that dependents ask for; the loader compares them."""
    names: dict[str, list[str]] = {}
    for symbol in symbols:
        if symbol["name"] != symbol["version"]:
            names.setdefault(symbol["version"] or "", []).append(symbol["name"])
    return "".join(
        f"{version} {{ global: {'; '.join(listed)}; }};\n" for version, listed in names.items()
    )


def carried(inner: Path) -> Iterator[Path]:
    """Yield the libraries that wheels brought along for others, links left out."""
    for library in inner.glob("*.libs/*.so*"):
        if not library.is_symlink():
            yield library


def needed(library: Path) -> set[str]:
    """Return the names of the libraries that one asks for."""
    lines = told(library, "-d")
    return {found[1] for line in lines if (found := re.search(r"\(NEEDED\).*\[(.+)\]", line))}


def asked_of_others(inner: Path) -> frozenset[str]:
    """Return the names of all symbols that some library does not have itself."""
    symbols = (symbol for library in libraries(inner) for symbol in symbols_of(library))
    return frozenset(symbol["name"] for symbol in symbols if symbol["place"] == "UND")


def libraries(inner: Path) -> list[Path]:
    """Return every library of the bundle once."""
    found = inner.rglob("*.so*")
    return [each for each in found if each.is_file() and not each.is_symlink()]


def told(library: Path, question: str) -> list[str]:
    """Return what readelf says of a library."""
    command = ["readelf", "--wide", question, str(library)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603
    return done.stdout.splitlines()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
