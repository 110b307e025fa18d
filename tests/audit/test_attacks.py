"""Attacks on a sealed store, each by somebody who has the database in hand, each found by `audit verify --store`.

The store's own seal finds what is clumsy. What is done with care, seals and leaves mended too, is found by what lies
outside: the published folder, and a checkpoint that a witness kept.
"""

import json
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
from typer.testing import CliRunner

from audit.log_folder import publish
from audit.published import Keys
from audit.seal_keys import SealKey
from audit.sealing import seal
from audit.seals import Seals
from cli.main import door
from domain.leaves import leaf_of_row
from domain.ledger import Ledger, Step
from domain.log_reading import Row
from tests.audit.packs import SEALED_AT, SIGNED, stored_files, tell_one
from tests.audit.sealed import log_key
from tests.domain.test_ledger import appoints

FUND = "sample/fund/F1"
Change = Callable[[list[Row]], list[Row]]


@dataclass
class Town:
    """A sealed store, its key, and what its office keeps elsewhere."""

    url: str
    key: SealKey
    published: Path
    kept: Path  # The last checkpoint, at a witness's.
    files: Path

    def rows(self) -> list[Row]:
        """Return all facts as they lie there."""
        with Ledger(self.url) as ledger:
            return list(ledger.rows(0, 100_000))

    def rewrite(self, change: Change, *, leaves: bool = False) -> None:
        """Put other facts in place of what is there, numbered without a gap; with care, their *leaves* too."""
        rows = [row._replace(position=n) for n, row in enumerate(change(self.rows()), start=1)]
        self.run("DELETE FROM {events}")
        self.run("INSERT INTO {events} ({position}, {columns}) VALUES (?, ?, ?, ?, ?)", *rows)
        if leaves:
            mended = [(row.position, row.position, leaf_of_row(row)) for row in rows]
            self.run("DELETE FROM ledger_leaves")
            self.run("INSERT INTO ledger_leaves VALUES (?, ?, ?)", *mended)

    def run(self, statement: str, *values: Sequence[Any]) -> None:
        """Run a statement past the ledger, once for each of *values*."""
        columns = "originator_id, originator_version, topic, state"
        if self.url.startswith("sqlite"):
            sql = statement.format(events="stored_events", position="rowid", columns=columns)
            with closing(sqlite3.connect(self.url.removeprefix("sqlite:///"))) as file, file:
                file.executemany(sql, values or [()])
            return
        sql = statement.format(events="ledger_events", position="notification_id", columns=columns)
        with psycopg.connect(self.url) as server, server.cursor() as cursor:
            cursor.executemany(sql.replace("?", "%s").encode(), values or [()])

    def sealed_anew(self, key: SealKey | None = None) -> None:
        """Give up the last seal, and seal what is there now."""
        with Ledger(self.url) as ledger:
            last = Seals(ledger).last()
            assert last
            self.run("DELETE FROM ledger_seals WHERE size = ?", (last.checkpoint.size,))
            if key:
                self.run("DELETE FROM ledger_seals")
                self.run("DELETE FROM ledger_seal_keys")
            seal(ledger, key or self.key, SEALED_AT)

    def verified(self, *words: str, trusted: bool = True) -> tuple[int, dict[str, Any]]:
        """Run `audit verify --store`; return its exit code and what it prints."""
        keys = ("--key", str(self.key.verifier)) if trusted else ()
        given = ["audit", "verify", "--store", self.url, *keys, "--processes", "1", "--json", "--limit", "1000", *words]
        ended = CliRunner().invoke(door(given), given)
        assert ended.exit_code in (0, 1), ended.output
        assert ended.exception is None or isinstance(ended.exception, SystemExit), ended.exception
        return ended.exit_code, json.loads(ended.stdout)

    def found(self, *words: str) -> list[tuple[str, str]]:
        """Return what is found, each by its kind and the fact or seal that it names."""
        code, said = self.verified(*words)
        assert code == 1
        return [(one["kind"], one["fact"]) for one in said["proofs"]["found"]]


