from pathlib import Path

import pytest

from tests.e2e.program import run


@pytest.mark.parametrize(("language", "said"), [("en", "no rule stated: "), ("zh", "未规定：")])
def test_without_its_office_decision_a_year_stops_where_the_text_is_silent(
    tmp_path: Path, language: str, said: str
) -> None:
    ended = run(tmp_path, "simulate", "meilan", "--year", "2023", "--no-office", BRIDGEFUND_LANG=language)
    assert (ended.code, ended.out) == (2, "")
    assert said in ended.err
