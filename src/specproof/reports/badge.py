"""``badge.json`` and ``badge.svg``: the verdict in one line, for a README."""

from __future__ import annotations

import html
import json
from pathlib import Path
from typing import Any

from specproof.model.verdict import Decision, Run, State, Verdict

JSON, SVG = "badge.json", "badge.svg"
_COLOURS = {Verdict.PASS: ("brightgreen", "#2a7d2e"), Verdict.FAIL: ("red", "#b3261e")}
_UNSURE = ("yellow", "#7a5900")  # dark enough for white letters (WCAG 2.2, 1.4.3)
_LETTER = 7.0  # average width of a letter of 11 px Verdana; textLength makes the rest fit


def write_badges(run: Run, decision: Decision, folder: Path) -> None:
    """Write both badges of a clean run."""
    badge = endpoint(run, decision)
    (folder / JSON).write_text(json.dumps(badge, indent=1) + "\n", encoding="ascii")
    colour = _COLOURS.get(decision.verdict, _UNSURE)[1]
    (folder / SVG).write_text(svg(badge["label"], badge["message"], colour), encoding="utf-8")


def endpoint(run: Run, decision: Decision) -> dict[str, Any]:
    """Return what the endpoint badge of shields.io reads (schema version 1)."""
    proven = sum(outcome.state is State.PROVEN for outcome in run.outcomes)
    return {
        "schemaVersion": 1,
        "label": "contract",
        "message": f"{decision.verdict.value}, {proven} of {len(run.outcomes)} promises proven",
        "color": _COLOURS.get(decision.verdict, _UNSURE)[0],
    }


def svg(label: str, message: str, colour: str) -> str:
    """Return a badge of two fields that needs nothing from elsewhere."""
    left, right = (round(len(text) * _LETTER) + 12 for text in (label, message))
    name = html.escape(f"{label}: {message}")
    texts = "".join(
        f'<text x="{at}" y="14" textLength="{width - 12}">{html.escape(text)}</text>'
        for text, at, width in ((label, 6, left), (message, left + 6, right))
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{left + right}" height="20" role="img" '
        f'aria-label="{name}"><title>{name}</title><rect width="{left}" height="20" fill="#4a4a4a"/>'
        f'<rect x="{left}" width="{right}" height="20" fill="{colour}"/>'
        f'<g fill="#fff" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11">{texts}</g></svg>\n'
    )
