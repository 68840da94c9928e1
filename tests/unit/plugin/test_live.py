"""Lines that are drawn over, on a real pseudo-terminal."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import struct
import termios
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

import pytest
from rich.text import Text

from specproof.plugin.live import LiveLines, can_draw

SCREEN = {"TERM": "xterm-256color"}


@dataclass(kw_only=True)
class PseudoTerminal:
    """Both ends: what a program writes into, and what a screen would show."""

    screen: int
    stream: TextIO

    def resize(self, columns: int, lines: int) -> None:
        """Set the size of the screen."""
        fcntl.ioctl(self.stream.fileno(), termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))

    def written(self) -> str:
        """Close the program's end, and return all that was written into it.

        The kernel hands on what is written in its own time: only the end, an error on Linux, says that
        nothing more is on its way.
        """
        self.stream.close()
        shown = bytearray()
        with contextlib.suppress(OSError):
            while piece := os.read(self.screen, 65536):
                shown += piece
        return shown.decode()


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Iterator[PseudoTerminal]:
    """A terminal of 100 columns and 20 lines, whatever these tests themselves are started in."""
    for name, value in SCREEN.items():
        monkeypatch.setenv(name, value)
    screen, program = pty.openpty()
    with open(program, "w", encoding="utf-8") as stream:
        found = PseudoTerminal(screen=screen, stream=stream)
        found.resize(100, 20)
        yield found
    if found.screen >= 0:
        os.close(found.screen)


@pytest.mark.parametrize(
    ("environ", "drawn"),
    [
        (SCREEN, True),
        ({**SCREEN, "CI": "false"}, True),
        ({**SCREEN, "NO_COLOR": "1"}, True),
        ({**SCREEN, "CI": "true"}, False),
        ({"TERM": "dumb"}, False),
        ({**SCREEN, "TTY_INTERACTIVE": "0"}, False),
    ],
)
def test_only_a_terminal_for_people_is_drawn_on(
    terminal: PseudoTerminal, environ: dict[str, str], drawn: bool
) -> None:
    assert can_draw(terminal.stream, environ) is drawn


def test_a_file_is_not_drawn_on_even_where_colour_is_forced(tmp_path: Path) -> None:
    with (tmp_path / "log").open("w") as stream:
        assert not can_draw(stream, {**SCREEN, "FORCE_COLOR": "1"})


def test_lines_are_drawn_and_taken_away_again(terminal: PseudoTerminal) -> None:
    lines = LiveLines(terminal.stream, lambda columns, rows: Text(f"{columns} by {rows}"), colour=False)

    lines.start()
    lines.print(Text("stays"))
    lines.stop()

    shown = terminal.written()
    assert "100 by 20" in shown
    assert shown.index("100 by 20") < shown.index("stays")
    assert shown.endswith("\x1b[2K")  # the line is erased where the cursor stands
    assert "\x1b[?25l" not in shown  # the cursor was never hidden


def test_the_size_is_that_of_the_terminal(terminal: PseudoTerminal) -> None:
    terminal.resize(72, 9)
    lines = LiveLines(terminal.stream, lambda columns, rows: Text(f"{columns} by {rows}"), colour=False)

    lines.start()
    lines.stop()

    assert "72 by 9" in terminal.written()


def test_a_terminal_that_goes_away_stops_nothing(terminal: PseudoTerminal) -> None:
    lines = LiveLines(terminal.stream, lambda _columns, _rows: Text("here"), colour=False)
    lines.start()
    os.close(terminal.screen)
    terminal.screen = -1

    lines.print(Text("nobody reads this"))
    lines.print(Text("nor this"))
    lines.stop()

    with pytest.raises(OSError, match="Input/output error"):
        os.write(terminal.stream.fileno(), b"it is really gone")
