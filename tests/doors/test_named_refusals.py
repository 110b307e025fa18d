"""A refusal names posts, steps and papers as people call them, whatever rule it comes from."""

import pytest

from domain.errors import BadInputError
from doors.names import Names
from doors.texts import speaking
from doors.waiting import why_not_text

NAMES = Names(None, {})


@pytest.mark.parametrize(("lang", "expected"), [("zh", "案件：须有 验收报告"), ("en", "案件: 须有 acceptance report")])
def test_a_paper_in_a_refusal_is_called_by_its_name(lang: str, expected: str) -> None:
    with speaking(lang):
        assert why_not_text(BadInputError("案件", "须有 acceptance_report"), NAMES) == expected


@pytest.mark.parametrize("text", ["sample/claim/S_04_2", "claim-S04-2-v1-payment_centre", "no_such_thing", "a.b_c"])
def test_an_address_or_an_unknown_word_stays_as_it_is(text: str) -> None:
    with speaking("zh"):
        assert why_not_text(BadInputError("案件", text), NAMES) == f"案件：{text}"
