"""An outbox: rows in order without a gap, sent as signed, answered once, taken back by a row of the other sign."""

from typing import Any

import msgspec
import pytest

from domain.outbox import OUTBOX, BatchError, NothingToSendError, OtherRowsError, RowStateError, digest_of
from domain.outbox_facts import (
    Acknowledge,
    Export,
    Queue,
    Reverse,
    RowContent,
    RowQueued,
    RowRefused,
    RowsAcknowledged,
    RowsExported,
    SendAgain,
)
from tests.domain.given import by, fold, given

ARRIVAL = RowContent("arrival", "到账", "sample/fund/F1", "fund.received/1", "sample/fund/F1", 300)
PAYMENT = RowContent("expenditure", "支出", "sample/claim/C1", "claim.payment-confirmed/1", "sample/claim/C1", 20)
QUEUED = (RowQueued(by("li"), 1, ARRIVAL, "clerk"), RowQueued(by("li"), 2, PAYMENT, "clerk"))
SENT = RowsExported(by("wang"), 1, 1, 2, digest_of(list(QUEUED)))
TAKEN = RowsAcknowledged(by("wang"), 1, "回执1")
REFUSED = RowsAcknowledged(by("wang"), 1, "回执1", (RowRefused(2, "项目编码不存在"),))


def state_of(*facts: Any) -> dict[int, str]:
    state = fold(OUTBOX, facts)
    return {row.row_no: state.state_of(row.row_no) for row in state.rows}


def test_rows_are_numbered_on_without_a_gap() -> None:
    act = by("li")
    given(QUEUED[0]).when(Queue(act, (PAYMENT, ARRIVAL), "clerk")).then(
        RowQueued(act, 2, PAYMENT, "clerk"), RowQueued(act, 3, ARRIVAL, "clerk")
    )


def test_all_that_waits_goes_out_as_one_batch() -> None:
    act = by("wang")
    digest = digest_of(list(QUEUED))
    given(*QUEUED).when(Export(act, 2, digest)).then(RowsExported(act, 1, 1, 2, digest))
    later = RowQueued(by("li"), 3, ARRIVAL, "clerk")
    act = by("wang")
    given(*QUEUED, SENT, later).when(Export(act, 3, digest_of([later]))).then(
        RowsExported(act, 2, 3, 3, digest_of([later]))
    )


def test_what_came_while_the_file_was_signed_is_not_sent_unseen() -> None:
    given(*QUEUED).when(Export(by("wang"), 1, digest_of([QUEUED[0]]))).refuses(NothingToSendError, 1, 2)
    given(*QUEUED, SENT).when(Export(by("wang"), 2, SENT.digest)).refuses(NothingToSendError, 3)


def test_a_file_with_other_rows_is_not_sent() -> None:
    given(*QUEUED).when(Export(by("wang"), 2, "0" * 64)).refuses(OtherRowsError, "0" * 12)


def test_every_amount_is_under_the_digest() -> None:
    changed = msgspec.structs.replace(QUEUED[1], row=msgspec.structs.replace(PAYMENT, amount_fen=21))
    assert digest_of([QUEUED[0], changed]) != digest_of(list(QUEUED))


def test_a_batch_is_answered_once_and_names_the_rows_that_were_refused() -> None:
    act = by("wang")
    refused = (RowRefused(2, "项目编码不存在"),)
    given(*QUEUED, SENT).when(Acknowledge(act, 1, "回执1", refused)).then(RowsAcknowledged(act, 1, "回执1", refused))
    given(*QUEUED, SENT, TAKEN).when(Acknowledge(by("wang"), 1, "回执2")).refuses(BatchError, "回执1")
    given(*QUEUED).when(Acknowledge(by("wang"), 1, "回执1")).refuses(BatchError, 1)


@pytest.mark.parametrize("refused", [(3,), (0,), (2, 2)])
def test_an_answer_names_rows_of_its_batch_each_once(refused: tuple[int, ...]) -> None:
    rows = tuple(RowRefused(row_no, "不符") for row_no in refused)
    given(*QUEUED, SENT).when(Acknowledge(by("wang"), 1, "回执1", rows)).refuses(BatchError, refused[-1])


