from collections.abc import Callable
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import BadInputError
from domain.signature import (
    CLOCKS_APART_MAX,
    VALID_FOR,
    ExpiredError,
    ForgedError,
    SignedMessage,
    check_signature,
    check_valid_at,
    digest_of,
    sign,
)
from tests.domain.given import DAY, noon

KEY = Ed25519PrivateKey.from_private_bytes(b"1" * 32)
OTHER = Ed25519PrivateKey.from_private_bytes(b"2" * 32)
ISSUED = noon(DAY)
TICK = timedelta(microseconds=1)
UNSIGNED = SignedMessage(
    case="sample/fund/F1",
    command_id="c-1",
    step="report",
    body='{"type":"fund.report/1"}',
    person="li",
    post="finance_section",
    door="cli",
    key_id="k1",
    issued_at=ISSUED.isoformat(),
    expires_at=(ISSUED + VALID_FOR).isoformat(),
    on_behalf_of="wang",
)
SIGNED = sign(UNSIGNED, KEY)


def public(key: Ed25519PrivateKey) -> str:
    return key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()


def test_signed_message_stands_with_its_digest() -> None:
    check_signature(SIGNED, public(KEY))
    assert SIGNED.digest == digest_of(UNSIGNED.body)
    assert replace(SIGNED, digest="", signature="") == UNSIGNED


@pytest.mark.parametrize("name", [f.name for f in fields(SignedMessage) if f.name != "signature"])
def test_any_field_changed_after_signing_is_a_forgery(name: str) -> None:
    forged = replace(SIGNED, **{name: getattr(SIGNED, name) + "0"})
    with pytest.raises(ForgedError):
        check_signature(forged, public(KEY))


def test_body_changed_together_with_its_digest_is_a_forgery() -> None:
    body = '{"type":"fund.withdraw/1"}'
    with pytest.raises(ForgedError, match=r"does not fit the message \(key k1\)"):
        check_signature(replace(SIGNED, body=body, digest=digest_of(body)), public(KEY))


def test_digest_of_another_body_is_told_as_such() -> None:
    with pytest.raises(ForgedError, match=r"the digest is not of this body \(key k1\)"):
        check_signature(replace(SIGNED, body='{"type":"fund.withdraw/1"}'), public(KEY))


@pytest.mark.parametrize("signature", ["", "00", "zz", "00" * 64])
def test_signature_that_is_none_is_a_forgery(signature: str) -> None:
    with pytest.raises(ForgedError, match="k1"):
        check_signature(replace(SIGNED, signature=signature), public(KEY))


@pytest.mark.parametrize("key", [public(OTHER), "", "abc", "zz" * 32])
def test_signature_of_another_key_is_a_forgery(key: str) -> None:
    with pytest.raises(ForgedError, match="k1"):
        check_signature(SIGNED, key)


@given(st.text(), st.text())
def test_any_words_can_be_signed_and_checked(person: str, body: str) -> None:
    check_signature(sign(replace(UNSIGNED, person=person, body=body), KEY), public(KEY))


@pytest.mark.parametrize(
    "now", [ISSUED - CLOCKS_APART_MAX, ISSUED, ISSUED + VALID_FOR, (ISSUED + VALID_FOR).astimezone(UTC)]
)
def test_signature_holds_inside_its_time(now: datetime) -> None:
    check_valid_at(SIGNED, now)


@pytest.mark.parametrize("now", [ISSUED - CLOCKS_APART_MAX - TICK, ISSUED + VALID_FOR + TICK])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_signature_outside_its_time_tells_all_moments(now: datetime, language: str) -> None:
    with pytest.raises(ExpiredError) as caught:
        check_valid_at(SIGNED, now)
    text = caught.value.text(language)
    assert all(moment in text for moment in (SIGNED.issued_at, SIGNED.expires_at, now.isoformat()))


def test_signature_never_holds_longer_than_fifteen_minutes() -> None:
    greedy = replace(SIGNED, expires_at=(ISSUED + timedelta(days=30)).isoformat())
    check_valid_at(greedy, ISSUED + VALID_FOR)
    with pytest.raises(ExpiredError) as caught:
        check_valid_at(greedy, ISSUED + VALID_FOR + TICK)
    assert (ISSUED + VALID_FOR).isoformat() in str(caught.value)


def test_signature_may_hold_for_less_than_fifteen_minutes() -> None:
    short = replace(SIGNED, expires_at=(ISSUED + timedelta(minutes=1)).isoformat())
    with pytest.raises(ExpiredError):
        check_valid_at(short, ISSUED + timedelta(minutes=1) + TICK)


def _naive(moment: str) -> str:
    return datetime.fromisoformat(moment).replace(tzinfo=None).isoformat()


@pytest.mark.parametrize(
    "change",
    [
        lambda m: replace(m, issued_at="yesterday"),
        lambda m: replace(m, expires_at=""),
        lambda m: replace(m, issued_at="2022-03-10"),
        lambda m: replace(m, issued_at=_naive(m.issued_at)),
        lambda m: replace(m, expires_at=_naive(m.expires_at)),
        lambda m: replace(m, issued_at=_naive(m.issued_at), expires_at=_naive(m.expires_at)),
        lambda m: replace(m, issued_at="9999-12-31T23:59:59+08:00"),
        lambda m: replace(m, issued_at="0001-01-01T00:00:00+08:00"),
    ],
    ids=["words", "empty", "a day", "no zone", "no zone to expire", "no zone at all", "last year", "first year"],
)
def test_moment_that_cannot_be_read_names_its_field(change: Callable[[SignedMessage], SignedMessage]) -> None:
    with pytest.raises(BadInputError, match="issued_at, expires_at"):
        check_valid_at(change(SIGNED), ISSUED)