@pytest.fixture
def town(store: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Town:
    files = tmp_path / "files"
    stored_files(files)
    monkeypatch.setenv("BRIDGEFUND_FILES", str(files))
    key, published, kept = log_key(tmp_path), tmp_path / "seals", tmp_path / "witnessed"
    with Ledger(store) as ledger:
        tell_one(ledger)
        sealed = seal(ledger, key, SEALED_AT)
        publish(published, [sealed.seal], sealed.tree, Keys((key.verifier,), ()))
        kept.write_text(sealed.seal.text, encoding="utf-8")
    return Town(store, key, published, kept, files)


def place(rows: list[Row], topic: str, stream: str = FUND) -> int:
    """Return where the first fact of a name stands."""
    return next(n for n, row in enumerate(rows) if (row.stream, row.topic) == (stream, topic))


def edit(topic: str, old: bytes, new: bytes) -> Change:
    """Return what changes some bytes of a fact."""

    def change(rows: list[Row]) -> list[Row]:
        n = place(rows, topic)
        assert old in rows[n].state
        rows[n] = rows[n]._replace(state=rows[n].state.replace(old, new, 1))
        return rows

    return change


def amount_changed(rows: list[Row]) -> list[Row]:
    return edit("fund.allotted/1", b'"amount_fen":', b'"amount_fen":1')(rows)


def test_an_untouched_store_has_nothing_to_find(town: Town) -> None:
    code, said = town.verified("--checkpoint", str(town.kept), "--log", str(town.published))
    assert (code, said["found"]) == (0, 0)
    assert said["proofs"]["sealed"] == said["proofs"]["facts"] == len(town.rows())
    assert said["folded"]["checked"]["funds"] >= 1
    assert said["files"]["files"] == 3


def test_an_amount_changed_by_hand_is_named(town: Town) -> None:
    name = town.rows()[place(town.rows(), "fund.allotted/1")]
    town.rewrite(amount_changed)
    assert ("changed", f"{FUND}#{name.version}") in town.found()


def test_an_amount_changed_with_its_leaf_mended_is_found_by_the_seal_and_named_by_what_is_published(town: Town) -> None:
    name = town.rows()[place(town.rows(), "fund.allotted/1")]
    town.rewrite(amount_changed, leaves=True)
    assert [kind for kind, _ in town.found()] == ["unsealed"]
    assert town.found("--log", str(town.published))[0] == ("published", f"{FUND}#{name.version}")
    # It does not add up either: more is set aside than there is, or than the plan says.
    _, said = town.verified()
    assert any(one["place"].startswith(FUND) for one in said["folded"]["found"])


def test_an_event_deleted_from_the_middle_is_named(town: Town) -> None:
    rows = town.rows()
    gone = rows[place(rows, "fund.allotted/1")]
    town.run("DELETE FROM {events} WHERE {position} = ?", (gone.position,))
    assert ("missing", f"{FUND}#{gone.version}") in town.found()


def test_the_last_event_of_a_case_deleted_is_named_by_its_place(town: Town) -> None:
    rows = town.rows()
    last = [row for row in rows if row.stream == FUND][-1]
    town.run("DELETE FROM {events} WHERE {position} = ?", (last.position,))
    assert ("missing", f"#{last.position}") in town.found()


def test_two_events_swapped_are_both_named(town: Town) -> None:
    rows = town.rows()
    one, two = [row for row in rows if row.stream == FUND][1:3]

    def swapped(rows: list[Row]) -> list[Row]:
        rows[one.position - 1] = one._replace(topic=two.topic, state=two.state)
        rows[two.position - 1] = two._replace(topic=one.topic, state=one.state)
        return rows

    town.rewrite(swapped)
    found = [fact for kind, fact in town.found() if kind == "changed"]
    assert found == [f"{FUND}#{one.version}", f"{FUND}#{two.version}"]


def test_two_events_of_one_append_that_changed_places_are_both_named(town: Town) -> None:
    rows = town.rows()
    first = next(n for n, row in enumerate(rows) if rows[n + 1].state != row.state and _together(town, n))

    def swapped(rows: list[Row]) -> list[Row]:
        rows[first], rows[first + 1] = rows[first + 1], rows[first]
        return rows

    town.rewrite(swapped)
    moved = [fact for kind, fact in town.found() if kind == "moved"]
    assert moved == [f"{row.stream}#{row.version}" for row in (rows[first + 1], rows[first])]


def _together(town: Town, n: int) -> bool:
    """Return whether the fact at place *n* and the next one, of another stream, came in one append."""
    with Ledger(town.url) as ledger:
        found = ledger.stored.look("SELECT first_position, last_position FROM ledger_leaves", ())
    rows = town.rows()
    return rows[n].stream != rows[n + 1].stream and any(first <= n + 1 < last for first, last in found)


def test_an_event_inserted_with_the_sequence_closed_up_is_named(town: Town) -> None:
    rows = town.rows()
    at = place(rows, "fund.allotted/1")

    def inserted(rows: list[Row]) -> list[Row]:
        own = rows[at]
        later = [
            row._replace(version=row.version + 1) if row.stream == FUND and row.version > own.version else row
            for row in rows[at + 1 :]
        ]
        return [*rows[: at + 1], own._replace(version=own.version + 1), *later]

    town.rewrite(inserted)
    found = town.found()
    # Whatever came to stand where another fact stood is not what was stored there.
    assert any(fact == f"{FUND}#{rows[at].version + 1}" for _, fact in found)
    assert ("unsealed", f"checkpoint {len(rows)}") in found
    town.rewrite(lambda now: now, leaves=True)
    named = town.found("--log", str(town.published))[0]
    assert named == ("published", f"{FUND}#{rows[at].version + 1}")


def test_a_date_moved_is_named(town: Town) -> None:
    rows = town.rows()
    name = rows[place(rows, "fund.received/1")]
    town.rewrite(edit("fund.received/1", b'"occurred_on":"20', b'"occurred_on":"19'))
    assert ("changed", f"{FUND}#{name.version}") in town.found()


def test_an_attachment_replaced_is_named(town: Town) -> None:
    file = next(path for path in town.files.rglob("*") if path.is_file() and path.read_bytes() == SIGNED)
    file.chmod(0o644)
    file.write_bytes(b"a report, forged")
    code, said = town.verified()
    assert code == 1
    assert [(one["case"], one["paper"]) for one in said["files"]["found"]] == [
        ("sample/project/S01", "acceptance_report"),
    ]


def test_a_checkpoint_signed_with_another_key_is_named(town: Town, tmp_path: Path) -> None:
    forger = log_key(tmp_path)
    town.rewrite(amount_changed, leaves=True)
    town.sealed_anew(forger)
    size = len(town.rows())
    assert town.found() == [("signature", f"checkpoint {size}")]
    # Against who can write the store, its own keys prove nothing: and it is said.
    code, said = town.verified(trusted=False)
    assert said["proofs"]["found"] == []
    assert said["proofs"]["pinned"] is False
    assert code == (1 if said["folded"]["found"] else 0)


def test_a_log_truncated_is_found_by_its_seal(town: Town) -> None:
    size = len(town.rows())
    town.rewrite(lambda rows: rows[:-5], leaves=True)
    assert town.found() == [("truncated", f"checkpoint {size}")]


def test_a_log_truncated_with_its_seals_is_found_by_what_a_witness_kept(town: Town) -> None:
    size = len(town.rows())
    town.rewrite(lambda rows: rows[:-5], leaves=True)
    town.sealed_anew()
    assert town.found("--checkpoint", str(town.kept)) == [("truncated", f"checkpoint {size}")]
    assert ("truncated", f"checkpoint {size}") in town.found("--log", str(town.published))


def test_a_tail_rewritten_under_a_fresh_seal_by_the_true_key_is_found_by_what_a_witness_kept(town: Town) -> None:
    size = len(town.rows())

    def date_moved(rows: list[Row]) -> list[Row]:
        n = max(n for n, row in enumerate(rows) if row.stream == FUND)
        rows[n] = rows[n]._replace(state=rows[n].state.replace(b'"door":"', b'"door":"x', 1))
        return rows

    town.rewrite(date_moved, leaves=True)
    town.sealed_anew()
    code, said = town.verified()
    assert (code, said["proofs"]["found"]) == (0, [])  # Nothing in the store itself could show it.
    assert town.found("--checkpoint", str(town.kept)) == [("unsealed", f"checkpoint {size}")]
    assert town.found("--log", str(town.published))[0][0] == "published"


def test_a_fact_with_a_quote_in_its_streams_name_is_found(town: Town) -> None:
    # What stands behind the quote would be read as another column of the same canonical bytes.
    rows = town.rows()
    town.run("UPDATE {events} SET originator_id = ? WHERE {position} = ?", ('sample/x",1,"', rows[-1].position))
    assert "strange" in [kind for kind, _ in town.found()]


def test_what_was_appended_after_the_seal_is_counted_as_unproven_and_its_leaves_are_held(town: Town) -> None:
    with Ledger(town.url) as ledger:
        before = len(town.rows())
        ledger.execute(Step("sample-2/mandates", appoints("li")))
    code, said = town.verified()
    assert (code, said["proofs"]["facts"] - said["proofs"]["sealed"]) == (0, len(town.rows()) - before)
    town.rewrite(lambda rows: [*rows[:-1], rows[-1]._replace(state=rows[-1].state.replace(b"2022", b"2021", 1))])
    assert [kind for kind, _ in town.found()] == ["changed"]
