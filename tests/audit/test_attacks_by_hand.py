"""What by hand can be put into a store beside facts: odd columns, far positions, damaged seals, keys and leaves."""

import pickle
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from audit import naming
from audit.daily import Daily
from audit.log_database import Laid
from audit.seal_refusals import DamagedSealError, OddFactError
from audit.sealing import read_log, seal
from audit.seals import Seal, Seals
from audit.store_verifying import verify_store
from audit.verify import read_checkpoint
from cli.main import door
from domain.errors import BadInputError, UnreadableFactError
from domain.ledger import Ledger
from tests.audit.packs import packed
from tests.audit.sealed import day, grow, handed_over, head_of, log_key, sealed_on
from tests.audit.test_attacks import FUND, Town, place, town  # noqa: F401 - a fixture
from tests.databases import ON_SQLITE


@ON_SQLITE
@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("originator_id", "cast(originator_id AS blob)"),
        ("originator_id", "NULL"),
        ("originator_id", "cast(x'ff61' AS text)"),
        ("originator_version", "originator_version + 0.5"),
        ("topic", "cast(topic AS blob)"),
        ("topic", "NULL"),
        ("state", "cast(state AS text)"),
        ("state", "NULL"),
    ],
)
def test_a_column_of_another_type_is_found_though_its_bytes_are_the_same(town: Town, column: str, value: str) -> None:  # noqa: F811
    row = town.rows()[place(town.rows(), "fund.allotted/1")]
    town.run(f"UPDATE {{events}} SET {column} = {value} WHERE {{position}} = {row.position}")  # noqa: S608
    named = f"#{row.position}" if column.startswith("originator") else f"{FUND}#{row.version}"
    assert ("odd", named) in town.found()


@ON_SQLITE
def test_a_fact_with_an_odd_column_is_neither_sealed_nor_packed(town: Town, tmp_path: Path) -> None:  # noqa: F811
    row = town.rows()[place(town.rows(), "fund.allotted/1")]
    town.run(f"UPDATE {{events}} SET state = cast(state AS text) WHERE {{position}} = {row.position}")  # noqa: S608
    with Ledger(town.url) as ledger:
        with pytest.raises(OddFactError):
            seal(ledger, town.key, day(1))
        with pytest.raises(OddFactError):
            packed(ledger, tmp_path / "F1.zip")
    assert not (tmp_path / "F1.zip").exists()


@ON_SQLITE
def test_a_fact_that_this_build_does_not_know_is_named_and_not_packed(town: Town, tmp_path: Path) -> None:  # noqa: F811
    town.run("UPDATE {events} SET topic = 'newer.fact/9' WHERE topic = 'paper.withdrawn/1'")
    town.run("DELETE FROM ledger_seals")
    with Ledger(town.url) as ledger:
        seal(ledger, town.key, day(1))
        with pytest.raises(UnreadableFactError, match=r"newer\.fact/9"):
            packed(ledger, tmp_path / "F1.zip")


def test_a_name_that_ends_elsewhere_in_the_same_bytes_is_found(town: Town) -> None:  # noqa: F811
    row = town.rows()[place(town.rows(), "fund.allotted/1")]
    name, _, rest = row.state.partition(b'",')
    moved = f'{row.topic}",{name.decode()}', rest, row.position
    town.run("UPDATE {events} SET topic = ?, state = ? WHERE {position} = ?", moved)
    assert ("strange", f"{FUND}#{row.version}") in town.found()


@pytest.mark.parametrize("position", [-5, -(1 << 62), 1 << 62])
def test_a_fact_at_a_position_that_none_gives_out_is_named(town: Town, position: int) -> None:  # noqa: F811
    row = town.rows()[place(town.rows(), "fund.allotted/1")]
    town.run(f"UPDATE {{events}} SET {{position}} = {position} WHERE {{position}} = {row.position}")  # noqa: S608
    assert ("inserted", f"{FUND}#{row.version}") in town.found()


# Seals and their keys


def resealed(town: Town, change: Callable[[str], str]) -> None:  # noqa: F811
    """Sign what *change* makes of the last checkpoint's text, by the true key, and put it in its place."""
    with Ledger(town.url) as ledger:
        last = Seals(ledger).last()
        assert last
        text = change(last.note.text)
        size = read_checkpoint(text).size
        Seals(ledger).sign(Seal(f"{text}\n{town.key.signature(text)}", size))


@pytest.mark.parametrize("line", ["", "heads 1 " + "A" * 43 + "=\n"])
def test_a_checkpoint_that_says_otherwise_or_nothing_of_how_far_streams_go_is_found(town: Town, line: str) -> None:  # noqa: F811
    def change(text: str) -> str:
        return "".join(line if one.startswith("heads ") else one for one in text.splitlines(keepends=True))

    resealed(town, change)
    assert town.found() == [("heads", f"checkpoint {len(town.rows())}")]


def test_a_seals_position_that_was_moved_is_found(town: Town) -> None:  # noqa: F811
    town.run("UPDATE ledger_seals SET position = 5")
    assert town.found() == [("position", f"checkpoint {len(town.rows())}")]


