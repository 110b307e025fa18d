from datetime import date
from typing import Any

import msgspec
import pytest

from domain.act import Act
from domain.testimony import TESTIMONY, ImportedBeforeError, ImportOrderError
from domain.testimony_facts import (
    FACT_BYTES_MAX,
    ROWS_PER_FACT_MAX,
    AddRows,
    ImportedRow,
    ImportOpened,
    ImportSealed,
    ImportStatement,
    OpenImport,
    RowsImported,
    SealImport,
    digest_of_rows,
    parts_of,
)
from tests.domain.given import by, fold, given

SIGNED = ("k1", "2022-03-10T12:00:00+08:00", "2022-03-10T12:15:00+08:00", "00" * 64)


def row(place: int, no: int, amount_fen: int = 100) -> ImportedRow:
    """Return a receipt that stands at a place."""
    return ImportedRow(place, "receipt", f"样例财〔2021〕{no}号", amount_fen=amount_fen, stated_on=date(2021, 3, 1))


def opening(digest: str, *rows: ImportedRow, name: str = "旧账.xlsx", person: str = "li") -> OpenImport:
    """Return the beginning of a file's import; its id is the file's digest and the person."""
    act = by(person, command_id=f"{digest}:{person}")
    said = ImportStatement("sample", 2021, name, digest * 64, len(rows), digest_of_rows(rows))
    body = msgspec.json.encode(said).decode()
    return OpenImport(act, ImportOpened(act, "sample", 2021, name, digest * 64, len(rows), body, *SIGNED), rows)


def stored(begun: OpenImport, *, sealed: bool = True) -> tuple[Any, ...]:
    """Return the facts of a whole import."""
    facts = (begun.opened, RowsImported(by("li"), begun.act.command_id, 0, begun.rows))
    return (*facts, ImportSealed(by("li"), begun.act.command_id, len(begun.rows))) if sealed else facts


def adding(act: Act, begun: OpenImport, first: int, count: int = 1) -> AddRows:
    """Return the adding of rows."""
    return AddRows(act, begun.act.command_id, first, begun.rows[first : first + count])


def test_a_file_comes_in_as_its_head_its_rows_and_its_seal() -> None:
    begun = opening("a", row(2, 1), row(3, 2))
    given().when(begun).then(begun.opened)
    act, name = by("li"), begun.act.command_id
    given(begun.opened).when(adding(act, begun, 0)).then(RowsImported(act, name, 0, begun.rows[:1]))
    one = RowsImported(by("li"), name, 0, begun.rows[:1])
    given(begun.opened, one).when(adding(act, begun, 1)).then(RowsImported(act, name, 1, begun.rows[1:]))
    two = RowsImported(by("li"), name, 1, begun.rows[1:])
    given(begun.opened, one, two).when(SealImport(act, name)).then(ImportSealed(act, name, 2))


def test_rows_say_nothing_before_the_seal() -> None:
    begun = opening("a", row(2, 1))
    cut_off = fold(TESTIMONY, stored(begun, sealed=False))
    assert (cut_off.files, cut_off.places) == ({}, {})
    whole = fold(TESTIMONY, stored(begun))
    assert list(whole.files) == ["a" * 64]
    assert list(whole.places.values()) == [("a" * 64, 2)]


def test_what_was_cut_off_goes_on_where_it_stopped() -> None:
    begun = opening("a", row(2, 1), row(3, 2))
    one = RowsImported(by("li"), begun.act.command_id, 0, begun.rows[:1])
    given(begun.opened, one).when(adding(by("li"), begun, 0)).then()
    act = by("li")
    given(begun.opened, one).when(adding(act, begun, 1)).then(
        RowsImported(act, begun.act.command_id, 1, begun.rows[1:])
    )


def test_no_seal_on_rows_that_are_missing_or_are_not_those_that_were_signed() -> None:
    begun = opening("a", row(2, 1), row(3, 2))
    name = begun.act.command_id
    seal = SealImport(by("li"), name)
    given().when(seal).refuses(ImportOrderError, name)
    given(begun.opened).when(seal).refuses(ImportOrderError, name, 0, 2)
    one = RowsImported(by("li"), name, 0, begun.rows[:1])
    given(begun.opened, one).when(seal).refuses(ImportOrderError, name, 1, 2)
    other = RowsImported(by("li"), name, 1, (row(3, 2, 101),))
    given(begun.opened, one, other).when(seal).refuses(ImportOrderError, name, 2, 2)


def test_rows_do_not_jump_over_rows_and_need_their_import() -> None:
    begun = opening("a", row(2, 1), row(3, 2))
    given(begun.opened).when(adding(by("li"), begun, 1)).refuses(ImportOrderError, 0, 1, 2)
    given().when(adding(by("li"), begun, 0)).refuses(ImportOrderError, begun.act.command_id)


def test_a_sealed_import_takes_no_more_rows() -> None:
    begun = opening("a", row(2, 1))
    more = AddRows(by("li"), begun.act.command_id, 1, (row(9, 9),))
    given(*stored(begun)).when(more).then()
    given(*stored(begun)).when(SealImport(by("wang"), begun.act.command_id)).then()


def test_the_same_bytes_again_are_nothing_new_under_any_name_and_from_anybody() -> None:
    first = opening("a", row(2, 1))
    given(*stored(first)).when(opening("a", row(2, 1), name="别名.xlsx", person="wang")).then()


@pytest.mark.parametrize("place", [2, 77])
def test_a_row_of_another_file_is_refused_wherever_it_stands(place: int) -> None:
    first = opening("a", row(2, 1), row(3, 2))
    again = opening("b", row(1, 9), row(place, 2), name="另存.xlsx")
    given(*stored(first)).when(again).refuses(ImportedBeforeError, 1, place, "旧账.xlsx", "a" * 12, 3)
    # It came in between, while the other was under way.
    seal = SealImport(by("wang"), again.act.command_id)
    given(*stored(again, sealed=False), *stored(first)).when(seal).refuses(ImportedBeforeError, 1, place)


def test_a_row_of_an_import_that_was_never_sealed_stands_nowhere() -> None:
    first = opening("a", row(2, 1))
    other = opening("b", row(2, 1))
    given(*stored(first, sealed=False)).when(other).then(other.opened)


def test_a_row_with_another_amount_is_another_row() -> None:
    other = opening("b", row(2, 1, 101))
    given(*stored(opening("a", row(2, 1)))).when(other).then(other.opened)


@pytest.mark.parametrize("note", ["", "注" * 200])
def test_parts_are_small_whatever_stands_in_the_rows_and_together_they_are_the_rows(note: str) -> None:
    rows = tuple(msgspec.structs.replace(row(n, n), note=note, name=note, village=note) for n in range(1_000))
    parts = list(parts_of(rows))
    assert tuple(one for _, part in parts for one in part) == rows
    assert [first for first, _ in parts] == [sum(len(part) for _, part in parts[:n]) for n in range(len(parts))]
    assert all(len(part) <= ROWS_PER_FACT_MAX for _, part in parts)
    assert all(len(msgspec.json.encode(part)) <= FACT_BYTES_MAX + 2 for _, part in parts)
    assert list(parts_of(())) == []


def test_the_digest_of_rows_tells_every_field_and_their_order() -> None:
    one, two = row(2, 1), row(3, 2)
    digests = {digest_of_rows(rows) for rows in ((one, two), (two, one), (one,), (row(2, 1, 101), two), ())}
    assert len(digests) == 5
