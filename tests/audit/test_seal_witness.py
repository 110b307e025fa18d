"""A witness countersigns that a log only ever grew, and finds where it did not: also where the log's own key signed."""

from dataclasses import replace
from pathlib import Path

import pytest

from audit import outside, witness_state
from audit.log_folder import publish
from audit.log_tree import Tree
from audit.notes import cosigned
from audit.published import Keys, LogFolder
from audit.seal_keys import SealKey
from audit.seals import Signed
from audit.split_view import Source, compare
from audit.verify import read_note, signed_by
from audit.witness_refusals import (
    NotSignedError,
    RewrittenError,
    SmallerError,
    SplitViewError,
    TilesDifferError,
    TwoSuccessorsError,
)
from audit.witness_state import WitnessState
from audit.witnessing import Witnessed, witness
from domain.errors import BadInputError
from tests.audit.sealed import LOG, day, handed_over, head_of, log_key, put_out, rewritten, tree_of, witness_key

WHOLE = tree_of(700)


class Office:
    """A log that is published, and a witness of it."""

    def __init__(self, tmp_path: Path) -> None:
        self.tmp = tmp_path
        self.out, self.state = tmp_path / "out", tmp_path / "state"
        self.key, self.witness_key = log_key(tmp_path), witness_key(tmp_path)
        self.trust = self.key.verifier

    def publishes(self, tree: Tree, number: int = 0, folder: Path | None = None) -> Signed:
        """Publish a log on a day."""
        return Signed(put_out(folder or self.out, tree, self.key, day(number)).text)

    def witnesses(self, number: int = 0, folder: Path | None = None) -> Witnessed:
        """Countersign on a day."""
        return witness(folder or self.out, self.witness_key, self.state, day(number), self.trust)

    def rewrites(self, tree: Tree, number: int = 0) -> Signed:
        """Publish another history in a fresh folder, as whoever has store, key and folder in hand can."""
        self.out = self.tmp / f"rewritten-{number}"
        return self.publishes(tree, number)

    @property
    def evidence(self) -> set[str]:
        """Return the notes that are kept as evidence."""
        folder = WitnessState(self.state, LOG).path / "evidence"
        return {file.read_text() for file in folder.iterdir()} if folder.is_dir() else set()

    @property
    def seen(self) -> list[int]:
        """Return of which sizes checkpoints were countersigned."""
        return [one.checkpoint.size for one in WitnessState(self.state, LOG).seen()]


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path)


def first(size: int) -> Tree:
    return Tree(WHOLE.leaves[: size * 32])


def test_a_witness_follows_a_log_over_ten_checkpoints_and_finds_its_tail_rewritten(office: Office) -> None:
    """The fresh seal is by the log's own key, over a longer log: everything but the witness is in hand."""
    for number in range(10):
        office.publishes(first(50 * (number + 1)), number)
        done = office.witnesses(number)
        assert (done.new, done.signed.checkpoint.size) == (True, 50 * (number + 1))
        keys = [office.key.verifier, office.witness_key.verifier]
        for text in (done.signed.text, (office.out / "checkpoint").read_text()):
            assert signed_by(read_note(text), keys) == keys
    ninth = LogFolder(office.out).at(450)
    fresh = office.rewrites(rewritten(first(600), 430), 10)
    with pytest.raises(RewrittenError, match=r"the first 400 facts are still those .* within the 450"):
        office.witnesses(10)
    assert ninth is not None
    assert office.evidence == {ninth.text, fresh.text}
    assert office.seen == [50 * (n + 1) for n in range(10)]
    assert (office.out / "checkpoint").read_text() == fresh.text  # Not countersigned.
    assert office.witness_key.verifier in LogFolder(office.tmp / "out").keys().verifiers


def test_a_log_that_was_cut_off_and_an_old_folder_are_findings(office: Office) -> None:
    office.publishes(first(300))
    office.witnesses()
    office.rewrites(first(200), 1)
    with pytest.raises(SmallerError, match=r"300 facts .* now publishes 200"):
        office.witnesses(1)
    assert len(office.evidence) == 2


