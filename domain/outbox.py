"""Outbox (外部系统待报): rows for one system outside, each resting on a fact: queued, sent, answered, reversed.

The engine reaches no network: people carry the files. A row that went out is never changed: what was wrong in it is
put right by a row of the other sign.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256

import msgspec

from domain.act import CaseState, Decider, OpenStep
from domain.errors import RefusedError
from domain.outbox_facts import (
    Acknowledge,
    Export,
    Queue,
    Reverse,
    RowContent,
    RowQueued,
    RowsAcknowledged,
    RowsExported,
    SendAgain,
)
from domain.words import Both

EXPORT, ACKNOWLEDGE, REVERSE, SEND_AGAIN = "export", "acknowledge", "reverse", "send-again"
STATES = {
    "unknown": Both("不存在的", "unknown"),
    "waiting": Both("待报", "waiting"),
    "sent": Both("已报、未回执", "sent, not answered"),
    "taken": Both("对方已收", "taken outside"),
    "refused": Both("对方退回", "refused outside"),
    "reversed": Both("已冲销", "reversed"),
    "sent again": Both("已重报", "sent again"),
    "reversal": Both("冲销行", "a reversal"),
}
_Fact = RowQueued | RowsExported | RowsAcknowledged
_Command = Queue | Export | Acknowledge | Reverse | SendAgain


class NothingToSendError(RefusedError):
    """A file of rows that are not waiting."""

    zh = "待报的是第 {first} 至 {last} 行，不能报到第 {asked} 行；须按现在待报的行重新导出（引擎规则）"
    en = "rows {first} to {last} wait, so that a file cannot end at {asked}: export what waits now (the engine's rule)"


class OtherRowsError(RefusedError):
    """The file that was signed has other rows than those that wait."""

    zh = "文件摘要 {asked} 与待报各行的 {computed} 不同；须重新导出后再签（引擎规则）"
    en = "the file's digest is {asked}, that of the rows that wait {computed}: export anew first (the engine's rule)"


class BatchError(RefusedError):
    """An answer to a batch that was not sent, was answered, or does not hold the row."""

    zh = "第 {batch} 批{why}；须先报出，且只回执一次（引擎规则）"
    en = "batch {batch}: {why}; it must be sent first, and is answered once (the engine's rule)"


class RowStateError(RefusedError):
    """A row that is not where the request needs it."""

    zh = "第 {row} 行现在{state}；{step}须先{needed}（引擎规则）"
    en = "row {row} is {state}; for {step} it must first be {needed} (the engine's rule)"


@dataclass
class OutboxState(CaseState):
    """The rows as queued, how many went out, the batches and what became of rows."""

    rows: list[RowQueued] = field(default_factory=list)
    batches: dict[int, RowsExported] = field(default_factory=dict)
    answered: dict[int, RowsAcknowledged] = field(default_factory=dict)
    refused: dict[int, str] = field(default_factory=dict)
    reversed: set[int] = field(default_factory=set)
    sent_again: set[int] = field(default_factory=set)
    latest: dict[tuple[str, str], int] = field(default_factory=dict)

    @property
    def sent(self) -> int:
        """Return the number of the last row that went out."""
        return self.batches[len(self.batches)].last if self.batches else 0

    @property
    def post(self) -> str:
        """Return who sends, as it was when the last row was queued."""
        return self.rows[-1].post if self.rows else ""

    def waiting(self) -> list[RowQueued]:
        """Return the rows that wait."""
        return self.rows[self.sent :]

    def batch_of(self, row_no: int) -> int:
        """Return the batch in which a row went out, or 0."""
        return next((b.batch for b in self.batches.values() if b.first <= row_no <= b.last), 0)

    def state_of(self, row_no: int) -> str:
        """Return where a row stands: unknown, waiting, sent, taken, refused, reversed, sent again."""
        if not 1 <= row_no <= len(self.rows):
            return "unknown"
        for found, name in ((self.reversed, "reversed"), (self.sent_again, "sent again"), (self.refused, "refused")):
            if row_no in found:
                return name
        batch = self.batch_of(row_no)
        return ("taken" if batch in self.answered else "sent") if batch else "waiting"


def digest_of(rows: list[RowQueued]) -> str:
    """Return the SHA-256, in hex, of the canonical text of rows: what the one who sends them signs."""
    lines = (msgspec.json.encode((row.row_no, row.row), order="deterministic") for row in rows)
    return sha256(b"\n".join(lines)).hexdigest()


def judge(state: OutboxState, command: _Command) -> tuple[_Fact, ...]:
    """Return the facts of *command*.

    Raises:
        RefusedError: If rows are not where it needs them.
    """
    match command:
        case Queue(act, rows, post):
            return tuple(RowQueued(act, n, row, post) for n, row in enumerate(rows, start=len(state.rows) + 1))
        case Export():
            return (_exported(state, command),)
        case Acknowledge():
            return (_acknowledged(state, command),)
        case Reverse():
            return tuple(_reversed(state, command))
        case SendAgain(act, row_no, note):
            row = msgspec.structs.replace(
                _row(state, row_no, "refused", Both("重报", "sending it again")), again=row_no, note=note
            )
            return (RowQueued(act, len(state.rows) + 1, row, state.post),)


def _exported(state: OutboxState, command: Export) -> RowsExported:
    rows = state.waiting()
    if not rows or command.last != len(state.rows):
        raise NothingToSendError(first=state.sent + 1, last=len(state.rows), asked=command.last)
    if (computed := digest_of(rows)) != command.digest:
        raise OtherRowsError(asked=command.digest[:12], computed=computed[:12])
    return RowsExported(command.act, len(state.batches) + 1, rows[0].row_no, rows[-1].row_no, computed)


def _acknowledged(state: OutboxState, command: Acknowledge) -> RowsAcknowledged:
    batch = state.batches.get(command.batch)
    if batch is None:
        raise BatchError(batch=command.batch, why=Both("没有报出", "it was not sent"))
    if command.batch in state.answered:
        receipt = state.answered[command.batch].receipt_no
        raise BatchError(batch=command.batch, why=Both(f"已回执：{receipt}", f"it was answered: {receipt}"))
    named = [row.row_no for row in command.refused]
    for row_no in named:
        if not batch.first <= row_no <= batch.last or named.count(row_no) > 1:
            held = f"{batch.first}-{batch.last}"
            why = Both(f"只有第 {held} 行，各报一次，没有 {row_no}", f"it holds rows {held}, each once, not {row_no}")
            raise BatchError(batch=command.batch, why=why)
    return RowsAcknowledged(command.act, command.batch, command.receipt_no, command.refused)


def _reversed(state: OutboxState, command: Reverse) -> Iterator[RowQueued]:
    row = _row(state, command.row_no, "taken", Both("冲销", "reversing"))
    if row.reverses:
        raise RowStateError(
            row=command.row_no,
            state=STATES["reversal"],
            step=Both("冲销", "reversing"),
            needed=Both("是原始行", "a row of its own"),
        )
    next_no = len(state.rows) + 1
    yield RowQueued(command.act, next_no, reversal(row, command.row_no, command.reason), state.post)
    if command.again:
        again = msgspec.structs.replace(row, again=command.row_no, note=command.reason)
        yield RowQueued(command.act, next_no + 1, again, state.post)


def reversal(row: RowContent, row_no: int, note: str) -> RowContent:
    """Return the row that takes *row* back."""
    amount_fen = None if row.amount_fen is None else -row.amount_fen
    return msgspec.structs.replace(row, amount_fen=amount_fen, reverses=row_no, note=note)


def _row(state: OutboxState, row_no: int, needed: str, step: Both) -> RowContent:
    if (where := state.state_of(row_no)) != needed:
        raise RowStateError(row=row_no, state=STATES[where], step=step, needed=STATES[needed])
    return state.rows[row_no - 1].row


def apply(state: OutboxState, fact: _Fact) -> None:
    """Fold one fact into the state."""
    match fact:
        case RowQueued():
            state.rows.append(fact)
            _note(state, fact)
        case RowsExported():
            state.batches[fact.batch] = fact
        case RowsAcknowledged():
            state.answered[fact.batch] = fact
            state.refused |= {row.row_no: row.reason for row in fact.refused}
        case _:
            raise AssertionError(fact)


def _note(state: OutboxState, fact: RowQueued) -> None:
    row = fact.row
    if row.reverses:
        state.reversed.add(row.reverses)
        return
    if row.again in state.refused:
        state.sent_again.add(row.again)
    state.latest[row.kind, row.about] = fact.row_no


def open_steps(state: OutboxState) -> tuple[OpenStep, ...]:
    """Return what is waited for: rows to be sent, batches to be answered."""
    steps = [OpenStep(EXPORT, state.post)] if state.sent < len(state.rows) else []
    unanswered = [OpenStep(f"{ACKNOWLEDGE}:{n}", state.post) for n in state.batches if n not in state.answered]
    return (*steps, *unanswered)


def stage(state: OutboxState) -> str:
    """Return where the outbox stands."""
    return "rows wait" if state.waiting() else "answers wait" if open_steps(state) else "all answered"


OUTBOX = Decider(
    "outbox",
    OutboxState,
    judge,
    apply,
    (Queue, Export, Acknowledge, Reverse, SendAgain),
    (RowQueued, RowsExported, RowsAcknowledged),
    open_steps,
    stage,
    lambda s: not open_steps(s),
    # All of them: rows come with every money fact, and a copy of the case need not know of each.
    also_allowed=lambda _: (EXPORT, ACKNOWLEDGE, REVERSE, SEND_AGAIN),
    quiet=(RowQueued,),
)
