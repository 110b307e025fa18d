"""`bridgefund seal`: all facts of a store sealed, and the seal published outside it."""

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from audit.log_folder import publish_store
from audit.published import LogFolder
from audit.seal_keys import SealKey, read_key
from audit.sealing import Sealed
from audit.sealing import seal as seal_store
from audit.seals import Seal, Seals
from cli.errors import exits_on_error
from cli.reading import JsonOption, StoreOption, bar_if_slow, console_of
from domain.cases import STORE
from domain.errors import BadInputError
from domain.ledger import Ledger
from domain.store import STORE as STORE_DECIDER
from doors.clock import business_now
from doors.stores import open_store
from doors.texts import t
from settings import Settings

KEY_OPTION = typer.Option(
    "--key",
    metavar="FILE",
    help=t("封印密钥文件；默认 BRIDGEFUND_SEAL_KEY", "the file of the key that seals; default BRIDGEFUND_SEAL_KEY"),
)
TO_OPTION = typer.Option(
    "--to",
    metavar="FOLDER",
    help=t(
        "公布到的文件夹（网站目录、U 盘）；默认 BRIDGEFUND_SEALS",
        "the folder to publish in (a web server's, a memory stick); default BRIDGEFUND_SEALS",
    ),
)


@dataclass(frozen=True)
class Done:
    """What a sealing came to."""

    before: Seal | None
    sealed: Sealed
    folder: Path | None
    written: int


def seal(
    *,
    key: Annotated[Path | None, KEY_OPTION] = None,
    to: Annotated[Path | None, TO_OPTION] = None,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """封印：全部事实的根签名存档，并公布到库外的文件夹。 / Seal: sign the root of all facts, and publish it outside.

    公布的只有摘要，没有个人信息。封印之后，任何一条事实被改动、删除或插入，都与已公布的根不符。密钥见 bridgefund keys；
    请另一单位用 bridgefund checkpoint witness 见证，否则持有密钥的人仍可改写历史再封印。

    Only hashes are published, nothing personal. After it no fact can be changed, removed or slipped in without its root
    differing from what was published. Keys: `bridgefund keys`. Have another office countersign by `bridgefund
    checkpoint witness`: without a witness, whoever has the key could rewrite history and seal it again.

    退出码 / exit code: 0 已封印或自上次无新增 / sealed, or nothing came; 1 历史被改动 / history was changed; 2.

    例 / example: bridgefund seal --key ledger.key --to /media/usb/seals
    """
    with exits_on_error():
        settings = Settings.from_env(os.environ)
        held, folder = read_log_key(key or settings.seal_key), to or settings.seals
        with open_store(store) as ledger:
            done = sealed_and_published(ledger, held, folder)
            sample = ledger.state(STORE_DECIDER, STORE).sample is not None
    if as_json:
        typer.echo(json.dumps({"sample": sample, **_plain(done)}, ensure_ascii=False, indent=2))
        return
    console = console_of(sample=sample)
    for line in _lines(done):
        console.print(line)


def read_log_key(file: Path | None) -> SealKey:
    """Return the key that seals.

    Raises:
        BadInputError: If none is named, or it is a witness's.
    """
    if file is None:
        named = t("未给出密钥：--key 或 BRIDGEFUND_SEAL_KEY", "no key is named: --key or BRIDGEFUND_SEAL_KEY")
        raise BadInputError("--key", t(f"{named}；生成用 bridgefund keys new", f"{named}; see `bridgefund keys new`"))
    held = read_key(file)
    if held.kind != "log":
        raise BadInputError(str(file), t("这是见证密钥，不能封印", "a witness's key, which seals nothing"))
    return held


def sealed_and_published(ledger: Ledger, key: SealKey, folder: Path | None) -> Done:
    """Seal a store, and publish all its seals in *folder*, where one is named; nothing is sealed that differs from it.

    Raises:
        BridgefundError: If history is not what was sealed or published; see `audit.seal_refusals`.
        BadInputError: If the folder cannot be read or written.
    """
    before = Seals(ledger).last()
    outside = [one.checkpoint for one in LogFolder(folder).of(key.name)] if folder else []
    with bar_if_slow(t("封印", "sealing")) as told:
        sealed = seal_store(ledger, key, business_now(ledger), told, outside)
    written = 0
    if folder:
        with bar_if_slow(t("公布", "publishing")) as told:
            written = publish_store(folder, ledger, sealed, told)
    return Done(before, sealed, folder, written)


def _plain(done: Done) -> dict[str, Any]:
    head, before = done.sealed.seal.checkpoint, done.before.checkpoint if done.before else None
    return {
        "new": done.sealed.new,
        "origin": head.origin,
        "facts": head.size,
        "added": head.size - (before.size if before else 0),
        "since": before.at if before else None,
        "streams": head.streams,
        "root": head.root.hex(),
        "at": head.at,
        "folder": str(done.folder) if done.folder else None,
        "files_written": done.written,
    }


def _lines(done: Done) -> Iterator[str]:
    said = _plain(done)
    facts, added, since = said["facts"], said["added"], (said["since"] or "")[:16]
    if not done.sealed.new:
        yield t(
            f"自 {since} 封印 {facts} 条以来没有新的事实", f"nothing came since {facts} facts were sealed at {since}"
        )
    elif done.before is None:
        yield t(f"首次封印：{facts} 条事实", f"sealed for the first time: {facts} facts")
    elif not added:
        yield t(f"{facts} 条事实未变，现用密钥也已签名", f"the same {facts} facts, signed by the key in use as well")
    else:
        yield t(
            f"已封印 {facts} 条事实，自 {since} 新增 {added} 条", f"{facts} facts sealed, {added} new since {since}"
        )
    yield t(f"根 {said['root']}，{said['origin']}", f"root {said['root']}, {said['origin']}")
    if done.folder is None:
        yield t(
            "未公布：留在库内的封印可随库一起被改；请用 --to 或 BRIDGEFUND_SEALS",
            "not published: a seal that lies in the store only can be changed with it; see --to or BRIDGEFUND_SEALS",
        )
    else:
        yield t(
            f"已公布于 {done.folder}（写入 {done.written} 个文件）",
            f"published in {done.folder} ({done.written} files written)",
        )
