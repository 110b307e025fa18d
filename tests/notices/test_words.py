"""What notices say: both languages, one line for a subject, and never what does not belong in a header."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cli.notice_names import NoticeNames
from domain.ledger import Ledger
from notices.happened import Looking, acts
from notices.table import KINDS, Notice, Sentence, notices_of
from notices.words import SUBJECT_LENGTH_MAX, one_line, worded
from tests.notices.office import open_office
from tests.story import CHAPTERS

CHINESE = re.compile(r"[\u4e00-\u9fff]")
EXAMPLE = {
    "step": "report",
    "due_on": date(2023, 3, 5),
    "due_before": date(2023, 3, 4),
    "conditions": ["notice"],
    "responsible": "finance_section",
    "rung": 2,
    "effect": "circular",
    "reason": "no invoice",
    "by": "payment_centre",
    "units": ["unit A", "unit B"],
    "subject": "F1",
    "said": "idle for sixty days",
    "clause": "JS L15",
    "who": "p-112",
    "first": date(2023, 3, 1),
    "last": date(2023, 3, 9),
}


class Told:
    """The story's notices, and the words for them."""

    def __init__(self, ledger: Ledger) -> None:
        story = open_office(ledger)
        for chapter in CHAPTERS:
            chapter(story)
        looking = Looking(ledger)
        self.names = NoticeNames(ledger, {"p-rrb": "样例·李某"})
        self.notices = [n for act in acts(ledger.entries(0, 2_000)) for n in notices_of(looking.at(act))]
        self.said = [(n, worded(n, self.names, "zh"), worded(n, self.names, "en")) for n in self.notices]


@pytest.fixture(scope="module")
def told() -> Iterator[Told]:
    with Ledger("sqlite://") as ledger:
        yield Told(ledger)


def test_the_subject_says_what_is_due_when(told: Told) -> None:
    notice, zh, en = next(one for one in told.said if one[0].case == "sample/fund/F1")
    assert notice.kind == "waits"
    assert zh.subject == "待办：报领导小组、书面通知主管部门，须于 2023-02-19（含当日）前办结 [sample/fund/F1]"
    assert en.subject == (
        "Waits for you: report to the leading group, written notice, due by the end of 2023-02-19 [sample/fund/F1]"
    )


def test_the_text_names_case_county_recipient_clause_and_fact(told: Told) -> None:
    notice, zh, en = next(one for one in told.said if one[0].kind == "breached" and one[0].case == "sample/fund/F2")
    assert notice.entry.stream == "sample/obligation/fund-F2-arrival"
    for said in (zh, en):
        for part in (
            "sample/fund/F2",
            "样例县财〔2023〕6号",
            "p-finance_section",
            "sample, after JS L15",
            "2023-03-06T10:00",
        ):
            assert part in said.text
        assert f"{notice.entry.stream}#{notice.entry.version}" in said.text
    assert "逾期：书面通知主管部门，应于 2023-03-05（含当日）前办结" in zh.text
    assert "Overdue: written notice, was due by the end of 2023-03-05" in en.text


def test_a_person_is_named_where_the_name_is_known(told: Told) -> None:
    _, zh, _ = next(one for one in told.said if one[0].person == "p-rrb")
    assert "p-rrb 样例·李某" in zh.text


def test_english_is_complete(told: Told) -> None:
    """No Chinese word of ours in an English subject: what people wrote themselves stays as they wrote it."""
    own = [n.told["reason"] for notice in told.notices for n in notice.sentences if "reason" in n.told]
    for _, _, en in told.said:
        without = en.subject
        for reason in own:
            without = without.replace(reason, "")
        assert not CHINESE.search(without), en.subject


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_kind_is_said_in_both_languages(told: Told, kind: str, lang: str) -> None:
    notice = replace(told.notices[0], sentences=(Sentence(kind, "director", "p-director", EXAMPLE),))
    said = worded(notice, told.names, lang)
    assert said.subject.endswith("[sample/fund/F1]")
    assert bool(CHINESE.search(said.subject)) == (lang == "zh")
    assert "{" not in said.text


@given(reason=st.text(max_size=400))
def test_no_words_of_anybody_leave_the_subjects_line(told: Told, reason: str) -> None:
    sentence = Sentence("returned", "rrb", "p-rrb", {**EXAMPLE, "reason": reason})
    notice: Notice = replace(told.notices[0], sentences=(sentence,))
    subject = worded(notice, told.names, "zh").subject
    assert len(subject.splitlines()) == 1
    assert not any(ord(c) < 32 or 127 <= ord(c) < 160 for c in subject)
    assert len(subject) <= SUBJECT_LENGTH_MAX
    assert subject.endswith("[sample/fund/F1]")


def test_a_line_has_no_line_end_of_any_script() -> None:
    assert one_line("缺发票\r\nBcc: all@example.test\x0b\u2028 \x85x") == "缺发票 Bcc: all@example.test x"
