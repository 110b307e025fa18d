"""Which open step a deadline watches: its number and its conditions name the step; the case alone is not enough.

A deadline that names none of the steps that are open, such as a retention's, waits for its post by itself.
"""

import re
from collections.abc import Iterable, Sequence

from domain.cases import parse_case
from projections.book import Row

_VERSION = re.compile(r"v\d+-")
_AGAIN = re.compile(r"-\d+\Z")
# What a deadline calls the end of a step that is asked for by another word.
_STEPS = {"notice": "notify", "moved": "move"}
# Said of whatever the number names.
_ANY = frozenset({"answer", "done", "release"})


def watched(clock: Row, steps: Iterable[str]) -> list[str]:
    """Return which of a case's open steps a deadline watches."""
    named = {_STEPS.get(one, one) for one in clock["conditions"] if one not in _ANY}
    tail, open_steps = _tail(clock["obligation"], clock["case"]), list(steps)
    exact = [step for step in open_steps if step in named or tail in _names(step)]
    return exact or [step for step in open_steps if _AGAIN.sub("", tail) in _names(step) or _ends(tail, step)]


def earliest(clocks: Iterable[Row]) -> Row | None:
    """Return the deadline that is due first; one that stands still comes last."""
    found = sorted(clocks, key=lambda one: (one["paused"], one["due_on"], one["obligation"]))
    return found[0] if found else None


def _names(step: str) -> Sequence[str]:
    head, _, rest = step.partition(":")
    return (f"{head}-{rest}", rest) if rest else (head,)


def _ends(tail: str, step: str) -> bool:
    return tail.endswith(f"_{step}")


def _tail(obligation: str, case: str) -> str:
    """Return what of a deadline's number names the step: `accept-1` of `project-S05-accept-1`."""
    number, of = parse_case(obligation).no, parse_case(case)
    return _VERSION.sub("", number.removeprefix(f"{of.kind}-{of.no}").removeprefix("-"), count=1)
