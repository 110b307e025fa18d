"""`bridgefund checkpoint collect`: witnesses' signatures brought back from a published folder into the store."""

import json

import typer

from audit.collecting import collect as collect_from
from audit.seals import Seals
from audit.witness_refusals import BadCosignatureError
from cli.checkpoint_lines import FolderArgument, TrustOption, keys_given, published_witnesses, said, signature
from cli.errors import FOUND, exits_on_error
from cli.reading import JsonOption, StoreOption
from doors.stores import open_store
from doors.texts import language, t

HELP = t(
    "把公布文件夹里的见证签名收回库中（只收同一份检查点的）。已知公钥的先核对，无效的不收，"
    "退出码 1；公钥未知的照收并说明。",
    "Bring witnesses' signatures back from a published folder into the store, on the same checkpoints only. Where "
    "its key is known a signature is checked, and one that does not hold is not taken (exit code 1); one of an "
    "unknown key is taken, and said to be so.",
)
EPILOG = t(
    "例：bridgefund checkpoint collect /media/usb/seals", "Example: bridgefund checkpoint collect /media/usb/seals"
)


def collect(
    folder: FolderArgument,
    *,
    store: StoreOption = None,
    trust: TrustOption = None,
    as_json: JsonOption = False,
) -> None:
    """Collect countersignatures."""
    with exits_on_error(), open_store(store) as ledger:
        seals = Seals(ledger)
        keys = [*keys_given(trust or ()), *seals.keys()[0], *published_witnesses(folder)]
        found = collect_from(seals, folder, keys)
    origin = keys[0].name if keys else ""
    rows = [{"size": one.size, "taken": one.taken, **signature(one.signature, origin)} for one in found]
    bad = [one for one in found if one.signature.holds is False]
    if as_json:
        typer.echo(json.dumps({"found": rows}, ensure_ascii=False, indent=2))
    else:
        for one in rows:
            typer.echo(f"{one['size']}: {said(one)}")
        taken = sum(one.taken for one in found)
        typer.echo(t(f"收入 {taken} 个签名", f"{taken} signatures taken"))
    for wrong in bad:
        told = BadCosignatureError(size=wrong.size, name=wrong.signature.name, key_id=wrong.signature.key_id)
        typer.echo(told.text(language()), err=True)
    if bad:
        raise typer.Exit(FOUND)
