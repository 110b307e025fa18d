"""With which key the console signs for a person: a sample's derived one, or on a real store the person's own."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from domain.cases import STORE, mandates_stream
from domain.errors import BadInputError, BridgefundError, RefusedError
from domain.mandate import MANDATE
from domain.rehearsing import Desk
from domain.store import STORE as STORE_DECIDER
from doors.key_files import KeyFile, check_person, make_key, read_key, register_unsigned
from doors.stores import sqlite_path
from simulation.keys import public_hex, sample_key

DOOR = "console"
_FOLDER_MODE = 0o700
_OF_OTHERS = 0o077


class NoKeyFolderError(BridgefundError):
    """It is not said where the console keeps its keys."""

    zh = "没有指明网页端签名密钥的文件夹：请设 BRIDGEFUND_CONSOLE_KEYS=文件夹（库外、仅运行者可读）"
    en = "no folder for the console's signing keys: set BRIDGEFUND_CONSOLE_KEYS to one outside the store, mode 0700"
    on_pages = (
        "本机没有设置网页端签名密钥的存放处，不能签名提交；请联系系统管理员",
        "nothing can be signed here: it is not said where the console's keys lie; ask the operator",
    )


class NoConsoleKeyError(RefusedError):
    """A person has no key here."""

    zh = "{person} 在本机没有网页端签名密钥；请系统管理员执行 bridgefund account key {person}"
    en = "{person} has no signing key for the console here; the operator makes it: bridgefund account key {person}"
    on_pages = (
        "{person} 在本机没有网页端签名密钥；请系统管理员生成",
        "{person} has no signing key for the console here; the operator must make it",
    )


class ConsoleKeyOpenError(BridgefundError):
    """Others than the one who runs the console can read what only it may read."""

    zh = "{place} 他人可读，不予使用：请执行 chmod {mode} {place}；若他人可能已读过，请换新密钥"
    en = "others can read {place}, so it is not used: chmod {mode} {place}; make a new key if somebody may have read it"
    on_pages = (
        "网页端签名密钥他人可读，不予使用；请联系系统管理员",
        "others can read the console's keys, so they are not used; ask the operator",
    )


class ConsoleKeyNotRegisteredError(RefusedError):
    """The county does not know the key's public half."""

    zh = (
        "{person} 的网页端密钥 {key_id}（公钥 {public}）尚未在 {county} 登记；请人事岗位办理："
        "bridgefund people key register {county} {person} {key_id} {public} --door console --key 人事的密钥文件"
    )
    en = (
        "the console's key {key_id} of {person} (public half {public}) is not registered in {county}; personnel do it: "
        "bridgefund people key register {county} {person} {key_id} {public} --door console --key PERSONNEL_KEY_FILE"
    )
    on_pages = (
        "{person} 的网页端密钥 {key_id}（公钥 {public}）尚未登记；请人事岗位在“人员”页登记，入口填 console",
        "the console's key {key_id} of {person} (public half {public}) is not registered; personnel do it at “People”",
    )


class ConsoleKeyRevokedError(RefusedError):
    """The county knows the key, and it signs no more."""

    zh = (
        "{person} 的网页端密钥 {key_id}（公钥 {public}）在 {county} 已停用；请系统管理员执行 "
        "bridgefund account key {person} --new，再由人事岗位登记新密钥"
    )
    en = (
        "the console's key {key_id} of {person} (public half {public}) was revoked in {county}; the operator makes a "
        "new one, bridgefund account key {person} --new, and personnel register it"
    )
    on_pages = (
        "{person} 的网页端密钥 {key_id} 已停用；请系统管理员另生成一把，再由人事岗位在“人员”页登记",
        "the console's key {key_id} of {person} was revoked; the operator makes another, personnel register it",
    )


class ConsoleKeyIsAnotherError(RefusedError):
    """The county knows the key's id as another key, or for another person or door."""

    zh = (
        "{county} 登记的 {key_id} 不是 {person} 的网页端密钥（登记的是 {as_person} 用于 {as_door} 的密钥）；"
        "请系统管理员执行 bridgefund account key {person} --new，再由人事岗位以 --door console 登记"
    )
    en = (
        "{key_id} is registered in {county} as another key than the console's of {person} (for {as_person} at door "
        "{as_door}); the operator makes a new one, bridgefund account key {person} --new, and personnel register it "
        "with --door console"
    )
    on_pages = (
        "登记的 {key_id} 不是 {person} 的网页端密钥；请系统管理员另生成一把，再由人事岗位在“人员”页登记",
        "{key_id} is registered, and not as the console's of {person}; the operator makes another",
    )


