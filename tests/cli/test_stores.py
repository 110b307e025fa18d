"""Which store a command names, and how it may be shown."""

import pytest

from doors.stores import without_password


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("postgresql://clerk:secret@db:5432/ledger", "postgresql://clerk@db:5432/ledger"),
        ("postgresql://clerk:s@cret@db/ledger", "postgresql://clerk@db/ledger"),
        ("postgresql://db/ledger?user=clerk&password=s@cret", "postgresql://db/ledger?user=clerk"),
        ("postgresql://clerk@/ledger?host=/run/db&sslp%61ssword=secret", "postgresql://clerk@/ledger?host=/run/db"),
        ("postgresql://db/ledger?password=secret", "postgresql://db/ledger"),
        ("sqlite:////data/a:b@c/ledger.db", "sqlite:////data/a:b@c/ledger.db"),
    ],
)
def test_a_stores_address_is_shown_without_its_password(url: str, shown: str) -> None:
    """An audit report says of which store it is, and is handed on."""
    assert without_password(url) == shown
