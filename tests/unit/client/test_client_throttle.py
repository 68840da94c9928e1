"""A rate is kept, and ``Retry-After`` is understood in every form that it may have, and in no other."""

from __future__ import annotations

import math
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specproof.client.throttle import asked_to_wait_s, retry_after_s
from specproof.model.exchange import Response

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


ONE_TOO_MANY = """
import os, threading
from specproof.client.throttle import Throttle

throttle = Throttle({rate})
for _ in range(3):
    throttle.wait()
fourth = threading.Thread(target=throttle.wait)
fourth.start()
fourth.join(timeout={patience_s})
print("waits" if fourth.is_alive() else "passes", flush=True)
os._exit(0)
"""


@pytest.mark.parametrize(
    ("rate", "patience_s", "fourth"),
    [(None, 30, "passes"), ((4, 3600.0), 30, "passes"), ((3, 3600.0), 0.05, "waits")],
)
def test_a_rate_lets_its_number_pass_and_nobody_else(
    rate: tuple[int, float] | None, patience_s: float, fourth: str
) -> None:
    """In a process of its own: the fourth would wait for most of an hour."""
    code = ONE_TOO_MANY.format(rate=rate, patience_s=patience_s)
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ended.stdout == f"{fourth}\n"


@pytest.mark.parametrize(
    ("status", "header", "wait_s"),
    [
        (429, "7", 7.0),
        (503, "60", 60.0),
        (429, format_datetime(NOW + timedelta(seconds=9), usegmt=True), 9.0),
        (429, "61", None),  # longer than anybody waits
        (429, "soon", None),
        (429, None, None),
        (200, "7", None),
        (301, "7", None),
    ],
)
def test_only_a_refusal_that_says_when_to_come_back_is_waited_for(
    status: int, header: str | None, wait_s: float | None
) -> None:
    headers = () if header is None else (("Retry-After", header),)
    response = Response(status=status, headers=headers, body=b"", seconds=0.1)
    assert asked_to_wait_s(response, now=NOW) == wait_s
