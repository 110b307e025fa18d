"""When Python's garbage collector rests: while facts are read that are all needed, or gone by themselves."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def uncollected() -> Iterator[None]:
    """Let the garbage collector rest for a while: of facts, states and rows none is part of a circle."""
    worked = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if worked:
            gc.enable()
