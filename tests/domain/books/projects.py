"""What may stand in a project's book."""

from datetime import date
from typing import Any

from tests.domain.books.kept import BROUGHT, DECIDES, PREPARES, Books, ProjectBook

Fact = dict[str, Any]


def enter(books: Books, no: str, name: str, fact: Fact) -> None:
    """Write one fact of a project down."""
    if name == "project.registered/1":
        assert no not in books.projects
        books.projects[no] = ProjectBook()
        return
    project = books.projects[no]
    match name:
        case "project.step-passed/1":
            _passed(books, no, project, fact)
        case "project.step-returned/1":
            step = _answered(books, project, fact)
            assert fact["to"] in step.get("returns_to", ())
            project.at = [s["id"] for s in books.steps].index(fact["to"])
            if project.at <= [s["kind"] for s in books.steps].index("accept"):
                project.accepted_on = None
        case "project.contract-signed/1":
            assert books.steps[project.at]["kind"] == "contract"
            assert fact["amount_fen"] > 0
            project.contract, project.contractor = fact["amount_fen"], fact["contractor"]
        case "project.plan-included/1":
            plan = books.plans[fact["plan_no"]]
            assert plan.in_force
            assert fact["amount_fen"] == sum(fen for line, fen in plan.lines.items() if line[2] == no)
            project.given += fact["amount_fen"]
        case "project.release-arrived/1":
            lines = books.plans[fact["plan_no"]].lines
            asked = sum(fen for line, fen in lines.items() if (line[0], line[2]) == (fact["fund_no"], no))
            assert fact["amount_fen"] == asked
            project.released += fact["amount_fen"]
        case "project.allotment-cut/1":
            project.given -= fact["amount_fen"]
            project.released -= fact["amount_fen"]
        case "project.claim-noted/1":
            claim = books.claims[fact["claim_no"]]
            assert fact["claim_no"] not in project.live
            assert (claim.kind, sum(claim.lines.values())) == (fact["kind"], fact["amount_fen"])
            project.live[fact["claim_no"]] = (fact["kind"], fact["amount_fen"])
        case "project.claim-unnoted/1":
            project.live.pop(fact["claim_no"])
        case "project.payment-noted/1":
            project.paid += project.live[fact["claim_no"]][1]
        case "project.refund-noted/1":
            project.paid -= project.live.pop(fact["claim_no"])[1]
        case "project.target-set/1" | "project.linkage-set/1" | "project.attested/1" | "project.entry-tested/1":
            assert not project.closed
        case "project.closed/1":
            assert project.at == len(books.steps)
            assert not project.closed
            project.closed = True
        case _:
            raise AssertionError(f"the books do not know {name}")


def _answered(books: Books, project: ProjectBook, fact: Fact) -> dict[str, Any]:
    step: dict[str, Any] = books.steps[project.at]
    assert fact["step"] == step["id"], "a step was passed over"
    assert fact["act"]["post"] == step["post"]
    assert step["kind"] not in DECIDES or fact["act"]["person"] not in project.prepared, "who prepared decided"
    return step


def _passed(books: Books, no: str, project: ProjectBook, fact: Fact) -> None:
    kind = books.steps[project.at]["kind"]
    if kind in BROUGHT:
        _brought(books, no, project, kind)
    else:
        step = _answered(books, project, fact)
        assert not step.get("record") or fact.get("record"), f"{step['id']} without its paper"
        if kind in PREPARES:
            project.prepared.add(fact["act"]["person"])
        if kind == "accept":
            project.accepted_on = date.fromisoformat(fact["act"]["occurred_on"])
    project.at += 1


def _brought(books: Books, no: str, project: ProjectBook, kind: str) -> None:
    assert any(plan.in_force and any(line[2] == no for line in plan.lines) for plan in books.plans.values())
    assert project.given > 0
    assert kind != "release" or project.released == project.given
    assert kind != "payments" or project.paid == project.given
