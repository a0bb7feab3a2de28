"""Every expected trouble: its code, its exit code, and so its sentence and its remedy.

The sentence and the remedy stand in the catalogue ``errors`` under ``errors.CODE``
and ``errors.CODE.remedy``; an error carries only the code and the parameters.

::

    PhotoguardError
    ├── UsageTrouble          2   the command cannot be carried out as it was given
    │   ├── NoPhotosError         nothing there that could be a photo
    │   └── FolderOverlapError    output inside the input or the other way round
    ├── SetupTrouble          3   something on this computer has to be put right first
    │   ├── ConfigurationError    photoguard.toml or the table of photos is wrong
    │   ├── ModelError            a model file is missing or altered
    │   ├── OutputError           the output folder cannot be used or is in use
    │   └── RegisterError         the consent register cannot be read or written
    └── PhotoTrouble          4   one photo cannot be prepared; the others go on
        ├── UnreadableError       damaged, truncated or not a picture
        ├── RefusedError          readable perhaps, but refused on purpose
        ├── WriteError            the copy could not be written
        └── LeakError         5   verification found something in the finished copy
"""

from __future__ import annotations

import errno
from typing import ClassVar

EXIT_READY = 0
EXIT_ATTENTION = 1
EXIT_USAGE = 2
EXIT_SETUP = 3
EXIT_FAILED = 4
EXIT_LEAK = 5
EXIT_INTERRUPTED = 130

GRAVITY = (EXIT_INTERRUPTED, EXIT_LEAK, EXIT_FAILED, EXIT_ATTENTION, EXIT_READY)
"""Exit codes of a folder, the gravest first; 2 and 3 stop a run before any output."""

Parameter = str | int


def gravest(codes: set[int]) -> int:
    """Return the gravest of several folder exit codes, 0 for none."""
    return next((code for code in GRAVITY if code in codes), EXIT_READY)


class PhotoguardError(Exception):
    """An expected trouble with a code, an exit code and parameters for its sentence."""

    exit_code: ClassVar[int] = EXIT_FAILED

    def __init__(self, code: str, /, **parameters: Parameter) -> None:
        """Keep ``code`` (a key of the catalogue ``errors``) and what its sentence names."""
        super().__init__(code, parameters)
        self.code = code
        self.parameters = parameters

    def __reduce__(self) -> tuple[object, ...]:
        """Travel between processes whole, parameters included."""
        return (_rebuild, (type(self), self.code, self.parameters))


def _rebuild(
    kind: type[PhotoguardError], code: str, parameters: dict[str, Parameter]
) -> PhotoguardError:
    return kind(code, **parameters)


class UsageTrouble(PhotoguardError):
    """The command cannot be carried out as it was given."""

    exit_code = EXIT_USAGE


class NoPhotosError(UsageTrouble):
    """There is nothing that could be a photo."""


class FolderOverlapError(UsageTrouble):
    """The output lies inside the input, or the input inside the output."""


class SetupTrouble(PhotoguardError):
    """Something on this computer has to be put right before any photo is touched."""

    exit_code = EXIT_SETUP


class ConfigurationError(SetupTrouble):
    """A configuration file or the table of photos is wrong."""


class ModelError(SetupTrouble):
    """A model file is missing or is not the one that was measured."""


class OutputError(SetupTrouble):
    """The output folder cannot be used, or another run is using it."""


class RegisterError(SetupTrouble):
    """The consent register cannot be read or written."""


class PhotoTrouble(PhotoguardError):
    """One photo cannot be prepared; the others go on."""


class UnreadableError(PhotoTrouble):
    """The file is damaged, truncated or not a picture."""


class RefusedError(PhotoTrouble):
    """The file is refused on purpose: too large, animated, several pages, unknown format."""


class WriteError(PhotoTrouble):
    """The copy could not be written."""


class LeakError(PhotoTrouble):
    """Verification found something in the finished copy that nobody allowed."""

    exit_code = EXIT_LEAK


_SYSTEM = {
    "permission": ("EACCES", "EPERM"),
    "no_space": ("ENOSPC", "EDQUOT"),
    "not_there": ("ENOENT", "ENODEV", "ENXIO", "ENOTCONN"),
    "no_folder": ("ENOTDIR",),
    "there_already": ("EEXIST", "ENOTEMPTY"),
    "is_folder": ("EISDIR",),
    "read_only": ("EROFS",),
    "name_too_long": ("ENAMETOOLONG",),
    "in_use": ("EBUSY", "ETXTBSY", "EAGAIN", "EDEADLK", "ENOLCK"),
    "device": ("EIO", "EREMOTEIO"),
    "too_large": ("EFBIG",),
    "link": ("ELOOP",),
    "not_fit": ("EINVAL",),
    "not_possible": ("ENOTSUP", "EOPNOTSUPP", "ENOSYS"),
    "short_of_memory": ("ENOMEM", "EMFILE", "ENFILE"),
    "connection": (
        *("ECONNREFUSED", "ECONNRESET", "ECONNABORTED", "EPIPE", "ESTALE", "ETIMEDOUT"),
        *("ENETDOWN", "ENETUNREACH", "ENETRESET", "EHOSTDOWN", "EHOSTUNREACH", "ESHUTDOWN"),
    ),
}
"""What a system says went wrong, by its names in errno.h; no system has all of them."""


def problem_of(trouble: OSError | WriteError) -> str:
    """Return what goes into ``{problem}`` of a sentence: a code of the catalogue ``system``.

    Where no sentence says it, the system's own short name, as ``EXDEV``: its sentences are
    in the language of the computer, or in English.
    """
    if isinstance(trouble, WriteError):
        return str(trouble.parameters.get("problem", ""))
    name = errno.errorcode.get(trouble.errno or 0, type(trouble).__name__)
    return next((f"system.{code}" for code, names in _SYSTEM.items() if name in names), name)