def test_a_row_stands_where_its_batch_stands() -> None:
    assert state_of(*QUEUED) == {1: "waiting", 2: "waiting"}
    assert state_of(*QUEUED, SENT) == {1: "sent", 2: "sent"}
    assert state_of(*QUEUED, SENT, REFUSED) == {1: "taken", 2: "refused"}


def test_a_wrong_row_is_taken_back_by_one_of_the_other_sign_and_may_be_sent_anew() -> None:
    act = by("wang")
    back = msgspec.structs.replace(PAYMENT, amount_fen=-20, reverses=2, note="金额录错")
    anew = msgspec.structs.replace(PAYMENT, again=2, note="金额录错")
    rows = RowQueued(act, 3, back, "clerk"), RowQueued(act, 4, anew, "clerk")
    given(*QUEUED, SENT, TAKEN).when(Reverse(act, 2, "金额录错", again=True)).then(*rows)
    assert state_of(*QUEUED, SENT, TAKEN, *rows) == {1: "taken", 2: "reversed", 3: "waiting", 4: "waiting"}
    amounts = [fact.row.amount_fen or 0 for fact in (*QUEUED, *rows)]
    assert sum(amounts) == 320


def test_a_row_is_taken_back_once_and_only_when_it_was_taken_in() -> None:
    (back,) = given(*QUEUED, SENT, TAKEN).when(Reverse(by("wang"), 2, "错")).facts
    given(*QUEUED, SENT, TAKEN, back).when(Reverse(by("wang"), 2, "错")).refuses(RowStateError, 2)
    given(*QUEUED).when(Reverse(by("wang"), 2, "错")).refuses(RowStateError, 2)
    given(*QUEUED, SENT).when(Reverse(by("wang"), 2, "错")).refuses(RowStateError, 2)
    given(*QUEUED, SENT, REFUSED).when(Reverse(by("wang"), 2, "错")).refuses(RowStateError, 2)
    given(*QUEUED).when(Reverse(by("wang"), 9, "错")).refuses(RowStateError, 9)


def test_a_reversal_is_not_reversed() -> None:
    (back,) = given(*QUEUED, SENT, TAKEN).when(Reverse(by("wang"), 2, "错")).facts
    sent = RowsExported(by("wang"), 2, 3, 3, digest_of([back]))
    taken = RowsAcknowledged(by("wang"), 2, "回执2")
    given(*QUEUED, SENT, TAKEN, back, sent, taken).when(Reverse(by("wang"), 3, "错")).refuses(RowStateError, 3)


def test_a_refused_row_is_sent_again_once_with_what_was_put_right() -> None:
    act = by("wang")
    anew = RowQueued(act, 3, msgspec.structs.replace(PAYMENT, again=2, note="已补编码"), "clerk")
    given(*QUEUED, SENT, REFUSED).when(SendAgain(act, 2, "已补编码")).then(anew)
    assert state_of(*QUEUED, SENT, REFUSED, anew)[2] == "sent again"
    given(*QUEUED, SENT, REFUSED, anew).when(SendAgain(by("wang"), 2, "又")).refuses(RowStateError, 2)
    given(*QUEUED, SENT, REFUSED).when(SendAgain(by("wang"), 1, "又")).refuses(RowStateError, 1)


def test_rows_wait_for_the_post_that_sends_and_batches_for_their_answer() -> None:
    waits = [(step.id, step.post) for step in OUTBOX.open_steps(fold(OUTBOX, QUEUED))]
    assert waits == [("export", "clerk")]
    assert [step.id for step in OUTBOX.open_steps(fold(OUTBOX, (*QUEUED, SENT)))] == ["acknowledge:1"]
    assert OUTBOX.closed(fold(OUTBOX, (*QUEUED, SENT, TAKEN)))
