"""The access matrix of the page: who may do what, and what came of trying."""

from __future__ import annotations

from dataclasses import dataclass

from specproof.model.access import AccessCell
from specproof.model.verdict import Run


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """Operations by credentials; ``None`` where nothing was tried."""

    credentials: tuple[str, ...]
    rows: tuple[tuple[str, tuple[AccessCell | None, ...]], ...]


def access(run: Run) -> Access | None:
    """Return the matrix of a run, or ``None`` where no credential was tried."""
    if not run.access:
        return None
    cells = {(cell.operation, cell.credential): cell for cell in run.access}
    credentials = tuple(sorted({cell.credential for cell in run.access}))
    tried = {cell.operation for cell in run.access}
    labels = (*(label for label in run.operations if label in tried), *sorted(tried - set(run.operations)))
    rows = tuple((label, tuple(cells.get((label, name)) for name in credentials)) for label in labels)
    return Access(credentials=credentials, rows=rows)
