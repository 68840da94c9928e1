"""What people see in a browser: the page that asks for approval, and the page that says why it does not."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from importlib import resources
from urllib.parse import urlsplit

from flask import Response, render_template_string

from specproof.target.oauth.records import Client

COOKIE = "consent"
PATH = "/site/oauth2/authorize"
SOURCE = resources.files("specproof.target.oauth").joinpath("page.html").read_text("utf-8")
STYLE = SOURCE.partition("<style>")[2].partition("</style>")[0]
STYLE_HASH = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
GUARDED = (
    ("Cache-Control", "no-store"),
    ("Pragma", "no-cache"),
    ("Referrer-Policy", "no-referrer"),
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
)


def guard(response: Response) -> Response:
    """Keep an answer of the authorization endpoint out of caches, frames and referrers."""
    for name, value in GUARDED:
        response.headers[name] = value
    return response


def form_token(key: bytes, cookie: str) -> str:
    """Return what a form has to carry beside a cookie that another site can neither read nor guess."""
    return hmac.new(key, cookie.encode(), "sha256").hexdigest()


def is_ours(key: bytes, cookie: str | None, token: str | None) -> bool:
    """Tell whether a form that came back was handed to the same browser."""
    if not cookie or not token:
        return False
    return hmac.compare_digest(form_token(key, cookie).encode(), token.encode())


def ask(
    client: Client,
    *,
    back: str,
    scopes: str,
    parameters: dict[str, str],
    key: bytes,
    cookie: str | None,
    complaint: str = "",
) -> Response:
    """Return the page that asks for approval.

    Args:
        client: Who wants to act for the user.
        back: Where the user is sent afterwards.
        scopes: What is to be approved, space-separated.
        parameters: The request, which the form repeats.
        key: Ties the form to the cookie.
        cookie: The one that the browser has already.
        complaint: What was wrong with the last attempt.
    """
    cookie = cookie or secrets.token_urlsafe(16)
    parts = urlsplit(back)
    origin = f"{parts.scheme}://{parts.netloc}" if parts.netloc else f"{parts.scheme}:"
    response = _page(
        403 if complaint else 200,
        f"Allow {client.name}?",
        complaint,
        form_action=f"'self' {origin}",  # browsers apply it to the redirect that follows, too
        client=client,
        scopes=scopes.split(),
        destination=parts.netloc or parts.scheme,
        action=PATH,
        hidden=parameters | {"csrf_token": form_token(key, cookie)},
    )
    response.set_cookie(COOKIE, cookie, path=PATH, httponly=True, samesite="Lax")
    return response


def refuse(status: int, complaint: str) -> Response:
    """Return the page that says why nothing can be approved."""
    return _page(status, "This cannot be approved", complaint, form_action="'none'")


def _page(status: int, title: str, complaint: str, *, form_action: str, **values: object) -> Response:
    html = render_template_string(SOURCE, title=title, complaint=complaint, **values)
    response = guard(Response(html, status, content_type="text/html; charset=utf-8"))
    response.headers["Content-Security-Policy"] = (
        f"default-src 'none'; style-src 'sha256-{STYLE_HASH}'; form-action {form_action};"
        " frame-ancestors 'none'; base-uri 'none'"
    )
    return response
