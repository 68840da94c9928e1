"""Signals that are never slept through.

Python runs a signal handler in the main thread, between two steps of it. A signal that arrives just before
the main thread goes to sleep for good, or that the system hands to another thread, is noted, but nobody
wakes up to act on it: a server that is told to stop the moment it listens would go on. The number of the
signal is in the wakeup file descriptor by then, so another thread reads that and knocks until it is heard.
"""

from __future__ import annotations

import os
import signal
import threading
import time

HEEDED = frozenset({signal.SIGINT, signal.SIGTERM})
KNOCK = signal.SIGUSR1  # does nothing but interrupt a sleep
PAUSE_S = 0.05


def heed_signals() -> None:
    """Make sure that a signal to stop wakes the main thread of this process, from which this is called."""
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    signal.signal(KNOCK, lambda number, frame: None)
    signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
    main = threading.main_thread().ident
    if main is not None:
        threading.Thread(target=_knock, args=(reader, main), daemon=True).start()


def _knock(reader: int, main: int) -> None:
    while not HEEDED.intersection(os.read(reader, 1)):
        pass
    while True:
        signal.pthread_kill(main, KNOCK)
        time.sleep(PAUSE_S)
