"""Nothing leaves the computer: proved below Python, at the system calls.

One life of a kindergarten's computer, from setup to takedown, every command once, each
under strace with its native libraries and worker processes.
"""

from __future__ import annotations

import os
import re
import sqlite3
import subprocess
import sys
from pathlib import Path
from urllib.request import HTTPCookieProcessor, Request, build_opener

import click
import pytest

from photoguard.cli import COMMANDS, photoguard
from tests.conftest import witness
from tests.pipeline.photos import damaged, small

INTERNET = re.compile(r"AF_INET6?|SIOCGIF|AF_NETLINK|sa_family=AF_VSOCK|AF_PACKET")
PERSON = "Testi Esimerkki"
MAY_LISTEN = {"review"}
"""The page on this computer: it listens on loopback, which a test of its own looks at."""

LIFE = [
    ("--help",),
    ("setup", "--yes", "--unit-name", "Koekoti"),
    ("shortcut", "--desktop", "{place}", "--system", "linux"),
    ("guide", "--output", "{place}/guide.html"),
    ("doctor", "--quick"),
    ("consent", "template", "{place}/table.csv"),
    ("consent", "form", "{place}/form.html"),
    ("consent", "add", PERSON),
    ("consent", "guardian", "add", PERSON, "Toinen Esimerkki"),
    ("consent", "guardian", "change", PERSON, "1", "Kolmas Esimerkki"),
    ("consent", "change", PERSON, "--group", "Menninkäiset"),
    ("consent", "form", "{place}/forms.html", "--person", PERSON, "--child-page"),
    ("accounts", "add", PERSON, "--responsible", "--channel", "instagram"),
    ("accounts", "list"),
    ("accounts", "notice"),
    ("accounts", "end", "{holder}"),
    ("accounts", "remove", "{holder}"),
    ("consent", "class", "Menninkäiset"),
    ("consent", "answers", "Menninkäiset", "--table", "{place}/answers.csv"),
    ("consent", "give", PERSON, "--by", "guardian-1", "--channel", "instagram"),
    ("consent", "show", PERSON),
    ("consent", "list"),
    ("consent", "missing"),
    ("consent", "expiring"),
    ("consent", "import", "{place}/people.csv", "--dry-run"),
    ("prepare", "{place}/photos", "--jobs", "1"),
    ("watch", "{place}/photos", "--install"),
    ("watch", "{place}/photos", "--remove"),
    ("drop", "{place}/photos", "--yes", "--no-open"),
    ("check", "{place}/photos/a.jpg"),
    ("published", "add", "{place}/photos-photoguard", "--channel", "instagram", "--looked"),
    ("evidence", "{place}/photos", "--output", "{place}/evidence.jsonl"),
    ("evidence", "--check", "{place}/evidence.jsonl", "{place}/photos-photoguard/ready"),
    ("year", "--output", "{place}/year.html"),
    ("consent", "withdraw", PERSON),
    ("published", "list", "--csv", "{place}/takedown.csv"),
    ("published", "show", "{post}"),
    ("published", "remove", "{post}"),
    ("consent", "never", PERSON),
    ("consent", "guardian", "remove", PERSON, "1", "--yes"),
    ("consent", "export", "--output", "{place}/all.csv"),
    ("consent", "forget", PERSON, "--yes"),
    ("consent", "log", "--check"),
    ("register", "init", "Koekoti", "--sql"),
    ("register", "grant", "staff", "Koekoti", "--sql"),
    ("register", "units", "--sql"),
    ("register", "check", "--sql"),
    ("register", "backup-note"),
    ("admx", "{place}/policy"),
    ("tidy", "{place}/photos-photoguard", "--days", "0", "--yes"),
]
"""Each command in the order of use; ``{place}`` is a folder of the test, ``{post}`` a post,
``{holder}`` somebody with a duty."""


