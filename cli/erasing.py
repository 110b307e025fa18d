"""`bridgefund people erase`: the key of a person or household is destroyed, and with it every copy of the name."""

import json
from dataclasses import asdict, dataclass
from typing import Annotated

import typer

from cli.errors import TRY_AGAIN, exits_on_error
from cli.orders import REASON
from cli.reading import JsonOption, StoreOption, bar_if_slow
from domain.cases import parse_case
from domain.errors import BadInputError
from domain.request import says_something
from domain.sealed import has_mark
from doors.clock import business_now
from doors.stores import open_store
from doors.texts import t
from doors.vault import vault_of
from personal.vault import Erasure, KeyElsewhereError, Vault
from stores.events import events_of


@dataclass(frozen=True)
class Named:
    """How many facts, of how many streams, have a person's name sealed in them; and how many the bare reference."""

    sealed: int
    streams: int
    by_reference: int


def erase(
    reference: Annotated[str, typer.Argument(metavar="REF", help=t("编号，如 h-7、p-112", "such as h-7, p-112"))],
    *,
    reason: REASON,
    yes: Annotated[bool, typer.Option("--yes", help=t("不再询问", "do not ask"))] = False,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """擦除一人或一户的姓名：销毁其密钥，事实一字不改，证明仍然成立；不可恢复。 / Erase a name for good, and no fact.

    其密钥一销毁，总账、各处副本与备份里封存的姓名都无法再读；编号可继续使用。密钥文件若另有备份，须一并销毁。

    The key is destroyed: what is sealed in the ledger, its copies and backups can be read by nobody any more. The
    reference can be used on. A backup of the key's own file would undo it: destroy that too.

    例 / example: bridgefund people erase h-7 --reason 本人申请
    """
    with exits_on_error():
        with open_store(store) as ledger:
            url, now = ledger.url, business_now(ledger)
        parse_case(f"any/people/{reference}")
        vault = vault_of(url)
        _check(vault, reference, reason, yes=yes, as_json=as_json)
        named, before = facts_naming(url, reference), vault.erasures().get(reference)
        there = vault.has(reference)
        if named.sealed and before is None and not vault.ring.has(reference):
            raise KeyElsewhereError(reference=reference, place=vault.ring.folder or "BRIDGEFUND_PERSONAL_KEYS")
        if not there and before is None:
            raise BadInputError(
                "REF", t(f"没有 {reference} 的姓名", f"no name of {reference} is kept, nor sealed in a fact")
            )
        if there and not yes:
            typer.echo(_will(reference, named), err=True)
            if not typer.confirm(t("确实擦除？", "erase it for good?"), err=True):
                raise typer.Exit(TRY_AGAIN)
        if there:
            vault.erase(reference, now, reason)
        told = Erasure(now, reason) if there or before is None else before
    typer.echo(_as_json(reference, named, told, again=not there) if as_json else _text(reference, named, told))


def facts_naming(url: str, reference: str) -> Named:
    """Return how many facts name a person, read from the bytes of the log."""
    sealed, bare = f"sealed:{reference}:".encode(), f'"{reference}"'.encode()
    streams: set[str] = set()
    facts = by_reference = 0
    with events_of(url, writes=False) as events, bar_if_slow(t("查找事实", "looking for facts")) as told:
        end = events.end()
        for row in events.rows():
            told(row.position, end)
            if sealed in row.state:
                facts += 1
                streams.add(row.stream)
            elif bare in row.state:
                by_reference += 1
    return Named(facts, len(streams), by_reference)


def _check(vault: Vault, reference: str, reason: str, *, yes: bool, as_json: bool) -> None:
    if not says_something(reason):
        raise BadInputError("--reason", t("须写明理由", "a reason is needed"))
    name = vault.names().get(reference)
    if has_mark(reason) or (name and name in reason):
        raise BadInputError(
            "--reason", t("理由中不得写其姓名：理由会留存", "the reason is kept: it must not say the name")
        )
    if as_json and not yes:
        raise BadInputError("--json", t("须同时给出 --yes", "give --yes as well"))


def _will(reference: str, named: Named) -> str:
    return t(
        f"将销毁 {reference} 的密钥：{named.streams} 件案件的 {named.sealed} 条事实中封存的姓名永远不可读；"
        f"另有 {named.by_reference} 条只写编号。事实一字不改",
        f"the key of {reference} will be destroyed: sealed in {named.sealed} facts of {named.streams} cases, the name "
        f"can never be read again; {named.by_reference} more have the reference only. No fact changes",
    )


def _text(reference: str, named: Named, done: Erasure) -> str:
    return t(
        f"{reference} 已于 {done.at.date()} 擦除：{named.sealed} 条事实中的姓名不可再读，事实一字未改",
        f"{reference} was erased on {done.at.date()}: in {named.sealed} facts the name is unreadable, none was changed",
    )


def _as_json(reference: str, named: Named, done: Erasure, *, again: bool) -> str:
    whole = {
        "reference": reference,
        "erased_at": done.at.isoformat(),
        "reason": done.reason,
        "was_erased_before": again,
    }
    return json.dumps({**whole, "facts": asdict(named)}, ensure_ascii=False, indent=2)