def test_two_roots_of_one_size_are_never_both_signed(office: Office) -> None:
    office.publishes(first(300))
    office.witnesses()
    other = office.rewrites(rewritten(first(300), 7), 1)
    with pytest.raises(SplitViewError, match="two different checkpoints of the same 300 facts"):
        office.witnesses(1)
    assert other.text in office.evidence
    assert office.seen == [300]


def test_an_earlier_size_with_another_root_is_found_as_a_split_view(office: Office) -> None:
    for number, size in enumerate((100, 200)):
        office.publishes(first(size), number)
        office.witnesses(number)
    office.rewrites(rewritten(first(100), 7), 2)
    with pytest.raises(SplitViewError, match="100 facts"):
        office.witnesses(2)


def test_the_same_checkpoint_is_signed_once_and_handed_back_again(office: Office) -> None:
    office.publishes(first(300))
    once = office.witnesses(0)
    for name in ("checkpoint", "checkpoints/300"):  # A folder written anew by the office.
        (office.out / name).write_text(head_of(first(300), office.key).text)
    again = office.witnesses(5)
    assert (again.new, again.signed.text) == (False, once.signed.text)
    assert (office.out / "checkpoint").read_text() == once.signed.text


def test_killed_between_any_two_writes_a_witness_has_shown_nothing_that_its_archive_lacks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = outside.Outside.write
    for survived in range(6):
        (tmp_path / str(survived)).mkdir()
        office = Office(tmp_path / str(survived))
        published = office.publishes(first(300))
        written: list[str] = []

        def killing(self: outside.Outside, name: str, data: bytes, written: list[str] = written) -> None:
            if len(written) == survived:  # noqa: B023 - called in this round only
                raise KeyboardInterrupt
            written.append(name)
            write(self, name, data)

        monkeypatch.setattr(outside.Outside, "write", killing)
        try:
            office.witnesses(0)
        except KeyboardInterrupt:
            monkeypatch.setattr(outside.Outside, "write", write)
        else:
            assert written == ["trusted.json", "seen/300", "keys.json", "checkpoints/300", "checkpoint"]
            return
        archived = [one.text for one in WitnessState(office.state, LOG).seen()]
        for name in ("checkpoint", "checkpoints/300"):
            assert (office.out / name).read_text() in (published.text, *archived)
        done = office.witnesses(9)
        assert (done.new, [done.signed.text]) == (not archived, archived or [done.signed.text])
        assert (office.out / "checkpoint").read_text() == done.signed.text
    raise AssertionError("never written to the end")


def test_lines_that_only_claim_to_be_signatures_spoil_nothing(office: Office) -> None:
    """Whoever can write to the folder can add lines under the log's name, the witness's, or anybody's."""
    published = office.publishes(first(300))
    other = published.note._replace(text="another text\n")
    stranger = replace(office.witness_key, name="stranger\u2028.example", private=log_key(office.tmp).private)
    forged = office.key.signature(other.text) + cosigned(other, office.witness_key, day(0))
    spoilt = published.text + forged + cosigned(other, stranger, day(0))
    for name in ("checkpoint", "checkpoints/300"):
        (office.out / name).write_text(spoilt)
    office.witnesses()
    keys = [office.key.verifier, office.witness_key.verifier]
    (kept,) = WitnessState(office.state, LOG).seen()
    for text in (kept.text, (office.out / "checkpoint").read_text()):
        assert signed_by(read_note(text), keys) == keys
    assert len(kept.note.signatures) == 2
    assert not office.witnesses(1).new


# Whose key


def test_the_first_time_somebody_must_say_whom_to_trust(office: Office) -> None:
    office.publishes(first(3))
    with pytest.raises(BadInputError, match="told by the office itself"):
        witness(office.out, office.witness_key, office.state, day(0))
    for wrong in (office.witness_key.verifier, log_key(office.tmp, "ledger.other.example").verifier):
        with pytest.raises(BadInputError, match="no key of the log"):
            witness(office.out, office.witness_key, office.state, day(0), wrong)
    assert office.seen == []


