"""`bridgefund outbox`: what waits for the systems outside, the files that go out, and what was answered."""

import os
from pathlib import Path
from typing import Annotated, Any

import typer

from cli.acting import AS_POST, KEY, Signer, send, signer_of
from cli.errors import exits_on_error, run_command
from cli.name_option import NamesOption
from cli.reading import JsonOption, Reading, StoreOption, reading
from cli.tables import amount
from cli.whereabouts import ADDRESS_OPTION, temporal_address
from domain.cases import CaseId, case_id
from domain.errors import BadInputError
from domain.ledger import Ledger
from domain.outbox import OUTBOX, STATES, OutboxState, digest_of
from domain.outbox_facts import RowQueued
from domain.policy.watch import System
from domain.procedures.asking import rules_of
from domain.procedures.outboxes import reported_to
from domain.requests import ExportRows
from domain.sealed import reference_of
from doors.outbox_files import FORMS, data_of, file_of
from doors.stores import open_store
from doors.texts import t
from doors.vault import Say, saying, vault_of
from settings import Settings

app = typer.Typer(help=t("外部系统待报数据", "rows for systems outside"), no_args_is_help=True)
COUNTY_ARGUMENT = typer.Argument(help=t("县名，如 jiashi", "county id, such as jiashi"))
SYSTEM_ARGUMENT = typer.Argument(help=t("系统，见 outbox list COUNTY", "the system: see outbox list COUNTY"))
FILE_OPTION = typer.Option("-o", "--output", help=t("写到 .xlsx、.csv 或 .json", "the file: .xlsx, .csv or .json"))


