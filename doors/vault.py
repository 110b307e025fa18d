"""The vault at this door: where its keys lie, what a person writes as [[h-7:NAME]] sealed, and what is sealed said."""

import json
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

import msgspec

from domain.cases import STORE
from domain.errors import BadInputError
from domain.ledger import Ledger
from domain.request import says_something
from domain.requests import AnyRequest, from_body
from domain.sealed import REFERENCE_ONLY, Sealed, each_text, has_mark, said, with_marks
from domain.store import STORE as STORE_DECIDER
from doors.stores import sqlite_path
from doors.texts import t
from personal.keyring import KeyRing
from settings import Settings

if TYPE_CHECKING:
    from personal.vault import Vault

WORDS_MAX = 200  # Characters of one name.
Say = Callable[[Sealed], str]
R = TypeVar("R", bound=AnyRequest)


def vault_of(store_url: str) -> "Vault":
    """Return the vault of a store, with its keys where the settings say, or beside an SQLite store."""
    from personal.vault import Vault  # noqa: PLC0415 - half a second, in each act, few of which name anybody

    settings, file = Settings.from_env(os.environ), sqlite_path(store_url)
    master, folder = settings.personal_key, settings.personal_keys
    if file is not None:
        master = master or file.with_name(f"{file.stem}.personal.key")
        folder = folder or file.with_name(f"{file.stem}.personal")
    return Vault(store_url, KeyRing(master, folder))


def writing_vault(ledger: Ledger) -> "Vault":
    """Return the same for whoever seals: on a sample store the master key is made on first use, and on no other."""
    vault = vault_of(ledger.url)
    sample = ledger.state(STORE_DECIDER, STORE).sample is not None
    return replace(vault, ring=replace(vault.ring, may_make=sample))


def keys_left(store_url: str) -> Path | None:
    """Return the folder of persons' keys beside a store, if there is one there and no setting names another."""
    folder = vault_of(store_url).ring.folder
    return (
        folder
        if folder is not None and folder.is_dir() and Settings.from_env(os.environ).personal_keys is None
        else None
    )


def sealer(ledger: Ledger, *, keep: bool = True) -> Callable[[Any], Any]:
    """Return what seals every name that is marked in the data of a request; without *keep* nothing is kept of it.

    What it returns raises BadInputError where a mark is none, or nothing is kept of whom it names.
    """
    vault: Vault | None = None

    def seal(field: str, text: str) -> str:
        nonlocal vault
        if "[[" not in text and not has_mark(text):
            return text
        vault = vault or writing_vault(ledger)
        made = with_marks(text, lambda reference, name: _sealed(vault, field, reference, name, keep=keep))
        if "[[" in made or has_mark(made):
            raise BadInputError(field, _how())
        return made

    return lambda plain: each_text(plain, seal)


def sealed_request(ledger: Ledger, request: R, *, keep: bool = True) -> R:
    """Return a request with every name that is marked in it sealed.

    Raises:
        BadInputError: If a mark is none.
    """
    plain = msgspec.to_builtins(request)
    made = sealer(ledger, keep=keep)(plain)
    # Of the same kind, since its tag stays.
    return request if made == plain else cast("R", from_body(msgspec.json.encode(made).decode()))


def _sealed(vault: "Vault", field: str, reference: str, name: str | None, *, keep: bool) -> str:
    words = name.strip() if name is not None else vault.names().get(reference)
    if words is None:  # Erased, or never named: the reference goes on by itself.
        return reference
    if not says_something(words) or "\0" in words or len(words) > WORDS_MAX:
        raise BadInputError(field, _how())
    if field not in REFERENCE_ONLY:
        return vault.seal(reference, words, keep=keep).text
    if keep:
        vault.seal(reference, words)
    return reference


def _how() -> str:
    return t(
        f"姓名写成 [[h-编号:户名]] 或 [[p-编号:姓名]]（{WORDS_MAX} 字以内），已存的可只写 [[h-编号]]",
        f"a name is written [[h-NUMBER:NAME]] or [[p-NUMBER:NAME]], of {WORDS_MAX} characters at most; "
        "[[h-NUMBER]] where it is kept",
    )


def saying(vault: "Vault") -> Say:
    """Return how what is sealed is said to a reader here: the reference with the name, or with why there is none."""

    def say(sealed: Sealed) -> str:
        opened = vault.open(sealed)
        return f"{sealed.reference} {opened.words}" if opened.state == "open" else sealed.reference + why(opened.state)

    return say


def why(state: str) -> str:
    """Return why a name cannot be read."""
    return t("（已擦除）", " (erased)") if state == "erased" else t("（无权读取）", " (sealed)")


def said_in_json(text: str, say: Say) -> str:
    """Return a text of JSON with what is sealed in it said."""
    return said(text, lambda sealed: json.dumps(say(sealed), ensure_ascii=False)[1:-1])
