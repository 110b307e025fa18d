"""Every refusal of the rules as a page says it: no bare fen, no command of a shell, no id of a post or a step."""

import importlib
import pkgutil
import re
from collections.abc import Iterator
from string import Formatter
from typing import Any

import pytest

import domain
from domain.act import RepeatDiffersError
from domain.balances import ConservationError
from domain.ban_refusals import BannedError, NotAttestedError, TargetMissingError
from domain.claim import GateOrderError
from domain.claim_correcting import ClaimContentError
from domain.cosigning import CosignMissingError
from domain.disclosure_refusals import WithdrawnError
from domain.dispatch_refusals import FiguresClosedError
from domain.errors import BadInputError, BridgefundError
from domain.fund_refusals import ShortfallError
from domain.paper_refusals import PapersMissingError
from domain.policy import load
from domain.project import StepOrderError
from domain.project_money import OverReleaseError
from domain.rules.result import Amount, Finding
from domain.surplus import NothingMovedError
from domain.words import Both
from doors.names import Names
from doors.refusals import text_on_a_page
from doors.texts import speaking
from doors.waiting import why_not_text
from tests.places import ROOT

SAMPLE = Names(load(ROOT / "policies" / "sample.toml").profile, {})
FEN, POST, STEP, CASE = 123_456_700, "rrb", "payment_centre", "sample/project/S01"
# A raw amount, whoever says it; and a command.
RAW = re.compile(r"[0-9][0-9,.]* ?(?:分|fen\b)|123456700|123,456,700")
COMMAND = re.compile(r"bridgefund |--")
POSTS = {"post", "needed", "of_post", "posts", "accountable", "known", "holders"}


def every() -> Iterator[type[BridgefundError]]:
    """Yield every refusal, and whatever else can go wrong, of the rules."""
    for module in pkgutil.walk_packages(domain.__path__, "domain."):
        importlib.import_module(module.name)
    found: list[type[BridgefundError]] = [BridgefundError]
    while found:
        kind = found.pop()
        found += kind.__subclasses__()
        if kind.__module__.startswith("domain.") and kind.__init__ is BridgefundError.__init__:
            yield kind


def sample_of(kind: type[BridgefundError]) -> BridgefundError:
    """Return an error of a kind with something in each of its numbers."""
    names = {name for words in (kind.zh, kind.en) for _, name, _, _ in Formatter().parse(words) if name}
    return kind(**{name: number_of(name) for name in names})


def number_of(name: str) -> Any:
    """Return something that stands in a number of that name."""
    if name.endswith("_fen"):
        return FEN
    if name in POSTS:
        return f"{POST}, finance_section"
    return {"step": STEP, "open": STEP, "before": STEP, "case": CASE, "value": f"{FEN} fen"}.get(name, "x")


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("kind", sorted(every(), key=str), ids=str)
def test_no_refusal_tells_fen_commands_or_ids_on_a_page(kind: type[BridgefundError], lang: str) -> None:
    no = sample_of(kind)
    with speaking(lang):
        told, words = why_not_text(no, SAMPLE), why_not_text(no, None)
        again = text_on_a_page(words, SAMPLE)
    assert words == no.text(lang), "the command line says it in the engine's own words"
    assert [one for text in (told, again) for one in RAW.findall(text) if text is told or "fen" in one] == [], told
    assert (COMMAND.findall(told), COMMAND.findall(again)) == ([], []), told
    assert [one for one in (POST, "finance_section", STEP) if re.search(rf"\b{one}\b", told)] == [], told
    assert "{" not in told
    if "_fen}" in kind.zh:
        assert ("123.4567 万元" if lang == "zh" else "123.4567 wan yuan") in told


