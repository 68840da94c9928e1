"""A secret is found in every form and every place; what is no secret never is."""

from __future__ import annotations

import base64
import hashlib
import json
from urllib.parse import quote

import pytest
from builders import make_exchange, make_request
from hypothesis import assume, given
from hypothesis import strategies as st

from specproof.contract.secret import SecretRule
from specproof.invariants.secrets import SecretWatch, forms
from specproof.model.exchange import Exchange

SECRET = "Sp0123456789abcdef012345"
made_up = st.text("0123456789abcdef", min_size=22, max_size=22).map("Sp{}".format)


def answer(body: bytes = b"", *, operation: str | None = "GET /things", **more: object) -> Exchange:
    """Build an answer to an operation."""
    return make_exchange(200, request=make_request(operation=operation), body=body, **more)


def watch(secret: str = SECRET) -> SecretWatch:
    """Build a watch for one secret."""
    watching = SecretWatch()
    watching.expect_never(secret)
    return watching


FORMS = {
    "as it is": SECRET.encode(),
    "in a JSON text": json.dumps({"value": SECRET}).encode(),
    "in hex": SECRET.encode().hex().encode(),
    "reversed": SECRET[::-1].encode(),
    "in base64 (0)": base64.b64encode(SECRET.encode()),
    "in base64 (1)": base64.b64encode(f"u{SECRET}".encode()),
    "in base64 (2)": base64.b64encode(f"me{SECRET}tail".encode()),
    "in basic credentials": base64.b64encode(f"user:{SECRET}".encode()),
    "in url-safe base64": base64.urlsafe_b64encode(f"user:{SECRET}".encode()),
    "as a digest": hashlib.sha256(SECRET.encode()).hexdigest().encode(),
    "the beginning": f"{SECRET[:8]}…".encode(),
    "the end": f"***{SECRET[-8:]}".encode(),
    "the middle": f"***{SECRET[8:16]}***".encode(),
}


@pytest.mark.parametrize("text", FORMS.values(), ids=FORMS.keys())
def test_every_form_is_found_in_a_body(text: bytes) -> None:
    watching = watch()
    watching(answer(b"before " + text + b" after"))
    [breach] = watching.breaches
    assert (breach.promise, breach.operation) == ("secrets.never-exposed", "GET /things")
    assert " in the body with status 200" in breach.summary
    assert SECRET not in breach.summary + breach.detail


@pytest.mark.parametrize("secret", ['Sp"quoted\\secret"/x', "Sp straße & mehr+geheim=%"])
def test_a_secret_that_must_be_escaped_is_found_escaped(secret: str) -> None:
    for text in (json.dumps(secret).encode(), quote(secret, safe="").encode(), secret.encode()):
        watching = watch(secret)
        watching(answer(text))
        assert watching.breaches != []


@pytest.mark.parametrize(
    "more", [{"headers": (("X-Debug", f"a {SECRET}"),)}, {"headers": ((SECRET, "x"),)}], ids=["value", "name"]
)
def test_headers_are_searched_too(more: dict[str, object]) -> None:
    watching = watch()
    watching(answer(**more))
    [breach] = watching.breaches
    assert breach.detail == "200 a header as it is"


def test_the_reproduction_begins_with_the_exchange_that_sent_the_secret() -> None:
    watching = watch()
    source = Exchange(request=make_request("POST"), response=answer().response, number=1)
    watching.remember_source(SECRET, source)
    watching.remember_source(SECRET, answer())
    leak = Exchange(
        request=make_request(operation="GET /things"), response=answer(SECRET.encode()).response, number=2
    )
    watching(leak)
    assert watching.breaches[0].evidence == (source, leak)


def test_an_answer_that_echoes_at_once_is_its_own_reproduction() -> None:
    watching = watch()
    leak = answer(SECRET.encode())
    watching.remember_source(SECRET, leak)
    watching(leak)
    assert watching.breaches[0].evidence == (leak,)


def test_answers_are_counted_only_while_there_is_a_secret() -> None:
    watching = SecretWatch()
    watching(answer(SECRET.encode()))
    watching.expect_never(SECRET)
    watching(answer(b"x"))
    watching(answer(SECRET.encode(), operation=None))
    assert (watching.looked_at, watching.breaches, watching.secrets) == ({"GET /things": 1}, [], (SECRET,))


@given(made_up, st.binary(max_size=200))
def test_an_unrelated_body_is_silent(secret: str, body: bytes) -> None:
    """Bytes that hold no eight characters of the secret, in any form."""
    assume(not any(needle in body for _, needle in forms(secret)))
    watching = watch(secret)
    watching(answer(body))
    assert watching.breaches == []


@given(made_up, made_up)
def test_another_secret_is_silent(secret: str, other: str) -> None:
    assume(not any(secret[i : i + 6] in other or secret[::-1][i : i + 6] in other for i in range(19)))
    watching = watch(secret)
    watching(answer(json.dumps({"value": other, "hash": other.encode().hex()}).encode()))
    assert watching.breaches == []


@given(made_up, st.binary(max_size=40), st.binary(max_size=40))
def test_base64_of_any_text_around_the_secret_is_found(secret: str, before: bytes, after: bytes) -> None:
    watching = watch(secret)
    watching(answer(base64.b64encode(before + secret.encode() + after)))
    assert watching.breaches != []


@pytest.mark.parametrize("part", [slice(0, 8), slice(4, 12), slice(-8, None), slice(0, 60), slice(90, 150)])
def test_a_part_of_a_long_secret_is_found(part: slice) -> None:
    """Not every place is looked at, but both ends are, and so many that nothing large slips through."""
    secret = "".join(f"{number:03d}-" for number in range(50))
    watching = watch(secret)
    watching(answer(secret[part].encode()))
    assert watching.breaches != []
    assert [name for name, _ in forms(secret)].count("in part") <= 11


@given(st.text(max_size=12))
def test_no_form_is_empty(secret: str) -> None:
    """Nothing would be found everywhere."""
    assert all(needle for _, needle in forms(secret))


def masked(text: str | None) -> Exchange:
    """Build an answer that shows this in place of a secret."""
    shown: dict[str, object] = {"secured": True} | ({} if text is None else {"value": text})
    return answer(json.dumps(shown).encode())


RULE = SecretRule(member="value", when=("secured", True))


@pytest.mark.parametrize(
    ("one", "other", "told"),
    [("***", "*****", "how long it is"), ("a…", "b…", "how it begins"), ("…c", "…e", "how it ends")],
)
def test_what_stands_in_place_of_a_secret_tells_nothing_about_it(one: str, other: str, told: str) -> None:
    watching = SecretWatch()
    watching.compare(RULE, ("abc", masked(one)), ("bcdde", masked(other)))
    [breach] = watching.breaches
    assert (breach.promise, breach.detail) == ("secrets.never-exposed", f"mask {told}")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("***", "***"),
        ("", ""),
        (None, None),
        ("", None),
        ("vault:81", "vault:82"),
        ("a…", "a…"),
        ("x", "yyyyyy"),
    ],
)
def test_what_says_nothing_about_a_secret_may_stand_in_its_place(one: str | None, other: str | None) -> None:
    watching = SecretWatch()
    watching.compare(RULE, ("abc", masked(one)), ("bcdde", masked(other)))
    assert watching.breaches == []
