"""`bridgefund checkpoint compare`: two checkpoints held against each other, for a split view."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from audit.log_folder import read_folder
from audit.outside import Outside
from audit.published import LogFolder, read_signed
from audit.seal_keys import holds, trusted_from
from audit.sealing import read_log
from audit.seals import Seals, Signed
from audit.split_view import Compared, Source
from audit.split_view import compare as compare_two
from audit.verify import NoteError, Verifier, signed_by
from cli.checkpoint_lines import TrustOption, keys_given
from cli.errors import BAD_INPUT, FOUND, exits_on_error
from cli.reading import JsonOption, StoreOption, bar_if_slow
from domain.errors import BadInputError
from doors.stores import open_store
from doors.texts import t

HELP = t(
    "比对两份检查点文件，看是否分裂视图：同样条数而根不同，或一份不是从另一份延续而来。条数不同的，须有公布文件夹或库的"
    "哈希才能比。退出码：0 一致；1 分裂，两份都打印；2 无法比对。",
    "Compare two checkpoint files for a split view: one size and two roots, or the one does not go on from the "
    "other. Of different sizes they are compared by the hashes of published folders or of a store. Exit code 0: "
    "one history; 1: two, and both checkpoints are printed; 2: not comparable.",
)
EPILOG = t(
    "例：bridgefund checkpoint compare ours.note theirs.note --folder /media/usb/seals",
    "Example: bridgefund checkpoint compare ours.note theirs.note --folder /media/usb/seals",
)


def compare(
    a: Annotated[Path, typer.Argument(metavar="A", help=t("检查点文件", "a checkpoint's file"))],
    b: Annotated[Path, typer.Argument(metavar="B", help=t("另一份", "another one"))],
    *,
    folder: Annotated[
        list[Path] | None, typer.Option("--folder", metavar="F", help=t("公布文件夹，可多次", "may be repeated"))
    ] = None,
    store: StoreOption = None,
    trust: TrustOption = None,
    as_json: JsonOption = False,
) -> None:
    """Compare two checkpoints."""
    with exits_on_error():
        first, second = _signed(a), _signed(b)
        if first.checkpoint.origin != second.checkpoint.origin:
            origins = f"{first.checkpoint.origin} ≠ {second.checkpoint.origin}"
            raise BadInputError("A, B", t(f"不是同一日志，无法比对：{origins}", f"of different logs: {origins}"))
        sources = [_folder_source(one) for one in folder or ()]
        if store:
            sources.append(_store_source(store))
        _check_trusted([first, second], trust or (), folder or ())
        found = compare_two(first, second, sources)
    _print_compared(found, trust or (), as_json=as_json)


def _signed(file: Path) -> Signed:
    found = read_signed(Outside(file.parent), file.name)
    if found is None:
        raise BadInputError(str(file), t("没有这个文件", "no such file"))
    return found


def _folder_source(folder: Path) -> Source:
    with bar_if_slow(t("读取公布文件夹", "reading the folder")) as told:
        found = read_folder(folder, told)
    return Source(str(folder), found.tree, found.latest)


def _store_source(store: str) -> Source:
    with open_store(store) as ledger, bar_if_slow(t("读取总账", "reading the ledger")) as told:
        last = Seals(ledger).last()
        return Source(ledger.place, read_log(ledger, told).tree, Signed(last.text) if last else None)


def _check_trusted(signed: list[Signed], trust: Sequence[str], folders: Sequence[Path]) -> None:
    """Refuse checkpoints that no trusted key signed: they say nothing about the log."""
    if not trust:
        return
    known: list[Verifier] = keys_given(trust)
    for folder in folders:
        known = trusted_from(known, LogFolder(folder).keys().rotations)
    for one in signed:
        try:
            by = [key for key in signed_by(one.note, known, holds) if key.name == one.checkpoint.origin]
        except NoteError as e:
            raise BadInputError("--trust", str(e)) from e
        if not by:
            size = one.checkpoint.size
            words = f"{size} 条的检查点没有可信签名", f"the checkpoint over {size} facts is not signed by a trusted key"
            raise BadInputError("--trust", t(*words))


def _print_compared(found: Compared, trust: Sequence[str], *, as_json: bool) -> None:
    words = {
        "same": ("两份检查点一致", "both say the same"),
        "consistent": ("一份从另一份延续而来", "the one goes on from the other"),
        "split": ("分裂视图：以下两份检查点不属于同一历史", "a split view: these two are not of one history"),
        "unknown": (
            "条数不同，而所给的文件夹或库中没有能连接两者的哈希，无法比对",
            "of different sizes, and no folder or store that was named has the hashes between them: not comparable",
        ),
    }[found.kind]
    if as_json:
        data = {"result": found.kind, "by": found.by, "notes": [one.text for one in found.notes]}
        typer.echo(json.dumps(data, ensure_ascii=False, indent=2))
    else:
        unchecked = "" if trust else t("（签名未核对：用 --trust 给出公钥）", " (signatures not checked: give --trust)")
        typer.echo(t(*words) + unchecked, err=found.kind == "unknown")
        for one in found.notes:
            typer.echo(f"\n{one.text}", nl=False)
    code = {"split": FOUND, "unknown": BAD_INPUT}.get(found.kind, 0)
    if code:
        raise typer.Exit(code)
