"""Lines at the bottom of a terminal that are drawn anew a few times a second."""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Callable, Mapping
from typing import TextIO

from rich.console import Console, ConsoleDimensions, RenderableType
from rich.live import Live

_EVERY_S = 0.3


def can_draw(stream: TextIO, environ: Mapping[str, str]) -> bool:
    """Tell whether a stream is a terminal that people look at and that can draw over what is there.

    Args:
        stream: Where pytest prints.
        environ: The environment: ``CI`` stands for a log, ``TERM`` says what the terminal can do; rich's
            ``TTY_INTERACTIVE=0`` is heeded.
    """
    try:
        if not stream.isatty():
            return False
        os.get_terminal_size(stream.fileno())
    except (OSError, ValueError):
        return False
    if environ.get("CI", "").lower() not in {"", "0", "false"}:
        return False
    return Console(file=stream, _environ=environ).is_interactive


class _Terminal(Console):
    def show_cursor(self, show: bool = True) -> bool:
        """Leave the cursor: a run that is killed must not take it along."""
        return False


class LiveLines:
    """Draws lines until it is stopped; a terminal that goes away is left alone, and the run goes on.

    Args:
        stream: The terminal. Its descriptor is copied, so that lines can be drawn while pytest captures.
        content: Returns what is drawn, for a width and a height.
        colour: Whether escape codes for colours may be used.
    """

    def __init__(
        self, stream: TextIO, content: Callable[[int, int], RenderableType], *, colour: bool
    ) -> None:
        """Draw nothing yet."""
        copy = os.dup(stream.fileno())
        self._file = open(copy, "w", encoding=stream.encoding, errors="replace")  # noqa: SIM115  # closed in stop
        console = _Terminal(file=self._file, highlight=False, no_color=not colour or None)
        self._console = console
        self._content = content
        self._live = Live(
            console=console,
            auto_refresh=False,
            transient=True,
            redirect_stdout=False,
            redirect_stderr=False,
            vertical_overflow="crop",
        )
        self._lock = threading.Lock()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._keep_drawing, name="specproof-progress", daemon=True)

    def start(self) -> None:
        """Draw from now on, a few times a second."""
        self._safely(self._live.start)
        self.draw()
        self._thread.start()

    def draw(self) -> None:
        """Draw at once."""
        self._safely(self._draw_anew)

    def print(self, line: RenderableType) -> None:
        """Print a line that stays, above those that are drawn."""
        self._safely(lambda: self._console.print(line, soft_wrap=True))

    def stop(self) -> None:
        """Take the lines away and put the cursor where they began."""
        self._safely(self._live.stop)
        self._over.set()
        self._thread.join()
        with contextlib.suppress(OSError, ValueError):
            self._file.close()

    def _keep_drawing(self) -> None:
        while not self._over.wait(_EVERY_S):
            self.draw()

    def _draw_anew(self) -> None:
        # Asked for here, since pytest puts files in the place of the streams that rich would ask.
        columns, lines = os.get_terminal_size(self._file.fileno())
        self._console.size = ConsoleDimensions(columns or 80, lines or 25)
        self._live.update(self._content(*self._console.size), refresh=True)

    def _safely(self, act: Callable[[], object]) -> None:
        """Do one thing at a time, and nothing any more where the terminal is gone."""
        with self._lock:
            if self._over.is_set():
                return
            try:
                act()
            except (OSError, ValueError):
                self._over.set()
