"""Who may come in: one browser with the link, and no request that another site could send."""

from __future__ import annotations

import json
import socket
import threading
import time
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from photoguard.review.door import POLICY, cookie_of
from photoguard.review.sentences import CODES
from photoguard.review.server import SCRIPTS, ReviewServer
from tests.conftest import PROJECT
from tests.review.office import Office, face, settle_down, spot

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from photoguard.review.desk import ReviewDesk

STATIC = PROJECT / "photoguard" / "review" / "static"


@dataclass
class Answer:
    """What the server said."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:  # noqa: ANN401
        """The body as JSON."""
        return json.loads(self.body)


@dataclass
class Visitor:
    """Sends requests as a browser does, or as none would."""

    server: ReviewServer
    desk: ReviewDesk
    cookie: str = ""
    usual: dict[str, str] = field(default_factory=dict)

    def enter(self, link: str) -> Answer:
        """Open the link, and keep the cookie that it is exchanged for."""
        parts = urlsplit(link)
        answer = self.send("GET", f"{parts.path}?{parts.query}")
        self.cookie = answer.headers.get("Set-Cookie", "").partition(";")[0]
        return answer

    def send(
        self, method: str, path: str, body: bytes | None = None, **headers: str | None
    ) -> Answer:
        """Send one request; a header that is None is left out."""
        address = self.server.address
        given: dict[str, str | None] = {"Host": address, "Cookie": self.cookie or None}
        if method == "POST":
            given |= {
                "Origin": f"http://{address}",
                "X-Photoguard": "1",
                "Content-Type": "application/json",
                "Content-Length": str(len(body or b"")),
            }
        given |= {name.replace("_", "-"): value for name, value in headers.items()}
        with closing(HTTPConnection(address, timeout=30)) as connection:
            connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
            for name, value in given.items():
                if value is not None:
                    connection.putheader(name, value)
            connection.endheaders(body)
            response = connection.getresponse()
            return Answer(response.status, dict(response.headers), response.read())

    def change(self, **given: object) -> Answer:
        """Ask for a change of the first photo."""
        return self.send("POST", "/api/photo/1", json.dumps(given).encode())


@dataclass
class Late:
    """The application on a computer that is slow where the office says so."""

    app: Any
    office: Office

    def __call__(self, environ: dict[str, Any], start: Any) -> Any:  # noqa: ANN401 - WSGI
        """Answer, before or after a while."""
        path = environ["PATH_INFO"]
        self._wait(path, self.office.asked_late)
        while path.startswith(self.office.unheard):
            time.sleep(0.01)
        answer = self.app(environ, start)
        self._wait(path, self.office.answered_late)
        return answer

    def _wait(self, path: str, late: Mapping[str, float]) -> None:
        time.sleep(sum(seconds for start, seconds in late.items() if path.startswith(start)))


@contextmanager
def served(office: Office, idle: float = 600) -> Iterator[Visitor]:
    """Serve a prepared folder as the command does, and let nobody in yet."""
    with office.open() as desk:
        server = ReviewServer(desk, idle)
        server._app = Late(server._app, office)  # type: ignore[assignment]
        thread = threading.Thread(target=server.serve)
        thread.start()
        try:
            yield Visitor(server, desk)
        finally:
            office.unheard = ()  # the server ends when all its requests have
            server._stopped.set()
            thread.join()


@pytest.fixture
def visitor(office: Office) -> Iterator[Visitor]:
    """A browser before a folder with one hidden face."""
    office.take(90, face(200, sure=False))
    office.prepare()
    with served(office) as there:
        yield there


@pytest.fixture
def guest(visitor: Visitor) -> Visitor:
    """The same, let in."""
    assert visitor.enter(visitor.server.link).status == 302
    return visitor


def test_the_link_counts_once(visitor: Visitor) -> None:
    """Whoever finds the link later, in a history or a log, is not let in."""
    link = visitor.server.link
    answer = visitor.enter(link)
    assert answer.status == 302
    for wanted in ("HttpOnly", "SameSite=Strict", "Path=/"):
        assert wanted in answer.headers["Set-Cookie"]
    assert visitor.send("GET", "/").status == 200
    assert Visitor(visitor.server, visitor.desk).enter(link).status == 403


@pytest.mark.parametrize("token", ["", "x", "%00", "%ff%fe", "%F0%9F%98%80", "a" * 5000])
def test_no_other_token_opens(token: str, visitor: Visitor) -> None:
    """A made-up token is refused, and does not use up the right one."""
    assert visitor.send("GET", f"/?token={token}").status == 403
    assert visitor.enter(visitor.server.link).status == 302


@pytest.mark.parametrize(
    "path", ["/", "/api/folder", "/api/texts", "/picture/1", "/original/1", "/static/main.js"]
)
def test_nothing_is_shown_without_the_cookie(path: str, visitor: Visitor) -> None:
    """Neither page nor picture nor script is there for a stranger."""
    assert visitor.send("GET", path).status == 403
    name = cookie_of(visitor.server.address)
    for value in ("x", "", "\xff", "a" * 3000):
        assert visitor.send("GET", path, Cookie=f"{name}={value}").status == 403


@pytest.mark.parametrize("host", ["localhost", "evil.example", "127.0.0.1", "[::1]", "127.1", ""])
def test_only_this_address_is_answered(host: str, guest: Visitor) -> None:
    """A name that another site points to this computer (DNS rebinding) reaches nothing."""
    port = guest.server.address.rpartition(":")[2]
    for given in (f"{host}:{port}", host) if host != "127.0.0.1" else (host, f"{host}:1"):
        assert guest.send("GET", "/api/folder", Host=given).status in {400, 403}


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": None},
        {"Origin": "null"},
        {"Origin": "http://evil.example"},
        {"Origin": "http://127.0.0.1:1"},
        {"X_Photoguard": None},
        {"X_Photoguard": "2"},
        {"Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "same-site"},
        {"Content_Type": "text/plain"},
        {"Content_Type": "application/x-www-form-urlencoded"},
        {"Content_Type": None},
        {"Cookie": None},
    ],
    ids=str,
)
def test_no_other_site_can_change_anything(headers: dict[str, str | None], guest: Visitor) -> None:
    """A form, a script of another site and another port of this computer are refused."""
    given = {"do": "not-face", "spot": spot(guest.desk), "version": 1}
    body = json.dumps(given).encode()
    assert guest.send("POST", "/api/photo/1", body, **headers).status in {403, 415}
    assert guest.desk.folder()["photos"][0]["spots"][0]["state"] == "hidden"
    assert guest.send("POST", "/api/photo/1", body).status == 200


def test_no_other_site_can_look(guest: Visitor) -> None:
    """Pictures are for this page alone, also for a page on another port of this computer."""
    for site in ("cross-site", "same-site"):
        assert guest.send("GET", "/original/1", Sec_Fetch_Site=site).status == 403
    assert guest.send("GET", "/original/1", Sec_Fetch_Site="same-origin").status == 200


@pytest.mark.parametrize("path", ["/", "/picture/1", "/original/1", "/api/folder", "/nothing"])
def test_nothing_is_kept_or_framed(path: str, guest: Visitor) -> None:
    """Every answer forbids caches, frames and whatever does not come from this server."""
    headers = guest.send("GET", path).headers
    assert headers["Cache-Control"] == "no-store"
    assert headers["Content-Security-Policy"] == POLICY
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "Server" not in headers


@pytest.mark.parametrize(
    "path",
    [
        "/static/../door.py",
        "/static/%2e%2e/door.py",
        "/static/..%2fdoor.py",
        "/static//etc/passwd",
        "/static/review.html.j2",
        "/picture/-1",
        "/picture/0",
        "/picture/99999999999999999999999999",
        "/picture/1/2",
        "/tile/1/..%2f..%2fjournal",
        "/tile/1/%00",
        "/original/x",
        "//evil.example/",
        "/.photoguard/journal.jsonl",
        "/manifest.json",
    ],
)
def test_no_path_leads_elsewhere(path: str, guest: Visitor) -> None:
    """Only the few addresses of the page are there."""
    assert guest.send("GET", path).status in {400, 404}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"null",
        b"[]",
        b"7",
        b'"x"',
        b"[" * 60_000,
        b'{"a":' * 10_000,
        b'{"version":' + b"9" * 50_000 + b"}",
        b"\xff\xfe",
        b'{"do":\xed\xa0\x80}',
    ],
    ids=lambda body: repr(body[:12]),
)
def test_what_is_no_request_is_refused(body: bytes, guest: Visitor) -> None:
    """Broken, endless and deeply nested JSON is answered with 400, and the page goes on."""
    assert guest.send("POST", "/api/photo/1", body).status == 400
    assert guest.send("POST", "/api/folder", body).status == 400
    assert guest.send("POST", "/api/posts", body).status == 400
    assert guest.send("GET", "/api/folder").status == 200


ODD: list[object] = [None, True, 7, -1, 1e308, "x", "\ud800", [], {}, [[]], "f0-0-0-0", 10**300]


@pytest.mark.parametrize("do", ["add", "move", "toggle", "not-face", "face", "name", "style"])
def test_odd_values_show_nothing(do: str, guest: Visitor) -> None:
    """Whatever stands in a request, the answer is a sentence and the face stays hidden."""
    for odd in ODD:
        given = {"do": do, "version": 1, "spot": odd, "box": odd, "person": odd, "style": odd}
        answer = guest.change(**given)
        assert answer.status == 409, (odd, answer.body)
        assert answer.json()["text"]
    for raw in (b"NaN", b"Infinity", b"-Infinity", b"1e999"):
        body = b'{"do":"add","version":1,"box":[1,' + raw + b",50,50]}"
        assert guest.send("POST", "/api/photo/1", body).status == 409
    assert guest.desk.folder()["photos"][0]["spots"][0]["state"] == "hidden"


def test_odd_posts_and_folders_change_nothing(guest: Visitor) -> None:
    """Whatever stands in a request about posts or the folder, it is refused with a sentence."""
    before = guest.desk.folder()
    for odd in ODD:
        post = {"photos": odd, "channel": odd, "url": odd, "on": odd, "looked": odd}
        answer = guest.send("POST", "/api/posts", json.dumps(post).encode())
        assert answer.status == 409, (odd, answer.body)
        assert answer.json()["text"]
        for name in ("channels", "day"):
            if odd != "":
                given = json.dumps({name: odd}).encode()
                assert guest.send("POST", "/api/folder", given).status == 409, (name, odd)
    assert guest.desk.folder() == before


def test_a_body_of_two_gigabytes_is_not_read(guest: Visitor) -> None:
    """A body that is too long is refused when it is announced, whoever sends it."""
    host, port = guest.server.address.split(":")
    for cookie in ("", f"Cookie: {guest.cookie}\r\n"):
        head = (
            f"POST /api/photo/1 HTTP/1.1\r\nHost: {guest.server.address}\r\n{cookie}"
            f"Content-Type: application/json\r\nContent-Length: {2 << 30}\r\n\r\n"
        )
        with socket.create_connection((host, int(port)), timeout=10) as line:
            line.sendall(head.encode() + b"{")
            assert b" 413 " in line.recv(4096).partition(b"\r\n")[0] + b" "
    assert guest.send("POST", "/api/photo/1", b" " * 70_000).status == 413
    assert guest.send("GET", "/api/folder").status == 200


def test_an_endless_body_in_pieces_is_cut(guest: Visitor) -> None:
    """Pieces whose sum is too long are refused as well."""
    host, port = guest.server.address.split(":")
    head = f"POST /api/photo/1 HTTP/1.1\r\nHost: {guest.server.address}\r\n"
    with socket.create_connection((host, int(port)), timeout=10) as line:
        line.sendall(f"{head}Transfer-Encoding: chunked\r\n\r\n".encode())
        with suppress(ConnectionError):
            for _ in range(64):
                line.sendall(b"1000\r\n" + b"x" * 4096 + b"\r\n")
        with suppress(ConnectionError):
            assert b" 413 " in line.recv(4096)
    assert guest.send("GET", "/api/folder").status == 200


def test_ten_thousand_requests_change_nothing(guest: Visitor) -> None:
    """A flood of wrong requests shows nothing and leaves the page at work."""
    with closing(HTTPConnection(guest.server.address, timeout=30)) as connection:
        for number in range(10_000):
            cookie = {"Cookie": f"x={number}"}
            with suppress(HTTPException, ConnectionError):
                connection.request("GET", f"/original/1?{number}", headers=cookie)
                answer = connection.getresponse()
                answer.read()
                assert answer.status == 403
    assert guest.send("GET", "/api/folder").status == 200


def test_an_approval_out_of_the_blue_lifts_no_rule(office: Office) -> None:
    """Nobody can approve, by any request, what a rule holds."""
    office.people["090.png"] = ("liisa",)
    office.take(90, face(200))
    office.prepare()
    with served(office) as visitor:
        visitor.enter(visitor.server.link)
        for more in ({}, {"lapsed": False}, {"verdict": "approved"}, {"basis": ""}):
            answer = visitor.change(do="approve", version=1, confirmed=True, **more)
            assert answer.status == 409
            assert answer.json()["code"] == "review.held_by_a_rule"
        settle_down(visitor.desk)
    assert not list((office.output / "ready").glob("*.jpg"))


def test_the_page_ends_by_itself(office: Office) -> None:
    """Nobody's requests keep a forgotten page open; those of the page do."""
    office.take(90)
    office.prepare()
    with served(office, idle=1.5) as visitor:
        visitor.enter(visitor.server.link)
        begun = time.monotonic()
        while time.monotonic() - begun < 3:
            assert visitor.send("GET", "/api/folder").status == 200
            time.sleep(0.3)
        stranger = Visitor(visitor.server, visitor.desk)
        with suppress(ConnectionError):
            while time.monotonic() - begun < 20:
                stranger.send("GET", "/")
                time.sleep(0.1)
        assert time.monotonic() - begun < 15


