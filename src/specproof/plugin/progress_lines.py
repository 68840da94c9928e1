"""What the progress of a run looks like in words; nothing is said by colour."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from specproof.plugin.tally import Group, Look, Tally
from specproof.reports.text import one_line

BROKEN, SOFT, SKIPPED, ERROR = "broken", "broken, not blocking", "not exercised", "ended in an error"
_WORDS = (ERROR, BROKEN, SOFT, SKIPPED)  # the worst first


def word_of(category: str, look: Look, *, generated: str) -> str:
    """Say what pytest's category of a test means here; nothing where all is well so far.

    Args:
        category: ``passed``, ``failed``, ``xfailed``, ``skipped``, ``error``, or empty.
        look: What the test is about.
        generated: The area of generated requests; such a test judges nothing, so it fails by an error alone.
    """
    if category == "failed":
        return ERROR if look.area == generated else BROKEN
    return {"error": ERROR, "xfailed": SOFT, "skipped": SKIPPED}.get(category, "")


def group_line(name: str, group: Group) -> str:
    """Return the line about an area or an operation whose tests have all ended."""
    told = _told(group.words)
    tests = f"{group.tests:5} {'test ' if group.tests == 1 else 'tests'}"
    requests = f"{group.requests:7} {'request ' if group.requests == 1 else 'requests'}"
    numbers = f"{tests} {requests} {group.seconds:7.1f} s"
    return f"{numbers}  {one_line(name)}" + (f": {told}" if told else "")


def running_lines(tally: Tally, now: float, *, most: int) -> Iterator[str]:
    """Yield a line for each operation that is being looked at, the one that takes longest first.

    Args:
        tally: The counts.
        now: The moment, in seconds.
        most: How many lines there is room for.
    """
    running = [(tally.look(nodeid), since) for nodeid, since in tuple(tally.running.items())]
    shown = running if len(running) <= most else running[: most - 1]
    alone = f", {_many(tally.pending(), 'request')}" if len(running) == 1 and tally.pending() else ""
    for look, since in shown:
        yield f"{_name(look)}{alone}, {now - since:.0f} s"
    if len(running) > len(shown):
        yield f"and {len(running) - len(shown)} more"


def total_line(tally: Tally, now: float) -> str:
    """Return how far the run has come, how fast it is, and how long it may still take."""
    parts = [f"{tally.done} of {_many(tally.tests, 'test')}", _many(tally.requests, "request")]
    rate = tally.rate(now)
    if rate:
        parts.append(f"{rate:.0f}/s" if rate >= 10 else f"{rate:.1f}/s")
    told, left = _told(tally.words), tally.left_s(now)
    if told:
        parts.append(told)
    if left is not None:
        parts.append(f"about {span(left)} left")
    return ", ".join(parts)


def plain_line(tally: Tally, now: float) -> str:
    """Return one line for logs, where nothing can be drawn over."""
    running = [_name(tally.look(nodeid)) for nodeid in tuple(tally.running)]
    at = f"; now {running[0]}" if running else ""
    more = f" and {len(running) - 1} more" if len(running) > 1 else ""
    return f"specproof: {span(tally.elapsed_s(now))}, {total_line(tally, now)}{at}{more}"


def span(seconds: float) -> str:
    """Return a time in words: no more exact than it is known."""
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    if seconds < 90 * 60:
        return f"{round(seconds / 60)} min"
    return f"{seconds / 3600:.1f} h"


def _name(look: Look) -> str:
    return one_line(f"{look.operation}  {look.area}" if look.operation else look.area)


def _many(number: int, noun: str) -> str:
    return f"{number} {noun}" + ("" if number == 1 else "s")


def _told(words: Counter[str]) -> str:
    return ", ".join(f"{words[word]} {word}" for word in _WORDS if words[word])