def _names(command: click.Command, path: tuple[str, ...] = ()) -> set[tuple[str, ...]]:
    """Every command that there is, with the group it belongs to."""
    if not isinstance(command, click.Group):
        return {path}
    context = click.Context(command)
    names = command.list_commands(context)
    found = [(name, command.get_command(context, name)) for name in names]
    return set().union(*(_names(each, (*path, name)) for name, each in found if each))


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A computer's home with two photos, one of them damaged."""
    return furnished(tmp_path_factory.mktemp("home"))


def furnished(home: Path) -> Path:
    """Put what the life needs into an empty folder, and return it."""
    small(home / "photos" / "a.jpg", 320)
    (home / "people.csv").write_text("nimi;ryhmä\nToinen Testi;Menninkäiset\n", "utf-8")
    (home / "home").mkdir()
    damaged(home / "photos" / "b.jpg")
    return home


def environment_of(place: Path) -> dict[str, str]:
    """Return this computer's variables with the homes of the place."""
    homes = ("HOME", "XDG_CONFIG_HOME", "XDG_CONFIG_DIRS", "XDG_DATA_HOME", "XDG_STATE_HOME")
    return {
        **os.environ,
        **{name: str(place / name.lower()) for name in homes},
        "PHOTOGUARD_LANGUAGE": "en",
    }


def post_in(place: Path) -> str:
    """Return the id of the post that was recorded, as the takedown list shows it."""
    listed = place / "takedown.csv"
    rows = listed.read_text("utf-8-sig").splitlines() if listed.exists() else []
    return re.split("[;,]", rows[1])[0] if len(rows) > 1 else ""


def holder_in(place: Path) -> str:
    """Return the id of somebody who can use an account, as the register keeps it."""
    found = next(place.rglob("register.sqlite3"), None)
    if found is None:
        return ""
    register = sqlite3.connect(found)
    try:
        row = register.execute("SELECT id FROM account_holder").fetchone()
    finally:
        register.close()
    return str(row[0]) if row else ""


def test_every_command_is_in_the_life() -> None:
    """No command is left out, those of the groups included."""
    names = _names(photoguard)
    lived = {scene[:length] for scene in LIFE for length in (1, 2, 3)}
    assert names - lived == {(name,) for name in MAY_LISTEN & set(COMMANDS)}


@pytest.mark.parametrize("scene", LIFE, ids=lambda scene: " ".join(scene[:2]))
def test_no_command_speaks_to_a_network(scene: tuple[str, ...], place: Path) -> None:
    """A whole run, native libraries and worker processes included, opens no internet socket."""
    done = live([sys.executable, "-m", "photoguard"], scene, place)
    assert b"Traceback" not in done.stderr
    assert done.returncode in {0, 1, 4, 5}, done.stderr.decode()
    assert calls_in(place / "trace") == []
    if scene[0] in {"prepare", "check"}:
        python = Path(sys.executable).resolve().name
        assert programs_in(place / "trace") <= {python, "python3", "python"}


def live(
    program: list[str], scene: tuple[str, ...], place: Path, alone: tuple[str, ...] = ()
) -> subprocess.CompletedProcess[bytes]:
    """Run one command of the life under strace, which writes ``trace`` into the place."""
    told = {"place": place, "post": post_in(place), "holder": holder_in(place)}
    arguments = [word.format(**told) for word in scene]
    strace = [
        witness("strace"),
        "-f",
        "--seccomp-bpf",
        "-e",
        "trace=network,ioctl,execve",
        "-o",
        str(place / "trace"),
    ]
    return subprocess.run(
        [*strace, *alone, *program, *arguments],
        check=False,
        capture_output=True,
        timeout=300,
        env=environment_of(place),
        input=b"y\n" * 9,
    )


def calls_in(trace: Path) -> list[str]:
    """Return the calls that reach for a network."""
    lines = trace.read_text("utf-8", "replace").splitlines()
    return [line for line in lines if INTERNET.search(line)]


def programs_in(trace: Path) -> set[str]:
    """Return the names of the programs that were started; strace's own first one included."""
    started = re.findall(
        r'execve\("([^"]+)".* = 0$', trace.read_text("utf-8", "replace"), re.MULTILINE
    )
    return {Path(path).resolve().name for path in started}


