"""With which key the console signs: on a sample a derived one, else each person's own, known to the county."""

import json
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest

from console.keys import (
    DOOR,
    ConsoleKeyIsAnotherError,
    ConsoleKeyNotRegisteredError,
    ConsoleKeyOpenError,
    ConsoleKeyRevokedError,
    ConsoleKeys,
    NoConsoleKeyError,
    NoKeyFolderError,
    keys_folder,
)
from domain.calendar import SHANGHAI
from domain.cases import STORE, mandates_stream
from domain.errors import BadInputError, BridgefundError
from domain.ledger import Ledger, Step
from domain.mandate import MANDATE
from domain.mandate_facts import KeyRegistered, RegisterKey, RevokeKey
from domain.store import MarkedSample, MarkSample
from tests.databases import ON_SQLITE
from tests.domain.given import by

COUNTY = "sample"
NOW = datetime(2023, 3, 1, 9, 0, tzinfo=SHANGHAI)

pytestmark = ON_SQLITE


@pytest.fixture
def ledger(store: str) -> Iterator[Ledger]:
    with Ledger(store) as opened:
        yield opened


@pytest.fixture
def keys(tmp_path: Path) -> ConsoleKeys:
    return ConsoleKeys(tmp_path / "keys")


@pytest.fixture
def register(ledger: Ledger) -> Callable[..., None]:
    """Registers a key as personnel's order would."""

    def registering(key_id: str, public: str, person: str, door: str = DOOR) -> None:
        act = by("personnel")
        fact = KeyRegistered(act, COUNTY, key_id, public, door, person)
        ledger.execute(Step(mandates_stream(COUNTY), RegisterKey(act, fact)))

    return registering


def test_on_a_sample_each_persons_key_is_derived_and_registered_once(ledger: Ledger, keys: ConsoleKeys) -> None:
    act = by("operator")
    ledger.execute(Step(STORE, MarkSample(act, MarkedSample(act, act.recorded_at, 0.0, "open"))))
    key_id, key = keys.signing(ledger, COUNTY, "p-1", NOW)
    again = keys.signing(ledger, COUNTY, "p-1", NOW)
    assert (key_id, key.private_bytes_raw()) == (again[0], again[1].private_bytes_raw())
    (known,) = ledger.state(MANDATE, mandates_stream(COUNTY)).keys.values()
    assert known.content() == (key.public_key().public_bytes_raw().hex(), DOOR, "p-1")
    assert ledger.state(MANDATE, mandates_stream(COUNTY)).key(key_id, "p-1", DOOR) == known
    assert keys.signing(ledger, COUNTY, "p-2", NOW)[0] != key_id
    assert keys.folder is not None
    assert not keys.folder.exists()


def test_a_person_signs_by_an_own_key_once_the_county_knows_it(
    ledger: Ledger, keys: ConsoleKeys, register: Callable[..., None]
) -> None:
    made = keys.make("p-1")
    refusal = refused(keys, ledger, ConsoleKeyNotRegisteredError)
    for text in (refusal.text("zh"), refusal.text("en")):
        assert f"people key register {COUNTY} p-1 {made.key_id} {made.public_hex} --door console" in text
    assert ledger.state(MANDATE, mandates_stream(COUNTY)).keys == {}
    register(made.key_id, made.public_hex, "p-1")
    key_id, key = keys.signing(ledger, COUNTY, "p-1", NOW)
    assert (key_id, key.private_bytes_raw()) == (made.key_id, made.key.private_bytes_raw())
    assert keys.make("p-1").key_id == made.key_id


def test_a_revoked_key_signs_no_more_and_a_new_one_takes_its_place(
    ledger: Ledger, keys: ConsoleKeys, register: Callable[..., None]
) -> None:
    made = keys.make("p-1")
    register(made.key_id, made.public_hex, "p-1")
    ledger.execute(Step(mandates_stream(COUNTY), RevokeKey(by("personnel"), made.key_id, "样例：遗失")))
    refusal = refused(keys, ledger, ConsoleKeyRevokedError)
    assert "account key p-1 --new" in refusal.text("zh")
    new = keys.make("p-1", anew=True)
    assert new.key_id != made.key_id
    register(new.key_id, new.public_hex, "p-1")
    assert keys.signing(ledger, COUNTY, "p-1", NOW)[0] == new.key_id
    assert keys.folder is not None
    assert [file.name for file in keys.folder.iterdir()] == ["p-1.key"]


@pytest.mark.parametrize(("person", "door"), [("p-1", "cli"), ("p-2", DOOR), ("", DOOR)])
def test_a_key_that_is_registered_otherwise_does_not_sign(
    ledger: Ledger, keys: ConsoleKeys, register: Callable[..., None], person: str, door: str
) -> None:
    made = keys.make("p-1")
    register(made.key_id, made.public_hex, person, door)
    refused(keys, ledger, ConsoleKeyIsAnotherError)


def test_keys_are_their_owners_alone(ledger: Ledger, keys: ConsoleKeys) -> None:
    keys.make("p-1")
    assert keys.folder is not None
    file = keys.folder / "p-1.key"
    assert [oct(place.stat().st_mode & 0o777) for place in (keys.folder, file)] == ["0o700", "0o600"]
    file.chmod(0o640)
    assert f"chmod 600 {file}" in refused(keys, ledger, ConsoleKeyOpenError).text("en")
    file.chmod(0o600)
    keys.folder.chmod(0o750)
    assert f"chmod 700 {keys.folder}" in refused(keys, ledger, ConsoleKeyOpenError).text("zh")
    with pytest.raises(ConsoleKeyOpenError):
        keys.make("p-2")


def test_a_key_file_is_its_persons(ledger: Ledger, keys: ConsoleKeys) -> None:
    refused(keys, ledger, NoConsoleKeyError)
    keys.make("p-2")
    assert keys.folder is not None
    (keys.folder / "p-2.key").rename(keys.folder / "p-1.key")
    refused(keys, ledger, BadInputError)
    (keys.folder / "p-1.key").write_text(json.dumps({"key_id": "x"}), encoding="utf-8")
    refused(keys, ledger, BadInputError)
    for bad in ("../p-1", "", ".", "a/b", "a\0"):
        with pytest.raises(BadInputError):
            keys.make(bad)


def test_where_keys_lie(tmp_path: Path, ledger: Ledger) -> None:
    assert keys_folder("sqlite:///x/ledger.db", None) == Path("x/ledger.console-keys")
    assert keys_folder("sqlite:///x/ledger.db", tmp_path) == tmp_path
    assert keys_folder("postgresql://u@h/name", None) is None
    refused(ConsoleKeys(None), ledger, NoKeyFolderError)
    (tmp_path / "taken").write_text("", encoding="utf-8")
    with pytest.raises(BadInputError):
        ConsoleKeys(tmp_path / "taken" / "keys").make("p-1")


def refused(keys: ConsoleKeys, ledger: Ledger, error: type[BridgefundError]) -> BridgefundError:
    with pytest.raises(error) as caught:
        keys.signing(ledger, COUNTY, "p-1", NOW)
    return caught.value
