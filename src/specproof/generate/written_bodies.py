"""One JSON body, written as it may be and as nobody may: names of its media type, and more than one text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from specproof.generate.request import json_media
from specproof.model.exchange import Request
from specproof.model.operation import Operation

JSON = "application/json"


def named_alike(operation: Operation, request: Request, *, quoted: bool = True) -> Iterator[Request]:
    """Yield a request with a JSON body under other spellings of the media type, as clients write it.

    JSON has no charset, and one that is told has no effect (RFC 8259 section 11); ``quoted`` adds the one in
    quotes (RFC 9110 section 5.6.6). Capitals, which mean the same (section 8.3.1), are left out: no client
    writes them, and many a server compares letter by letter.
    """
    if json_media(operation) != JSON or request.body is None:
        return
    for spelling in (f"{JSON}; charset=utf-8", *((f'{JSON};charset="UTF-8"',) if quoted else ())):
        others = tuple(pair for pair in request.headers if pair[0].lower() != "content-type")
        purpose = f"a body of {spelling}"
        yield replace(request, headers=(("Content-Type", spelling), *others), purpose=purpose)


def more_than_json(request: Request) -> Iterator[Request]:
    """Yield a request whose body begins with a whole JSON text, or lacks the end of one.

    Such a body is no JSON text (RFC 8259 section 2). What a reader may make of single quotes or comments is
    left out: it may accept extensions (section 9).
    """
    body = request.body or b""
    for name, raw in (
        ("text after JSON", body + b" specproof"),
        ("two JSON texts", body + b"\n" + body),
        ("JSON without its end", body[:-1]),
    ):
        yield replace(request, body=raw, purpose=f"a body that is {name}")
