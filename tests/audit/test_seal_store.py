"""A store is sealed: only by its own key, only while its history is what was sealed before; in both databases."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from audit.collecting import UNKNOWN_MAX, collect
from audit.log_folder import publish, publish_store, read_folder
from audit.notes import cosigned, judged
from audit.published import Keys, LogFolder
from audit.seal_keys import SealKey, make_key
from audit.seal_refusals import GapError, HistoryChangedError, NothingToSealError, OtherKeyError, TruncatedError
from audit.sealing import read_log, seal
from audit.seals import Seals
from audit.verify import signed_by
from domain.errors import BadInputError
from domain.ledger import Ledger
from tests.audit.sealed import day, grow, handed_over, log_key, sealed_on, witness_key
from tests.databases import ON_SQLITE


@pytest.fixture
def ledger(store: str) -> Iterator[Ledger]:
    with Ledger(store) as opened:
        yield opened


@pytest.fixture
def key(tmp_path: Path) -> SealKey:
    return log_key(tmp_path)


def by_hand(ledger: Ledger, statement: str) -> None:
    """Change a store behind the ledger's back."""
    sqlite = ledger.url.startswith("sqlite")
    table, position = ("stored_events", "rowid") if sqlite else ("ledger_events", "notification_id")
    ledger.stored.write((statement.format(table=table, position=position), ()))


def test_a_store_is_sealed_again_and_again_and_each_seal_goes_on_from_the_last(ledger: Ledger, key: SealKey) -> None:
    sizes = []
    for number in range(3):
        grow(ledger, 4)
        done = sealed_on(ledger, key, number)
        assert done.new
        assert signed_by(done.seal.note, [key.verifier]) == [key.verifier]
        sizes.append(done.seal.checkpoint.size)
    tree = read_log(ledger).tree
    kept = Seals(ledger).all()
    assert [one.checkpoint.size for one in kept] == sizes == [4, 8, 12]
    assert [one.checkpoint.root for one in kept] == [tree.root_at(size) for size in sizes]
    again = sealed_on(ledger, key, 9)
    assert (again.new, again.seal) == (False, kept[-1])


def test_an_empty_store_has_nothing_to_seal(ledger: Ledger, key: SealKey) -> None:
    with pytest.raises(NothingToSealError):
        sealed_on(ledger, key)


# Keys


def test_after_a_rotation_the_new_key_seals_and_old_checkpoints_hold(
    ledger: Ledger, key: SealKey, tmp_path: Path
) -> None:
    grow(ledger, 3)
    first = sealed_on(ledger, key).seal
    newer = handed_over(tmp_path, key)
    both = sealed_on(ledger, newer, 1)  # Nothing came since: the new key signs what stands.
    assert signed_by(both.seal.note, [key.verifier, newer.verifier]) == [key.verifier, newer.verifier]
    assert both.seal.note.text == first.note.text
    grow(ledger, 3)
    second = sealed_on(ledger, newer, 2).seal
    assert signed_by(second.note, [key.verifier, newer.verifier]) == [newer.verifier]
    verifiers, rotations = Seals(ledger).keys()
    assert (verifiers, len(rotations)) == ([key.verifier, newer.verifier], 1)
    for kept in Seals(ledger).all():
        assert all(one.holds for one in judged(kept.note, verifiers))


def test_a_key_that_handed_over_and_another_offices_key_are_refused(
    ledger: Ledger, key: SealKey, tmp_path: Path
) -> None:
    grow(ledger, 3)
    sealed_on(ledger, key)
    sealed_on(ledger, handed_over(tmp_path, key), 1)
    grow(ledger, 1)
    for other in (key, log_key(tmp_path), log_key(tmp_path, "ledger.other.example")):
        with pytest.raises(OtherKeyError):
            sealed_on(ledger, other, 2)
    assert len(Seals(ledger).all()) == 1


def test_a_key_file_that_others_can_read_or_that_is_there_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "a.key"
    make_key(file, "a.example")
    assert file.stat().st_mode & 0o777 == 0o600
    with pytest.raises(BadInputError, match="File exists"):
        make_key(file, "a.example")


# A history that was changed is not sealed over


@pytest.mark.parametrize(
    ("statement", "error"),
    [
        ("UPDATE {table} SET topic = 'fund.received/1' WHERE {position} = 3", HistoryChangedError),
        ("UPDATE {table} SET originator_id = 'county-0/mandates' WHERE {position} = 2", HistoryChangedError),
        ("DELETE FROM {table} WHERE {position} = 3", HistoryChangedError),
        ("DELETE FROM {table} WHERE {position} >= 3", TruncatedError),
    ],
)
def test_a_store_that_was_changed_by_hand_is_not_sealed(
    statement: str, error: type[Exception], ledger: Ledger, key: SealKey
) -> None:
    grow(ledger, 5)
    sealed_on(ledger, key)
    before = Seals(ledger).all()
    by_hand(ledger, statement)
    if error is HistoryChangedError:
        grow(ledger, 1)
    with pytest.raises(error):
        sealed_on(ledger, key, 1)
    assert Seals(ledger).all() == before


