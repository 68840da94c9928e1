"""Write parameter values in the styles of OpenAPI.

Source: OpenAPI 3.0.4 sections 4.8.12.2 (Parameter Object, Style Values) and appendix C; RFC 6570 section 3.2.
What separates the values of a list stands as it is where a URL may hold it, and the values are
percent-encoded, so that a reader can tell one from the other.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from specproof.contract.styles import delimiter
from specproof.model.operation import Parameter

Pair = tuple[str, str]
_RESERVED = ":/?@!$'()*,;"  # of RFC 3986, without what would end a pair or a query: # & + = [ ]


class Spelled(str):
    """A value that is percent-encoded in its own way; as a text it is the plain value."""

    __slots__ = ("encoded",)
    encoded: str

    @classmethod
    def of(cls, plain: str, encoded: str) -> Spelled:
        """Return a plain value that goes out as the encoded one."""
        made = cls(plain)
        made.encoded = encoded
        return made


def write_query(pairs: Sequence[Pair]) -> str:
    """Return a query without its question mark."""
    return "&".join(f"{quote(name, safe='')}={_query_value(value)}" for name, value in pairs)


def _query_value(value: str) -> str:
    return value.encoded if isinstance(value, Spelled) else quote(value, safe="/", errors="surrogatepass")


def as_text(value: Any) -> str:
    """Write a primitive as it stands in a URL: ``true``, ``null`` and numbers as in JSON."""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return ",".join(as_text(item) for item in value)
    return json.dumps(value)


def query_pairs(parameter: Parameter, value: Any) -> list[Pair]:
    """Write one query parameter as names and values."""
    name = parameter.name
    if parameter.content:
        return [(name, json.dumps(value, ensure_ascii=False, separators=(",", ":")))]
    if isinstance(value, list):
        if parameter.explode and parameter.style == "form":
            return [(name, item) for item in _items(value)]
        return [(name, _joined(parameter, _items(value)))]
    if isinstance(value, Mapping):
        members = [(str(key), as_text(item)) for key, item in value.items()]
        if parameter.style == "deepObject":
            return [(f"{name}[{key}]", item) for key, item in members]
        if parameter.explode:
            return members
        return [(name, _joined(parameter, [each for pair in members for each in pair]))]
    text = as_text(value)
    return [(name, Spelled.of(text, quote(text, safe=_RESERVED)) if parameter.allow_reserved else text)]


def _joined(parameter: Parameter, texts: Sequence[str]) -> Spelled:
    joint = delimiter(parameter)
    encoded = joint if joint == "," else quote(joint, safe="")
    return Spelled.of(joint.join(texts), encoded.join(quote(text, safe="") for text in texts))


def path_text(parameter: Parameter, value: Any) -> str:
    """Write one path parameter, percent-encoded.

    Args:
        parameter: What the document says about it.
        value: A text may be the values of a list with commas between them, as a profile holds it.
    """
    members = _members(parameter, value)
    if members is None:
        items = value.split(",") if isinstance(value, str) and parameter.kind == "array" else value
        texts = _items(items) if isinstance(items, list) else [as_text(items)]
        return _path_list(parameter, [quote(text, safe="") for text in texts])
    pairs = [(quote(key, safe=""), quote(text, safe="")) for key, text in members]
    if parameter.explode:
        return _path_list(parameter, [f"{key}={text}" for key, text in pairs], named=True)
    return _path_list(parameter, [",".join(each for pair in pairs for each in pair)])


def _path_list(parameter: Parameter, texts: Sequence[str], *, named: bool = False) -> str:
    joint = "," if not parameter.explode else {"label": ".", "matrix": ";"}.get(parameter.style, ",")
    name = quote(parameter.name, safe="")
    if parameter.style == "label":
        return "." + joint.join(texts)
    if parameter.style == "matrix":
        if named:
            return "".join(f";{text}" for text in texts)
        return f";{name}={','.join(texts)}" if joint == "," else "".join(f";{name}={text}" for text in texts)
    return joint.join(texts)


def header_text(parameter: Parameter, value: Any) -> str:
    """Write one header or cookie parameter; nothing is percent-encoded in a header (section 4.8.12.3)."""
    if parameter.content:
        return json.dumps(value, separators=(",", ":"))
    members = _members(parameter, value)
    if members is None:
        return as_text(value)
    return ",".join(f"{key}={text}" if parameter.explode else f"{key},{text}" for key, text in members)


def _members(parameter: Parameter, value: Any) -> list[Pair] | None:
    """Return the members of an object; a profile may hold it as JSON."""
    if parameter.kind == "object" and isinstance(value, str) and value.startswith("{"):
        try:
            value = json.loads(value)
        except ValueError:
            return None
    if not isinstance(value, Mapping):
        return None
    return [(str(key), as_text(item)) for key, item in value.items()]


def _items(value: Sequence[Any]) -> list[str]:
    return [as_text(item) for item in value]
