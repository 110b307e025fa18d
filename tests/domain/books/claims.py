"""What may stand in a claim's book."""

from datetime import date, timedelta
from typing import Any

from tests.domain.books.kept import Books, ClaimBook, Line

Fact = dict[str, Any]


def enter(books: Books, no: str, name: str, fact: Fact) -> None:
    """Write one fact of a claim down."""
    if name == "claim.lodged/1":
        _lodged(books, books.claims.setdefault(no, ClaimBook()), fact)
        return
    claim, post = books.claims[no], fact["act"]["post"]
    match name:
        case "claim.gate-passed/1":
            _at_open_gate(books, claim, fact)
            claim.gates.append(fact["act"]["person"])
        case "claim.returned/1":
            _at_open_gate(books, claim, fact)
            claim.where = ""
        case "claim.payment-sent/1":
            assert len(claim.gates) == len(books.gates), "sent before the last gate"
            assert (claim.where, post) == ("reserved", books.text["claims"]["payer"])
            _check_no_hand_in_it(books, claim, fact)
            assert all(_basis(books, line) for line in claim.lines), "sent without plan, minutes and release"
            claim.where = "sent"
        case "claim.payment-bounced/1":
            assert (claim.where, post) == ("sent", books.text["claims"]["confirmer"])
            claim.where = "reserved"
        case "claim.payment-confirmed/1":
            assert (claim.where, post) == ("sent", books.text["claims"]["confirmer"])
            claim.where, claim.payments = "paid", claim.payments + 1
            assert claim.payments == 1, "paid twice"
        case "claim.payment-refunded/1":
            assert (claim.where, post) == ("paid", books.text["claims"]["confirmer"])
            claim.where, claim.refunded = "", True
        case _:
            raise AssertionError(f"the books do not know {name}")


def _at_open_gate(books: Books, claim: ClaimBook, fact: Fact) -> None:
    assert claim.where == "reserved"
    gate = books.gates[len(claim.gates)]
    assert (fact["gate"], fact["act"]["post"]) == (gate["id"], gate["post"]), "a gate out of order"
    assert fact["act"]["person"] not in claim.gates, "one person at two gates"
    _check_no_hand_in_it(books, claim, fact)


def _check_no_hand_in_it(books: Books, claim: ClaimBook, fact: Fact) -> None:
    assert fact["act"]["person"] not in claim.lodgers | books.projects[claim.project].prepared, "who prepared decided"


def _basis(books: Books, line: Line) -> bool:
    return any(plan.in_force and line in plan.lines and line[0] in plan.released for plan in books.plans.values())


def _lodged(books: Books, claim: ClaimBook, fact: Fact) -> None:
    assert not claim.where, "lodged while it holds money"
    assert not claim.payments, "lodged again after it was paid"
    assert fact["act"]["post"] == books.text["claims"]["lodger"]
    claim.version += 1
    assert claim.version == fact["version"]
    claim.project, claim.kind, claim.where = fact["project_no"], fact["kind"], "reserved"
    claim.lodgers.add(fact["act"]["person"])
    claim.gates.clear()
    claim.lines.clear()
    for line in fact["lines"]:
        assert line["project_no"] == claim.project
        assert line["amount_fen"] > 0
        claim.lines[line["fund_no"], line["pool"], claim.project] += line["amount_fen"]
    _check_in_time(books, claim, fact)


def _check_in_time(books: Books, claim: ClaimBook, fact: Fact) -> None:
    project = books.projects[claim.project]
    assert project.contract is not None, "claimed before the contract"
    assert fact["payee"] == project.contractor
    if claim.kind in ("settlement", "retention"):
        assert project.accepted_on is not None, f"{claim.kind} before acceptance"
    if claim.kind == "retention" and "retention" in books.text and project.accepted_on:
        hold = timedelta(days=books.text["retention"]["hold_days"])
        assert date.fromisoformat(fact["act"]["occurred_on"]) >= project.accepted_on + hold
