"""From the words of a command line to the arrival of announced money."""

from datetime import date

import pytest

from cli.asked import Given, Word, asked_request
from domain.errors import BadInputError
from domain.fund_facts import PortionReceived
from domain.requests import EnterArrival

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