def test_the_review_page_speaks_to_this_computer_only(place: Path) -> None:
    """The one command that listens binds to 127.0.0.1, answers there, and calls nobody."""
    trace, output = place / "trace", str(place / "reviewed")
    strace = [witness("strace"), "-f", "--seccomp-bpf", "-e", "trace=network", "-o", str(trace)]
    program = [sys.executable, "-u", "-m", "photoguard"]
    first = [*program, "prepare", str(place / "photos"), "--output", output, "--jobs", "1"]
    subprocess.run(first, check=False, capture_output=True, timeout=300, env=environment_of(place))
    command = [*program, "review", output]
    with subprocess.Popen(
        [*strace, *command, "--no-open"],
        stdout=subprocess.PIPE,
        text=True,
        env=environment_of(place),
    ) as page:
        assert page.stdout is not None
        link = re.search(r"http://127\.0\.0\.1:[0-9]+/[^ \n]*", page.stdout.readline())
        assert link is not None
        opener = build_opener(HTTPCookieProcessor())
        assert b"<main" in opener.open(link[0]).read()
        home = link[0].partition("/?")[0]
        headers = {"Origin": home, "X-Photoguard": "1", "Content-Type": "application/json"}
        opener.open(Request(f"{home}/api/close", b"{}", headers)).read()  # noqa: S310 - loopback
        assert page.wait(60) == 0
    calls = trace.read_text("utf-8", "replace").splitlines()
    addresses = {found for line in calls for found in re.findall(r'inet_addr\("([^"]+)"\)', line)}
    assert addresses == {"127.0.0.1"}
    assert not [line for line in calls if re.search(r"connect\(.*AF_INET|AF_INET6|NETLINK", line)]


def test_a_run_needs_no_network(place: Path) -> None:
    """In an empty network namespace the same run comes to the same end."""
    command = [sys.executable, "-m", "photoguard", "prepare", str(place / "photos"), "--fresh"]
    alone = [witness("unshare"), "--net", *(["--map-root-user"] if os.getuid() else [])]
    done = subprocess.run(
        [*alone, *command, "--jobs", "1", "--quiet", "--output", str(place / "alone")],
        check=False,
        capture_output=True,
        timeout=300,
        env=environment_of(place),
    )
    if b"unshare failed" in done.stderr:
        pytest.skip("this computer does not let tests make a network namespace")
    assert done.returncode == 4, done.stderr.decode()


def test_no_library_keeps_a_file_of_its_own(place: Path, tmp_path: Path) -> None:
    """What numbers this computer or gathers its use writes that into the home: no library does."""
    environment = {
        **{key: value for key, value in os.environ.items() if not key.startswith("XDG_")},
        "HOME": str(tmp_path),
    }
    command = [sys.executable, "-m", "photoguard", "prepare", str(place / "photos"), "--quiet"]
    done = subprocess.run(
        [*command, "--jobs", "1", "--output", str(place / "anew")],
        check=False,
        capture_output=True,
        timeout=300,
        env=environment,
    )
    assert done.returncode == 4, done.stderr.decode()
    kept = [path.relative_to(tmp_path) for path in tmp_path.rglob("*") if path.is_file()]
    assert [str(path) for path in kept if "photoguard" not in path.parts] == []


def test_the_witness_sees_a_call(tmp_path: Path) -> None:
    """The search itself finds an internet socket, in a process below the first one."""
    trace = tmp_path / "trace"
    code = "import socket; socket.socket(socket.AF_INET).close()"
    below = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {code!r}], check=True)"
    strace = [
        witness("strace"),
        "-f",
        "--seccomp-bpf",
        "-e",
        "trace=network,ioctl",
        "-o",
        str(trace),
    ]
    subprocess.run([*strace, sys.executable, "-c", below], check=True, timeout=60)
    assert INTERNET.search(trace.read_text("utf-8", "replace"))
