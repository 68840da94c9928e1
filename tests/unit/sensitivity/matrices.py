"""Small matrices: one fault found, one missed, one clean run and one false alarm."""

from __future__ import annotations

from specproof.sensitivity.matrix import Control, Look, Matrix

FOUND = Look(
    fault="page-repeats-item",
    promise="pagination.no-repeats",
    summary="List: an item comes twice.",
    findings={"pagination.no-repeats": 1, "pagination.total": 2, "pagination.no-gaps": 0},
    requests=64,
    seconds=0.25,
)
MISSED = Look(
    fault="emoji-500",
    promise="status.no-server-error",
    summary="Emoji | are a *server* error.",
    findings={"status.no-server-error": 0},
    whole_suite=True,
    requests=1800,
    seconds=9.87,
)
CLEAN = Control(seed=1, verdict="pass", requests=1190, seconds=7.04)
ALARM = Control(
    seed=2,
    verdict="fail",
    false_alarms=("pagination.total  GET /things  expected 3; got 4",),
    requests=1188,
    seconds=7.0,
)


def make_matrix(*answers: Look | Control) -> Matrix:
    """Put looks and controls together."""
    return Matrix(
        looks=tuple(answer for answer in answers if isinstance(answer, Look)),
        controls=tuple(answer for answer in answers if isinstance(answer, Control)),
        settings={"part": "all", "depth": "standard", "seed": 1},
        started=1_767_225_600.0,
        seconds=31.4,
    )
