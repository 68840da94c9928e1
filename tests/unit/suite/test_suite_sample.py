"""Some exchanges of every kind are kept, never too many and none that is huge."""

from __future__ import annotations

from dataclasses import replace

from builders import make_exchange, make_request

from specproof.model.exchange import Exchange
from specproof.suite.sample import Sample, joined


def exchange(number: int, *, status: int = 200, operation: str = "GET /a", body: bytes = b"") -> Exchange:
    """Build the exchange that was sent as the one of this number."""
    request = replace(make_request(), operation=operation)
    return replace(make_exchange(status, body=body, request=request), number=number, started=float(number))


def sample_of(*exchanges: Exchange) -> tuple[Exchange, ...]:
    """Return what is kept of these."""
    sample = Sample()
    for each in exchanges:
        sample(each)
    return sample.exchanges


def test_the_first_two_of_each_operation_and_status_are_kept() -> None:
    sent = [exchange(n, status=200 if n % 2 else 404, operation=f"GET /{n % 3}") for n in range(60)]

    kept = sample_of(*sent)

    assert [each.number for each in kept] == list(range(12))


def test_what_is_huge_is_not_kept() -> None:
    assert sample_of(exchange(1, body=b"x" * 20_001), exchange(2, body=b"x")) == (exchange(2, body=b"x"),)


def test_a_large_document_does_not_fill_the_memory() -> None:
    assert len(sample_of(*(exchange(n, operation=f"GET /{n}") for n in range(2_000)))) == 400


def test_samples_of_several_processes_become_one_of_the_same_size() -> None:
    parts = [(exchange(1), exchange(4)), (exchange(2), exchange(3, status=201))]

    assert [each.number for each in joined(parts)] == [1, 2, 3]