def test_a_checkpoint_by_another_key_of_the_same_name_is_a_finding(office: Office) -> None:
    office.publishes(first(3))
    office.witnesses()
    genuine = office.key
    office.key = log_key(office.tmp)
    office.rewrites(first(9), 1)
    office.trust = genuine.verifier
    with pytest.raises(NotSignedError, match="no good signature by the trusted key"):
        office.witnesses(1)
    office.trust = office.key.verifier
    with pytest.raises(BadInputError, match="is witnessed under"):
        office.witnesses(1)


def test_a_hand_over_is_followed_and_the_old_key_is_refused_from_then_on(office: Office) -> None:
    office.publishes(first(3))
    office.witnesses()
    old, office.key = office.key, handed_over(office.tmp, office.key)
    office.publishes(first(6), 1)
    assert office.witnesses(1).new
    office.publishes(first(9), 2)
    assert witness(office.out, office.witness_key, office.state, day(2)).new
    publish(office.out, [head_of(first(12), old)], first(12), Keys())
    with pytest.raises(NotSignedError):
        office.witnesses(3)
    assert office.seen == [3, 6, 9]


def test_a_key_that_hands_over_to_two_is_a_finding(office: Office) -> None:
    office.publishes(first(3))
    heirs = [handed_over(office.tmp, office.key) for _ in range(2)]
    rotations = tuple(heir.rotations[0] for heir in heirs)
    publish(office.out, [head_of(first(6), heirs[1])], first(6), Keys((), rotations))
    with pytest.raises(TwoSuccessorsError):
        office.witnesses()


def test_a_signature_that_does_not_hold_and_tiles_of_another_history_are_findings(office: Office) -> None:
    published = office.publishes(first(300))
    (office.out / "checkpoint").write_text(published.text.replace("heads 1", "heads 2"))
    with pytest.raises(NotSignedError):
        office.witnesses()
    (office.out / "checkpoint").write_text(published.text)
    (office.out / "tile/0/000").write_bytes(rewritten(first(256), 3).leaves)
    with pytest.raises(TilesDifferError):
        office.witnesses()
    assert office.seen == []


def test_a_witness_keeps_two_logs_apart(office: Office) -> None:
    office.publishes(first(300))
    office.witnesses()
    (office.tmp / "other").mkdir()
    other = Office(office.tmp / "other")
    other.state = office.state
    other.key = log_key(office.tmp, "ledger.other.example")
    other.trust = other.key.verifier
    other.publishes(first(20))
    assert (other.witnesses().before, office.seen) == (None, [300])


def test_a_damaged_archive_is_refused(office: Office) -> None:
    office.publishes(first(3))
    office.witnesses()
    (WitnessState(office.state, LOG).path / witness_state.TRUST).write_text("{}")
    with pytest.raises(BadInputError, match="damaged"):
        office.witnesses()


# Two checkpoints side by side


def signed(tree: Tree, key: SealKey, number: int = 0) -> Signed:
    return Signed(head_of(tree, key, day(number)).text)


def test_two_checkpoints_of_one_size(office: Office) -> None:
    one, other = signed(first(9), office.key), signed(rewritten(first(9), 2), office.key)
    assert compare(one, signed(first(9), office.key, 3)).kind == "same"
    found = compare(one, other)
    assert (found.kind, found.notes) == ("split", (one, other))


def test_two_checkpoints_of_different_sizes_need_leaves(office: Office) -> None:
    small, large = signed(first(9), office.key), signed(first(20), office.key)
    forked = signed(rewritten(first(20), 2), office.key)
    ours = Source("ours", first(30), signed(first(30), office.key))
    theirs = Source("theirs", rewritten(first(20), 2))
    assert compare(small, large).kind == "unknown"
    assert compare(large, small, [ours]).kind == "consistent"
    found = compare(small, forked, [theirs])
    assert (found.kind, found.notes, found.by) == ("split", (small, forked), "theirs")
    assert compare(small, forked, [ours]).notes == (forked, ours.latest)  # It contradicts the folder's own checkpoint.
    assert compare(small, forked, [replace(ours, latest=None)]).kind == "unknown"
    assert compare(small, forked, [Source("short", first(5))]).kind == "unknown"
