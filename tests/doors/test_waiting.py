"""Why somebody may not: posts and steps by the county's names."""

import pytest

from domain.policy import load
from domain.procedures.asking import WrongPostError
from doors.names import Names
from doors.waiting import why_not_text
from tests.places import ROOT

SAMPLE = Names(load(ROOT / "policies" / "sample.toml").profile, {})


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("zh", "由 业务股、乡村振兴局 办理"),
        ("en", "is for the post finance business section, rural revitalisation bureau"),
    ],
)
def test_posts_are_named(monkeypatch: pytest.MonkeyPatch, language: str, said: str) -> None:
    monkeypatch.setenv("BRIDGEFUND_LANG", language)
    no = WrongPostError(what="x", needed="finance_section, rrb", post="payment_centre", clause="L1")
    told = why_not_text(no, SAMPLE)
    assert said in told
    assert "payment_centre" not in told
    assert "payment_centre" in why_not_text(no, None)
