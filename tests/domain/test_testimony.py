from datetime import date

import pytest

from domain.ledger import FACTS_PER_APPEND_MAX
from domain.testimony import (
    ROWS_MAX,
    ROWS_PER_FACT_MAX,
    FileImported,
    Import,
    ImportedBeforeError,
    ImportedRow,
    RowsImported,
    digest_of_rows,
)
from tests.domain.given import by, given

SIGNED = ("statement", "k1", "2022-03-10T12:00:00+08:00", "2022-03-10T12:15:00+08:00", "00" * 64)


def row(place: int, no: int, amount_fen: int = 100) -> ImportedRow:
    """Return a receipt that stands at a place."""
    return ImportedRow(place, "receipt", f"样例财〔2021〕{no}号", amount_fen=amount_fen, stated_on=date(2021, 3, 1))


def importing(digest: str, *rows: ImportedRow, name: str = "旧账.xlsx") -> Import:
    """Return the import of a file."""
    act = by("li")
    return Import(act, FileImported(act, "sample", 2021, name, digest * 64, len(rows), *SIGNED), rows)


def test_a_file_comes_in_as_its_head_and_its_rows() -> None:
    asked = importing("a", row(2, 1), row(3, 2))
    given().when(asked).then(asked.opened, RowsImported(asked.act, "a" * 64, asked.rows))


def test_the_largest_file_is_one_append() -> None:
    rows = tuple(row(n, n) for n in range(ROWS_MAX))
    facts = given().when(importing("a", *rows)).facts
    assert len(facts) == 1 + ROWS_MAX // ROWS_PER_FACT_MAX <= FACTS_PER_APPEND_MAX
    assert tuple(found for fact in facts[1:] for found in fact.rows) == rows


def test_the_same_bytes_again_are_nothing_new_under_any_name_and_from_anybody() -> None:
    first = importing("a", row(2, 1))
    stored = (first.opened, RowsImported(first.act, "a" * 64, first.rows))
    given(*stored).when(importing("a", row(2, 1), name="别名.xlsx")).then()


@pytest.mark.parametrize("place", [2, 77])
def test_a_row_of_another_file_is_refused_wherever_it_stands(place: int) -> None:
    first = importing("a", row(2, 1), row(3, 2))
    stored = (first.opened, RowsImported(first.act, "a" * 64, first.rows))
    again = importing("b", row(1, 9), row(place, 2), name="另存.xlsx")
    given(*stored).when(again).refuses(ImportedBeforeError, 1, place, "旧账.xlsx", "a" * 12, 3)


def test_a_row_with_another_amount_is_another_row() -> None:
    first = importing("a", row(2, 1))
    stored = (first.opened, RowsImported(first.act, "a" * 64, first.rows))
    asked = importing("b", row(2, 1, 101))
    given(*stored).when(asked).then(asked.opened, RowsImported(asked.act, "b" * 64, asked.rows))


def test_the_digest_of_rows_tells_every_field_and_their_order() -> None:
    one, two = row(2, 1), row(3, 2)
    digests = {digest_of_rows(rows) for rows in ((one, two), (two, one), (one,), (row(2, 1, 101), two), ())}
    assert len(digests) == 5
