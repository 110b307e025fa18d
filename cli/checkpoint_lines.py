"""Checkpoints as they are shown: a row of data, a line of words, and by which keys their signatures are judged."""

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from audit.notes import Judged, judged
from audit.published import LogFolder
from audit.seal_keys import trusted_from
from audit.seals import Seals, Signed
from audit.verify import COSIGNS, Verifier, read_verifier
from domain.calendar import SHANGHAI
from domain.cases import STORE
from domain.errors import BadInputError
from domain.store import STORE as STORE_DECIDER
from doors.stores import open_store
from doors.texts import t
from settings import Settings

FolderArgument = Annotated[Path, typer.Argument(metavar="FOLDER", help=t("公布文件夹", "the published folder"))]
TrustOption = Annotated[
    list[str] | None,
    typer.Option("--trust", metavar="VKEY", help=t("已知的公钥，可多次给出", "a key you know of; may be repeated")),
]


@dataclass(frozen=True)
class Shown:
    """Checkpoints of a store or of a folder, and the keys that are known there."""

    signed: tuple[Signed, ...]
    keys: tuple[Verifier, ...]
    sample: bool = False


@contextmanager
def shown(store: str | None, folder: Path | None, trust: Sequence[str]) -> Iterator[Shown]:
    """Yield the checkpoints of a *folder*, or else of a store.

    Raises:
        BadInputError: If there is neither, or a key is none.
    """
    if folder and store:
        raise BadInputError("--folder", t("与 --store 只能给一个", "not together with --store"))
    given = keys_given(trust)
    if folder:
        there = LogFolder(folder)
        found, keys = tuple(there.all()), there.keys()
        if not found and not there.latest():
            raise BadInputError(str(folder), t("没有公布的封印", "no published seals"))
        yield Shown(found, (*given, *trusted_from(keys.verifiers, keys.rotations)))
        return
    with open_store(store) as ledger:
        seals = Seals(ledger)
        sample = ledger.state(STORE_DECIDER, STORE).sample is not None
        keys_known = (*given, *seals.keys()[0], *published_witnesses())
        yield Shown(tuple(Signed(seal.text) for seal in seals.all()), keys_known, sample)


def keys_given(lines: Iterable[str]) -> list[Verifier]:
    """Return the keys of `--trust`.

    Raises:
        BadInputError: If one is none.
    """
    try:
        return [read_verifier(line) for line in lines]
    except ValueError as e:
        raise BadInputError("--trust", str(e)) from e


def published_witnesses(folder: Path | None = None) -> list[Verifier]:
    """Return the witnesses' keys that the published folder names."""
    folder = folder or Settings.from_env(os.environ).seals
    known = LogFolder(folder).keys().verifiers if folder else ()
    return [key for key in known if key.kind == COSIGNS]


def row(signed: Signed, keys: Sequence[Verifier]) -> dict[str, Any]:
    """Return a checkpoint as data; `holds` of a signature is null where its key is not known."""
    head = signed.checkpoint
    return {
        "origin": head.origin,
        "size": head.size,
        "on": head.at[:10],
        "at": head.at,
        "root": head.root.hex(),
        "streams": head.streams,
        "signatures": [signature(one, head.origin) for one in judged(signed.note, keys)],
    }


def signature(one: Judged, origin: str) -> dict[str, Any]:
    """Return a signature as data."""
    kind = "log" if one.name == origin and not one.is_witness else "witness"
    at = one.at.astimezone(SHANGHAI).isoformat() if one.at else None
    return {"name": one.name, "key_id": one.key_id, "kind": kind, "holds": one.holds, "at": at}


def said(one: dict[str, Any]) -> str:
    """Return a signature in words."""
    held = {True: ("有效", "holds"), False: ("无效", "DOES NOT HOLD"), None: ("公钥未知", "key not known")}[
        one["holds"]
    ]
    kind = t("见证 ", "witness ") if one["kind"] == "witness" else ""
    at = f" {one['at'][:10]}" if one["at"] else ""
    return f"{kind}{one['name']} ({one['key_id']}){at}: {t(*held)}"