def test_a_stream_with_a_gap_is_not_sealed_for_the_first_time_either(ledger: Ledger, key: SealKey) -> None:
    grow(ledger, 2)
    by_hand(ledger, "UPDATE {table} SET originator_version = 3 WHERE {position} = 2")
    with pytest.raises(GapError, match="1 to 3"):
        sealed_on(ledger, key)


@ON_SQLITE
def test_what_was_published_outside_binds_also_when_the_seals_in_the_store_were_removed(
    ledger: Ledger, key: SealKey, tmp_path: Path
) -> None:
    grow(ledger, 5)
    done = sealed_on(ledger, key)
    publish(tmp_path / "out", [done.seal], done.tree, Keys((key.verifier,)))
    by_hand(ledger, "UPDATE {table} SET originator_id = 'county-0/mandates' WHERE {position} = 2")
    by_hand(ledger, "DELETE FROM ledger_seals")
    outside = [one.checkpoint for one in LogFolder(tmp_path / "out").all()]
    with pytest.raises(HistoryChangedError, match="first 5 facts"):
        seal(ledger, key, day(1), outside=outside)
    assert Seals(ledger).last() is None


@ON_SQLITE
def test_somebody_who_sealed_less_meanwhile_publishes_nothing_and_accuses_nobody(
    ledger: Ledger, key: SealKey, tmp_path: Path
) -> None:
    grow(ledger, 5)
    slower = sealed_on(ledger, key)
    grow(ledger, 1)
    assert publish_store(tmp_path / "out", ledger, sealed_on(ledger, key, 1)) == 6
    assert publish_store(tmp_path / "out", ledger, slower) == 0
    assert LogFolder(tmp_path / "out").sizes() == [5, 6]


# Countersignatures come back


def test_countersignatures_are_collected_checked_where_the_key_is_known(
    ledger: Ledger, key: SealKey, tmp_path: Path
) -> None:
    grow(ledger, 3)
    done = sealed_on(ledger, key)
    out, note = tmp_path / "out", done.seal.note
    publish(out, [done.seal], done.tree, Keys((key.verifier,)))
    good, unknown, bad = (witness_key(tmp_path) for _ in range(3))
    foreign = cosigned(note._replace(text=note.text.replace("3", "4")), bad, day(0))
    signed = done.seal.text + cosigned(note, good, day(0)) + cosigned(note, unknown, day(0)) + foreign
    (out / "checkpoints/3").write_text(signed)
    found = collect(Seals(ledger), out, [key.verifier, good.verifier, bad.verifier])
    assert [(one.size, one.signature.holds, one.taken) for one in found] == [
        (3, True, True),
        (3, None, True),
        (3, False, False),
    ]
    assert found[0].signature.at == day(0)
    kept = Seals(ledger).last()
    assert kept is not None
    assert signed_by(kept.note, [key.verifier, good.verifier, unknown.verifier]) == [
        key.verifier,
        good.verifier,
        unknown.verifier,
    ]
    assert bad.verifier.key_id not in [one.key_id for one in kept.note.signatures]
    assert [one.taken for one in collect(Seals(ledger), out, [bad.verifier])] == [False]  # Nothing twice.


@ON_SQLITE
def test_signatures_on_another_text_and_heaps_of_unknown_ones_are_not_taken(
    ledger: Ledger, key: SealKey, tmp_path: Path
) -> None:
    grow(ledger, 3)
    done = sealed_on(ledger, key)
    witness, out = witness_key(tmp_path), tmp_path / "out"
    publish(out, [done.seal], done.tree, Keys())
    other = done.seal.text.replace("heads 3", "heads 2")
    (out / "checkpoints/3").write_text(other + cosigned(done.seal.note, witness, day(0)))
    assert collect(Seals(ledger), out, [witness.verifier]) == []
    heap = "".join(cosigned(done.seal.note, witness, day(n)) for n in range(UNKNOWN_MAX + 5))
    (out / "checkpoints/3").write_text(done.seal.text + heap)
    assert sum(one.taken for one in collect(Seals(ledger), out, [])) == UNKNOWN_MAX


@ON_SQLITE
def test_a_sealed_and_published_store_reads_back_as_its_log(ledger: Ledger, key: SealKey, tmp_path: Path) -> None:
    grow(ledger, 7)
    done = sealed_on(ledger, key)
    publish(tmp_path / "out", [done.seal], done.tree, Keys((key.verifier,)))
    assert read_folder(tmp_path / "out").tree.leaves == read_log(ledger).tree.leaves
