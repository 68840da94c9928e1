"""Promises about the media type that a client asks for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from specproof.contract.derive.build import promise
from specproof.contract.negotiation import is_sure, offered, refuses
from specproof.model.operation import Operation
from specproof.model.promise import Promise


def derive(
    document: Mapping[str, Any], operation: Operation, operations: Sequence[Operation]
) -> Iterator[Promise]:
    """Yield what a GET promises to whoever names a media type."""
    if operation.method != "GET":
        return
    offers = offered(operation)
    if offers:
        sure = is_sure(operation)
        yield promise("negotiation.honoured", operation.label, offers[0].pointer, inferred=not sure)
    if refuses(operation):
        yield promise("negotiation.refused", operation.label, operation.responses["406"].pointer)
