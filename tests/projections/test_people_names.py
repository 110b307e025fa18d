"""Names of people stand apart from the facts: kept, changed, and erased to the last byte."""

from pathlib import Path

from domain.ledger import Ledger
from projections.people_names import erase_name, keep_name, kept_names
from tests.databases import Postgres
from tests.story import tell


def test_a_name_is_kept_changed_and_erased(tmp_path: Path) -> None:
    store = f"sqlite:///{tmp_path}/ledger.db"
    assert kept_names(store) == {}
    assert list(tmp_path.iterdir()) == []  # Reading makes no file.
    keep_name(store, "p-1", "张样例")
    keep_name(store, "p-1", "李样例")
    keep_name(store, "p-2", "吴样例")
    assert kept_names(store) == {"p-1": "李样例", "p-2": "吴样例"}
    assert (erase_name(store, "p-1"), erase_name(store, "p-1")) == (True, False)
    assert kept_names(store) == {"p-2": "吴样例"}
    left = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert "吴样例".encode() in left
    assert [name for name in ("张样例", "李样例") if name.encode() in left] == []


def test_names_are_kept_in_the_ledgers_own_postgresql_too(postgres: Postgres) -> None:
    with postgres.database() as store:
        assert kept_names(store) == {}
        with Ledger(store) as ledger:
            tell(ledger)
            before = sum(1 for _ in ledger.log())
            keep_name(store, "p-1", "张样例")
            keep_name(store, "p-1", "李样例 O'Brien")
            assert kept_names(store) == {"p-1": "李样例 O'Brien"}
            assert (erase_name(store, "p-1"), erase_name(store, "p-1")) == (True, False)
            assert kept_names(store) == {}
            assert sum(1 for _ in ledger.log()) == before
