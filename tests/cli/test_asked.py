"""From the words of a command line to a request: the arrival of announced money, and any request by its name."""

from dataclasses import replace
from datetime import date
from hashlib import sha256
from pathlib import Path

import pytest

from cli.asked import Given, Word, asked_request
from domain.dispatch_requests import SetMonthPlan, TaskSaid
from domain.errors import BadInputError
from domain.fund_facts import PortionReceived
from domain.requests import EnterArrival, FileMinutes, ReverseRow

TODAY = date(2023, 2, 16)


def given(**words: object) -> Given:
    said = {"document": "样例财农〔2023〕3号", "item": "1", "portions": ("integrated=300", "original_use=0")}
    return Given(Word.ARRIVE, **{**said, **words})  # type: ignore[arg-type]


def test_arrival_is_asked_with_its_document_and_what_came_of_each_pool() -> None:
    request = asked_request("fund", given(occurred_on=TODAY, evidence="预算单"), ["arrive"], TODAY)
    assert request == EnterArrival(
        occurred_on=TODAY,
        evidence="预算单",
        document_no="样例财农〔2023〕3号",
        item_no="1",
        portions=(PortionReceived("integrated", 300), PortionReceived("original_use", 0)),
    )


@pytest.mark.parametrize(
    ("words", "flag"),
    [
        ({"document": ""}, "--document"),
        ({"item": " "}, "--item"),
        ({"portions": ()}, "--portion"),
        ({"portions": ("integrated",)}, "--portion"),
        ({"portions": ("=5",)}, "--portion"),
        ({"portions": ("integrated=3.5",)}, "--portion"),
        ({"portions": ("integrated=-5",)}, "--portion"),
        ({"portions": ("integrated=５",)}, "--portion"),
    ],
)
def test_arrival_with_a_word_missing_names_its_flag(words: dict[str, object], flag: str) -> None:
    with pytest.raises(BadInputError, match=flag):
        asked_request("fund", given(**words), ["arrive"], TODAY)


def test_only_a_fund_arrives() -> None:
    with pytest.raises(BadInputError, match="DECISION"):
        asked_request("plan", given(), ["draft"], TODAY)


def test_minutes_are_those_that_are_given_else_those_that_are_attached(tmp_path: Path) -> None:
    waiting = ["minutes:leading_group"]
    attached = Given(Word.MINUTES, minutes="d" * 64)
    assert asked_request("plan", attached, waiting, TODAY) == FileMinutes(stage="leading_group", digest="d" * 64)
    paper = tmp_path / "纪要.pdf"
    paper.write_bytes(b"minutes")
    given_too = asked_request("plan", replace(attached, paper=paper), waiting, TODAY)
    assert given_too == FileMinutes(stage="leading_group", digest=sha256(b"minutes").hexdigest())
    with pytest.raises(BadInputError, match="--paper"):
        asked_request("plan", Given(Word.MINUTES), waiting, TODAY)


def test_any_request_is_asked_by_its_name_and_fields() -> None:
    words = Given(
        Word.ASK,
        request="dispatch.set-plan/1",
        fields=('tasks=[{"subject": "水利局", "amount_fen": 5}]', "evidence=会议"),
        occurred_on=TODAY,
    )
    asked = asked_request("dispatch", words, [], TODAY)
    assert asked == SetMonthPlan(tasks=(TaskSaid("水利局", 5),), evidence="会议", occurred_on=TODAY)
    reason = Given(Word.ASK, request="outbox.reverse/1", fields=("row_no=2", "reason=录错", "again=true"))
    assert asked_request("outbox", reason, [], TODAY) == ReverseRow(row_no=2, reason="录错", again=True)


@pytest.mark.parametrize(
    ("request_", "fields", "named"),
    [
        ("outbox.turn/1", (), "outbox.reverse/1"),
        ("fund.withdraw/1", (), "outbox.export/1"),
        ("outbox.reverse/1", ("row=2",), "row_no, reason, again"),
        ("outbox.reverse/1", ("row_no",), "row_no, reason, again"),
        ("outbox.reverse/1", ("row_no=two", "reason=错"), "row_no"),
        ("outbox.reverse/1", ("row_no=2",), "reason"),
    ],
)
def test_a_name_or_field_that_is_none_tells_those_there_are(request_: str, fields: tuple[str, ...], named: str) -> None:
    with pytest.raises(BadInputError, match=named):
        asked_request("outbox", Given(Word.ASK, request=request_, fields=fields), [], TODAY)
