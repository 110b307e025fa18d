"""A disclosable fact without its entry in the register is impossible; and the proof would see one.

The lives of `test_all_together` are compared with the register after every request: what the text makes disclosable is
in it, and nothing else. Here the engine is broken on purpose, each way in which it could be.
"""

from collections.abc import Iterator
from typing import Any, get_args

import pytest

from domain import disclosable
from domain.ledger import Step
from domain.policy.results import Arises
from domain.procedures import consequences
from domain.procedures.asking import Asking
from domain.registry import READERS
from tests.domain.books import register
from tests.domain.books.people import People

DISCLOSED = "minutes"
FURTHEST = 4
# What a life so far brings about.
BROUGHT_ABOUT = {
    "county.policy-adopted/1",
    "fund.received/1",
    "plan.in-force/1",
    "project.registered/1",
    "year.project-banked/1",
    "project.plan-included/1",
    "claim.payment-confirmed/1",
}
# Brought about by what is not there yet.
TO_COME = {"performance.evaluated/1"}


def played() -> People:
    """Play what every life begins with: money, a project, a plan in force, its release."""
    people = People(DISCLOSED)
    try:
        people.settle_in(FURTHEST)
        people.desk.recount()
    finally:
        people.desk.close()
    return people


def test_everything_disclosable_is_in_the_register() -> None:
    books = played().books
    names = {name for _, _, _, name in books.entered}
    assert books.entered.keys() == books.disclosable
    assert names == BROUGHT_ABOUT


def test_engine_that_enters_nothing_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(consequences, "CONSEQUENCES", ())
    with pytest.raises(AssertionError, match=r"county\.policy-adopted/1"):
        played()


@pytest.mark.parametrize("name", sorted(BROUGHT_ABOUT))
def test_engine_that_forgets_one_kind_of_fact_is_seen(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.delitem(disclosable.KIND_OF_FACT, name)
    with pytest.raises(AssertionError, match=name.replace(".", r"\.")):
        played()


def test_engine_that_enters_what_is_not_disclosable_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(disclosable.KIND_OF_FACT, "fund.released/1", "fund_arrived")
    with pytest.raises(AssertionError, match=r"fund\.released/1"):
        played()


def test_engine_that_enters_only_every_second_one_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    (arises,) = consequences.CONSEQUENCES
    seen: list[object] = []

    def careless(asking: Asking, stream: str, fact: Any) -> Iterator[Step]:
        seen.append(fact)
        yield from arises(asking, stream, fact) if len(seen) % 2 else ()

    monkeypatch.setattr(consequences, "CONSEQUENCES", (careless,))
    with pytest.raises(AssertionError):
        played()


def test_each_kind_that_rules_can_name_is_of_a_fact_that_is_stored() -> None:
    assert set(disclosable.KIND_OF_FACT.values()) == set(get_args(Arises)) == register.DISCLOSABLE.keys()
    assert set(disclosable.KIND_OF_FACT) - READERS.keys() <= TO_COME
