"""The text files of the icons: .cmd, .command, AppleScript and .desktop."""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING

from photoguard.desktop.wholeness import LINE_VARIABLE, LONGEST_LINE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from photoguard.launch import Program

_BATCH = """\
@echo off
rem Made by: photoguard shortcut. Drop folders or photos on this file.
rem Each name is taken once and quoted. It reaches the program in a list: it never stands in
rem a line that is read again, so nothing in it can be evaluated.
setlocal EnableExtensions DisableDelayedExpansion
chcp 65001 >nul
set "photoguard_program={program}"
set "photoguard_list=%TEMP%\\photoguard-%RANDOM%%RANDOM%.txt"
set "photoguard_cut="
type nul >"%photoguard_list%"
:next
set "photoguard_name=%~1"
if not defined photoguard_name goto start
setlocal EnableDelayedExpansion
>>"!photoguard_list!" echo(!photoguard_name!
endlocal
shift
goto next
:start
setlocal EnableDelayedExpansion
rem Windows cuts this line off at {longest} characters: then the last names are missing.
if not "!cmdcmdline:~{almost},1!"=="" set "photoguard_cut=--cut"
set "{variable}=!cmdcmdline!"
"!photoguard_program!" {arguments} --list "!photoguard_list!" !photoguard_cut!
rem Ends cmd.exe itself: what follows an unquoted ampersand of a name must not be run.
exit
"""

_DROPLET = """\
-- Made by: photoguard shortcut. Drop folders or photos on this app.
on open droppedItems
	set listPath to do shell script "/usr/bin/mktemp -t photoguard"
	set listFile to open for access (POSIX file listPath) with write permission
	repeat with anItem in droppedItems
		write (POSIX path of anItem) & linefeed to listFile as «class utf8»
	end repeat
	close access listFile
	startProgram(" --list " & quoted form of listPath)
end open

on run
	startProgram("")
end run

on startProgram(moreArguments)
	tell application "Terminal"
		activate
		do script "exec " & {command} & moreArguments
	end tell
end startProgram
"""


def batch(program: Program) -> str:
    """Return a .cmd that takes dropped names; to be written as UTF-8 without BOM, with CR LF."""
    text = _BATCH.format(
        program=program.path.replace("%", "%%"),
        arguments=" ".join(program.drop),
        longest=LONGEST_LINE,
        almost=LONGEST_LINE - 11,
        variable=LINE_VARIABLE,
    )
    return text.replace("\n", "\r\n")


def command(program: Program) -> str:
    """Return a .command for macOS, which Terminal runs on a double click."""
    words = shlex.join([program.path, *program.drop])
    return f'#!/bin/sh\n# Made by: photoguard shortcut.\nexec {words} "$@"\n'


def droplet(program: Program) -> str:
    """Return AppleScript for an app on which the Finder drops files.

    The names are passed in a private file, as Terminal accepts 1,024 characters at most.
    """
    words = shlex.join([program.path, *program.drop])
    escaped = words.replace("\\", "\\\\").replace('"', '\\"')
    return _DROPLET.format(command=f'"{escaped}"')


def desktop_entry(program: Program, comments: Mapping[str, str], icon: str) -> str:
    """Return a .desktop entry (freedesktop.org, Desktop Entry Specification).

    ``comments`` are sentences by language; the English one is the default.
    """
    words = " ".join(_exec_word(word) for word in (program.path, *program.drop))
    lines = [
        "[Desktop Entry]",
        "Type=Application",
        "Version=1.0",
        "Name=photoguard",
        f"Comment={_entry_text(comments['en'])}",
        *(
            f"Comment[{language}]={_entry_text(text)}"
            for language, text in comments.items()
            if language != "en"
        ),
        f"Exec={_entry_text(words)} %F",
        f"Icon={_entry_text(icon)}",
        f"Terminal={'false' if program.windowed else 'true'}",
        "Categories=Graphics;Photography;",
        "MimeType=inode/directory;image/jpeg;image/png;image/webp;image/heif;image/tiff;",
        "StartupNotify=false",
    ]
    return "\n".join(lines) + "\n"


def _exec_word(word: str) -> str:
    """Quote one argument of Exec, in which a percent sign begins a field code."""
    escaped = re.sub(r'(["`$\\])', r"\\\1", word).replace("%", "%%")
    return f'"{escaped}"' if re.search(r"[^\w./%+@:-]", word) else escaped


def _entry_text(text: str) -> str:
    return text.replace("\\", "\\\\").replace("\n", "\\n")
