"""The language of the command line."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

import settings

_SPOKEN: ContextVar[str | None] = ContextVar("spoken", default=None)


def language() -> str:
    """Return the language that a person reads here: `zh` or `en`."""
    return _SPOKEN.get() or settings.language(os.environ)


@contextmanager
def speaking(lang: str) -> Iterator[None]:
    """Speak *lang* for a while: to somebody who is not at this command line."""
    token = _SPOKEN.set(lang)
    try:
        yield
    finally:
        _SPOKEN.reset(token)


def t(zh: str, en: str) -> str:
    """Return the sentence in the language that a person reads here."""
    return en if language() == "en" else zh
