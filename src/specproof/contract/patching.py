"""Which operations patch a thing, and by which media types."""

from __future__ import annotations

from specproof.model.media import JSON_PATCH, MERGE_PATCH
from specproof.model.operation import MediaType, Operation

JSON = "application/json"


def patches(operation: Operation) -> dict[str, MediaType]:
    """Return how an operation patches a thing that can be made and read: by base name of the media type.

    A PATCH with plain JSON that is the update of its resource belongs to the life cycle.
    """
    resource, body = operation.resource, operation.request_body
    if operation.method != "PATCH" or resource is None or body is None:
        return {}
    if resource.create is None or resource.read is None:
        return {}
    if not operation.path.rstrip("/").endswith(f"/{{{resource.parameter}}}"):
        return {}
    found = {each.base: each for each in body.content if each.base in {JSON, MERGE_PATCH, JSON_PATCH}}
    if resource.update == operation.label and resource.keeps_omitted:
        found.pop(JSON, None)
    return found
