"""`bridgefund audit verify`: an audit pack verified by `audit/verify.py` itself, in this process, with a bar."""

import os
from pathlib import Path
from typing import Annotated

import typer

from audit.verify import (
    COSIGNS,
    FOUND,
    REFUSED,
    SIGNS,
    WELL,
    NoteError,
    Pack,
    RefusedError,
    Sealed,
    Trust,
    Verifier,
    read_verifier,
    shown,
    told_in_json,
    told_in_words,
)
from cli.errors import exits_on_error
from cli.reading import JsonOption, StoreOption, bar_if_slow
from cli.store_verifying import Outside, verify_stored
from domain.errors import BadInputError
from doors.texts import language, t

PACK = typer.Argument(metavar="PACK", help=t("审计包", "the pack"))
KEYS = typer.Option(
    "--key",
    metavar="VKEY",
    help=t("所信任的公钥（可重复），以公布的为准", "a public key to trust, as it was published; may be repeated"),
)
WITNESSES = typer.Option(
    "--witness", metavar="VKEY", help=t("见证人的公钥（可重复）", "a witness's public key, may be repeated")
)
NEEDED = typer.Option("--require-witness", help=t("必须有见证人副署", "a witness must have countersigned"))
CHECKPOINTS = typer.Option(
    "--checkpoint",
    metavar="FILE",
    help=t(
        "库外保存的检查点（可重复），如见证人处的", "a checkpoint kept elsewhere, such as a witness's; may be repeated"
    ),
)
LOG = typer.Option(metavar="FOLDER", help=t("公布封印的文件夹", "the folder in which the seals were published"))
PROCESSES = typer.Option(min=0, help=t("进程数，默认每核一个", "how many processes, by default one for each core"))
LIMIT = typer.Option(min=0, help=t("最多列出多少条发现", "list at most so many findings"))


def verify_(
    pack: Annotated[Path | None, PACK] = None,
    *,
    store: StoreOption = None,
    key: Annotated[list[str] | None, KEYS] = None,
    checkpoint: Annotated[list[Path] | None, CHECKPOINTS] = None,
    log: Annotated[Path | None, LOG] = None,
    processes: Annotated[int, PROCESSES] = 0,
    witness: Annotated[list[str] | None, WITNESSES] = None,
    require_witness: Annotated[bool, NEEDED] = False,
    limit: Annotated[int, LIMIT] = 50,
    as_json: JsonOption = False,
) -> None:
    """Verify a pack, or a store."""
    with exits_on_error():
        keys, witnesses = _keys("--key", key, SIGNS), _keys("--witness", witness, COSIGNS)
        _one_of_both(pack, store, checkpoint, log, witnesses)
        if require_witness and not witnesses:
            raise BadInputError("--require-witness", t("请用 --witness 给出公钥", "give its key by --witness"))
    if pack is None:
        outside = Outside(keys, checkpoint or [], log)
        verify_stored(store, outside, processes or os.cpu_count() or 1, limit, as_json=as_json)
        return
    try:
        opened, sealed = _verified(pack, Trust(keys, witnesses, require_witness))
    except RefusedError as e:
        typer.echo(f"{pack}: {shown(e.where)}: {t(e.words.zh, e.words.en)}", err=True)
        raise typer.Exit(REFUSED) from e
    except MemoryError as e:
        typer.echo(f"{pack}: {t('内存不足', 'out of memory')}", err=True)
        raise typer.Exit(REFUSED) from e
    if as_json:
        typer.echo(told_in_json(opened.report, sealed, limit))
    else:
        for line in told_in_words(opened.report, sealed, language(), limit):
            typer.echo(line)
    raise typer.Exit(FOUND if opened.report.found else WELL)


def _one_of_both(
    pack: Path | None,
    store: str | None,
    checkpoints: list[Path] | None,
    log: Path | None,
    witnesses: tuple[Verifier, ...],
) -> None:
    if pack and (store or checkpoints or log):
        said = (
            "--store、--checkpoint、--log 用于核验整个库，不与审计包同用",
            "--store, --checkpoint and --log are for a whole store, not for a pack",
        )
        raise BadInputError("PACK", t(*said))
    if pack is None and witnesses:
        said = (
            "--witness 用于审计包；整个库请用 --checkpoint 给出见证人处的检查点",
            "--witness is for a pack; for a store give the witness's checkpoint by --checkpoint",
        )
        raise BadInputError("--witness", t(*said))


def _verified(pack: Path, trust: Trust) -> tuple[Pack, Sealed]:
    with bar_if_slow(t("核验", "verifying")) as told:
        opened = Pack(str(pack), trust, lambda facts: told(facts, None))
        return opened, opened.verify()


def _keys(option: str, given: list[str] | None, kind: int) -> tuple[Verifier, ...]:
    try:
        found = tuple(map(read_verifier, given or ()))
    except (NoteError, UnicodeError) as e:
        raise BadInputError(option, str(e)) from e
    if other := next((one for one in found if one.kind != kind), None):
        raise BadInputError(option, t(f"{other} 的用途不符", f"{other} is for something else"))
    return found
