"""What choices are made from, and what they are: a few values with their names, closed or only offered."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Engine

from console.forms.labels import Both
from console.forms.shapes import Choice
from domain.act import Decider
from domain.cases import CaseId
from domain.policy import Profile
from doors.names import Names
from doors.texts import speaking


@dataclass(frozen=True)
class Options:
    """What may stand in a field: nothing else if *closed*, else these are offered and any text will do.

    *cut*: there are more than these.
    """

    choices: tuple[Choice, ...]
    closed: bool = True
    cut: bool = False


@dataclass(frozen=True)
class Context:
    """What choices are made from: the ledger's *read*, the case and its open *step*, the words, the views, the day."""

    read: Callable[[Decider[Any], str], Any]
    county: str
    case: CaseId | None
    names: Names
    engine: Engine | None
    today: date
    step: str = ""

    @property
    def profile(self) -> Profile | None:
        """Return the county's adopted rules."""
        return self.names.profile


def options(named: Iterable[Any], *, closed: bool = True) -> Options:
    """Return rules of a policy, each with an id and names, as options."""
    return Options(tuple(Choice(one.id, (one.zh, one.en)) for one in named), closed)


def plain(pairs: Iterable[tuple[str, str]], *, closed: bool = False) -> Options:
    """Return values with what they are called, alike in both languages, each once and none empty."""
    once = {value: name for value, name in pairs if value}
    return Options(tuple(Choice(value, (name or value, name or value)) for value, name in once.items()), closed)


def worded(values: Iterable[str], words: Callable[[str], str], *, closed: bool = True) -> Options:
    """Return values with what *words* calls them in each language."""
    return Options(tuple(Choice(value, in_both(words, value)) for value in dict.fromkeys(values)), closed)


def in_both(words: Callable[[str], str], value: str) -> Both:
    """Return what *words* says in each language."""
    with speaking("zh"):
        zh = words(value)
    with speaking("en"):
        return zh, words(value)
