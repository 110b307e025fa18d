"""The vault: names stand sealed beside the store, are changed, and are erased to the last byte."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import Engine

from domain.calendar import SHANGHAI
from domain.ledger import Ledger
from personal.keyring import KeyRing, make_master
from personal.vault import KeyElsewhereError, Opened, Vault
from projections.people_names import TABLES, keep_name, kept_names, sweep

AT = datetime(2023, 5, 4, 10, tzinfo=SHANGHAI)


@pytest.fixture
def vault(store: str, tmp_path: Path) -> Vault:
    keys = tmp_path / "elsewhere"
    keys.mkdir()
    make_master(keys / "master.key")
    return Vault(store, KeyRing(keys / "master.key", keys / "keys"))


def rows(vault: Vault, tmp_path: Path) -> bytes:
    """Every byte that is kept: of all files, or of the tables of names as PostgreSQL prints and stores them."""
    files = b"".join(file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())
    if vault.store_url.startswith("sqlite"):
        return files
    with psycopg.connect(vault.store_url, autocommit=True) as connection:
        connection.execute("CHECKPOINT")
        place = connection.execute("SHOW data_directory").fetchone()
        found = connection.execute("SELECT string_agg(person_names::text, ' ') FROM person_names").fetchone()
        assert place is not None
        assert found is not None
        for name in TABLES.tables:
            path = connection.execute(f"SELECT pg_relation_filepath('{name}')".encode()).fetchone()
            assert path is not None
            files += (Path(place[0]) / path[0]).read_bytes()
    return files + str(found[0]).encode()


def test_a_name_is_kept_sealed_changed_and_erased(vault: Vault, tmp_path: Path) -> None:
    assert vault.names() == {}
    vault.keep("p-1", "张样例")
    vault.keep("p-1", "李样例")
    vault.keep("p-2", "吴样例")
    assert vault.names() == {"p-1": "李样例", "p-2": "吴样例"}
    assert [vault.erase("p-1", AT, "样例"), vault.erase("p-1", AT, "样例")] == [True, False]
    again = replace(vault)
    assert (again.names(), again.erasures()["p-1"].at) == ({"p-2": "吴样例"}, AT)
    kept = rows(vault, tmp_path)
    assert [name for name in ("张样例", "李样例", "吴样例") if name.encode() in kept] == []


def test_what_was_sealed_is_open_erased_or_not_for_who_asks(vault: Vault) -> None:
    sealed = vault.seal("h-7", "户主某")
    assert vault.open(sealed) == Opened("open", "户主某")
    assert Vault(vault.store_url, KeyRing(None, None)).open(sealed) == Opened("sealed")
    vault.erase("h-7", AT, "样例")
    for one in (vault, Vault(vault.store_url, KeyRing(None, None))):
        assert one.open(sealed) == Opened("erased")
    # The reference is used on, under another key, which does not open what was erased.
    anew = vault.seal("h-7", "户主某")
    assert (vault.open(anew), vault.open(sealed), anew == sealed) == (Opened("open", "户主某"), Opened("erased"), False)


def test_sealing_without_keeping_makes_nothing(vault: Vault) -> None:
    vault.seal("h-7", "户主某", keep=False)
    assert (vault.has("h-7"), vault.names()) == (False, {})
    kept = vault.seal("h-7", "户主某")
    assert vault.seal("h-7", "户主某", keep=False) == kept


def test_the_first_text_that_is_sealed_of_somebody_is_the_name_that_is_kept(vault: Vault) -> None:
    for words in ("户主某", "户主某之子"):
        vault.seal("h-7", words)
    assert vault.names()["h-7"] == "户主某"


def test_names_that_an_earlier_build_kept_in_the_open_are_read_and_sealed_with_the_first_writing(
    vault: Vault, tmp_path: Path
) -> None:
    Ledger(vault.store_url).close()
    keep_name(vault.store_url, "p-1", "张样例")
    assert vault.names() == {"p-1": "张样例"}
    vault.keep("p-2", "吴样例")
    assert (kept_names(vault.store_url), vault.names()) == ({}, {"p-1": "张样例", "p-2": "吴样例"})
    assert "张样例".encode() not in rows(vault, tmp_path)


def test_a_name_in_the_open_is_erased_without_any_key(vault: Vault, tmp_path: Path) -> None:
    keep_name(vault.store_url, "p-1", "张样例")
    without = Vault(vault.store_url, KeyRing(None, None))
    assert without.erase("p-1", AT, "样例")
    assert (without.names(), "张样例".encode() in rows(vault, tmp_path)) == ({}, False)


def test_a_name_whose_key_lies_elsewhere_is_not_said_to_be_erased(vault: Vault, tmp_path: Path) -> None:
    vault.keep("h-7", "户主某")
    for folder in (None, tmp_path / "nowhere"):
        with pytest.raises(KeyElsewhereError, match="erase it where the keys lie"):
            Vault(vault.store_url, KeyRing(vault.ring.master, folder)).erase("h-7", AT, "样例")
    assert (vault.names(), vault.erasures()) == ({"h-7": "户主某"}, {})


def test_an_erasure_that_was_cut_off_is_done_again(vault: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    sealed = vault.seal("h-7", "户主某")

    def cut_off(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(KeyRing, "destroy", cut_off)
        with pytest.raises(KeyboardInterrupt):
            vault.erase("h-7", AT, "样例")
    assert vault.open(sealed).state == "open"  # What is not done is not said to be.
    assert vault.erase("h-7", AT, "样例")
    assert vault.open(sealed).state == "erased"


def test_what_is_sealed_while_a_name_is_erased_is_erased_with_it(vault: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else a box would stand whose key is gone, and every further erasure would send its asker to another machine."""
    vault.keep("h-7", "户主某")

    def meanwhile(engine: Engine) -> None:
        sweep(engine)
        Vault(vault.store_url, vault.ring).seal("h-7", "户主某")

    with monkeypatch.context() as patched:
        patched.setattr("personal.vault.sweep", meanwhile)
        assert vault.erase("h-7", AT, "样例")
    assert not vault.has("h-7")
    assert vault.erase("h-7", AT, "样例") is False
    assert list(vault.erasures()) == ["h-7"]


def test_another_process_that_erases_is_noticed(vault: Vault) -> None:
    vault.keep("h-7", "户主某")
    names = vault.names()
    assert names["h-7"] == "户主某"
    Vault(vault.store_url, vault.ring).erase("h-7", AT, "样例")
    assert names.get("h-7") is None
