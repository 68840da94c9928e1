"""What every answer of every operation is judged by, whatever it was sent for."""

from __future__ import annotations

from collections.abc import Callable

from specproof.checks import (
    body,
    deprecation,
    errors,
    headers,
    internals,
    moments,
    own,
    problems,
    status,
    validators,
    web_links,
)
from specproof.checks.content import CONTENT_CHECKS
from specproof.checks.context import Check, Context
from specproof.model.exchange import Exchange

Relevant = Callable[[Context, Exchange], bool]


def _has_headers(context: Context, exchange: Exchange) -> bool:
    found = context.operation.response_for(exchange.response.status)
    return bool(found and found.headers)


def _has_content(context: Context, exchange: Exchange) -> bool:
    found = context.operation.response_for(exchange.response.status)
    return bool(found and found.content)


# Judged on every answer of every operation, whatever it was sent for.
EVERY_ANSWER: dict[str, tuple[Check, Relevant]] = {
    "status.no-server-error": (status.no_server_error, lambda _, __: True),
    "status.documented": (status.status_documented, lambda _, __: True),
    "media-type.documented": (body.media_type_documented, _has_content),
    "body.schema": (body.body_schema, _has_content),
    "headers.documented": (headers.headers_documented, _has_headers),
    "errors.object": (errors.error_object, lambda _, e: 400 <= e.response.status < 500),
    "errors.no-internals": (internals.no_internals, lambda _, e: e.response.status >= 400),
    "errors.fields": (errors.names_offender, errors.blames_one),
    "timestamps.not-in-future": (moments.not_in_future, moments.tells_time),
    "deprecation.valid": (deprecation.valid, deprecation.is_announced),
    "deprecation.ordered": (deprecation.ordered, deprecation.has_both),
    "problem.members": (problems.members, problems.is_problem),
    "problem.status": (problems.same_status, problems.has_status),
    "validators.valid": (validators.valid, validators.is_named),
    "link-header.valid": (web_links.valid, web_links.has_links),
    **CONTENT_CHECKS,
    own.OWN_CHECKS: (own.own_checks, own.has_own),
}