@app.command("list")
def list_(
    county: Annotated[str, COUNTY_ARGUMENT],
    system: Annotated[str, typer.Argument(help=t("只看一个系统，列出各行", "one system, row by row"))] = "",
    *,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """各外部系统待报、已报、已回执的行数；给出系统则逐行列出。 / How many rows wait, went out, were answered; or each.

    例 / example: bridgefund outbox list jiashi mof_monitor --json
    """
    with reading(store) as read:
        systems = reported_to(rules_of(read.ledger.state, county))
        if not system:
            _list_systems(read, county, systems, as_json=as_json)
            return
        state = _state(read.ledger, county, system)
        rows = [{**data_of(row), "state": str(STATES[state.state_of(row.row_no)])} for row in state.rows]
        if as_json:
            read.print_json(county=county, system=system, rows=rows)
            return
        console = read.console()
        for row, data in zip(state.rows, rows, strict=True):
            told = " ".join(value for _, value in row.row.words if value)
            where = STATES[state.state_of(row.row_no)]
            fen = "" if row.row.amount_fen is None else amount(row.row.amount_fen)
            console.print(
                f"{row.row_no} {data['on']} {row.row.entry} {fen} {told} [{t(where.zh, where.en)}]", markup=False
            )


def _list_systems(read: Reading, county: str, systems: tuple[System, ...], *, as_json: bool) -> None:
    found: list[dict[str, Any]] = []
    for system in systems:
        state = _state(read.ledger, county, system.id)
        waiting = len(state.waiting())
        unanswered = [batch for batch in state.batches if batch not in state.answered]
        counts = {"rows": len(state.rows), "waiting": waiting, "batches": len(state.batches), "unanswered": unanswered}
        found.append({"system": system.id, "zh": system.zh, "en": system.en, "refused": len(state.refused), **counts})
    if as_json:
        read.print_json(county=county, systems=found)
        return
    console = read.console()
    for one in found:
        name, waits = t(one["zh"], one["en"]), one["waiting"]
        told = f"共 {one['rows']} 行，待报 {waits}，退回 {one['refused']}", f"{one['rows']} rows, {waits} wait"
        console.print(f"{one['system']}（{name}）：{t(*told)}", markup=False)


@app.command()
def export(
    county: Annotated[str, COUNTY_ARGUMENT],
    system: Annotated[str, SYSTEM_ARGUMENT],
    output: Annotated[Path, FILE_OPTION],
    *,
    as_post: AS_POST = "",
    key: KEY = None,
    names: NamesOption = False,
    store: StoreOption = None,
    address: ADDRESS_OPTION = None,
    as_json: JsonOption = False,
) -> None:
    """把待报各行签名报出，并写成文件；报出后该文件可用 outbox file 再写一次。 / Sign what waits, and write its file.

    例 / example: bridgefund outbox export jiashi mof_monitor -o 202203.xlsx --as treasury_officer
    """
    with exits_on_error():
        _check_free(output)
        ledger = open_store(store)
        rows = _state(ledger, county, system).waiting()
        if not rows:
            raise BadInputError("SYSTEM", t(f"{system} 没有待报的行", f"no rows wait for {system}"))
        request = ExportRows(last=rows[-1].row_no, digest=digest_of(rows))
        case = CaseId(county, "outbox", system)
        signer = signer_of(ledger, case, as_post, key, rows[-1].post)
        settings = Settings.from_env(os.environ)
        where = temporal_address(address, settings, ledger.url)
        say = saying(vault_of(ledger.url)) if names else reference_of
    run_command(_export(ledger, where, settings.task_queue, case, request, signer, output, say, as_json=as_json))


async def _export(
    ledger: Ledger,
    where: str,
    task_queue: str,
    case: CaseId,
    request: ExportRows,
    signer: Signer,
    output: Path,
    say: Say,
    *,
    as_json: bool,
) -> int:
    """Record first, then write: a file whose rows are not on record as sent would be sent twice."""
    rows = ledger.state(OUTBOX, case_id(*case)).waiting()
    code = await send(ledger, where, task_queue, case_id(*case), request, signer, "", as_json=as_json)
    write_rows(output, rows, say)
    return code


@app.command()
def file(
    county: Annotated[str, COUNTY_ARGUMENT],
    system: Annotated[str, SYSTEM_ARGUMENT],
    batch: Annotated[int, typer.Argument(help=t("批次", "the batch"))],
    output: Annotated[Path, FILE_OPTION],
    *,
    names: NamesOption = False,
    store: StoreOption = None,
) -> None:
    """再写一次已报出的一批。 / Write the file of a batch that went out once more.

    例 / example: bridgefund outbox file jiashi mof_monitor 1 -o again.csv
    """
    with exits_on_error():
        _check_free(output)
        with open_store(store) as ledger:
            state = _state(ledger, county, system)
            if batch not in state.batches:
                known = ", ".join(map(str, state.batches)) or "-"
                raise BadInputError("BATCH", t(f"没有第 {batch} 批；有：{known}", f"no batch {batch}; sent: {known}"))
            sent = state.batches[batch]
            say = saying(vault_of(ledger.url)) if names else reference_of
            write_rows(output, state.rows[sent.first - 1 : sent.last], say)


def write_rows(path: Path, rows: list[RowQueued], say: Say = reference_of) -> None:
    """Write rows as a file of the kind that its name says, with what is sealed in them as *say* says it."""
    path.write_bytes(file_of(_form(path), rows, say))


def _state(ledger: Ledger, county: str, system: str) -> OutboxState:
    names = [known.id for known in reported_to(rules_of(ledger.state, county))]
    if system not in names:
        known = ", ".join(names) or "-"
        raise BadInputError("SYSTEM", t(f"没有 {system}；有：{known}", f"no {system}; there are: {known}"))
    return ledger.state(OUTBOX, case_id(county, "outbox", system))


def _check_free(output: Path) -> None:
    if output.exists():
        raise BadInputError("--output", t(f"{output} 已存在", f"{output} is there already"))
    if _form(output) not in FORMS:
        raise BadInputError("--output", t("须为 .xlsx、.csv、.json", ".xlsx, .csv or .json"))


def _form(output: Path) -> str:
    return output.suffix.lower().removeprefix(".")
