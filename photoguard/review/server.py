"""The review page's server on 127.0.0.1, which ends on request or when idle."""

from __future__ import annotations

import logging
import re
import threading
import time
from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from flask import Flask, Response, abort, jsonify, request
from waitress import wasyncore
from waitress.server import create_server

from photoguard.errors import PhotoguardError
from photoguard.files.untrusted import as_json
from photoguard.pages import template
from photoguard.review.door import MOST_BYTES, Keys, guard
from photoguard.review.sentences import sentences
from photoguard.texts import say

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from photoguard.model import Language
    from photoguard.review.desk import ReviewDesk

SCRIPTS = (
    *("main.js", "api.js", "dom.js", "faces.js", "photos.js", "photo.js"),
    *("event.js", "posts.js", "pictures.js", "stage.js", "about.js", "group.js", "texts.js"),
)
STYLES = ("review.css",)
IDLE_SECONDS = 30 * 60
"""Seconds without a request after which the server ends."""
MOST_SIDE = 10_000
"""Largest screen in pixels that a request may name."""
_PLACE = re.compile(r"[a-z][0-9a-f-]{1,40}")
"""Pattern of a place's id."""
_LOOK_EVERY = 0.5
_LAST_ANSWERS = 0.4
"""Seconds for sending pending answers after a person asked to end."""


@dataclass(frozen=True, slots=True)
class Clock:
    """Callbacks of the application to the server: a request came, and a person asked to end."""

    touched: Callable[[], None]
    stop: Callable[[], None]


def create_app(desk: ReviewDesk, keys: Keys, address: str, clock: Clock) -> Flask:
    """Return the Flask application; every decision is made by ``desk``."""
    app = Flask("photoguard.review", static_folder=None, template_folder=None)
    guard(app, keys, address, clock.touched)
    _add_pages(app, desk.language)
    _add_pictures(app, desk)
    _add_changes(app, desk, clock.stop)
    return app


def _add_pages(app: Flask, language: Language) -> None:
    page = template("photoguard.review", "review.html.j2").render(
        language=language.value, say=lambda code: say(code, language)
    )
    folder = files("photoguard.review") / "static"
    own = {name: (folder / name).read_text("utf-8") for name in (*SCRIPTS, *STYLES)}

    @app.get("/")
    def show_page() -> Response:
        return Response(page, mimetype="text/html")

    @app.get("/favicon.ico")
    def show_no_icon() -> Response:
        return Response(status=204)

    @app.get("/static/<name>")
    def show_own(name: str) -> Response:
        if name not in own:
            abort(404)
        kind = "text/javascript" if name.endswith(".js") else "text/css"
        return Response(own[name], mimetype=kind)

    @app.get("/api/texts")
    def show_sentences() -> Response:
        return jsonify(sentences(language))


def _add_pictures(app: Flask, desk: ReviewDesk) -> None:
    @app.get("/picture/<int:photo>")
    def show_picture(photo: int) -> Response:
        return _picture(desk.picture(photo))

    @app.get("/tile/<int:photo>/<name>")
    def show_tile(photo: int, name: str) -> Response:
        content = desk.tile(photo, name)
        if content is None and _PLACE.fullmatch(name) and desk.picture(photo) is not None:
            return Response(status=204)  # a place that was settled since the page was drawn
        return _picture(content)

    @app.get("/original/<int:photo>")
    def show_original(photo: int) -> Response:
        side = request.args.get("side", 0, type=int)
        return _picture(desk.original(photo, min(max(side, 0), MOST_SIDE)))


def _picture(content: bytes | None) -> Response:
    if content is None:
        abort(404)
    if not content:  # the copy was taken away since the page was drawn, as a rejection does
        return Response(status=204)
    kinds = ((b"\x89PNG", "image/png"), (b"RIFF", "image/webp"))
    kind = next((name for start, name in kinds if content.startswith(start)), "image/jpeg")
    return Response(content, mimetype=kind)


def _add_changes(app: Flask, desk: ReviewDesk, stop: Callable[[], None]) -> None:
    @app.get("/api/folder")
    def show_folder() -> Response:
        return jsonify(desk.folder())

    @app.post("/api/photo/<int:photo>")
    def change(photo: int) -> tuple[Response, int]:
        asked = _asked()
        return _answered(lambda: desk.change(photo, asked), desk.language)

    @app.post("/api/folder")
    def change_folder() -> tuple[Response, int]:
        asked = _asked()
        return _answered(lambda: desk.change_folder(asked), desk.language)

    @app.post("/api/posts")
    def post() -> tuple[Response, int]:
        asked = _asked()
        return _answered(lambda: desk.post(asked), desk.language)

    @app.post("/api/close")
    def close() -> Response:
        stop()
        return jsonify({"unmade": desk.unmade})


def _asked() -> Mapping[str, Any]:
    """Return the JSON object of the request; answers 400 if it is none."""
    try:
        asked = as_json(request.get_data())
    except ValueError:
        asked = None
    if not isinstance(asked, dict):
        abort(400)
    return asked


def _answered(ask: Callable[[], Mapping[str, Any]], language: Language) -> tuple[Response, int]:
    """Return the result of ``ask`` as JSON; UsageTrouble becomes a sentence with status 409."""
    try:
        return jsonify(ask()), 200
    except PhotoguardError as trouble:
        sentence = say(trouble.code, language, None, **trouble.parameters)
        return jsonify({"code": trouble.code, "text": sentence}), 409


class ReviewServer:
    """Serves one output folder until a person ends it or it has been idle for too long."""

    def __init__(self, desk: ReviewDesk, idle_seconds: float = IDLE_SECONDS, port: int = 0) -> None:
        """Listen on ``port`` of 127.0.0.1 only; 0 means any free port."""
        logging.getLogger("waitress").setLevel(logging.CRITICAL)  # a queue is no news to staff
        self._desk = desk
        self._idle = idle_seconds
        desk.warm()
        self._last = time.monotonic()
        self._stopped = threading.Event()
        self._server = create_server(
            self._enter,
            host="127.0.0.1",
            port=port,
            threads=4,
            ident=None,
            max_request_body_size=MOST_BYTES,  # before anything of it is read
        )
        self.address = f"127.0.0.1:{self._server.effective_port}"
        self._keys = Keys()
        clock = Clock(self._touched, self._stopped.set)
        self._app = create_app(desk, self._keys, self.address, clock)

    @property
    def link(self) -> str:
        """The page's address with the token that is valid once."""
        return f"http://{self.address}/?token={self._keys.token}"

    def _enter(self, environ: dict[str, Any], start_response: Any) -> Any:  # noqa: ANN401 - WSGI
        return self._app(environ, start_response)

    def _touched(self) -> None:
        self._last = time.monotonic()

    def serve(self) -> None:
        """Serve until a person ends it or no request came for ``idle_seconds``."""
        try:
            while not self._stopped.is_set() and not self._is_forgotten():
                self._answer(_LOOK_EVERY)
            end = time.monotonic() + _LAST_ANSWERS
            while time.monotonic() < end:
                self._answer(_LAST_ANSWERS / 4)
        finally:
            self._server.task_dispatcher.shutdown()
            wasyncore.close_all(self._server._map)  # noqa: SLF001 - there is no other door

    def _is_forgotten(self) -> bool:
        return time.monotonic() - self._last > self._idle and not self._desk.unmade

    def _answer(self, seconds: float) -> None:
        """Handle requests that come within so many seconds."""
        server = self._server
        wasyncore.loop(seconds, server.adj.asyncore_use_poll, server._map, count=1)  # noqa: SLF001