@pytest.mark.parametrize(
    ("no", "zh", "en"),
    [
        (
            ShortfallError(fund_no="F1", place="integrated", bucket="free", asked_fen=5, left_fen=0, clause="L1"),
            "要 0.000005 万元，只有 0.00 万元；最多可办 0.00 万元",
            "0.000005 wan yuan asked of what is free; at most 0.00 wan yuan can be had",
        ),
        (
            OverReleaseError(
                claim_no="C1",
                project_no="S01",
                asked_fen=3_000_000,
                left_fen=2_000_000,
                released_fen=5_000_000,
                claimed_fen=3_000_000,
                clause="L1",
            ),
            "（已下达 5.00 万元，已报 3.00 万元）；最多可报 2.00 万元（L1）",
            "at most 2.00 wan yuan (released 5.00 wan yuan, claimed 3.00 wan yuan; L1)",
        ),
        (
            GateOrderError(claim_no="C1", open="payment_centre", asked="deputy_director", clause="L1"),
            "现在等待的是 支付中心审核，不是 分管领导",
            "waits for",
        ),
        (
            StepOrderError(project_no="S01", open="bank", asked="accept", clause="L1"),
            "现在的环节是 进入项目库，不是 竣工验收",
            "is at step entry into the project bank, not acceptance;",
        ),
        (
            CosignMissingError(case=CASE, what="bank", posts="rrb, director", clause="L1"),
            "的 进入项目库 由 乡村振兴局、局长 会同办理",
            "who must co-sign it first",
        ),
        (
            TargetMissingError(project_no="S01", ban="no_target", words="无目标", clause="L1", post="rrb", case=CASE),
            f"先由 乡村振兴局 填报，在 {CASE} 的页面“随时可以提出的事项”中办理“填报绩效目标”",
            f"must set it, on the page of {CASE}, under “What may be asked at any time”",
        ),
        (
            PapersMissingError(case=CASE, step="field_survey", missing="survey_opinion", clause="L1"),
            "须先附上，在该案页面的“附件”中提交",
            "attach them first, among the papers of its page",
        ),
        (
            FiguresClosedError(subject="x", recorded=5_000_000, asked=6_000_000),
            "已登记为 5.00 万元，这次 6.00 万元",
            "of x 5.00 wan yuan is on record, asked: 6.00 wan yuan",
        ),
        (FiguresClosedError(subject="x", recorded=True, asked=False), "已登记为 True", "of x True is on record"),
        (
            NothingMovedError(plan_no="P1", sweep="2022-1", left="F1 integrated 5000000, F2 x 100", clause="L1"),
            "F1 integrated 5.00 万元, F2 x 0.0001 万元",
            "F1 integrated 5.00 wan yuan, F2 x 0.0001 wan yuan",
        ),
        (
            RepeatDiffersError(key="loan L1", recorded=("bank", 5_000_000), asked=("bank", 6_000_000)),
            "loan L1 已经记录过，内容不同；更正须用更正事项",
            "loan L1 is on record with other content; to correct it",
        ),
        (
            ConservationError(equation="arrived", numbers="5000000 against -3000000 fen"),
            "5.00 万元 against -3.00 万元",
            "5.00 wan yuan against -3.00 wan yuan",
        ),
        (
            BadInputError("案件", Both("应为 300 分（900 分的 1/3）", "should bear 300 fen (1/3 of 900)").zh),
            "应为 0.0003 万元（0.0009 万元的 1/3）",
            "",
        ),
        (BadInputError("x", "should bear 300 fen (1/3 of 900)"), "", "bear 0.0003 wan yuan (1/3 of 0.0009 wan yuan)"),
        (BadInputError("x", "20 分钟内，第 3 分之一"), "20 分钟内，第 3 分之一", ""),
        (ClaimContentError(claim_no="C1", field="amount_fen", value=-5, wanted="x", clause=""), "＝-0.000005 万元", ""),
        (
            WithdrawnError(entry="D1", on="2022-01-01", reason="评价 85 分，见 bridgefund inbox", clause="L1"),
            "撤回：评价 85 分，见 bridgefund inbox（L1）",
            "评价 85 分，见 bridgefund inbox",
        ),
    ],
)
def test_it_is_said_in_the_fields_own_words(no: BridgefundError, zh: str, en: str) -> None:
    with speaking("zh"):
        assert zh in why_not_text(no, SAMPLE)
    with speaking("en"):
        assert en in why_not_text(no, SAMPLE)


def test_what_a_rule_counted_is_told_in_its_own_units() -> None:
    amounts = (Amount("planned", 40_000_000, "industry"), Amount("households", 12), Amount("received", 100_000_000))
    found = Finding(
        rule="ratios.industry_share",
        zh="产业占比",
        en="the share of industry",
        clause="JH L5",
        status="unmet",
        hard=True,
        of="2022",
        unit="fen",
        comparator="at_least",
        bound=50_000_000,
        value=40_000_000,
        amounts=amounts,
        remedy=Both("须增加 10000000 分", "10000000 fen more are needed"),
    )
    with speaking("zh"):
        told = why_not_text(found.error(), SAMPLE)
    assert "2022 为 40.00 万元，须不低于 50.00 万元" in told
    assert "计入 安排 industry 40.00, 户数 12, 到账 100.00（万元）；须增加 10.00 万元" in told
    with speaking("en"):
        told = why_not_text(found.error(), SAMPLE)
    assert "planned industry 40.00, households 12, received 100.00 (wan yuan); 10.00 wan yuan more are needed" in told


@pytest.mark.parametrize("kind", [NotAttestedError, BannedError])
def test_the_words_of_a_refusal_that_was_answered_before_have_no_command_either(kind: type[BridgefundError]) -> None:
    for lang in ("zh", "en"):
        with speaking(lang):
            told = text_on_a_page(sample_of(kind).text(lang), SAMPLE)
        assert CASE in told
        assert "bridgefund" not in told
