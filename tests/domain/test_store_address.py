"""A store's address may hold a password: nothing that is said of the address says it, also where it is no address."""

import pytest

from domain.errors import BadInputError
from domain.store_address import place_of, store_settings


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://bob:sEcret@127.0.0.1:5x/db",
        "postgresql://bob:sE/cret@127.0.0.1:5432/db",
        "postgresql://bob:sE#cret@127.0.0.1:5432/db",
        "postgresql://bob:sEcret@127.0.0.1:5432/",
        "postgres+psycopg://bob:sEcret@127.0.0.1/db",
        "postgres+psycopg://127.0.0.1/db?user=bob&password=sEcret",
        "postgresql://bob:sEcret",
    ],
)
def test_an_address_that_is_none_is_refused_without_its_password(url: str) -> None:
    with pytest.raises(BadInputError) as refused:
        store_settings(url)
    assert "postgres" in str(refused.value)
    assert "sE" not in str(refused.value)
    assert "cret" not in str(refused.value)


def test_where_a_store_is_says_no_password_wherever_it_stands() -> None:
    assert place_of("postgresql://bob:sEcret@127.0.0.1:5432/db?x=y") == "127.0.0.1:5432/db"
    assert place_of("postgresql://127.0.0.1/db?user=bob&password=sEcret") == "postgresql://127.0.0.1/db"
    assert place_of("sqlite:////what?/ledger.db") == "sqlite:////what?/ledger.db"
