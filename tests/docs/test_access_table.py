"""The tables that say who may do what are what the target does."""

from __future__ import annotations

from access_table import PAGE, page


def test_the_access_tables_are_what_the_target_answers() -> None:
    """Mend them with ``python tests/docs/access_table.py``, if the new answers are right."""
    text = PAGE.read_text(encoding="utf-8")

    assert text == page(text)
