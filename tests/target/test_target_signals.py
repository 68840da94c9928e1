"""A signal that the sleeping main thread does not notice by itself."""

from __future__ import annotations

import subprocess
import sys

SLEEPER = """
import signal, sys, threading
from specproof.target.signals import heed_signals

stop, gate = threading.Event(), threading.Lock()
signal.signal(signal.SIGTERM, lambda number, frame: stop.set())
heed_signals()

def elsewhere():
    gate.acquire()
    signal.pthread_kill(threading.get_ident(), signal.SIGTERM)  # the system may choose any thread

gate.acquire()
threading.Thread(target=elsewhere, daemon=True).start()
sys.setswitchinterval(600)  # from here on the main thread runs until it sleeps
gate.release()
stop.wait()
print("heard")
"""


def test_a_signal_that_another_thread_got_is_heard() -> None:
    """Without the guard, nothing would ever wake the main thread."""
    done = subprocess.run(
        [sys.executable, "-c", SLEEPER], capture_output=True, text=True, timeout=60, check=True
    )

    assert done.stdout == "heard\n"
