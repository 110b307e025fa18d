"""Names of people stand apart from the facts: kept, changed, and erased to the last byte."""

from pathlib import Path

import pytest

from projections.people_names import erase_name, keep_name, kept_names


@pytest.fixture
def store(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/ledger.db"


def test_a_name_is_kept_changed_and_erased(store: str, tmp_path: Path) -> None:
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
