"""What is asked of an outbox, and the rows that come into it by themselves from what a request brought about."""

from collections.abc import Iterator, Sequence
from typing import Any

from domain.act import Act
from domain.errors import RefusedError
from domain.ledger import Step
from domain.outbox import OUTBOX, OutboxState, reversal
from domain.outbox_facts import Acknowledge, Export, Queue, Reverse, RowContent, SendAgain
from domain.policy.watch import System
from domain.procedures.asking import Asking, Rules
from domain.procedures.outbox_rows import Told, told
from domain.registry import stored_name
from domain.requests import AcknowledgeRows, ExportRows, ReverseRow, SendRowAgain


class NoSuchSystemError(RefusedError):
    """An outbox of a system that the county's rules do not name."""

    zh = "{county} 的规则没有待报的外部系统 {system}；有：{known}；须先写入政策（{key}）"
    en = "{county}'s rules name no system {system} to report to; there are: {known}; the policy must name it ({key})"


def queued(asking: Asking, brought: Sequence[tuple[str, Any]]) -> Iterator[Step]:
    """Yield a step for each outbox that learns something from the facts that a request *brought* about."""
    news = [(stream, fact, item) for stream, fact in brought for item in told(asking, stream, fact)]
    for system in reported_to(asking.rules()) if news else ():
        stream = asking.stream("outbox", system.id)
        state = asking.read(OUTBOX, stream)
        rows = tuple(row for source, fact, item in news for row in _rows(system, state, source, fact, item))
        if rows:
            yield Step(stream, Queue(asking.act.under(system.clause), rows, system.post or ""))


def _rows(system: System, state: OutboxState, stream: str, fact: Any, item: Told) -> Iterator[RowContent]:
    name = stored_name(type(fact))
    for row in (row for row in system.rows if row.of == item.kind):
        if not item.takes_back:
            yield RowContent(item.kind, row.entry, stream, name, item.about, item.amount_fen, item.words)
            continue
        before = state.latest.get((item.kind, item.about), 0)
        # What was never told, or not taken, is not taken back.
        if before and state.state_of(before) in ("waiting", "sent", "taken"):
            amount_fen = state.rows[before - 1].row.amount_fen
            content = RowContent(item.kind, row.entry, stream, name, item.about, amount_fen, item.words)
            yield reversal(content, before, dict(item.words).get("reason", ""))


def reported_to(rules: Rules) -> tuple[System, ...]:
    """Return the systems outside that a county's rules have rows for: those with an outbox."""
    return tuple(system for system in rules.profile.systems if system.rows)


def _system(asking: Asking) -> System:
    """Return the system whose outbox is asked about.

    Raises:
        NoSuchSystemError: If the county's rules name none such.
    """
    systems = reported_to(asking.rules())
    found = next((system for system in systems if system.id == asking.case.no), None)
    if found is None:
        known = ", ".join(system.id for system in systems) or "-"
        raise NoSuchSystemError(county=asking.case.county, system=asking.case.no, known=known, key="systems")
    return found


def export(asking: Asking, request: ExportRows) -> Iterator[Step]:
    """Send what waits, up to the row that the one who signed saw."""
    yield Step(asking.own, Export(_act(asking, "export rows"), request.last, request.digest))


def acknowledge(asking: Asking, request: AcknowledgeRows) -> Iterator[Step]:
    """Note the answer of the system outside."""
    act = _act(asking, "enter a receipt of rows")
    yield Step(asking.own, Acknowledge(act, request.batch, request.receipt_no, request.refused))


def reverse(asking: Asking, request: ReverseRow) -> Iterator[Step]:
    """Take a row back."""
    act = _act(asking, "reverse a row")
    yield Step(asking.own, Reverse(act, request.row_no, request.reason, request.again))


def send_again(asking: Asking, request: SendRowAgain) -> Iterator[Step]:
    """Send a refused row anew."""
    yield Step(asking.own, SendAgain(_act(asking, "send a row again"), request.row_no, request.note))


def _act(asking: Asking, what: str) -> Act:
    system = _system(asking)
    asking.needs_post(system.post, what, system.clause)
    return asking.act.under(system.clause)
