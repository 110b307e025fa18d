"""View `claims` (报账): each claim with its lines, who answered its gates when, its payment, since when it waits."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from domain.calendar import day_of
from domain.cases import parse_case
from domain.claim import CLAIM
from domain.claim_facts import (
    ClaimCorrected,
    ClaimLodged,
    ClaimMoved,
    ClaimPaperNoted,
    ClaimRejected,
    ClaimReturned,
    ClaimTerms,
    ClaimWithdrawn,
    GatePassed,
    PaymentBounced,
    PaymentConfirmed,
    PaymentRefunded,
    PaymentSent,
)
from domain.claim_state import ClaimState
from projections.batch import Batch
from projections.book import Book, Row
from projections.case_rows import SUMMARIES
from projections.claim_tables import CLAIMS, FIGURES, GATES, LINES, TABLES
from projections.view import View

_ANSWERED = {GatePassed: "passed", ClaimReturned: "returned", ClaimRejected: "rejected"}
_UNANSWERED: dict[str, Any] = {"answered_on": None, "recorded_on": None, "kept": False}
_UNANSWERED |= dict.fromkeys(("person", "on_behalf_of", "second", "opinion"), "")


def take(book: Book, batch: Batch) -> None:
    """Note each fact's days; then write down what each claim says, and how it stands by its own decider."""
    for claim in batch.streams():
        facts = [entry.fact for entry in batch.entries_of(claim)]
        for fact in facts:
            if isinstance(fact, ClaimLodged):
                _lodge(book, claim, fact)
            elif book.get(CLAIMS, claim):  # A paper may be there before it.
                _note(book, claim, fact)
        if book.get(CLAIMS, claim):
            _say(book, claim, batch.state(claim), facts)


VIEW = View("claims", 2, TABLES, frozenset({"claim"}), take)


def _say(book: Book, claim: str, state: ClaimState, facts: list[Any]) -> None:
    lodged = state.lodged
    assert lodged is not None
    summary = SUMMARIES["claim"](state)
    said = {"kind": lodged.kind, "payee": lodged.payee, "vouchers": len(lodged.vouchers), "papers": len(lodged.papers)}
    stands = {"stage": CLAIM.stage(state), "closed": CLAIM.closed(state)}
    book.change(CLAIMS, claim, **said, **stands, **{name: summary[name] for name in FIGURES})
    if any(isinstance(fact, ClaimLodged | ClaimCorrected) for fact in facts):
        names = ("fund_no", "pool", "project_no", "amount_fen")
        lines = (
            {"claim": claim, "number": n} | {name: getattr(line, name) for name in names}
            for n, line in enumerate(lodged.lines, 1)
        )
        book.replace(LINES, claim, lines)


def _lodge(book: Book, claim: str, fact: ClaimLodged) -> None:
    known, on = book.get(CLAIMS, claim), fact.act.occurred_on
    before = _gates(book, claim)
    row = {"version": fact.version, "waits_since": on, "order": _order(fact.terms)}
    if known:
        book.change(CLAIMS, claim, **row, lodged_anew_on=on)
    else:
        of = {"county": parse_case(claim).county, "claim_no": fact.claim_no, "project_no": fact.project_no}
        book.put(CLAIMS, {"claim": claim, **of, **row, "lodged_on": on})
    for gate in _gates_of(claim, fact.version, fact.terms):
        stands = {**before.get(gate["gate"], {}), "state": "passed", "kept": True} if gate["gate"] in fact.kept else {}
        book.put(GATES, {**stands, **gate})
    _open(book, claim, on)


def _order(terms: ClaimTerms) -> list[list[str]]:
    return [[gate.id for gate in group] for group in terms.groups]


def _gates_of(claim: str, version: int, terms: ClaimTerms) -> Iterable[dict[str, Any]]:
    for number, gate in enumerate(terms.gates, 1):
        of = {"claim": claim, "version": version, "gate": gate.id, "number": number}
        yield {**of, "post": gate.post, "clause": gate.clause}


def _gates(book: Book, claim: str) -> dict[str, Row]:
    """Return the gates of the latest version, by their ids."""
    known = book.get(CLAIMS, claim)
    return {row["gate"]: row for row in book.rows(GATES, claim) if known and row["version"] == known["version"]}