def keys_folder(store_url: str, named: Path | None) -> Path | None:
    """Return the folder of the console's keys: as named by the settings, or beside an SQLite store."""
    file = sqlite_path(store_url)
    return named or (None if file is None else file.with_name(f"{file.stem}.console-keys"))


@dataclass(frozen=True)
class ConsoleKeys:
    """The keys with which the console signs for people, each in a file of its own."""

    folder: Path | None

    def signing(self, desk: Desk, county: str, person: str, now: datetime) -> tuple[str, Ed25519PrivateKey]:
        """Return the id of the key with which to sign for a person in a county, and the key.

        On a sample store it is derived for each person, and registered at the *desk* at *now* (business time) if it is
        not: at a rehearsal nothing of that is stored.

        Raises:
            NoKeyFolderError: If it is not said where keys lie.
            NoConsoleKeyError: If the person has none.
            ConsoleKeyOpenError: If others can read it.
            ConsoleKeyNotRegisteredError: If the county does not know it.
            ConsoleKeyRevokedError: If it signs no more there.
            ConsoleKeyIsAnotherError: If its id is registered as another's, or for another door.
        """
        if desk.state(STORE_DECIDER, STORE).sample is not None:
            return _of_sample(desk, county, person, now)
        own = self.of(person)
        mandates = desk.state(MANDATE, mandates_stream(county))
        said = {"person": person, "county": county, "key_id": own.key_id, "public": own.public_hex}
        known = mandates.keys.get(own.key_id)
        if known is None:
            raise ConsoleKeyNotRegisteredError(**said)
        if known.content() != (own.public_hex, DOOR, person):
            raise ConsoleKeyIsAnotherError(**said, as_person=known.of_person, as_door=known.of_door)
        if own.key_id in mandates.revoked:
            raise ConsoleKeyRevokedError(**said)
        return own.key_id, own.key

    def would_register(self, desk: Desk, county: str, person: str) -> bool:
        """Return whether signing for a person in a county would register a key: the first time, on a sample store."""
        if desk.state(STORE_DECIDER, STORE).sample is None:
            return False
        return _sample_key_of(desk, county, person)[0] not in desk.state(MANDATE, mandates_stream(county)).keys

    def of(self, person: str) -> KeyFile:
        """Return a person's key.

        Raises:
            NoConsoleKeyError: If there is none.
            ConsoleKeyOpenError: If others can read it.
            BadInputError: If the file is no key, or another person's.
        """
        file = self._file(person)
        if not file.is_file():
            raise NoConsoleKeyError(person=person)
        for place, mode in ((file.parent, "700"), (file, "600")):
            if place.stat().st_mode & _OF_OTHERS:
                raise ConsoleKeyOpenError(place=place, mode=mode)
        own = read_key(file)
        if own.person != person:
            raise BadInputError(str(file), f"{own.person} ≠ {person}")
        return own

    def make(self, person: str, *, anew: bool = False) -> KeyFile:
        """Return a person's key, made now if there is none; *anew*: made in place of the one that there is.

        Raises:
            NoKeyFolderError: If it is not said where keys lie.
            ConsoleKeyOpenError: If others can read the folder.
            BadInputError: If it cannot be written.
        """
        file = self._file(person)
        if file.is_file() and not anew:
            return self.of(person)
        _own_folder(file.parent)
        # Made apart and put in place at once: cut off in between, the old one is still whole.
        part = file.with_suffix(".new")
        part.unlink(missing_ok=True)
        made = make_key(part, person)
        part.rename(file)
        return made

    def _file(self, person: str) -> Path:
        check_person(person)  # No path: it has no "/" and begins with no ".".
        if self.folder is None:
            raise NoKeyFolderError
        return self.folder / f"{person}.key"


def _of_sample(desk: Desk, county: str, person: str, now: datetime) -> tuple[str, Ed25519PrivateKey]:
    key_id, key = _sample_key_of(desk, county, person)
    if key_id not in desk.state(MANDATE, mandates_stream(county)).keys:
        # Its secret is in the open, and every post may be tried: nobody signs for it.
        register_unsigned(desk, county, key_id, public_hex(key), person, DOOR, now)
    return key_id, key


def _sample_key_of(desk: Desk, county: str, person: str) -> tuple[str, Ed25519PrivateKey]:
    # Each person's own, as on a real store: what asks for two persons' keys can be tried too.
    return sample_key(desk, county, f"{DOOR}-{person}")


def _own_folder(folder: Path) -> None:
    try:
        folder.mkdir(mode=_FOLDER_MODE, parents=True, exist_ok=True)
    except OSError as e:
        raise BadInputError(str(folder), str(e.strerror)) from e
    if folder.stat().st_mode & _OF_OTHERS:
        raise ConsoleKeyOpenError(place=folder, mode="700")
