"""`bridgefund keys`: the keys of the seal, the log's own and a witness's."""

import json
from pathlib import Path
from typing import Annotated

import typer

from audit.seal_keys import SealKey, make_key, read_key
from audit.seals import Seals
from cli.errors import exits_on_error
from cli.reading import JsonOption, StoreOption
from domain.calendar import SHANGHAI
from domain.errors import BadInputError
from doors.clock import wall_now
from doors.stores import open_store
from doors.texts import t

app = typer.Typer(
    help=t(
        "封印密钥：封印总账、见证封印（个人的签名密钥用 bridgefund key）",
        "keys of the seal: the log's and a witness's (a person's signing key: `bridgefund key`)",
    ),
    no_args_is_help=True,
)
_KEPT = t(
    "文件仅本人可读（0600）。不要放在库、备份或公布文件夹旁；另存一份离线副本（如保险柜内的 U 盘）："
    "丢了只能用新名称重新开始，被盗的人可冒名封印。要公开的是 verifier 那一行："
    "当面或书面告知上级财政、审计，不要只靠公布文件夹。",
    "Only its owner can read the file (0600). Keep it away from the store, its backups and the published folder, with "
    "a copy offline (a stick in the safe): lost, sealing begins anew under another name; stolen, somebody else can "
    "seal. What to publish is the verifier line: tell it to the next-level bureau and the audit office in person or on "
    "paper, not by the published folder alone.",
)
_FILE = typer.Argument(metavar="FILE", help=t("密钥文件", "the key's file"))


@app.command(
    help=t(
        "生成封印密钥，写入新文件。NAME 是日志的名称，一直不变，如 ledger.县.example；见证人用自己的名称"
        "并加 --witness。\n\n",
        "Make a key of the seal in a new file. NAME is the log's for good, such as ledger.county.example; a witness "
        "takes a name of its own, and --witness.\n\n",
    )
    + _KEPT,
    epilog=t(
        "例：bridgefund keys new ledger.county.example /srv/keys/ledger.key\n\n"
        "见证：bridgefund keys new audit.city.example witness.key --witness",
        "Example: bridgefund keys new ledger.county.example /srv/keys/ledger.key\n\n"
        "A witness: bridgefund keys new audit.city.example witness.key --witness",
    ),
)
def new(
    name: Annotated[str, typer.Argument(metavar="NAME", help=t("名称", "its name"))],
    file: Annotated[Path, _FILE],
    *,
    witness: Annotated[bool, typer.Option("--witness", help=t("见证密钥", "a witness's key"))] = False,
    as_json: JsonOption = False,
) -> None:
    """Make a key."""
    with exits_on_error():
        made = make_key(file, name, "witness" if witness else "log")
    _print(made, as_json=as_json)


@app.command(
    help=t(
        "换钥：生成新密钥，由旧密钥签署交接；两把都签。此后用新密钥封印，旧密钥不再被接受；以前的封印仍然有效。"
        "旧文件不改动，离线保存即可。见证密钥不交接：另生成一把并告知公钥。\n\n",
        "Change the key: make a new one, to which the old one hands over in a note that both sign. From then on the "
        "new one seals and the old one is refused; what it sealed stays sealed. The old file is not touched; keep it "
        "offline. A witness's key does not hand over: make another, and tell its verifier.\n\n",
    )
    + _KEPT,
    epilog=t(
        "例：bridgefund keys rotate ledger.key ledger-2.key",
        "Example: bridgefund keys rotate ledger.key ledger-2.key, then bridgefund seal --key ledger-2.key",
    ),
)
def rotate(
    old: Annotated[Path, typer.Argument(metavar="OLDFILE", help=t("现用的密钥文件", "the key in use"))],
    file: Annotated[Path, typer.Argument(metavar="NEWFILE", help=t("要写的新文件", "the file to write"))],
    *,
    as_json: JsonOption = False,
) -> None:
    """Hand over to a new key."""
    with exits_on_error():
        before = read_key(old)
        if before.kind != "log":
            said = "见证密钥不交接；另生成一把并告知公钥", "a witness's key does not hand over: make another one"
            raise BadInputError(str(old), t(*said))
        made = make_key(file, before.name, after=before, at=wall_now().astimezone(SHANGHAI))
    _print(made, as_json=as_json)


@app.command(
    help=t(
        "查看密钥文件：名称、用途、要公开的 verifier 行、历次交接。私钥不显示。",
        "Show a key's file: its name, what it is for, the verifier line to publish, how it was handed over. Never the "
        "private key.",
    ),
    epilog=t("例：bridgefund keys show ledger.key", "Example: bridgefund keys show ledger.key"),
)
def show(file: Annotated[Path, _FILE], *, as_json: JsonOption = False) -> None:
    """Show a key."""
    with exits_on_error():
        held = read_key(file)
    _print(held, as_json=as_json)


@app.command(
    "list",
    help=t("列出封印过本库的密钥，现用的在最后。", "The keys that sealed this store, the one in use last."),
    epilog=t("例：bridgefund keys list --store sqlite:///ledger.db", "Example: bridgefund keys list --json"),
)
def list_(*, store: StoreOption = None, as_json: JsonOption = False) -> None:
    """List a store's keys."""
    with exits_on_error(), open_store(store) as ledger:
        verifiers, rotations = Seals(ledger).keys()
    if as_json:
        said = {"verifiers": [str(key) for key in verifiers], "rotations": rotations}
        typer.echo(json.dumps(said, ensure_ascii=False, indent=2))
        return
    for key in verifiers:
        in_use = t("（现用）", " (in use)") if key == verifiers[-1] else ""
        typer.echo(f"{key}{in_use}")
    if not verifiers:
        typer.echo(t("本库尚未封印；见 bridgefund seal", "never sealed: see `bridgefund seal`"))


def _print(held: SealKey, *, as_json: bool) -> None:
    said = {
        "name": held.name,
        "kind": held.kind,
        "verifier": str(held.verifier),
        "rotations": list(held.rotations),
    }
    if as_json:
        typer.echo(json.dumps(said, ensure_ascii=False, indent=2))
        return
    kind = t(*{"log": ("封印", "seals"), "witness": ("见证", "witnesses")}[held.kind])
    typer.echo(
        t(
            f"{held.name}（{kind}），交接 {len(held.rotations)} 次",
            f"{held.name} ({kind}), handed over {len(held.rotations)} times",
        )
    )
    typer.echo(t("公开这一行：", "publish this line:"))
    typer.echo(str(held.verifier))
