"""`bridgefund migrate`: a store goes from SQLite to PostgreSQL or back, whole, and nothing of the first is touched."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from cli.errors import exits_on_error
from cli.reading import JsonOption, bar_if_slow
from domain.store_address import place_of
from doors.names import sample_people
from doors.stores import sqlite_path
from doors.texts import t
from doors.vault import keys_left, vault_of
from files.store import files_url
from projections.people_names import keep_name, kept_names
from stores.copying import PARTS, Copied, copy_store

DIFFERS = 1


def migrate(
    origin: Annotated[
        str, typer.Argument(metavar="FROM", help=t("现在的库：sqlite:///文件 或 postgresql://…", "the store as it is"))
    ],
    to: Annotated[str, typer.Argument(metavar="TO", help=t("空的库：同上", "an empty one, of either kind"))],
    *,
    as_json: JsonOption = False,
) -> None:
    """把库整个复制到另一处（SQLite ↔ PostgreSQL），并逐行核对。 / Copy a store whole, either way, and compare.

    先停工作进程。事实的位置、顺序与字节不变；人名、通知及其队列一并复制，已发的不会再发；视图在新库重新生成。原库
    一个字节也不改。中途被打断：新库带有未完成标记，任何命令都不会打开它，再执行一次便接着复制。附件文件、个人信息密钥
    留在原处。

    Stop the workers first. Facts keep their positions, order and bytes; names, notices and their queue come along, so
    nothing is sent twice; views are built anew. FROM is not touched. Cut off in the middle, TO is marked: no command
    opens it, and the same command once more goes on. Files of papers and keys of personal data stay where they are.

    退出码：0 两处一致；1 不一致（如原库仍在写入），再执行一次；2 被拒绝。 / Exit code 1: the two differ, run it again.

    例 / example: bridgefund migrate sqlite:///ledger.db postgresql://bridgefund:…@127.0.0.1:5432/bridgefund
    """
    with exits_on_error(), bar_if_slow(t("复制库", "copying the store")) as told:
        parts = len(PARTS)
        copied = copy_store(
            origin,
            to,
            lambda part, at, end: told(PARTS.index(part) * end + at, parts * end),
            last=lambda: _keep_sample_names(origin, to),
        )
    typer.echo(json.dumps(_plain(copied, origin, to), ensure_ascii=False, indent=2) if as_json else _text(copied, to))
    if left := _files_left(origin, to):
        note = f"附件文件仍在 {left}：用新库时请设 BRIDGEFUND_FILES={left}"
        typer.echo(t(note, f"the files of papers stay in {left}: set BRIDGEFUND_FILES={left} for the copy"), err=True)
    if keys := keys_left(origin):
        note = (
            f"个人信息的密钥不复制，仍在 {keys}（否则一处擦除，另一处还能读）：新库请设 BRIDGEFUND_PERSONAL_KEYS={keys}"
        )
        said = (
            f"keys of personal data are not copied, or erasing in one place would leave the other: they stay in {keys}"
        )
        typer.echo(t(note, f"{said}; set BRIDGEFUND_PERSONAL_KEYS={keys} for the copy"), err=True)
    if not copied.same:
        raise typer.Exit(DIFFERS)


def _keep_sample_names(origin: str, to: str) -> None:
    """Keep the names of a sample's people, which lie in a file beside an SQLite store only."""
    kept = {**kept_names(to), **vault_of(to).erasures()}
    for person, name in sample_people(origin).items():
        if person not in kept:
            keep_name(to, person, name)


def _files_left(origin: str, to: str) -> str | None:
    """Return the folder of files beside the first store, which is not where the copy would look for them."""
    left = files_url(None, origin) if sqlite_path(origin) else None
    if left is None or not Path(left).is_dir() or files_url(None, to) == left:
        return None
    return str(Path(left).absolute())


def _plain(copied: Copied, origin: str, to: str) -> dict[str, Any]:
    places = {"from": place_of(origin), "to": place_of(to)}
    sides = {"origin": asdict(copied.origin), "copy": asdict(copied.to)}
    return {"same": copied.same, **places, "went_on_after": copied.went_on_after, **sides}


def _text(copied: Copied, to: str) -> str:
    place, found = place_of(to), copied.to
    tables = ", ".join(f"{name} {one.rows}" for name, one in found.tables.items() if one.rows)
    beside = t(f"；另有 {tables}", f"; and {tables}") if tables else ""
    if copied.same:
        return t(
            f"已复制到 {place}，逐行核对一致：{found.events} 条事实，摘要 {found.digest[:16]}{beside}",
            f"copied to {place}, the same row for row: {found.events} facts, digest {found.digest[:16]}{beside}",
        )
    before = copied.origin
    return t(
        f"两处不一致：原库 {before.events} 条、摘要 {before.digest[:16]}，新库 {found.events} 条、"
        f"摘要 {found.digest[:16]}；请停下原库的工作进程，再执行一次。{place} 仍标为未完成",
        f"the two differ: {before.events} facts, digest {before.digest[:16]}, and {found.events}, digest "
        f"{found.digest[:16]}; stop the workers of the first and run this again. {place} stays marked as unfinished",
    )
