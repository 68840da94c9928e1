"""Which parameter of an operation holds a search query, and by which rules."""

from __future__ import annotations

from pydantic import ValidationError

from specproof.contract.vocabulary import Search
from specproof.model.operation import Operation, Parameter


def search_parameter(operation: Operation) -> tuple[Parameter, Search] | None:
    """Return the query parameter with ``x-search`` and what it says; ``None`` where there is none.

    Only a GET is searched with: anything else might change data. What is ill-typed is told by
    ``document.vocabulary``, and says nothing here.
    """
    if operation.method != "GET":
        return None
    for parameter in operation.parameters:
        said = parameter.extensions.get("x-search")
        if parameter.location == "query" and said is not None:
            try:
                rules = Search.model_validate(said)
            except ValidationError:
                continue
            return parameter, rules
    return None
