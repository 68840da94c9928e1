"""Read parameter values out of a request, in every way that a reasonable reader may read them.

Source: OpenAPI 3.0.4 section 4.8.12.2 (Parameter Object, Style Values); Swagger 2.0, ``collectionFormat``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import unquote

from specproof.model.operation import Parameter

TAB = "\t"
_DELIMITERS = {"spaceDelimited": " ", "pipeDelimited": "|"}
COLLECTION_FORMAT = "x-collection-format"  # what Swagger 2.0 has and OpenAPI 3 has not: tsv
_KEY = re.compile(r"\[([^\[\]]+)\]")


def delimiter(parameter: Parameter) -> str:
    """Return what stands between the values of a list that is one text."""
    if parameter.extensions.get(COLLECTION_FORMAT) == "tsv":
        return TAB
    return _DELIMITERS.get(parameter.style, ",")


def list_readings(parameter: Parameter, values: Sequence[str]) -> list[list[str]]:
    """Return the lists that the values of a query parameter may be read as; none where that is unsure.

    Args:
        parameter: A list.
        values: Everything that stands under its name, percent-decoded, so that a delimiter inside of a value
            and one between two values look alike.
    """
    if parameter.explode and parameter.style == "form":
        split = [part for value in values for part in value.split(",")]
        return [list(values), split] if split != list(values) else [list(values)]
    if len(values) != 1:
        return []
    split = values[0].split(delimiter(parameter))
    return [split, [values[0]]] if len(split) > 1 else [split]


def members_of(parameter: Parameter, pairs: Sequence[tuple[str, str]]) -> dict[str, str] | None:
    """Return the members of a ``deepObject`` in a query; ``None`` where they are nested or repeated."""
    found: dict[str, str] = {}
    for name, value in pairs:
        if not name.startswith(f"{parameter.name}["):
            continue
        key = _KEY.fullmatch(name[len(parameter.name) :])
        if key is None or key[1] in found:
            return None
        found[key[1]] = value
    return found


def path_values_of(parameter: Parameter, segment: str) -> list[str] | None:
    """Return the values in a path segment, percent-decoded; ``None`` where it has not the documented style.

    Raises:
        UnicodeDecodeError: It is no UTF-8.
    """
    name, several = parameter.name, parameter.kind == "array"
    joint = ","
    if parameter.style == "label":
        if not segment.startswith("."):
            return None
        segment, joint = segment[1:], "." if parameter.explode else ","
    elif parameter.style == "matrix":
        if not segment.startswith(f";{name}="):
            return None
        segment, joint = segment[len(name) + 2 :], f";{name}=" if parameter.explode else ","
    parts = segment.split(joint) if several else [segment]
    return [unquote(part, errors="strict") for part in parts]