def test_the_button_ends_the_page(guest: Visitor) -> None:
    """After Finish nothing listens any more."""
    assert guest.send("POST", "/api/close", b"{}").status == 200
    guest.server._stopped.wait(5)
    time.sleep(1.5)
    with pytest.raises(ConnectionError):
        guest.send("GET", "/")


def test_it_listens_on_this_computer_only(visitor: Visitor) -> None:
    """The server is bound to the loopback address alone."""
    bound = visitor.server._server.socket.getsockname()
    assert bound[0] == "127.0.0.1"


def test_the_page_holds_no_script_or_style_of_its_own(guest: Visitor) -> None:
    """Everything comes as a file from this server, as the policy demands."""
    page = guest.send("GET", "/").body.decode()
    assert "<style" not in page
    assert " style=" not in page
    assert " on" not in page.replace(" one", "").replace(" only", "").replace(" online", "")
    assert page.count("<script") == 1
    assert {each.name for each in STATIC.glob("*.js")} == set(SCRIPTS)
    for name in SCRIPTS:
        script = guest.send("GET", f"/static/{name}").body.decode()
        for word in ("innerHTML", "eval(", "document.write", "http://", "https://"):
            assert word not in script


def test_every_sentence_of_the_scripts_is_there() -> None:
    """The scripts say nothing that is not sent to them."""
    import re

    scripts = "".join((STATIC / name).read_text("utf-8") for name in SCRIPTS)
    codes = set(re.findall(r'say\(\s*"([a-z_-]+)"', scripts))
    assert codes <= set(CODES)


def test_a_place_that_was_settled_meanwhile_is_no_error(guest: Visitor) -> None:
    """The page may ask for a place that a key has just settled; browsers complain of a 404."""
    assert guest.send("GET", "/tile/1/d0-12-34-5").status == 204
    assert guest.send("GET", "/tile/9/d0-12-34-5").status == 404
    assert guest.send("GET", "/tile/1/d.0-12").status == 404


def test_a_copy_that_was_taken_away_meanwhile_is_no_error(guest: Visitor) -> None:
    """The page may draw a photo whose rejection is just being carried out."""
    assert guest.change(do="reject", version=1).status == 200
    while guest.desk.unmade:
        time.sleep(0.05)
    assert guest.send("GET", "/picture/1").status == 204
    assert guest.send("GET", "/tile/1/whole").status == 204
    assert guest.send("GET", "/tile/1/d0-12-34-5").status == 204
    assert guest.send("GET", "/picture/9").status == 404
