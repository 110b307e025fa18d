"""How an installation tells a person what it is doing, and for how long it has been at it."""

import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from time import monotonic
from typing import Protocol

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from servers.text import Text

HEARTBEAT_SECONDS = 10.0  # Short enough that a log never looks stuck, long enough that it stays readable.
WORTH_TELLING_SECONDS = 2.0


class Say(Protocol):
    """Where news of an installation go."""

    def line(self, text: Text) -> None:
        """Tell *text* once."""

    def working(self, text: Text) -> AbstractContextManager[None]:
        """Tell that *text* is being done, and how long it takes, until the block is left."""


class Quiet:
    """Tells nothing, for callers that speak for themselves."""

    def line(self, text: Text) -> None:
        """Keep *text* to itself."""

    def working(self, text: Text) -> AbstractContextManager[None]:  # noqa: ARG002 - the protocol's
        """Keep *text* to itself."""
        return nullcontext()


QUIET = Quiet()


class Plain:
    """Whole lines, for a log or a pipe: one at the start, one now and then, one at the end."""

    def __init__(self, console: Console, language: str) -> None:
        self._console = console
        self._language = language

    def line(self, text: Text) -> None:
        """Write *text* on a line of its own."""
        self._console.print(text.to(self._language), markup=False, highlight=False, soft_wrap=True)

    @contextmanager
    def working(self, text: Text) -> Iterator[None]:
        """Write *text*, and again with the seconds gone by while the block lasts."""
        began, over = monotonic(), threading.Event()
        self.line(Text(f"{text.zh} …", f"{text.en} …"))
        beat = threading.Thread(target=self._beat, args=(text, began, over), daemon=True)
        beat.start()
        try:
            yield
        finally:
            over.set()
            beat.join()
            if monotonic() - began > WORTH_TELLING_SECONDS:
                self._elapsed(text, began, Text("用时", "took"))

    def _beat(self, text: Text, began: float, over: threading.Event) -> None:
        while not over.wait(HEARTBEAT_SECONDS):
            self._elapsed(text, began, Text("已", "so far"))

    def _elapsed(self, text: Text, began: float, word: Text) -> None:
        seconds = round(monotonic() - began)
        self.line(Text(f"{text.zh}（{word.zh} {seconds} 秒）", f"{text.en} ({word.en} {seconds} s)"))


class Spinner:
    """A turning sign with the time gone by, for a person at a terminal."""

    def __init__(self, console: Console, language: str) -> None:
        self._console = console
        self._language = language

    def line(self, text: Text) -> None:
        """Write *text* on a line of its own."""
        self._console.print(text.to(self._language), markup=False, highlight=False)

    @contextmanager
    def working(self, text: Text) -> Iterator[None]:
        """Turn beside *text* until the block is left."""
        columns = (SpinnerColumn(), TextColumn("{task.description}", markup=False), TimeElapsedColumn())
        with Progress(*columns, console=self._console, transient=True) as progress:
            progress.add_task(text.to(self._language), total=None)
            yield


def progress(language: str) -> Say:
    """Return what suits stderr: a spinner at a terminal, whole lines elsewhere."""
    console = Console(stderr=True)
    return Spinner(console, language) if console.is_terminal else Plain(console, language)
