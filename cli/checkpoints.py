"""`bridgefund checkpoint`: a log's signed heads: listed, shown, countersigned, compared, brought back."""

import json
from pathlib import Path
from typing import Annotated

import typer

from audit.seal_keys import read_key
from audit.witnessing import witness as witness_folder
from cli import checkpoint_collect, checkpoint_compare
from cli.checkpoint_lines import FolderArgument, TrustOption, keys_given, row, said, shown
from cli.errors import exits_on_error
from cli.reading import JsonOption, StoreOption, bar_if_slow, console_of
from cli.tables import table
from domain.errors import BadInputError
from doors.clock import wall_now
from doors.texts import t

app = typer.Typer(
    help=t("检查点：查看、见证、比对分裂视图", "checkpoints: list, show, witness, compare for a split view"),
    no_args_is_help=True,
)
FolderOption = Annotated[
    Path | None,
    typer.Option("--folder", metavar="F", help=t("看公布文件夹，不看库", "of a published folder, not of a store")),
]
_SHOWN = 16  # Of a root, in a table.


@app.command(
    "list",
    help=t(
        "列出全部检查点：条数、日期、根、谁签名、谁见证、各签名是否有效。公钥取自库或公布文件夹自身，另加 --trust。",
        "All checkpoints: how many facts, day, root, who signed, who witnessed, and whether each signature holds. Keys "
        "are those that the store or folder itself names, and those of --trust.",
    ),
    epilog=t("例：bridgefund checkpoint list --folder /media/usb/seals", "Example: bridgefund checkpoint list --json"),
)
def list_(
    *,
    store: StoreOption = None,
    folder: FolderOption = None,
    trust: TrustOption = None,
    as_json: JsonOption = False,
) -> None:
    """List checkpoints."""
    with exits_on_error(), shown(store, folder, trust or ()) as found:
        rows = [row(one, found.keys) for one in found.signed]
    if as_json:
        whole = {"sample": found.sample, "checkpoints": rows}
        typer.echo(json.dumps(whole, ensure_ascii=False, indent=2))
        return
    facts = t("条数", "facts")
    made = table(facts, t("日期", "day"), t("根", "root"), t("签名", "signatures"), right=(facts,))
    for one in rows:
        made.add_row(str(one["size"]), one["on"], one["root"][:_SHOWN] + "…", "\n".join(map(said, one["signatures"])))
    console_of(sample=found.sample).print(made)


@app.command(
    help=t(
        "原样打印一份检查点（默认最新的）：可粘贴、打印、存档。",
        "Print a checkpoint exactly as it is (default the latest), to paste, print or file.",
    ),
    epilog=t("例：bridgefund checkpoint show 1200 > 1200.note", "Example: bridgefund checkpoint show 1200 > 1200.note"),
)
def show(
    size: Annotated[int | None, typer.Argument(help=t("条数", "over how many facts"))] = None,
    *,
    store: StoreOption = None,
    folder: FolderOption = None,
    trust: TrustOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show a checkpoint."""
    with exits_on_error(), shown(store, folder, trust or ()) as found:
        wanted = [one for one in found.signed if size is None or one.checkpoint.size == size]
        if not wanted:
            sizes = ", ".join(str(one.checkpoint.size) for one in found.signed[-5:]) or t("无", "none")
            raise BadInputError("SIZE", t(f"没有这份检查点；有：{sizes}", f"no such checkpoint; there are: {sizes}"))
        one = wanted[-1]
        data = {"sample": found.sample, **row(one, found.keys), "note": one.text}
    typer.echo(json.dumps(data, ensure_ascii=False, indent=2) if as_json else one.text, nl=as_json)


@app.command(
    help=t(
        "见证：上级财政或审计对公布的检查点作见证签名。不需要总账，只需公布文件夹。先核对日志的签名，再用瓦片重算："
        "新检查点必须从上次见证的那份延续而来，才签名并写回文件夹。历史被改写、截断或出现两份不同检查点："
        "退出码 1，两份都存为证据。首次须用 --trust 给出该单位当面告知的公钥；以后的换钥凭交接书自动跟随。"
        "--state 是见证人自己的存档，须长期保存。",
        "What a next-level bureau or an audit office runs; it needs the published folder, not the store. It checks the "
        "log's signature and, from the tiles, that the checkpoint goes on from the last that it saw; only then it "
        "countersigns, and writes that back into the folder. Where history was rewritten or cut off, or two "
        "checkpoints of one size exist: exit code 1, and both are kept as evidence. The first time --trust names the "
        "log's key, told by the office itself; hand-overs are followed from then on. --state is the witness's own "
        "archive: keep it for good.",
    ),
    epilog=t(
        "例：bridgefund checkpoint witness /media/usb/seals --key witness.key --state ~/witness --trust "
        "ledger.county.example+1a2b3c4d+AQ…",
        "Example: bridgefund checkpoint witness /media/usb/seals --key witness.key --state ~/witness --trust "
        "ledger.county.example+1a2b3c4d+AQ…",
    ),
)
def witness(
    folder: FolderArgument,
    *,
    key: Annotated[Path, typer.Option(metavar="FILE", help=t("见证密钥文件", "the witness's key file"))],
    state: Annotated[Path, typer.Option(metavar="FOLDER2", help=t("见证人自己的存档", "the witness's own archive"))],
    trust: Annotated[str, typer.Option(metavar="VKEY", help=t("日志的公钥（首次）", "the log's key, at first"))] = "",
    as_json: JsonOption = False,
) -> None:
    """Countersign."""
    with exits_on_error():
        held = read_key(key)
        if held.kind != "witness":
            said_so = "不是见证密钥；用 keys new --witness 生成", "no witness's key: make one by `keys new --witness`"
            raise BadInputError(str(key), t(*said_so))
        given = keys_given([trust])[0] if trust else None
        with bar_if_slow(t("核对", "checking")) as told:
            done = witness_folder(folder, held, state, wall_now(), given, told)
    head, before = done.signed.checkpoint, done.before.checkpoint if done.before else None
    if as_json:
        seen = before.size if before else None
        data = {"origin": head.origin, "size": head.size, "root": head.root.hex(), "before": seen, "new": done.new}
        typer.echo(json.dumps(data, ensure_ascii=False, indent=2))
        return
    grown = t(f"，从 {before.size} 条延续而来", f", which go on from {before.size}") if before and done.new else ""
    verb = t("已见证", "countersigned") if done.new else t("此前已见证", "countersigned before")
    typer.echo(
        t(f"{verb}：{head.origin} 的 {head.size} 条{grown}", f"{verb}: {head.size} facts of {head.origin}{grown}")
    )


app.command(help=checkpoint_compare.HELP, epilog=checkpoint_compare.EPILOG)(checkpoint_compare.compare)
app.command(help=checkpoint_collect.HELP, epilog=checkpoint_collect.EPILOG)(checkpoint_collect.collect)
