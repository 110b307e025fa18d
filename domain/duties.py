"""Separation of duties (不相容岗位分离): who prepared a case may not decide it. Ours (A-53), and shown as ours."""

from collections.abc import Mapping

from domain.act import Act
from domain.errors import RefusedError

CLAUSE = "engine A-53"
PREPARES = frozenset({"declare", "survey", "draft", "lodge", "contract", "build"})
DECIDES = frozenset({"review", "bank", "approve", "gate", "send", "accept"})


class SamePersonError(RefusedError):
    """A person who prepared a case, or already decided in it, was to decide."""

    zh = "{person} 在本件中已经办过 {before}，不能再办 {asked}（不相容岗位分离，{clause}）；须由他人办理"
    en = "{person} has done {before} in this case, so not {asked} (separation of duties, {clause}); another person must"


def prepared(hands: Mapping[str, str]) -> dict[str, str]:
    """Return, of who did what in a case, those who prepared it."""
    return {person: duty for person, duty in hands.items() if duty in PREPARES}


def check(act: Act, asked: str, hands: Mapping[str, str]) -> None:
    """Check that who acts is not among *hands*, nor whom that person stands in for: an exclusion passes on.

    Raises:
        SamePersonError: If one of the two is, with what was done before.
    """
    for person in act.hands:
        if person in hands:
            raise SamePersonError(person=person, before=hands[person], asked=asked, clause=CLAUSE)
