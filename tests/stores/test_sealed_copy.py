"""A sealed store is copied with its leaves and seals, byte for byte, and what was sealed holds in the copy."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from audit.seals import Seals
from audit.verify import signed_by
from domain.ledger import Ledger
from stores.copying import copy_store
from stores.events import BESIDE, events_of
from tests.audit.sealed import grow, handed_over, log_key, sealed_on
from tests.databases import KINDS, Postgres


@pytest.fixture
def sides(request: pytest.FixtureRequest, postgres: Postgres, tmp_path: Path) -> Iterator[tuple[str, str]]:
    """A store, and an empty one of the other kind."""
    with ExitStack() as stack:
        pair = [f"sqlite:///{tmp_path}/ledger.db", stack.enter_context(postgres.database())]
        yield (pair[0], pair[1]) if request.param == KINDS[0] else (pair[1], pair[0])


@pytest.mark.parametrize("sides", KINDS, indirect=True)
def test_a_sealed_store_moves_and_its_seals_hold(sides: tuple[str, str], tmp_path: Path) -> None:
    origin, to = sides
    key = log_key(tmp_path)
    with Ledger(origin) as ledger:
        for number in range(2):
            grow(ledger, 4)
            sealed_on(ledger, key, number)
        newer = handed_over(tmp_path, key)
        sealed_on(ledger, newer, 2)
        before, keys = Seals(ledger).all(), Seals(ledger).keys()
    copied = copy_store(origin, to)
    assert copied.same
    assert {name: one.rows for name, one in copied.to.tables.items() if name.startswith("ledger_")} == {
        "ledger_leaves": 8,
        "ledger_seals": 2,
        "ledger_seal_keys": 2,
    }
    with Ledger(to) as ledger:
        assert (Seals(ledger).all(), Seals(ledger).keys()) == (before, keys)
        assert signed_by(before[-1].note, [newer.verifier]) == [newer.verifier]
        assert not sealed_on(ledger, newer, 3).new
        grow(ledger, 1)
        assert sealed_on(ledger, newer, 4).seal.checkpoint.size == 9


@pytest.mark.parametrize("sides", KINDS, indirect=True)
def test_a_copy_that_was_cut_off_takes_the_seals_as_they_are_when_it_is_finished(
    sides: tuple[str, str], tmp_path: Path
) -> None:
    origin, to = sides
    key = log_key(tmp_path)
    with Ledger(origin) as ledger:
        grow(ledger, 4)
        sealed_on(ledger, key)

    def cut_off() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        copy_store(origin, to, last=cut_off)
    with Ledger(origin) as ledger:
        sealed_on(ledger, handed_over(tmp_path, key), 1)
    assert copy_store(origin, to).same
    with events_of(to, writes=False) as events:
        assert [len([*events.beside(table)]) for table in BESIDE] == [4, 1, 2]
