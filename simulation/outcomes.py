"""What became of a year's deadlines: how many ended how, and how often each thing happened to them."""

from collections import Counter
from typing import Any

from domain.ledger import Ledger
from domain.obligation import OBLIGATION
from domain.obligation_facts import (
    Breached,
    ObligationExtended,
    ObligationOpened,
    ObligationPaused,
    ObligationRecomputed,
    ObligationResumed,
    Reminded,
    RungClimbed,
)

STAGES = ("met", "met late", "open", "paused", "overdue", "dropped", "waived")
_HAPPENED: dict[type, str] = {
    Reminded: "reminded",
    Breached: "breached",
    ObligationExtended: "extended",
    ObligationPaused: "paused",
    ObligationResumed: "resumed",
    ObligationRecomputed: "recomputed",
}


def outcomes(ledger: Ledger) -> dict[str, Any]:
    """Return how many deadlines stand at each stage, what happened to how many, and how many climbed to each rung."""
    stages, happened, rungs = Counter[str](), Counter[str](), Counter[int]()
    for entry in ledger.log(of=(ObligationOpened, RungClimbed, *_HAPPENED)):
        match entry.fact:
            case ObligationOpened():
                stages[OBLIGATION.stage(ledger.state(OBLIGATION, entry.stream))] += 1
            case RungClimbed(rung=rung):
                rungs[rung] += 1
            case fact:
                happened[_HAPPENED[type(fact)]] += 1
    return {
        "stages": {stage: stages[stage] for stage in STAGES},
        "happened": {what: happened[what] for what in _HAPPENED.values()},
        "rungs": {str(rung): number for rung, number in sorted(rungs.items())},
    }
