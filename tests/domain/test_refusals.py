"""Every refusal names the rule and its source line, tells the numbers, and says what would satisfy the rule."""

import ast
from collections.abc import Iterator

import pytest

import activities.deciding  # noqa: F401 - it has a refusal of its own; the others come with test_errors
from domain.balances import ConservationError
from domain.duties import SamePersonError
from domain.errors import BadInputError, BridgefundError, RefusedError
from domain.fund_refusals import SecondTimeError, ShortfallError
from domain.project_money import OverContractError, TooEarlyError
from domain.requests import AnyRequest, CloseYear, to_body
from domain.rules.result import ReasonMissingError, RuleUnmetError
from tests.domain.county import DAY, County, claim, decision, line
from tests.domain.test_errors import all_errors, numbers_in
from tests.places import ROOT

HOUSES = ("domain", "activities")
REFUSALS = sorted(
    (e for e in all_errors(RefusedError) if e is not RefusedError and e.__module__.split(".")[0] in HOUSES),
    key=lambda e: e.__name__,
)
# A field that holds the line of a county's text, or the key that it leaves open.
OF_A_LINE = {"clause", "key"}
# A rule that no county's text states is shown as ours.
OF_THE_ENGINE = {"zh": "（引擎规则）", "en": "(the engine's rule)"}
NAMES_NO_RULE = {
    "NoSuchFundError": "what is not there runs under no rule yet",
    "NoSuchPlanError": "what is not there runs under no rule yet",
    "NoSuchProjectError": "what is not there runs under no rule yet",
    "NoSuchClaimError": "what is not there runs under no rule yet",
    "NoSuchSweepError": "what is not there runs under no rule yet",
    "NoSuchObligationError": "what is not there runs under no rule yet",
    "NoSuchDisclosureError": "what is not there runs under no rule yet",
    "NoSuchReportError": "what is not there runs under no rule yet",
    "NoSuchTrainingError": "what is not there runs under no rule yet",
    "NoPolicyError": "a county without a text has no line; the text is what it asks for",
}
TELLS_NOTHING = {
    "NotSampleError": "there is one store, and it is what it is",
}
# What a refusal says that must be, or may be at most, or comes first.
WOULD_SATISFY = {
    "zh": ("须", "先", "最多", "只能", "应为", "由 {needed} 办理", "直达合同单位 {contractor}", "现在的环节是 {open}"),
    "en": (
        "must",
        "first",
        "at most",
        "only",
        "wanted: ",
        "to correct it",
        "sign again",
        "another person",
        "is for the post {needed}",
        "its {record}",
        "nothing more is needed",
        "goes straight to the contractor {contractor}",
        "waits for {open}",
        "is at step {open}",
    ),
}


@pytest.mark.parametrize("error", REFUSALS, ids=lambda e: e.__name__)
def test_refusal_names_its_line_or_is_shown_as_ours(error: type[RefusedError]) -> None:
    ours = {language: mark in getattr(error, language) for language, mark in OF_THE_ENGINE.items()}
    assert len(set(ours.values())) == 1, "ours in one language only"
    names = bool(numbers_in(error.en) & OF_A_LINE) or ours["en"]
    assert names != (error.__name__ in NAMES_NO_RULE), NAMES_NO_RULE.get(error.__name__, "no line, and not ours")
    if ours["en"]:
        assert "clause" not in numbers_in(error.en), "ours, and a line of the county's"


@pytest.mark.parametrize("error", REFUSALS, ids=lambda e: e.__name__)
def test_refusal_tells_what_it_saw(error: type[RefusedError]) -> None:
    assert bool(numbers_in(error.en) - OF_A_LINE) != (error.__name__ in TELLS_NOTHING)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("error", REFUSALS, ids=lambda e: e.__name__)
def test_refusal_says_what_would_satisfy_it(error: type[RefusedError], language: str) -> None:
    assert any(words in getattr(error, language) for words in WOULD_SATISFY[language])


