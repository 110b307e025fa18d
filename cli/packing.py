"""`bridgefund audit pack`: a fund's facts with their proofs, in one file for its auditor."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from audit.pack_refusals import NeverSealedError
from audit.packing import Packed, pack, unsealed
from audit.seal_keys import SealKey
from audit.seals import Seal, Seals
from cli.delivering import ForceOption
from cli.errors import exits_on_error
from cli.reading import JsonOption, StoreOption, bar_if_slow, console_of
from cli.sealing import read_log_key, sealed_and_published
from domain.cases import STORE, parse_case
from domain.errors import BadInputError
from domain.ledger import Ledger
from domain.store import STORE as STORE_DECIDER
from doors.paper_files import file_store
from doors.stores import open_store
from doors.texts import t
from reports.delivery import check_place
from settings import Settings
from worker import CALENDARS

FOUND = 1

OUT = typer.Option("--out", "-o", metavar="FILE", help=t("写到，如 F1.zip", "where to, such as F1.zip"))
FUND = typer.Argument(
    metavar="FUND", help=t("资金的编号，如 jiashi/fund/F1", "the fund's case, such as jiashi/fund/F1")
)
KEY = typer.Option(
    "--key",
    metavar="SEALKEY",
    help=t(
        "封印密钥文件：有尚未封印的事实时先封印；默认 BRIDGEFUND_SEAL_KEY",
        "the file of the seal's key: what is not sealed yet is sealed first; default BRIDGEFUND_SEAL_KEY",
    ),
)
WITH_FILES = typer.Option("--with-files", help=t("附件文件也收入", "with the files of papers"))


def pack_(
    fund: Annotated[str, FUND],
    *,
    out: Annotated[Path, OUT],
    with_files: Annotated[bool, WITH_FILES] = False,
    key: Annotated[Path | None, KEY] = None,
    store: StoreOption = None,
    force: ForceOption = False,
    as_json: JsonOption = False,
) -> None:
    """Pack a fund for its auditor."""
    with exits_on_error():
        settings = Settings.from_env(os.environ)
        check_place("-o", out, out.suffix.lower(), force=force)
        key_file = key or settings.seal_key
        held = read_log_key(key_file) if key_file else None
        _check_fund(fund)
        with open_store(store) as ledger:
            _check_there(ledger, fund)
            under, left = _sealed(ledger, fund, held, settings.seals)
            files = file_store(settings, ledger.url) if with_files else None
            with (
                bar_if_slow(t("制作审计包", "packing")) as told,
                bar_if_slow(t("收入附件", "packing the files")) as told_of_files,
            ):
                made = pack(
                    ledger, fund, under, out, CALENDARS, files, force=force, told=told, told_of_files=told_of_files
                )
            sample = ledger.state(STORE_DECIDER, STORE).sample is not None
        if as_json:
            typer.echo(json.dumps(_plain(made, fund, out, left, sample=sample), ensure_ascii=False, indent=2))
        else:
            console = console_of(sample=sample)
            for line in _lines(made, fund, out, left):
                console.print(line)
    raise typer.Exit(FOUND if made.bad_files else 0)


def _check_fund(fund: str) -> None:
    if (kind := parse_case(fund).kind) != "fund":
        raise BadInputError("FUND", t(f"{fund} 是 {kind}，这里要 fund", f"{fund} is a {kind}; a fund is asked for"))


def _check_there(ledger: Ledger, fund: str) -> None:
    if not ledger.stored.stream(fund, 0, 1):
        raise BadInputError(
            "FUND", t(f"没有 {fund}；见 bridgefund fund list", f"no {fund}; see `bridgefund fund list`")
        )


def _sealed(ledger: Ledger, fund: str, key: SealKey | None, folder: Path | None) -> tuple[Seal, int]:
    """Return the seal to pack under, a new one where it is needed and can be made, and how many facts it lacks.

    Raises:
        NeverSealedError: If there is none and no key.
        BridgefundError: If it cannot be sealed, see `audit.seal_refusals`.
    """
    last, left = Seals(ledger).last(), 0
    if last:
        with bar_if_slow(t("查找封印后的事实", "looking for what came after the seal")) as told:
            left = unsealed(ledger, fund, last.position, told)
    if last and (not left or not key):
        return last, left
    if not key:
        raise NeverSealedError(fund=fund)
    return sealed_and_published(ledger, key, folder).sealed.seal, 0


def _plain(made: Packed, fund: str, out: Path, left: int, *, sample: bool) -> dict[str, Any]:
    bad = [{"kind": one.kind, "case": one.case, "paper": one.paper, "digest": one.digest} for one in made.bad_files]
    return {
        "sample": sample,
        "fund": fund,
        "out": str(out),
        "size_bytes": out.stat().st_size,
        "origin": made.origin,
        "sealed_at": made.at,
        "sealed_facts": made.size,
        "facts": made.facts,
        "streams": made.streams,
        "not_sealed": left,
        "papers": len(made.files),
        "files_in_pack": sum(name.startswith("files/") for name in made.members),
        "bad_files": bad,
    }


def _lines(made: Packed, fund: str, out: Path, left: int) -> Iterator[str]:
    size = out.stat().st_size
    yield t(
        f"{out}：{fund}，{made.facts} 条事实、{made.streams} 个事项，{size} 字节",
        f"{out}: {fund}, {made.facts} facts of {made.streams} streams, {size} bytes",
    )
    yield t(
        f"封印 {made.origin}，{made.at}，共 {made.size} 条事实",
        f"sealed by {made.origin}, {made.at}, {made.size} facts",
    )
    if left:
        yield t(
            f"⚠ 另有 {left} 条事实在封印之后，不在包内；加 --key 封印密钥可先封印",
            f"⚠ {left} facts came after the seal and are not in it; with --key SEALKEY they are sealed first",
        )
    for one in made.bad_files:
        words = one.words()
        said = f"{one.case} {one.paper} {one.file_name} (sha256 {one.digest})"
        yield f"✗ {said}: {t(words.zh, words.en)}"
    yield t(f"核验：bridgefund audit verify {out}", f"to verify it: bridgefund audit verify {out}")
