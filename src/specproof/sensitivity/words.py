"""Sentences about what was found out, the same on the terminal and on the page."""

from __future__ import annotations

from specproof.sensitivity.matrix import Control, Look, Matrix


def about_look(look: Look) -> str:
    """Say what a fault does and why it was not found."""
    why = look.why or "every promise was kept, as far as the suite looked"
    also = f"; noticed under {', '.join(look.also)}" if look.also else ""
    return f"{look.fault} ({look.promise}): {look.summary} Not found: {why}{also}"


def verdict_on(look: Look) -> str:
    """Say in a word or two whether a fault was found."""
    return ("yes, unstable" if look.unstable else "yes") if look.found else "no"


def count(number: int, what: str) -> str:
    """Say how many there are: ``1 fault``, ``2 faults``."""
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def about_control(control: Control) -> str:
    """Say how a run without a fault ended."""
    alarms = count(len(control.false_alarms), "false alarm") if control.false_alarms else "no finding"
    return (
        f"Control, seed {control.seed}: {control.verdict}, {alarms}, "
        f"{control.requests} requests in {control.seconds:.1f} s"
    )


def totals(matrix: Matrix) -> str:
    """Say it all in one line."""
    total, controls = matrix.total, matrix.controls
    faults = f"{total.found} of {count(total.all, 'fault')} found"
    alarms = f"{count(matrix.false_alarms, 'false alarm')} in {count(len(controls), 'clean run')}"
    return f"{faults}; {alarms if controls else 'no clean run'}; {matrix.seconds:.0f} s"
