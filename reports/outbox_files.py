"""The files that went out (外部系统报送台账): to which system, when, with which rows, and what was answered."""

from dataclasses import dataclass
from datetime import date

from domain.cases import case_id
from domain.ledger import Ledger
from domain.outbox import OUTBOX, OutboxState
from domain.policy.watch import System
from reports.document import Column, Kind, Report, Row, Table
from reports.words import Words, wan_yuan


@dataclass(frozen=True)
class FileRow:
    """One file: the rows *first* to *last*, their amounts' sum in fen, and the answer, if it came."""

    system: str
    system_zh: str
    system_en: str
    batch: int
    sent_on: date
    post: str
    person: str
    first: int
    last: int
    rows: int
    amount_fen: int
    digest: str
    answered_on: date | None
    receipt_no: str
    refused: list[tuple[int, str]]


@dataclass(frozen=True)
class SystemRow:
    """One system outside, with how many rows there are for it and where they stand."""

    system: str
    system_zh: str
    system_en: str
    rows: int
    waiting: int
    files: int
    unanswered: int
    refused: int


def files_of(ledger: Ledger, county: str, systems: tuple[System, ...], year: int) -> list[FileRow]:
    """Return the files that went out in a year, system by system."""
    states = ((system, _state(ledger, county, system)) for system in systems)
    return [
        _file(system, state, batch)
        for system, state in states
        for batch in state.batches
        if state.batches[batch].act.occurred_on.year == year
    ]


def systems_of(ledger: Ledger, county: str, systems: tuple[System, ...]) -> list[SystemRow]:
    """Return where the rows for each system stand now, of whichever year."""
    return [_system(system, _state(ledger, county, system)) for system in systems]


def _state(ledger: Ledger, county: str, system: System) -> OutboxState:
    return ledger.state(OUTBOX, case_id(county, "outbox", system.id))


def _file(system: System, state: OutboxState, batch: int) -> FileRow:
    sent, answer = state.batches[batch], state.answered.get(batch)
    rows = state.rows[sent.first - 1 : sent.last]
    return FileRow(
        system=system.id,
        system_zh=system.zh,
        system_en=system.en,
        batch=batch,
        sent_on=sent.act.occurred_on,
        post=sent.act.post,
        person=sent.act.person,
        first=sent.first,
        last=sent.last,
        rows=len(rows),
        amount_fen=sum(row.row.amount_fen or 0 for row in rows),
        digest=sent.digest,
        answered_on=answer.act.occurred_on if answer else None,
        receipt_no=answer.receipt_no if answer else "",
        refused=[(one.row_no, one.reason) for one in answer.refused] if answer else [],
    )


def _system(system: System, state: OutboxState) -> SystemRow:
    unanswered = sum(batch not in state.answered for batch in state.batches)
    counts = (len(state.rows), len(state.waiting()), len(state.batches), unanswered, len(state.refused))
    return SystemRow(system.id, system.zh, system.en, *counts)


def outbox_report(files: list[FileRow], systems: list[SystemRow], county: str, year: int, words: Words) -> Report:
    """Return both as a document."""
    title = words.say("外部系统报送台账", "files for systems outside")
    tables = (_files(files, year, words), _systems(systems, words))
    return Report("outboxes", title, words.county(county), str(year), tables, unit=wan_yuan(words))


def _files(files: list[FileRow], year: int, words: Words) -> Table:
    say, text, count, day = words.say, Kind.TEXT, Kind.COUNT, Kind.DATE
    heads = (
        (say("系统", "system"), text),
        (say("批次", "batch"), count),
        (say("报出", "sent on"), day),
        (say("由", "by"), text),
        (say("行", "rows"), text),
        (say("行数", "number"), count),
        (say("金额（冲销为负）", "amount (reversals below 0)"), Kind.MONEY),
        (say("文件摘要", "digest"), text),
        (say("回执", "answered on"), day),
        (say("回执号", "receipt"), text),
        (say("退回", "refused"), text),
    )
    nothing = say(f"{year} 年没有报出文件", f"no file went out in {year}")
    columns = tuple(Column(*head) for head in heads)
    rows = tuple(_row(one, words) for one in files)
    return Table(say("已报文件", "files that went out"), columns, rows, (), nothing)


def _row(one: FileRow, words: Words) -> Row:
    unanswered = words.say("未回执", "no answer yet")
    refused = "\n".join(f"{row_no}: {reason}" for row_no, reason in one.refused)
    return Row(
        (
            words.say(one.system_zh, one.system_en),
            one.batch,
            one.sent_on,
            words.who(one.post, one.person),
            f"{one.first}–{one.last}",
            one.rows,
            one.amount_fen,
            one.digest[:12],
            one.answered_on or unanswered,
            one.receipt_no,
            refused,
        )
    )


def _systems(systems: list[SystemRow], words: Words) -> Table:
    say = words.say
    names = (
        say("行", "rows"),
        say("待报", "waiting"),
        say("文件", "files"),
        say("未回执", "unanswered"),
        say("退回行", "refused rows"),
    )
    columns = (Column(say("系统", "system")), *(Column(name, Kind.COUNT) for name in names))
    rows = tuple(
        Row((say(one.system_zh, one.system_en), one.rows, one.waiting, one.files, one.unanswered, one.refused))
        for one in systems
    )
    nothing = say("本县没有外部系统", "this county reports to no system outside")
    return Table(say("各系统现状", "where each system stands"), columns, rows, (), nothing)
