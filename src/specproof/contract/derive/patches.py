"""Promises about patches."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from specproof.contract.derive.build import promise
from specproof.contract.patching import JSON, patches
from specproof.model.media import JSON_PATCH, MERGE_PATCH
from specproof.model.operation import Operation
from specproof.model.promise import Promise

_NAMES = {MERGE_PATCH: ("merge", "removes"), JSON_PATCH: ("json", "test", "atomic"), JSON: ("partial",)}


def derive(
    document: Mapping[str, Any], operation: Operation, operations: Sequence[Operation]
) -> Iterator[Promise]:
    """Yield the promises of a PATCH; what plain JSON means by it is inferred from RFC 5789."""
    resource = operation.resource
    for base, media in patches(operation).items():
        for name in _NAMES[base]:
            inferred = base == JSON or (resource is not None and resource.inferred)
            yield promise(f"patch.{name}", operation.label, media.pointer, inferred=inferred)
