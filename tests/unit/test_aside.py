"""Work in another process: the same results, wherever they come from."""

from __future__ import annotations

import os
import threading
from functools import partial

from specproof.aside import Aside


def process_of(result: str) -> tuple[str, int]:
    """Return a result and the process that it was made in."""
    return result, os.getpid()


def test_results_come_by_name_whatever_order_they_are_asked_in() -> None:
    aside = Aside({name: partial(str, name) for name in ("one", "two", "three")})

    taken = [aside.take(name) for name in ("three", "one", "three", "two")]
    aside.close()

    assert taken == ["three", "one", "three", "two"]


def test_what_the_other_process_does_not_hand_over_is_made_here() -> None:
    here = os.getpid()

    def fragile() -> str:
        if os.getpid() != here:
            os._exit(1)
        return "made here"

    aside = Aside({"first": partial(str, "there or here"), "fragile": fragile, "last": partial(str, "too")})

    assert aside.take("last") == "too"
    assert aside.take("fragile") == "made here"
    assert aside.take("first") == "there or here"


def test_beside_threads_nothing_is_forked() -> None:
    """A fork would copy the locks that they hold, but not the threads that release them."""
    end = threading.Event()
    thread = threading.Thread(target=end.wait)
    thread.start()
    try:
        aside = Aside({"here": partial(process_of, "here")})
    finally:
        end.set()
        thread.join()

    assert aside.take("here") == ("here", os.getpid())


def test_results_larger_than_a_pipe_arrive() -> None:
    aside = Aside({"large": lambda: b"x" * 5_000_000, "small": lambda: "y"})

    assert aside.take("small") == "y"
    assert aside.take("large") == b"x" * 5_000_000
    aside.close()


def test_nothing_is_left_of_work_that_nobody_asked_for() -> None:
    aside = Aside({"endless": threading.Event().wait})

    aside.close()
    aside.close()

    assert threading.active_count() == 1
