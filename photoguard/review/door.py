"""Access control: only one browser on this computer, the one that was given the link, may enter.

The link holds a token that is valid once; the browser gets a cookie for it. Every later
request must name this exact address as its host, and a change must come from the page itself
(Origin, Sec-Fetch-Site) with a header that no form and no other site can send. The browser
stores nothing, and the page may load nothing but what this server serves.
"""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from flask import abort, redirect, request

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask, Response
    from werkzeug.wrappers import Response as AnyResponse

HEADER = "X-Photoguard"
"""The header that every changing request must have."""
MOST_BYTES = 64 * 1024
"""Most bytes of one request: a few boxes and texts."""
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
)


@dataclass(slots=True)
class Keys:
    """The link's token, valid once, and the cookie that it is exchanged for."""

    token: str = field(default_factory=lambda: secrets.token_urlsafe(32))
    cookie: str = field(default_factory=lambda: secrets.token_urlsafe(32))

    def exchange(self, token: str) -> bool:
        """Return whether ``token`` is the link's; if so, it becomes invalid."""
        if not self.token or not _is_same(token, self.token):
            return False
        self.token = ""
        return True

    def is_known(self, cookie: str) -> bool:
        """Return whether ``cookie`` is that of the browser that exchanged the token."""
        return _is_same(cookie, self.cookie)


def _is_same(given: str, known: str) -> bool:
    return hmac.compare_digest(given.encode("utf-8", "replace"), known.encode())


def cookie_of(address: str) -> str:
    """Return the cookie's name; it contains the port, since ports of a host share cookies."""
    return f"photoguard-{address.rpartition(':')[2]}"


def guard(app: Flask, keys: Keys, address: str, touched: Callable[[], None]) -> None:
    """Admit the holder of the link once; refuse all other requests with 403 or 404.

    ``address`` is ``127.0.0.1:PORT``; ``touched`` is called for each admitted request.
    """
    app.config["MAX_CONTENT_LENGTH"] = MOST_BYTES

    @app.before_request
    def refuse_strangers() -> AnyResponse | None:
        if request.host != address:
            abort(403)
        if request.path == "/" and "token" in request.args:
            return _let_in(keys, request.args["token"], address)
        if not keys.is_known(request.cookies.get(cookie_of(address), "")):
            abort(403)
        if request.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}:
            abort(403)
        if request.method not in {"GET", "HEAD"}:
            _refuse_foreign_change(address)
        touched()
        return None

    @app.after_request
    def tighten(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = POLICY
        response.headers["Cache-Control"] = "no-store"
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["X-Frame-Options"] = "DENY"
        response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
        response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
        return response


def _let_in(keys: Keys, token: str, address: str) -> AnyResponse:
    if not keys.exchange(token):
        abort(403)
    answer = redirect("/")
    name = cookie_of(address)
    answer.set_cookie(name, keys.cookie, httponly=True, samesite="Strict", path="/")
    return answer


def _refuse_foreign_change(address: str) -> None:
    if request.headers.get("Origin") != f"http://{address}" or request.headers.get(HEADER) != "1":
        abort(403)
    if request.mimetype != "application/json":
        abort(415)
