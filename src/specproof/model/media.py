"""What the name of a media type says about a body."""

from __future__ import annotations

from email.message import Message

EVENT_STREAM = "text/event-stream"
JSON_PATCH = "application/json-patch+json"  # RFC 6902
MERGE_PATCH = "application/merge-patch+json"  # RFC 7396
SEQUENCES = frozenset({
    "application/jsonl",
    "application/jsonlines",
    "application/x-jsonlines",
    "application/ndjson",
    "application/x-ndjson",
    "application/stream+json",
})
"""Media types of one JSON text a line."""
TEXT_SEQUENCE = "application/json-seq"  # RFC 7464: each text begins with RS
_STREAMS = frozenset({EVENT_STREAM, TEXT_SEQUENCE, "multipart/x-mixed-replace", *SEQUENCES})


def base_name(media_type: str) -> str:
    """Return a media type in lower case and without parameters."""
    return media_type.partition(";")[0].strip().lower()


def parameter_of(media_type: str, name: str) -> str | None:
    """Return a parameter of a media type, such as its charset (RFC 9110 section 8.3.1)."""
    message = Message()
    message["Content-Type"] = media_type
    found = message.get_param(name)
    return found if isinstance(found, str) else None


def is_json(media_type: str) -> bool:
    """Tell whether a body of this type is one JSON text (RFC 8259, RFC 6839)."""
    base = base_name(media_type)
    return "json" in base and not is_sequence(base)


def is_sequence(media_type: str) -> bool:
    """Tell whether a body of this type is a sequence of JSON texts."""
    base = base_name(media_type)
    return base in SEQUENCES or base.endswith(("json-seq", "+json-seq"))


def is_stream(media_type: str) -> bool:
    """Tell whether a body of this type may go on for as long as anybody listens."""
    base = base_name(media_type)
    return base in _STREAMS or is_sequence(base)


def is_xml(media_type: str) -> bool:
    """Tell whether a body of this type is XML (RFC 7303)."""
    base = base_name(media_type)
    return base in {"application/xml", "text/xml"} or base.endswith("+xml")
