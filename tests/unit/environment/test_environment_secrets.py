"""No form of a secret comes through a masker."""

from __future__ import annotations

import base64
import html
import json
import re
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specproof.environment import Masker, Secret

SECRETS = ["s3cr3t/Pass word+1", "a\"b'c<d>&e%f\\g", "naïve-пароль-🔑🔑"]
FORMS = {
    "raw": lambda s: s,
    "percent": lambda s: quote(s, safe=""),
    "percent with slash": quote,
    "percent in lower case": lambda s: re.sub("%..", lambda hexa: hexa[0].lower(), quote(s, safe="")),
    "form": quote_plus,
    "twice percent": lambda s: quote(quote(s, safe=""), safe=""),
    "JSON": json.dumps,
    "JSON with Unicode": lambda s: json.dumps(s, ensure_ascii=False),
    "JSON of PHP": lambda s: json.dumps(s).replace("/", "\\/"),
    "HTML": html.escape,
    "HTML of others": lambda s: html.escape(s).replace("&#x27;", "&#39;").replace("&quot;", "&#34;"),
    "base64": lambda s: base64.b64encode(s.encode()).decode(),
    "base64 for URLs": lambda s: base64.urlsafe_b64encode(s.encode()).decode().rstrip("="),
    "Basic": lambda s: base64.b64encode(f"ada:{s}".encode()).decode(),
    "hexadecimal": lambda s: s.encode().hex(),
}


@pytest.mark.parametrize("secret", SECRETS)
@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_every_form_is_replaced(secret: str, form) -> None:
    written = form(secret)
    masker = Masker([Secret(value=secret, username="ada")])
    assert written.strip('"') not in masker.mask(f"before {written} after")
    assert written.strip('"').encode() not in masker.mask_bytes(f"\0before {written} after".encode())
    assert masker(f"before {written} after").startswith("before ")
    assert masker(f"before {written} after").endswith(" after")


@pytest.mark.parametrize("before", ["", "x", "xy", '{"token": "', "Basic nobody:"])
def test_base64_of_a_longer_text_keeps_no_readable_secret(before: str) -> None:
    """Whatever stands before it: all but the few characters that share a group with neighbours go."""
    encoded = base64.b64encode(f"{before}a-rather-long-secret.".encode()).decode()
    masked = Masker(["a-rather-long-secret"]).mask(encoded)
    around = len(base64.b64encode(before.encode())) + 8
    assert "***" in masked
    assert len(masked.replace("***", "")) <= around


def test_a_known_variable_is_named_in_place_of_the_secret() -> None:
    masker = Masker([Secret(value="hunter22&", variable="ADA_PASSWORD", username="ada")])
    assert masker.mask('curl -u "ada:hunter22&"') == 'curl -u "ada:$ADA_PASSWORD"'
    assert masker.mask("?password=hunter22%26") == "?password=***"


def test_the_longer_secret_goes_first() -> None:
    assert Masker(["secret", "secret-and-more"]).mask("secret-and-more, secret") == "***, ***"


def test_very_short_secrets_go_only_where_they_stand_alone() -> None:
    """Else a secret ``1`` would ruin every number of a report."""
    assert Masker(["1"]).mask("pin 1, page 10, a1b") == "pin ***, page 10, a1b"


def test_a_masker_can_learn_and_keeps_its_mouth_shut() -> None:
    masker = Masker(["canary-1"]).extended(["canary-2", ""])
    assert masker.mask("canary-1 canary-2") == "*** ***"
    assert "canary" not in repr(masker)


@given(st.text(min_size=4), st.text(), st.text())
def test_no_secret_survives(secret: str, before: str, after: str) -> None:
    """For all texts that do not themselves stand in the replacement."""
    masked = Masker([secret]).mask(before + secret + after)
    assert "***" in masked
    assert secret not in masked or "*" in secret


@given(st.text())
def test_without_secrets_nothing_changes(text: str) -> None:
    assert Masker([]).mask(text) == text
