"""One outbox: the rows that wait for a system outside, the files that went out with their answers, what was refused."""

from collections.abc import Iterator
from typing import Any

from console.house import House
from console.kinds.shared import link
from console.visitor import Visitor
from domain.cases import CaseId, case_id
from domain.money import wan
from domain.outbox import OUTBOX, STATES, OutboxState, stage
from domain.outbox_facts import RowQueued, RowsExported
from doors.names import Names
from doors.outbox_files import FORMS
from doors.texts import t

ROWS_SHOWN = 200  # Of a file: all of them are in it.


def more(house: House, _: Visitor, case: CaseId) -> dict[str, Any]:
    """Return what the page of an outbox shows."""
    state, names = house.ledger.shared(OUTBOX, case_id(*case)), house.names(case.county)
    waiting = state.waiting()
    return {
        "heading": names.named("system", case.no),
        "facts": [
            (t("现在", "Now"), names.stage(stage(state))),
            (t("待报行数", "Rows that wait"), len(waiting)),
            (t("已报批次", "Files that went out"), len(state.batches)),
        ],
        "waiting": [_row(row, names) for row in waiting[:ROWS_SHOWN]],
        "waiting_more": max(0, len(waiting) - ROWS_SHOWN),
        "files": [_file(case, state, one) for one in reversed(state.batches.values())],
        "put_right": list(_to_put_right(state, names)),
    }


def _row(row: RowQueued, names: Names) -> tuple[Any, ...]:
    told = row.row
    amount = "" if told.amount_fen is None else wan(told.amount_fen)  # Of what has none that is no gap in the rules.
    words = t("；", "; ").join(names.field(name, value) for name, value in told.words if value)
    case = link(told.about.partition("#")[0])
    return row.row_no, names.both(told.entry), row.act.occurred_on, case, amount, words


def _file(case: CaseId, state: OutboxState, sent: RowsExported) -> dict[str, Any]:
    answer = state.answered.get(sent.batch)
    return {
        "batch": sent.batch,
        "rows": f"{sent.first}–{sent.last}",
        "sent_on": sent.act.occurred_on,
        "receipt_no": answer.receipt_no if answer else "",
        "answered_on": answer.act.occurred_on if answer else None,
        "refused": len(answer.refused) if answer else 0,
        "urls": [(form.upper(), f"/{case_id(*case)}/batch/{sent.batch}.{form}") for form in FORMS],
    }


def _to_put_right(state: OutboxState, names: Names) -> Iterator[tuple[Any, ...]]:
    """Yield the rows that the system outside did not take, with the reason, and whether they were sent anew."""
    for row_no, reason in state.refused.items():
        where = STATES[state.state_of(row_no)]
        yield row_no, names.both(state.rows[row_no - 1].row.entry), reason, t(where.zh, where.en)
