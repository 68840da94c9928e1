"""Carry out many tasks on all cores."""

from __future__ import annotations

import signal
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context

from specproof.sensitivity.look import ControlTask, FaultTask, carry_out
from specproof.sensitivity.matrix import Control, Look


def results(tasks: Sequence[FaultTask | ControlTask], *, jobs: int) -> Iterator[tuple[int, Look | Control]]:
    """Carry out tasks in processes of their own.

    A worker starts as a fresh interpreter: a fork could inherit the locks of threads that draw the progress.

    Args:
        tasks: What to do; begun in this order.
        jobs: How many processes, 1 at least.

    Yields:
        The place of a task in ``tasks`` and its answer, as they come in.
    """
    pool = ProcessPoolExecutor(jobs, mp_context=get_context("spawn"), initializer=_leave_interrupts)
    try:
        places = {pool.submit(carry_out, task): place for place, task in enumerate(tasks)}
        for future in as_completed(places):
            yield places[future], future.result()
    finally:
        pool.shutdown(cancel_futures=True)


def _leave_interrupts() -> None:
    """Leave Ctrl-C to the process that waits: it lets what is under way end, so no target is left behind."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
