"""Promises about the media type that a client asks for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from specproof.contract.derive.build import promise
from specproof.contract.infer import infers, said
from specproof.contract.negotiation import is_sure, offered, refuses
from specproof.model.operation import Operation
from specproof.model.promise import Promise


def derive(
    document: Mapping[str, Any], operation: Operation, operations: Sequence[Operation]
) -> Iterator[Promise]:
    """Yield what a GET promises to whoever names a media type."""
    if operation.method != "GET" or said(document, operation, "x-negotiation") is False:
        return
    offers, sure = offered(document, operation), is_sure(document, operation)
    if offers and (sure or infers(document, operation)):
        yield promise("negotiation.honoured", operation.label, offers[0].pointer, inferred=not sure)
    if refuses(operation):
        yield promise("negotiation.refused", operation.label, operation.responses["406"].pointer)
