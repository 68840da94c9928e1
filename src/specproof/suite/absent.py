"""What names nothing: from the profile, or made up in the shape of what names something."""

from __future__ import annotations

import hashlib
import re
import uuid
from dataclasses import replace

from specproof.generate.addresses import path_values, with_path_values
from specproof.model.exchange import Request
from specproof.model.operation import Operation, Parameter
from specproof.suite.session import Suite

_UUID = re.compile(r"(\{?)[0-9a-fA-F]{8}(-?)(?:[0-9a-fA-F]{4}\2){3}[0-9a-fA-F]{12}(\}?)")
_HIGH, _SPAN = 2_000_000_000, 100_000_000  # positive in 32 bits, and far beyond what a server has counted to


def absent_request(suite: Suite, operation: Operation, request: Request) -> Request | None:
    """Return a request for something that is not there; ``None`` where the path has no parameter."""
    parameters = [p for p in operation.parameters if p.location == "path"]
    own = operation.resource.parameter if operation.resource else None
    parameter = next((p for p in parameters if p.name == own), parameters[-1] if parameters else None)
    if parameter is None:
        return None
    base_url = suite.client.base_url
    present = path_values(request, operation, base_url).get(parameter.name, "")
    values = {parameter.name: _absent_value(suite, parameter, present)}
    return replace(with_path_values(request, operation, base_url, values), valid=None)


def _absent_value(suite: Suite, parameter: Parameter, present: str) -> str:
    known = suite.profile.absent.get(parameter.name)
    if known is not None:
        return str(known)
    digest = hashlib.sha256(f"{suite.plan.seed} {parameter.name}".encode()).digest()
    return made_up(parameter, present, digest)


def made_up(parameter: Parameter, present: str, digest: bytes) -> str:
    """Return a value that names nothing, as far as anybody can tell.

    It looks like a value that names something, so that it is looked up and not refused for its form.

    Args:
        parameter: The path parameter.
        present: A value that names something.
        digest: Where the value is taken from, 16 bytes or more; the same bytes give the same value.
    """
    schema = parameter.schema if isinstance(parameter.schema, dict) else {}
    number = int.from_bytes(digest[:4], "big")
    if schema.get("type") in {"integer", "number"} or re.fullmatch(r"\d{1,9}", present):
        return str(_HIGH + number % _SPAN)
    dress = _UUID.fullmatch(present)
    if dress or schema.get("format") == "uuid":
        made = uuid.UUID(bytes=digest[:16], version=4)
        text = made.hex if dress and not dress[2] else str(made)
        return f"{dress[1]}{text}{dress[3]}" if dress else text
    return f"specproof-{digest.hex()[:12]}"
