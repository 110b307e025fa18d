"""What may stand in a plan's book, and in a meeting's."""

from datetime import date
from typing import Any

from tests.domain.books.kept import Books, PlanBook, recorded

Fact = dict[str, Any]


def enter_meeting(books: Books, no: str, name: str, fact: Fact) -> None:
    """Write one fact of a meeting down."""
    meeting = books.meetings.setdefault(no, {"items": {}, "minutes": ""})
    match name:
        case "meeting.held/1":
            assert "held" not in meeting
            assert fact["present"] >= max(1, fact["quorum"])
            assert date.fromisoformat(fact["held_on"]) <= recorded(fact["act"]).date()
            meeting["held"] = fact
        case "meeting.decided/1":
            assert fact["item"] not in meeting["items"], "decided twice"
            meeting["items"][fact["item"]] = fact["approve"]
        case "meeting.minutes-filed/1":
            assert meeting["items"]
            assert not meeting["minutes"]
            meeting["minutes"] = fact["digest"]
        case _:
            raise AssertionError(f"the books do not know {name}")


def enter(books: Books, no: str, name: str, fact: Fact) -> None:
    """Write one fact of a plan down."""
    plan = books.plans.setdefault(no, PlanBook())
    if name == "plan.drafted/1":
        _drafted(books, plan, fact)
        return
    assert plan.drafted
    assert not plan.returned
    match name:
        case "plan.decided/1":
            stage = _of_open_body(books, no, plan, fact, approve=True)
            if stage.get("record") == "minutes":
                plan.meeting = fact["meeting_no"]
            else:
                plan.stage += 1
        case "plan.returned/1":
            _of_open_body(books, no, plan, fact, approve=False)
            plan.returned = True
        case "plan.minutes-bound/1":
            assert fact["stage"] == books.stages[plan.stage]["id"]
            assert fact["act"]["post"] == books.stages[plan.stage]["body"]
            assert fact["meeting_no"] == plan.meeting
            assert fact["digest"] == books.meetings[plan.meeting]["minutes"]
            plan.meeting, plan.minutes, plan.stage = "", plan.minutes + 1, plan.stage + 1
        case "plan.in-force/1":
            assert not plan.in_force
            assert plan.stage == len(books.stages), "in force before every body approved"
            assert plan.minutes == sum(s.get("record") == "minutes" for s in books.stages)
            plan.in_force = True
        case "plan.rules-judged/1":
            assert {result["status"] for result in fact["results"]} <= {"met", "open", "reason", "warning"}
        case "plan.release-noted/1":
            assert fact["fund_no"] in plan.released
        case _:
            raise AssertionError(f"the books do not know {name}")


def _of_open_body(books: Books, no: str, plan: PlanBook, fact: Fact, *, approve: bool) -> dict[str, Any]:
    assert not plan.in_force
    stage: dict[str, Any] = books.stages[plan.stage]
    assert fact["stage"] == stage["id"], "a body was passed over"
    assert fact["act"]["post"] == stage["body"]
    assert fact["act"]["person"] not in plan.drafters, "who drafted decided"
    assert not plan.meeting, "decided again before the minutes"
    meeting = books.meetings[fact["meeting_no"]]
    assert meeting["held"]["body"] == stage["body"]
    assert meeting["items"][f"{books.county}/plan/{no}"] is approve
    return stage


def _drafted(books: Books, plan: PlanBook, fact: Fact) -> None:
    assert plan.returned or not plan.drafted, "drafted anew without a return"
    assert fact["act"]["post"] == books.text["plan"]["drafter"]
    plan.drafted, plan.returned, plan.stage, plan.meeting, plan.minutes = True, False, 0, "", 0
    plan.drafters.add(fact["act"]["person"])
    for kept, lines in ((plan.lines, fact.get("lines", ())), (plan.cuts, fact.get("cuts", ()))):
        kept.clear()
        for line in lines:
            key = (line["fund_no"], line["pool"], line["project_no"])
            assert line["amount_fen"] > 0
            assert key not in kept
            kept[key] = line["amount_fen"]
    assert plan.lines or plan.cuts
