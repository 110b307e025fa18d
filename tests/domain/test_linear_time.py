"""The one place where a ratio of times is asserted: CPU time within one run, the best of a few, 10 times the facts."""

import gc
import time as clock
from typing import Any

from domain.act import Fact
from domain.fund import FUND
from domain.fund_facts import MoneyAllotted, MoneyPaid, MoneyReleased, MoneyReserved, MoneySent, Share
from domain.mandate import MANDATE
from domain.mandate_facts import Appointed
from tests.domain.given import DAY, by, fold, receipt, received

MANY, FEW, RUNS = 100_000, 10_000, 3
LINES = 50


def busy_fund(count: int) -> tuple[Any, ...]:
    """Return a fund's facts: claim after claim on many lines, each reserved, sent and paid."""
    shares = tuple(Share("integrated", f"A{n:03}", count) for n in range(LINES))
    facts: list[Fact] = [
        received(receipt(("integrated", LINES * count))),
        MoneyAllotted(by("wang"), "P1", shares),
        MoneyReleased(by("li"), "P1", shares, "transfer"),
    ]
    for n in range((count - len(facts)) // 3 + 1):
        no = f"C{n}"
        facts.append(MoneyReserved(by("a"), no, 1, (Share("integrated", f"A{n % LINES:03}", 1),)))
        facts += (MoneySent(by("b"), no), MoneyPaid(by("c"), no))
    return tuple(facts[:count])


def seconds(decider: Any, facts: tuple[Any, ...]) -> float:
    """Return the CPU time of one fold: what else the machine does, or the collector, is not the fold's."""
    gc.collect()
    gc.disable()
    try:
        start = clock.process_time()
        fold(decider, facts)
        return clock.process_time() - start
    finally:
        gc.enable()


def check_linear(decider: Any, facts: tuple[Any, ...]) -> None:
    assert len(facts) == MANY
    few = min(seconds(decider, facts[:FEW]) for _ in range(RUNS))
    many = min(seconds(decider, facts) for _ in range(RUNS))
    # Linear is 10, quadratic 100: half-way between on the scale of powers.
    assert many < 32 * few, f"{MANY} facts took {many:.3f} s, {FEW} took {few:.3f} s"


def test_hundred_thousand_facts_fold_in_linear_time() -> None:
    check_linear(FUND, busy_fund(MANY))


def test_hundred_thousand_appointments_fold_in_linear_time() -> None:
    posts = [f"post-{n}" for n in range(20)]
    check_linear(
        MANDATE,
        tuple(Appointed(by("clerk"), "sample", f"p-{n}", posts[n % 20], "", DAY, None) for n in range(MANY)),
    )