def test_no_exemption_outlives_its_refusal() -> None:
    assert {*NAMES_NO_RULE, *TELLS_NOTHING} <= {error.__name__ for error in REFUSALS}


# Where a refusal is raised. A field that is missing there would be an error in place of a refusal.


def raised() -> Iterator[tuple[str, type[BridgefundError], set[str]]]:
    """Yield each place in our code where an error is made, with the fields that it is given."""
    by_name = {e.__name__: e for e in all_errors(BridgefundError) if e.__init__ is BridgefundError.__init__}
    for path in sorted(p for house in HOUSES for p in (ROOT / house).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(node, ast.Call | ast.Raise):
                continue
            made = node.func if isinstance(node, ast.Call) else node.exc
            if isinstance(made, ast.Name) and made.id in by_name:
                given = {k.arg or "**" for k in node.keywords} if isinstance(node, ast.Call) else set()
                yield f"{path.relative_to(ROOT)}:{node.lineno}", by_name[made.id], given


RAISED = list(raised())


@pytest.mark.parametrize(("place", "error", "given"), RAISED, ids=lambda value: value if isinstance(value, str) else "")
def test_refusal_is_raised_with_every_field_of_its_text(
    place: str, error: type[BridgefundError], given: set[str]
) -> None:
    spread = "**" in given  # What is spread is checked where it is raised in a test of its own.
    named = given - {"**"}
    assert named <= numbers_in(error.en) if spread else named == numbers_in(error.en), f"{place}: {error.__name__}"


def test_every_refusal_is_raised_somewhere() -> None:
    # The fund's shortfall is handed to its balances, which raise it; a rule's finding makes the one of its two.
    assert {error for _, error, _ in RAISED} >= set(REFUSALS) - {ShortfallError, RuleUnmetError, ReasonMissingError}
    assert ConservationError in {error for _, error, _ in RAISED}
    assert BadInputError not in {error for _, error, _ in RAISED}, "it makes its own fields"


# What the words come to, for a reader


def said(
    county: County, error: type[RefusedError], kind: str, no: str, request: AnyRequest, post: str, *, person: str = ""
) -> dict[str, str]:
    """Return what a request is told in each language."""
    with pytest.raises(error) as caught:
        county.run(kind, no, request, county.act(to_body(request), post, person))
    return {language: caught.value.text(language) for language in ("zh", "en")}


def test_chinese_reader_is_told_the_step_that_comes_first(planned: County) -> None:
    planned.releases("F1", "P1")
    words = said(planned, TooEarlyError, "claim", "C1", claim(line(1)), "implementing_unit")
    assert words["zh"] == "报账 C1（progress）现在不能受理：须先 签订合同（sample, after MJ L7）"
    assert words["en"] == "claim C1 (progress) comes too early: a signed contract first (sample, after MJ L7)"


def test_claimant_is_told_how_much_may_be_claimed(building: County) -> None:
    building.lodges("C1", line(174_000_000))
    words = said(building, OverContractError, "claim", "C2", claim(line(600_001)), "implementing_unit")
    assert words["zh"] == (
        "报账 C2 使项目 A01 的报账达到 174600001 分，超过上限 174600000 分（合同价减质保金，sample, made up）；"
        "最多可报 600000 分"
    )
    assert words["en"].endswith("(the contract less retention, sample, made up); at most 600000 fen can be claimed")


def test_second_close_of_a_year_is_told_in_chinese(building: County) -> None:
    building.ask("fund", "F1", CloseYear(year=2023), "finance_section")
    words = said(building, SecondTimeError, "fund", "F1", CloseYear(year=2023), "finance_section")
    assert words["zh"] == f"2023 年结账已于 {DAY} 办理，只办一次，无须再办（sample, after JS L15）"


def test_rule_of_ours_is_told_as_ours(sample: County) -> None:
    sample.receives()
    sample.banks("A01")
    sample.drafts("P1", line(5))
    words = said(sample, SamePersonError, "plan", "P1", decision("M-1", DAY), "leading_group", person="p-drafter")
    assert "engine A-53" in words["zh"]
    assert "engine A-53" in words["en"]