@ON_SQLITE
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger_seals SET note = 'rubbish'",
        "UPDATE ledger_seals SET note = x'00ff'",
        "UPDATE ledger_seals SET size = 7",
        "INSERT INTO ledger_seals SELECT 'many', 0, note FROM ledger_seals",
        "UPDATE ledger_seals SET position = 'x'",
        "UPDATE ledger_seals SET note = replace(note, char(10) || size, char(10) || printf('%.*c', 5000, '9'))",
    ],
)
def test_what_is_no_seal_in_a_seals_place_is_found_and_stops_no_day(town: Town, statement: str) -> None:  # noqa: F811
    town.run(statement)
    assert [kind for kind, _ in town.found()] == ["seal"]
    with Ledger(town.url) as ledger:
        with pytest.raises(DamagedSealError):
            seal(ledger, town.key, day(1))
        daily = Daily(ledger, town.key)
        assert daily.last_on() is None
        daily.seal(day(1))


@pytest.mark.parametrize("value", ["'['", """'["no note"]'""", "'null'"])
def test_keys_of_the_seal_that_are_damaged_are_found(town: Town, value: str) -> None:  # noqa: F811
    town.run(f"UPDATE ledger_seal_keys SET rotations = {value}")  # noqa: S608
    assert town.found()[0][0] == "key"


def test_a_new_key_is_enough_for_what_the_keys_before_it_sealed_and_an_old_one_seals_nothing_after_it(
    store: str, tmp_path: Path
) -> None:
    key = log_key(tmp_path)
    newer = handed_over(tmp_path, key)
    with Ledger(store) as ledger:
        grow(ledger, 3)
        sealed_on(ledger, key)
        grow(ledger, 3)
        sealed_on(ledger, newer, 1)
        assert verify_store(ledger, [newer.verifier]).found == []
        grow(ledger, 3)
        stolen = head_of(read_log(ledger).tree, key, day(2))
        Seals(ledger).put(stolen, key.verifier, ())
        found = verify_store(ledger, [newer.verifier]).found
        assert [(one.kind, one.fact) for one in found] == [("signature", "checkpoint 9")]


def test_of_two_who_seal_at_once_the_first_seal_stands(store: str, tmp_path: Path) -> None:
    key = log_key(tmp_path)
    with Ledger(store) as ledger:
        grow(ledger, 3)
        firsts = list[Seal]()

        def meanwhile(*_: int) -> None:
            if not firsts:
                firsts.append(sealed_on(ledger, key, 1).seal)

        slower = seal(ledger, key, day(2), meanwhile)
        assert (slower.new, [slower.seal]) == (False, firsts)
        assert Seals(ledger).all() == firsts


# Leaves


@ON_SQLITE
@pytest.mark.parametrize("change", ["leaves = 123456789012", "last_position = 'abc'"])
def test_leaves_on_record_that_are_none_are_found(town: Town, change: str) -> None:  # noqa: F811
    town.run(f"UPDATE ledger_leaves SET {change} WHERE first_position = 1")  # noqa: S608
    assert ("leaves", "#1") in town.found()


def test_a_table_of_leaves_without_their_columns_is_none(town: Town) -> None:  # noqa: F811
    town.run("DROP TABLE ledger_leaves")
    town.run("CREATE TABLE ledger_leaves (first_position BIGINT)")
    code, said = town.verified()
    assert (code, said["proofs"]["uncovered"]) == (0, len(town.rows()))


def test_what_others_append_while_a_store_is_looked_at_closer_is_no_finding(
    store: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = log_key(tmp_path)
    with Ledger(store) as ledger:
        grow(ledger, 3)
        sealed_on(ledger, key)
        grow(ledger, 2)
        # As an older build left it: so somebody looks closer.
        ledger.stored.write(("DELETE FROM ledger_leaves WHERE first_position = 1", ()))
        rows = naming._laid

        def busy(row: Laid) -> naming._Laid:
            grow(ledger, 1)
            return rows(row)

        monkeypatch.setattr(naming, "_laid", busy)
        seen = verify_store(ledger, [key.verifier])
    assert (seen.found, seen.uncovered) == ([], 1)


# How it ends


@pytest.fixture
def rubbish(tmp_path: Path) -> Path:
    """A store of which only the first page is left."""
    file = tmp_path / "half.db"
    with Ledger(f"sqlite:///{file}") as ledger:
        grow(ledger, 40)
    data = bytearray(file.read_bytes())
    data[4096:] = b"\xff" * (len(data) - 4096)
    file.write_bytes(data)
    return file


@pytest.mark.parametrize("content", [None, b"no database at all, though it is long enough for one" * 100])
def test_a_store_that_cannot_be_read_is_no_finding(rubbish: Path, content: bytes | None) -> None:
    if content:
        rubbish.write_bytes(content)
    given = ["audit", "verify", "--store", f"sqlite:///{rubbish}", "--processes", "1"]
    ended = CliRunner().invoke(door(given), given)
    assert ended.exit_code == 2, ended.output
    assert isinstance(ended.exception, SystemExit)
    assert str(rubbish) in ended.stderr


def test_a_note_that_is_no_checkpoint_is_bad_input(tmp_path: Path) -> None:
    file, store = tmp_path / "note", tmp_path / "s.db"
    file.write_text(handed_over(tmp_path, log_key(tmp_path)).rotations[0], encoding="utf-8")
    sqlite3.connect(store).close()
    given = ["audit", "verify", "--store", f"sqlite:///{store}", "--checkpoint", str(file), "--processes", "1"]
    ended = CliRunner().invoke(door(given), given)
    assert ended.exit_code == 2, ended.output
    assert str(file) in ended.stderr


def test_an_error_of_ours_goes_from_one_process_to_another() -> None:
    error = pickle.loads(pickle.dumps(BadInputError("a file", "no reason")))  # noqa: S301 - our own
    assert (type(error), error.text("en")) == (BadInputError, "a file: no reason")
