"""What HTTP promises for every resource: HEAD, OPTIONS, small lists, pages of other origins, links."""

from collections.abc import Callable

import pytest


@pytest.mark.promises("responses", "cors")
def test_answers_are_what_http_promises(promise: object, prove: Callable[[object], object]) -> None:
    """The same is asked in several ways, and as a page of another origin asks."""
    assert prove(promise)


@pytest.mark.promises("links")
def test_links_lead_somewhere(promise: object, prove: Callable[[object], object]) -> None:
    """Those with odd characters are followed first."""
    assert prove(promise)


@pytest.mark.promises("negotiation")
def test_clients_get_what_they_ask_for(promise: object, prove: Callable[[object], object]) -> None:
    """Each documented media type is asked for by itself, and one that nobody has."""
    assert prove(promise)


@pytest.mark.promises("conditional")
def test_conditions_hold(promise: object, prove: Callable[[object], object]) -> None:
    """What was seen is asked for again, and things made for it are changed under old and new tags."""
    assert prove(promise)
