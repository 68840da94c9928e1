"""Parameters: ask with each value of a list alone and with both, with a text encoded and as it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import quote, urlsplit, urlunsplit

from specproof.contract.derive.parameters import lists, reserved
from specproof.contract.shapes import item_schema
from specproof.generate.addresses import with_path_values
from specproof.generate.mutations import small_values
from specproof.generate.styles import Spelled, header_text, query_pairs, write_query
from specproof.invariants.spelling import Asked, encoded_and_plain, one_and_both
from specproof.model.exchange import Request
from specproof.model.operation import Operation, Parameter
from specproof.suite.judgement import Judgement
from specproof.suite.scratch import Scratch, valid_request
from specproof.suite.session import Suite
from specproof.suite.skipping import skipping

PROMISES = ("parameter.lists", "parameter.reserved")
_VALUES = 4  # of a list that are tried alone
_TEXT = "a/b:c@d"  # a path, a port and an address have these


def judge_parameters(suite: Suite, scratch: Scratch, operation: Operation, _again: bool) -> Judgement:
    """Ask in several spellings, and judge whether they are taken alike."""
    judgement = Judgement()
    with skipping(judgement, PROMISES):
        plain = valid_request(suite, scratch, operation, purpose="a plain valid request")
        for parameter in lists(suite.contract.document, operation):
            asked = _ask_for_list(suite, operation, plain, parameter)
            if len(asked) == 3:
                judgement.judge("parameter.lists", one_and_both(operation, parameter, asked))
        judgement.skip("parameter.lists", "no two values of a list were accepted alone")
        for parameter in reserved(operation):
            encoded = Spelled.of(_TEXT, quote(_TEXT, safe=""))
            both = [
                _ask(suite, operation, plain, replace(parameter, allow_reserved=False), encoded),
                _ask(suite, operation, plain, parameter, _TEXT),
            ]
            if both[0].accepted:
                judgement.judge("parameter.reserved", encoded_and_plain(operation, parameter, both))
        judgement.skip("parameter.reserved", "no text with reserved characters was accepted")
    return judgement


def _ask_for_list(suite: Suite, operation: Operation, plain: Request, parameter: Parameter) -> list[Asked]:
    """Ask for single values until two are accepted, and then for both together."""
    inside = item_schema(suite.contract.document, parameter.schema)
    accepted: list[Asked] = []
    for value in _candidates(suite, parameter, inside):
        asked = _ask(suite, operation, plain, parameter, [value])
        accepted += [asked] if asked.accepted else []
        if len(accepted) == 2:
            both = [accepted[0].value[0], accepted[1].value[0]]
            return [*accepted, _ask(suite, operation, plain, parameter, both)]
    return accepted


def _candidates(suite: Suite, parameter: Parameter, inside: Any) -> list[Any]:
    shown = [item for each in parameter.examples if isinstance(each, list) for item in each]
    known = suite.profile.parameters.get(parameter.name)
    given = str(known).split(",") if known is not None else []
    found = [*given, *shown, *small_values(suite.contract.document, inside)]
    plain = [value for value in found if isinstance(value, str | int | float)]
    return [value for number, value in enumerate(plain) if value not in plain[:number]][:_VALUES]


def _ask(suite: Suite, operation: Operation, plain: Request, parameter: Parameter, value: Any) -> Asked:
    request = replace(
        spelt(plain, operation, suite.client.base_url, parameter, value),
        purpose=f"{parameter.name} = {value}",
        valid=None,
    )
    return Asked(value=value, exchange=suite.send(request))


def spelt(plain: Request, operation: Operation, base_url: str, parameter: Parameter, value: Any) -> Request:
    """Return a request with another value of one parameter, in its style."""
    if parameter.location == "path":
        return with_path_values(plain, operation, base_url, {parameter.name: value})
    if parameter.location == "query":
        return _with_query(plain, parameter, query_pairs(parameter, value))
    text = header_text(parameter, value)
    name = parameter.name if parameter.location == "header" else "Cookie"
    kept = [pair for pair in plain.headers if pair[0].lower() != name.lower()]
    shown = text if parameter.location == "header" else f"{parameter.name}={text}"
    return replace(plain, headers=(*kept, (name, shown)))


def _with_query(plain: Request, parameter: Parameter, pairs: Sequence[tuple[str, str]]) -> Request:
    parts = urlsplit(plain.url)
    own = (f"{parameter.name}=", f"{parameter.name}[", f"{parameter.name}%5B")
    kept = [part for part in parts.query.split("&") if part and not part.startswith(own)]
    return replace(plain, url=urlunsplit(parts._replace(query="&".join([*kept, write_query(pairs)]))))
