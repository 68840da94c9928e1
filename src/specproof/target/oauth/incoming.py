"""What a request to the authorization server says: its parameters, and who claims to be asking."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from urllib.parse import parse_qsl, unquote_plus

from authlib.oauth2.rfc6749 import InvalidRequestError, OAuth2Payload, OAuth2Request
from flask import Request

from specproof.target.incoming import BAD_ESCAPE, Query
from specproof.target.oauth.rules import Rules
from specproof.target.presented import FORM

ONCE = frozenset({
    "client_id", "client_secret", "code", "code_challenge", "code_challenge_method", "code_verifier",
    "grant_type", "redirect_uri", "refresh_token", "response_type", "scope", "state",
})  # fmt: skip
"""What may be given only once (RFC 6749 sections 3.1 and 3.2)."""
URI = "https://localhost/"
"""Authlib refuses plain HTTP by the address. The target speaks it on purpose, as it stands on loopback."""


class Parameters(OAuth2Payload):
    """Decoded parameters. One without a value counts as left out (RFC 6749 section 3.1)."""

    def __init__(self, pairs: list[tuple[str, str]], rules: Rules) -> None:
        self._rules = rules
        self._lists: dict[str, list[str]] = {}
        for name, value in pairs:
            if value:
                self._lists.setdefault(name, []).append(value)

    @property
    def data(self) -> dict[str, str]:
        """The first value of each parameter."""
        return {name: values[0] for name, values in self._lists.items()}

    @property
    def datalist(self) -> dict[str, list[str]]:
        """Every value of each parameter."""
        return self._lists

    @property
    def repeated(self) -> set[str]:
        """Parameters that are given more than once although they may not be."""
        return {name for name, values in self._lists.items() if len(values) > 1} & ONCE

    @property
    def state(self) -> str | None:
        """What goes back to the client."""
        return self._rules.state(self.data.get("state"))

    @property
    def grant_type(self) -> str:
        """What is asked for; empty where nothing is."""
        return self._rules.grant_type(self.data.get("grant_type")) or ""


class Incoming(OAuth2Request):
    """A request in the shape that Authlib reads.

    Args:
        method: HTTP method.
        payload: The decoded parameters.
        authorization: The Authorization header as sent.
    """

    payload: Parameters

    def __init__(self, method: str, payload: Parameters, authorization: str | None) -> None:
        super().__init__(method, URI)
        self.payload = payload
        self.authorization = authorization

    @property
    def form(self) -> dict[str, str]:
        """The same parameters: what may stand in a body alone is read from bodies alone (see below)."""
        return self.payload.data


@dataclass(frozen=True, slots=True)
class Claimed:
    """Who says to be the client, and how it proves that: by the method names of RFC 7591 section 2."""

    method: str
    client_id: str | None
    secret: str = ""


def claimed(request: Incoming) -> Claimed:
    """Return who claims to be asking.

    Raises:
        InvalidRequestError: In two ways at once (RFC 6749 section 2.3), or under two names.
    """
    data = request.payload.data
    client_id, secret = data.get("client_id"), data.get("client_secret")
    basic = basic_pair(request.authorization)
    if basic is None:
        method = "none" if secret is None else "client_secret_post"
        return Claimed(method, client_id, secret or "")
    if secret is not None or client_id not in {None, unquote_plus(basic[0])}:
        raise InvalidRequestError("Authenticate in one way only, and under one client_id.")
    return Claimed("client_secret_basic", unquote_plus(basic[0]), unquote_plus(basic[1]))


def basic_pair(authorization: str | None) -> tuple[str, str] | None:
    """Return name and password of a Basic header, empty where it is broken; ``None``: it is none."""
    scheme, _, encoded = (authorization or "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        name, colon, password = (
            base64.b64decode(encoded.strip(" "), validate=True).decode("utf-8").partition(":")
        )
    except (binascii.Error, ValueError):
        return "", ""
    return (name, password) if colon else ("", "")


def form_pairs(request: Request) -> list[tuple[str, str]]:
    """Decode a form body, strictly.

    Raises:
        InvalidRequestError: It is another media type, or not percent-encoded UTF-8.
    """
    body = request.get_data(cache=False)
    if request.mimetype != FORM:
        raise InvalidRequestError(f"Send the parameters as {FORM}.")
    try:
        text = body.decode("utf-8")
        if BAD_ESCAPE.search(text):
            raise ValueError("broken escape")
        return parse_qsl(text, keep_blank_values=True, errors="strict")
    except ValueError as error:
        raise InvalidRequestError("The body is not percent-encoded UTF-8.") from error


def token_request(request: Request, rules: Rules) -> Incoming:
    """Read a request to the token endpoint; its parameters stand in the body alone (RFC 6749 section 2.3.1).

    Raises:
        InvalidRequestError: The body is no form, or the rules object to it.
    """
    pairs = form_pairs(request)
    if objection := rules.objection(pairs):
        raise InvalidRequestError(objection)
    return Incoming(request.method, Parameters(pairs, rules), request.environ.get("HTTP_AUTHORIZATION"))


def authorization_request(request: Request, rules: Rules) -> Incoming:
    """Read a request to the authorization endpoint: from the query and, with POST, from the form too.

    Raises:
        InvalidRequestError: The body is no form.
        Problem: 400, the query string is malformed.
    """
    pairs = list(Query(request.environ.get("QUERY_STRING", "")).pairs)
    if request.method == "POST" and (request.content_length or request.mimetype):
        pairs += form_pairs(request)
    return Incoming(request.method, Parameters(pairs, rules), request.environ.get("HTTP_AUTHORIZATION"))
