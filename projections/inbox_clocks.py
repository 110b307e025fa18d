"""Which open step a deadline watches: its number and its conditions name the step; the case alone is not enough.

A deadline that names none of the steps that are open, such as a retention's, waits for its post by itself.
"""

import re
from collections.abc import Iterable, Mapping, Sequence

from domain.cases import parse_case
from projections.book import Row

_VERSION = re.compile(r"v\d+-")
_AGAIN = re.compile(r"-\d+\Z")
# What a deadline calls the end of a step that is asked for by another word.
_STEPS = {"notice": "notify", "moved": "move"}
# What a deadline's number calls a step whose phase it is of.
_PHASES = {"evaluate": "evaluation"}
# Said of whatever the number names.
_ANY = frozenset({"answer", "done", "release"})


def watched(clock: Row, steps: Mapping[str, Sequence[str]]) -> list[str]:
    """Return which of a case's open steps a deadline watches; *steps* have names of the county's own."""
    named = {_STEPS.get(one, one) for one in clock["conditions"] if one not in _ANY}
    tail = _tail(clock["obligation"], clock["case"])
    exact = [step for step, own in steps.items() if step in named or tail in _names(step) or _ends(tail, own)]
    return exact or [step for step in steps if _AGAIN.sub("", tail) in _names(step)]


def earliest(clocks: Iterable[Row]) -> Row | None:
    """Return the deadline that is due first; one that stands still comes last."""
    found = sorted(clocks, key=lambda one: (one["paused"], one["due_on"], one["obligation"]))
    return found[0] if found else None


def _names(step: str) -> Sequence[str]:
    head, _, rest = step.partition(":")
    return (f"{head}-{rest}", rest) if rest else (head, _PHASES.get(head, head))


def _ends(tail: str, names: Sequence[str]) -> bool:
    # A week's number stands between the case and the routine.
    return any(f"-{tail}".endswith(f"-{name}") or name.endswith(f"-{tail}") for name in names)


def _tail(obligation: str, case: str) -> str:
    """Return what of a deadline's number names the step: `accept-1` of `project-S05-accept-1`."""
    number, of = parse_case(obligation).no, parse_case(case)
    return _VERSION.sub("", number.removeprefix(f"{of.kind}-{of.no}").removeprefix("-"), count=1)
