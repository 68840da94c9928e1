"""``Retry-After`` is understood in every form that it may have, and in no other."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specproof.client.throttle import Throttle, retry_after_s

NOW = datetime(1994, 11, 6, 8, 49, 7, tzinfo=UTC)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("0", 0.0),
        ("120", 120.0),
        ("007", 7.0),
        ("Sun, 06 Nov 1994 08:49:37 GMT", 30.0),
        ("Sunday, 06-Nov-94 08:49:37 GMT", 30.0),
        ("Sun Nov  6 08:49:37 1994", 30.0),
        ("Sun, 06 Nov 1994 08:49:37 -0000", 30.0),
        ("Sun, 06 Nov 1994 09:49:37 +0100", 30.0),
        ("Sun, 06 Nov 1994 08:49:07 GMT", 0.0),
        ("Sun, 06 Nov 1993 08:49:37 GMT", 0.0),
    ],
)
def test_every_form_is_understood(header: str, seconds: float) -> None:
    """Delay, IMF-fixdate and the two obsolete forms (RFC 9110 sections 5.6.7 and 10.2.3)."""
    assert retry_after_s(header, now=NOW) == seconds


@pytest.mark.parametrize(
    "header", ["", "soon", "-5", "1.5", "+5", " 5 x", "\u0667", "Sun, 99 Nov 1994 08:49:37 GMT", "1e3", "Nov"]
)
def test_another_text_is_no_wait(header: str) -> None:
    with pytest.raises(ValueError, match=r"[Ii]nvalid|value|date|month|day|must be"):
        retry_after_s(header, now=NOW)


@given(st.integers(0, 10**9))
def test_a_delay_is_its_number(seconds: int) -> None:
    assert retry_after_s(str(seconds), now=NOW) == seconds


@given(st.integers(-(10**8), 10**8))
def test_a_date_is_the_time_until_then(seconds: int) -> None:
    header = format_datetime(NOW + timedelta(seconds=seconds), usegmt=True)
    assert retry_after_s(header, now=NOW) == max(0, seconds)


@given(st.text(max_size=40) | st.from_regex(r"[A-Z][a-z]{2}, \d{1,4} [A-Z][a-z]{2} \d{1,6} [\d:]{1,9} GMT"))
def test_any_text_is_a_wait_or_a_value_error(header: str) -> None:
    try:
        wait = retry_after_s(header, now=NOW)
    except ValueError:
        return
    assert wait >= 0
    assert not math.isnan(wait)


def test_without_a_rate_nobody_waits() -> None:
    throttle = Throttle(None)
    for _ in range(1000):
        throttle.wait()


def test_a_rate_lets_its_number_pass() -> None:
    throttle = Throttle((1000, 3600.0))
    for _ in range(1000):
        throttle.wait()