def _note(book: Book, claim: str, fact: Any) -> None:
    on = fact.act.occurred_on
    match fact:
        case GatePassed():
            _answer(book, claim, fact, fact.opinion)
            if not _open(book, claim, on):
                book.change(CLAIMS, claim, waits_since=on)
        case ClaimReturned() | ClaimRejected() | ClaimWithdrawn():
            _turn_back(book, claim, fact)
        case ClaimCorrected() | ClaimPaperNoted():
            if isinstance(fact, ClaimCorrected):
                _count(book, claim, "corrections")
            for one in fact.fallen:
                _set(book, claim, one.step, state="ahead", opened_on=None, **_UNANSWERED)
            _open(book, claim, on)
        case ClaimMoved():
            _reorder(book, claim, fact.terms)
            _open(book, claim, on)
        case _:
            _pay(book, claim, fact)


def _pay(book: Book, claim: str, fact: Any) -> None:
    on = fact.act.occurred_on
    match fact:
        case PaymentSent(attempt=attempt):
            book.change(CLAIMS, claim, sent_on=on, sent_times=attempt, waits_since=on)
        case PaymentBounced(reason=reason):
            _count(book, claim, "bounced_times")
            book.change(CLAIMS, claim, bounced_on=on, bounced_because=reason, waits_since=on)
        case PaymentConfirmed(bank_ref=bank_ref):
            book.change(CLAIMS, claim, paid_on=on, bank_ref=bank_ref, waits_since=None)
        case PaymentRefunded(reason=reason):
            book.change(CLAIMS, claim, refunded_on=on, refunded_because=reason)
        case _:
            raise AssertionError(fact)


def _turn_back(book: Book, claim: str, fact: ClaimReturned | ClaimRejected | ClaimWithdrawn) -> None:
    on = fact.act.occurred_on
    for gate in fact.withdrawn:
        _set(book, claim, gate, state="withdrawn", recorded_on=day_of(fact.act.recorded_at))
    if not isinstance(fact, ClaimWithdrawn):
        _answer(book, claim, fact, fact.reason)
    if isinstance(fact, ClaimReturned):
        _count(book, claim, "returned_times")
        book.change(CLAIMS, claim, returned_on=on, returned_because=fact.reason, waits_since=on)
    else:
        book.change(CLAIMS, claim, ended_on=on, ended_because=fact.reason, waits_since=None)


def _answer(book: Book, claim: str, fact: GatePassed | ClaimReturned | ClaimRejected, opinion: str) -> None:
    act = fact.act
    who = {"person": act.person, "on_behalf_of": act.on_behalf_of, "second": act.second, "opinion": opinion}
    days = {"answered_on": act.occurred_on, "recorded_on": day_of(act.recorded_at)}
    _set(book, claim, fact.gate, state=_ANSWERED[type(fact)], **who, **days)


def _open(book: Book, claim: str, on: date) -> list[str]:
    """Let the first gates that are not passed wait since a day, where they did not already; return them."""
    row, gates = book.row(CLAIMS, claim), _gates(book, claim)
    states = {gate["state"] for gate in gates.values()}
    if row["ended_on"] or row["paid_on"] or states & {"returned", "rejected", "withdrawn"}:
        return []
    passed = {id_ for id_, gate in gates.items() if gate["state"] == "passed"}
    waiting: list[str] = next(
        (left for group in row["order"] if (left := [id_ for id_ in group if id_ not in passed])), []
    )
    before = {id_ for id_, gate in gates.items() if gate["state"] == "open"}
    for id_ in before.difference(waiting):
        _set(book, claim, id_, state="ahead", opened_on=None)
    for id_ in waiting:
        if id_ not in before:
            _set(book, claim, id_, state="open", opened_on=on, opened_times=gates[id_]["opened_times"] + 1)
    # Of gates that wait together one may be through: the claim waits for the other since it waited for both.
    if not before.issuperset(waiting):
        book.change(CLAIMS, claim, waits_since=on)
    return waiting


def _reorder(book: Book, claim: str, terms: ClaimTerms) -> None:
    """Put the gates of other rules in the place of those that were not answered."""
    version, before = book.row(CLAIMS, claim)["version"], _gates(book, claim)
    for id_, gate in before.items():
        if gate["state"] in ("ahead", "open"):
            book.drop(GATES, claim, version, id_)
    for gate in _gates_of(claim, version, terms):
        book.put(GATES, {**before.get(gate["gate"], {}), **gate})
    book.change(CLAIMS, claim, order=_order(terms))


def _set(book: Book, claim: str, gate: str, **values: Any) -> None:
    version = book.row(CLAIMS, claim)["version"]
    if book.get(GATES, claim, version, gate):
        book.change(GATES, claim, version, gate, **values)


def _count(book: Book, claim: str, column: str) -> None:
    book.change(CLAIMS, claim, **{column: book.row(CLAIMS, claim)[column] + 1})
