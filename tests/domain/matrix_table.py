"""Reads a table of tests/domain/matrix: whose each decision is, and which earlier role bars from it."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path

FOLDER = Path(__file__).parent / "matrix"
NONE = "nothing"
# How somebody with an earlier role comes to a decision: alone; standing in for a clean person; through a clean deputy;
# under one signature with others; as the first or the second of two keys, the other being a clean person's.
ROUTES = ("direct", "stands in", "through deputy", "bulk", "first key", "second key")
KEYS = ("first key", "second key")
MAY, MAY_NOT, NOT_YET = "y", "n", "."


@dataclass(frozen=True)
class Cell:
    """May who did *role* before take *decision* for *post* on this way? *refusal* is the answer: "" is yes."""

    decision: str
    approve: bool
    post: str
    role: str
    route: str
    refusal: str

    def __str__(self) -> str:
        """Return the cell as a person would name it."""
        answer = "approve" if self.approve else "return"
        return f"{self.decision} ({answer}) by {self.post}, who did {self.role}, {self.route}: {self.refusal or 'may'}"


@dataclass(frozen=True)
class Table:
    """One county's table."""

    posts: tuple[str, ...]
    of_post: dict[str, str]
    bulk: dict[str, bool]
    emergency: dict[str, str]
    earlier: dict[str, dict[str, str]]
    first: dict[str, tuple[str, ...]]
    second: dict[str, tuple[str, ...]]

    def cells(self) -> Iterator[Cell]:
        """Yield every cell, with what the table says of it."""
        for decision, roles in self.earlier.items():
            happened = [NONE, *(role for role, may in roles.items() if may != NOT_YET)]
            answers = (True,) if decision == "send" else (True, False)
            for approve, post, role, route in product(answers, self.posts, happened, ROUTES):
                yield Cell(decision, approve, post, role, route, self._refusal(decision, post, role, route))

    def _refusal(self, decision: str, post: str, role: str, route: str) -> str:
        barred = self.earlier[decision].get(role, MAY) == MAY_NOT
        if route in KEYS:
            return self._of_keys(decision, post, route) or ("SamePersonError" if barred else "")
        if route == "bulk" and not self.bulk[decision]:
            return "NotADecisionError"
        if post != self.of_post[decision]:
            return "WrongPostError"
        return "SamePersonError" if barred else ""

    def _of_keys(self, decision: str, post: str, route: str) -> str:
        if self.emergency[decision] != "yes":
            return {"no": "EmergencyKindError", "body": "EmergencyBodyError"}[self.emergency[decision]]
        if route == "first key" and post == self.of_post[decision]:
            return "EmergencyNeedlessError"
        keys = self.first if route == "first key" else self.second
        return "" if post in keys[decision] else "EmergencyKeyError"


def read_table(county: str) -> Table:
    """Return the table of a county."""
    parts: dict[str, list[list[str]]] = {}
    for line in (FOLDER / f"{county}.txt").read_text(encoding="utf-8").splitlines():
        if words := line.partition("#")[0].split():
            if words[0].startswith("["):
                rows = parts.setdefault(words[0], [])
            else:
                rows.append(words)
    heads, *earlier = parts["[earlier]"]
    decisions = parts["[decisions]"]
    return Table(
        tuple(post for row in parts["[posts]"] for post in row),
        {row[0]: row[1] for row in decisions},
        {row[0]: row[2] == "yes" for row in decisions},
        {row[0]: row[3] for row in decisions},
        {row[0]: dict(zip(heads, row[1:], strict=True)) for row in earlier},
        {row[0]: tuple(row[1:]) for row in parts["[first]"]},
        {row[0]: tuple(row[1:]) for row in parts["[second]"]},
    )
