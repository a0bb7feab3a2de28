"""The window that replaces the console when the icon is used.

It shows what the console would print, asks one question at a time, and shows a progress bar
with the number of photos left and a stop button. At the end it offers the next steps. The
run is in a thread of its own, since a window must stay in the main thread.
"""

from __future__ import annotations

import gc
import io
import queue
import sys
import threading
from contextlib import contextmanager, suppress
from contextvars import copy_context
from typing import TYPE_CHECKING, Any

import click

from photoguard.cli.speech import speak
from photoguard.cli.tell import counts_of
from photoguard.errors import EXIT_INTERRUPTED
from photoguard.files import printable

if TYPE_CHECKING:
    import tkinter as tk
    from collections.abc import Callable, Iterator
    from pathlib import Path
    from tkinter import ttk

    from photoguard.api import Run
    from photoguard.pipeline import Progress

NAME = "photoguard"
SIZE = "720x540"
_LOOK_EVERY_MS = 40
_EDGE = 12
_TEXT_WIDTH = 640


def open_window() -> Window | None:
    """Return a window; None if this computer has none, and the console is to be used."""
    try:
        import tkinter as tk
    except ImportError:
        return None
    try:
        return Window(tk.Tk(className=NAME))
    except tk.TclError:
        return None


class Window:
    """One conversation with the user; calls from the run's thread are executed in the window's."""

    def __init__(self, root: tk.Tk) -> None:
        """Lay out the window: text, progress bar, question."""
        from tkinter import ttk

        self.root = root
        self.wish: Path | None = None
        """The output folder that the person wants to review next; None for none."""
        self._jobs: queue.Queue[Callable[[], None]] = queue.Queue()
        self._answers: queue.Queue[str | None] = queue.Queue()
        self._stopping = self._closed = self._over = False
        root.report_callback_exception = self._trouble
        root.title(NAME)
        root.geometry(SIZE)
        root.protocol("WM_DELETE_WINDOW", self._close)
        self._foot = ttk.Frame(root, padding=_EDGE)
        self._foot.pack(side="bottom", fill="x")
        self._text = _text_widget(root)

    def run(self, work: Callable[[], int]) -> int:
        """Run ``work`` in a thread until the window is closed; return its exit code."""
        codes: list[int] = []
        context = copy_context()

        def whole() -> None:
            codes.append(_code_of(lambda: context.run(work)))
            if codes[0] == EXIT_INTERRUPTED and not self._closed:
                context.run(self._say_that_it_was_stopped)
            self._jobs.put(self._end)

        with self._in_place_of_the_console():
            thread = threading.Thread(target=whole)
            thread.start()
            self.root.after(_LOOK_EVERY_MS, self._do_jobs)
            while not self._over:
                try:
                    self.root.mainloop()
                except KeyboardInterrupt:
                    self._interrupt()
            thread.join()
        self._let_go()
        return codes[0]

    def _let_go(self) -> None:
        """Close the window and free Tk at once: if collected in another thread it would abort."""
        import tkinter as tk

        self.root.destroy()
        widgets = [name for name, value in vars(self).items() if isinstance(value, tk.Misc)]
        for name in widgets:
            delattr(self, name)
        gc.collect()

    def _say_that_it_was_stopped(self) -> None:
        self.say(f"\n{speak('cli.interrupted')}\n")
        self._jobs.put(self._show_close)
        self._answers.get()

    @contextmanager
    def _in_place_of_the_console(self) -> Iterator[None]:
        """Redirect standard output, error and input to the window while active."""
        from click import termui

        kept = (sys.stdin, sys.stdout, sys.stderr, termui.visible_prompt_func)
        sys.stdin = _WindowInput(self)
        sys.stdout = sys.stderr = _WindowOutput(self)
        termui.visible_prompt_func = self.ask
        try:
            yield
        finally:
            sys.stdin, sys.stdout, sys.stderr, termui.visible_prompt_func = kept

    def say(self, text: str) -> None:
        """Append text; may be called from any thread."""
        self._jobs.put(lambda: self._write(text))

    def ask(self, prompt: str) -> str:
        """Wait for a line of input; raises click.Abort if the window is closed or stopped."""
        question = prompt.rstrip(" >\n")
        if question:
            self.say(f"{question}\n")
        return self._wait_for(self._show_question)

    def choose(self) -> Path | None:
        """Let the user choose a folder; None if cancelled."""
        from pathlib import Path

        name = self._wait_for(self._show_chooser)
        return Path(name) if name else None

    @contextmanager
    def bar(
        self, folder: str, total: int, *, quiet: bool = False
    ) -> Iterator[Callable[[Progress], None]]:
        """Show how many photos are left; the function given raises KeyboardInterrupt if stopped."""
        del quiet
        name = printable(folder)
        self._jobs.put(lambda: self._show_bar(name, total))

        def tell(progress: Progress) -> None:
            self._jobs.put(lambda: self._move_bar(progress.done, progress.total))
            if self._stopping:
                raise KeyboardInterrupt

        try:
            yield tell
        finally:
            self._jobs.put(self._clear)

    def finish(self, runs: list[Run]) -> None:
        """Offer the next steps; wait until the window is closed or a review page is chosen."""
        with suppress(click.Abort):
            self._wait_for(lambda: self._show_outcome(runs))

    def _wait_for(self, show: Callable[[], None]) -> str:
        if self._stopping:
            raise click.Abort
        self._jobs.put(show)
        found = self._answers.get()
        if found is None:
            raise click.Abort
        return found

    def _do_jobs(self) -> None:
        try:
            with suppress(queue.Empty):
                while True:
                    self._jobs.get_nowait()()
        finally:
            if not self._over:
                self.root.after(_LOOK_EVERY_MS, self._do_jobs)

    def _end(self) -> None:
        self._over = True
        self.root.quit()

    def _trouble(self, kind: type[BaseException], error: BaseException, trace: Any) -> None:  # noqa: ANN401
        """Close on Ctrl-C; any other exception is a defect of the window."""
        if not issubclass(kind, KeyboardInterrupt):
            raise error.with_traceback(trace)
        self._interrupt()

    def _interrupt(self) -> None:
        """Close on Ctrl-C, and keep processing jobs if it interrupted that."""
        self._close()
        self.root.after(_LOOK_EVERY_MS, self._do_jobs)

    def _close(self) -> None:
        """Stop the run; if it is waiting for input, it ends at once."""
        self._closed = True
        self._stop()
        self._answers.put(None)

    def _stop(self) -> None:
        from tkinter import ttk

        self._stopping = True
        for button in self._foot.winfo_children():
            if isinstance(button, ttk.Button):
                button.state(["disabled"])
        self._write(f"\n{speak('window.stopping')}\n")

    def _clear(self) -> None:
        for child in self._foot.winfo_children():
            child.destroy()

    def _write(self, text: str) -> None:
        self._text.configure(state="normal")
        self._text.insert("end", text)
        self._text.configure(state="disabled")
        self._text.see("end")

    def _show_question(self) -> None:
        from tkinter import ttk

        self._clear()
        entry = ttk.Entry(self._foot)
        entry.pack(side="left", fill="x", expand=True)

        def answer(_: object = None) -> None:
            text = entry.get()
            self._write(f"{text}\n")
            self._clear()
            self._answers.put(text)

        entry.bind("<Return>", answer)
        self._button("window.answer", answer)
        entry.focus_force()

    def _show_chooser(self) -> None:
        from tkinter import filedialog

        name = filedialog.askdirectory(
            parent=self.root, title=speak("staff.choose"), mustexist=True
        )
        self._answers.put(str(name or ""))

    def _show_bar(self, name: str, total: int) -> None:
        from tkinter import ttk

        self._clear()
        self.root.title(f"{name} – {NAME}")
        self._left = ttk.Label(self._foot, text=speak("window.left", total))
        self._left.pack(anchor="w")
        self._progress = ttk.Progressbar(self._foot, maximum=max(1, total))
        self._progress.pack(side="left", fill="x", expand=True)
        self._button("window.stop", self._stop)

    def _move_bar(self, done: int, total: int) -> None:
        if self._progress.winfo_exists():
            self._progress.configure(value=done)
            self._left.configure(text=speak("window.left", total - done))

    def _show_outcome(self, runs: list[Run]) -> None:
        from tkinter import ttk

        self._clear()
        for line in counts_of([photo for run in runs for photo in run.photos]):
            ttk.Label(self._foot, text=line, wraplength=_TEXT_WIDTH).pack(anchor="w")
        row = ttk.Frame(self._foot)
        row.pack(anchor="e", pady=(_EDGE, 0))
        for run in runs:
            self._offer(row, run, name=run.output.name if len(runs) > 1 else "")
        self._show_close(row)

    def _show_close(self, row: tk.Misc | None = None) -> None:
        if row is None:
            self._clear()
        last = self._button("window.close", lambda: self._answers.put(""), row)
        last.focus_force()
        last.bind("<Return>", lambda _: last.invoke())

    def _offer(self, row: tk.Misc, run: Run, *, name: str) -> None:
        named = f" ({printable(name)})" if name else ""
        if any(photo["output"] for photo in run.photos):
            self._button("window.look_through", lambda: self._wants(run.output), row, named)
        self._button("window.open_report", lambda: _open(run.report), row, named)
        self._button("window.open_folder", lambda: _open(run.output), row, named)

    def _wants(self, output: Path) -> None:
        self.wish = output
        self._answers.put("")

    def _button(
        self, code: str, act: Callable[[], object], place: tk.Misc | None = None, more: str = ""
    ) -> ttk.Button:
        from tkinter import ttk

        button = ttk.Button(place or self._foot, text=speak(code) + more, command=act)
        button.pack(side="left", padx=(_EDGE // 2, 0))
        return button


class _WindowOutput(io.TextIOBase):
    """A text stream that writes to the window."""

    encoding = "utf-8"
    errors = "replace"

    def __init__(self, window: Window) -> None:
        self._window = window

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        if not isinstance(text, str):
            raise TypeError
        self._window.say(text)
        return len(text)


class _WindowInput(io.TextIOBase):
    """A text stream that reads the user's answers in the window."""

    encoding = "utf-8"

    def __init__(self, window: Window) -> None:
        self._window = window

    def readable(self) -> bool:
        return True

    def readline(self, _size: int = -1, /) -> str:  # type: ignore[override]
        try:
            return f"{self._window.ask('')}\n"
        except click.Abort:
            return ""


def _text_widget(root: tk.Tk) -> tk.Text:
    """Return a read-only text widget with a scroll bar."""
    from tkinter import Text, font, ttk

    frame = ttk.Frame(root, padding=(_EDGE, _EDGE, _EDGE, 0))
    frame.pack(fill="both", expand=True)
    text = Text(
        frame, wrap="word", state="disabled", relief="flat", font=font.nametofont("TkDefaultFont")
    )
    scroll = ttk.Scrollbar(frame, command=text.yview)
    text.configure(yscrollcommand=scroll.set)
    scroll.pack(side="right", fill="y")
    text.pack(fill="both", expand=True)
    return text


def _code_of(work: Callable[[], int]) -> int:
    try:
        return work()
    except click.exceptions.Exit as end:
        return end.exit_code
    except (KeyboardInterrupt, click.Abort):
        return EXIT_INTERRUPTED


def _open(path: Path) -> None:
    """Open a file or folder with the system's default program."""
    click.launch(str(path.resolve()))
