"""What must hold between several spellings of one parameter."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from specproof.model.exchange import Exchange
from specproof.model.finding import Breach
from specproof.model.operation import Operation, Parameter

_REFUSALS = frozenset({400, 414, 422})


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One request with one value of a parameter."""

    value: Any
    exchange: Exchange

    @property
    def accepted(self) -> bool:
        """Whether the answer was a success."""
        return 200 <= self.exchange.response.status < 300


def one_and_both(operation: Operation, parameter: Parameter, asked: Sequence[Asked]) -> Iterator[Breach]:
    """What is accepted alone is accepted together: one value, another one, and the list of both."""
    *alone, both = asked
    status = both.exchange.response.status
    if all(each.accepted for each in alone) and status in _REFUSALS:
        style = f"{parameter.style}, explode {str(parameter.explode).lower()}"
        text = f"expected {parameter.name} = {both.value} ({style}) to be accepted as each value is; "
        yield Breach(
            promise="parameter.lists",
            operation=operation.label,
            summary=f"{text}got status {status}",
            evidence=tuple(each.exchange for each in asked),
            detail=f"{parameter.location} {parameter.name}",
            source=parameter.pointer,
        )


def encoded_and_plain(operation: Operation, parameter: Parameter, asked: Sequence[Asked]) -> Iterator[Breach]:
    """A text is accepted as it is, where it is accepted percent-encoded."""
    encoded, plain = asked
    status = plain.exchange.response.status
    if encoded.accepted and status in _REFUSALS:
        text = f"expected {parameter.name} = {plain.value} to be accepted without percent-encoding; "
        yield Breach(
            promise="parameter.reserved",
            operation=operation.label,
            summary=f"{text}got status {status}",
            evidence=tuple(each.exchange for each in asked),
            detail=parameter.name,
            source=parameter.pointer,
        )
