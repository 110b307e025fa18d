"""Every refusal says the same in both languages of the product."""

import re
from pathlib import Path
from string import Formatter

import pytest

import domain.ledger
import domain.procedures
import domain.signature  # noqa: F401 - every module that defines an error is imported with these three
from domain.errors import BadInputError, BridgefundError, ContendedError, RefusedError, UnreadableFactError
from domain.procedures.asking import NoRuleStatedError
from domain.words import in_chinese
from tests.places import ROOT


def all_errors(root: type[BridgefundError]) -> list[type[BridgefundError]]:
    return [root, *(error for child in root.__subclasses__() for error in all_errors(child))]


ERRORS = sorted(
    (e for e in all_errors(BridgefundError) if e.__module__.startswith("domain.")), key=lambda e: e.__name__
)


def numbers_in(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize("error", ERRORS, ids=lambda e: e.__name__)
def test_refusal_tells_the_same_numbers_in_both_languages(error: type[BridgefundError]) -> None:
    assert numbers_in(error.zh) == numbers_in(error.en)
    assert error.__doc__


@pytest.mark.parametrize(
    "error", [e for e in ERRORS if issubclass(e, RefusedError) and e is not RefusedError], ids=lambda e: e.__name__
)
def test_refusal_has_words_of_its_own_in_chinese(error: type[RefusedError]) -> None:
    assert error.zh != RefusedError.zh
    assert any("一" <= letter <= "鿿" for letter in error.zh)
    assert not any("一" <= letter <= "鿿" for letter in error.en)


def test_errors_are_told_apart_by_what_to_do_next() -> None:
    for error in (BadInputError, ContendedError, UnreadableFactError):
        assert not issubclass(error, RefusedError)
    assert ContendedError(attempts=5, streams="a/fund/F1").text("zh-CN") == "其他写入抢先了 5 次，请重试：a/fund/F1"
    assert BadInputError("amount_fen", "-1 is not above zero").text("en") == "amount_fen: -1 is not above zero"


@pytest.mark.parametrize("path", sorted((ROOT / "domain").rglob("*.py")), ids=lambda path: path.name)
def test_every_phrase_that_names_an_act_has_its_chinese(path: Path) -> None:
    acts = r'needs_post\([^"\n]*"([a-z][^"]+)"|question="([^"]+)"|_once\("([^"]+)"'
    named = re.findall(acts, path.read_text("utf-8"))
    for phrase in (found for match in named for found in match if found):
        assert in_chinese(phrase) != phrase, phrase


def test_chinese_refusal_has_no_english_phrase() -> None:
    error = NoRuleStatedError(question="who: draft a plan?", key="ML L15")
    assert error.text("zh").startswith("未规定：“拟定计划”由谁办理？（ML L15）")
    assert error.text("en").startswith("no rule stated: who: draft a plan? (ML L15)")
