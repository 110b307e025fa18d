"""What a form forgives, and what it refuses: each error beside its field, all of them at once."""

from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.forms.faults import FormError
from console.forms.reading import filled, parsed
from console.forms.shapes import ROWS_MAX, TEXT_MAX, fields_of
from domain.claim_facts import ClaimPaper
from domain.correcting_requests import CorrectPlan
from domain.errors import BadInputError
from domain.ledger import Ledger
from domain.requests import (
    AnswerGate,
    AnswerStep,
    AnyRequest,
    ConfirmHousehold,
    DraftPlan,
    EnterIncome,
    EvaluateResult,
    LodgeClaim,
    RegisterProject,
    RuleObjection,
    SetLinkage,
    TakeReport,
)
from domain.rules.result import Basis
from domain.terms import Line
from doors.texts import speaking
from doors.vault import sealed_request

D = "0123456789abcdef" * 4
LODGED = {
    "project_no": ["S01"],
    "kind": ["advance"],
    "payee": ["样例公司"],
    "vouchers": [D],
    "lines.0.fund_no": ["F1"],
    "lines.0.pool": ["integrated"],
    "lines.0.project_no": ["S01"],
    "lines.0.amount_fen": ["12.5万"],
    "lines.0.amount_fen.unit": ["yuan"],
}


def wrong(request_type: Any, data: dict[str, list[str]]) -> dict[str, str]:
    with pytest.raises(FormError) as refused:
        parsed(request_type, data)
    assert all(error.zh and error.en for error in refused.value.errors)
    return {error.path: error.zh for error in refused.value.errors}


def test_a_claim_is_read_with_its_rows_whatever_their_numbers_and_empty_rows_are_left_out() -> None:
    data = LODGED | {
        "lines.3.fund_no": ["　F2 "],
        "lines.3.pool": ["integrated"],
        "lines.3.project_no": ["S01"],
        "lines.3.amount_fen": ["１２，５００．０１"],
        "lines.4.fund_no": [" "],
        "lines.4.amount_fen": [""],
        "lines.4.amount_fen.unit": ["wan"],
        "papers.0.kind": ["application"],
        "papers.0.digest": [D],
        "papers.0.digest.file": [""],
        "vouchers.file": [""],
        "_csrf": ["x"],
        "occurred_on": ["2023年4月1日"],
        "seen": [D],
    }
    request = parsed(LodgeClaim, data)
    assert request.lines == (Line("F1", "integrated", "S01", 12_500_000), Line("F2", "integrated", "S01", 1_250_001))
    assert request.papers == (ClaimPaper("application", D),)
    assert str(request.occurred_on) == "2023-04-01"
    assert request.seen == D


def test_every_error_is_said_at_once_beside_its_field() -> None:
    said = wrong(
        LodgeClaim,
        LODGED
        | {
            "payee": [""],
            "occurred_on": ["2023-02-29"],
            "lines.0.amount_fen": ["0.001"],
            "lines.7.fund_no": ["F2"],
            "evil": ["1"],
            "lines.0.evil": ["1"],
        },
    )
    assert set(said) == {
        "payee",
        "occurred_on",
        "lines.0.amount_fen",
        "lines.7.pool",
        "lines.7.project_no",
        "lines.7.amount_fen",
        "evil",
        "lines.0.evil",
    }
    assert said["payee"] == "请填写收款人"
    assert said["occurred_on"] == "2023 年 2 月只有 1 至 28 日"
    assert said["evil"] == "本表没有这一项"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("核\x00对", "空字符（U+0000）"),
        ("核\x07对", "控制字符（U+0007）"),
        ("核\u202e对", "看不见的文字方向符（U+202E）"),
        ("核\u200b对", "看不见的零宽字符（U+200B）"),
        ("核\ufeff对", "看不见的零宽字符（U+FEFF）"),
        ("核\u3164对", "看不见的字符（U+3164）"),
        ("核\ud800对", "U+D800"),
        ("核\U000e0041对", "U+E0041"),
        ("\u200b", "请填写事由"),
        ("\x00", "U+0000"),
        ("  　", "请填写事由"),
        ("字" * (TEXT_MAX + 1), "最多 4000 个"),
        ("字" * 1_000_000, "最多 4000 个"),
    ],
)
def test_what_nobody_can_see_or_would_write_is_refused_by_its_name(text: str, said: str) -> None:
    found = wrong(RuleObjection, {"number": ["1"], "upheld": ["yes"], "reason": [text]})
    assert said in found["reason"]
    assert set(found) == {"reason"}


@pytest.mark.parametrize(
    "text",
    ["=cmd|'/C calc'!A0", "'; DROP TABLE events; --", "<script>alert(1)</script>", "{{7*7}}", "../../etc/passwd"],
)
def test_what_is_only_dangerous_elsewhere_stays_as_it_was_written(text: str) -> None:
    request = parsed(TakeReport, {"words": [f"  {text}\r\n第二行 "]})
    assert request.words == f"{text}\n第二行"


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("0", "至少为 1"),
        ("-3", "不能为负数"),
        ("1.5", "不是整数"),
        ("1e3", "不是整数"),
        ("九", "不是整数"),
        ("²", "不是整数"),
        ("1" * 17, "最多为"),
        ("1" * 5000, "不是整数"),
        ("", "请填写带动户数"),
    ],
)
def test_a_number_is_refused_with_what_would_do(value: str, said: str) -> None:
    assert said in wrong(SetLinkage, {"mode": ["务工"], "households": [value]})["households"]


@pytest.mark.parametrize("value", ["1200", "1,200", "１２００", " 1200 ", "１，２００"])
def test_a_number_is_read_as_people_write_it(value: str) -> None:
    assert parsed(SetLinkage, {"mode": ["务工"], "households": [value]}).households == 1200


def test_bounds_of_a_number_that_may_be_left_out() -> None:
    data = {"year": ["2023"], "grade": ["良"]}
    assert parsed(EvaluateResult, data).score is None
    assert parsed(EvaluateResult, data | {"score": ["0"]}).score == 0
    assert wrong(EvaluateResult, data | {"score": ["101"]}) == {"score": "最多为 100"}
    assert wrong(EvaluateResult, data | {"year": ["1999"]}) == {"year": "至少为 2000"}
    assert wrong(EnterIncome, {"amount_fen": ["0"], "words": ["租金"]}) == {"amount_fen": "金额应大于 0"}


def test_a_field_that_comes_twice_a_forged_choice_and_a_forged_unit_are_refused() -> None:
    gate = {"gate": ["centre"], "approve": ["yes"]}
    assert wrong(AnswerGate, gate | {"gate": ["a", "b"]})["gate"] == "这一项填了不止一次"
    assert wrong(AnswerGate, gate | {"approve": ["maybe"]}) == {"approve": "请在所列各项中选择"}
    assert "单位" in wrong(LodgeClaim, LODGED | {"lines.0.amount_fen.unit": ["dollar"]})["lines.0.amount_fen"]


def test_too_many_rows_values_and_fields_are_refused_and_none_is_lost_in_a_flood() -> None:
    row = {"fund_no": "F1", "pool": "p", "project_no": "S01", "amount_fen": "1"}
    many = {f"lines.{n}.{name}": [value] for n in range(ROWS_MAX + 1) for name, value in row.items()}
    assert "最多 200 行" in wrong(LodgeClaim, LODGED | many)["lines"]
    assert "最多 200 行" in wrong(LodgeClaim, LODGED | {"vouchers": [D] * 201})["vouchers"]
    flood = wrong(LodgeClaim, LODGED | {f"x{n}": ["1"] for n in range(5000)})
    assert len(flood) == 20
    for name in ("lines.-1.pool", "lines.01.pool", "lines.１.pool", "lines.0", "lines", "lines.9999999.pool"):
        assert name in wrong(LodgeClaim, LODGED | {name: ["1"]}), name


def test_a_name_that_is_still_to_be_sealed_passes_and_a_mark_that_is_none_does_not() -> None:
    request = parsed(TakeReport, {"words": ["[[h-7:户主某]]反映路灯不亮"]})
    assert request.words == "[[h-7:户主某]]反映路灯不亮"
    household = {"household": ["[[h-7:户主某]]"], "group": ["g"], "operator": ["合作社"], "record": [D]}
    assert parsed(ConfirmHousehold, household).household == "[[h-7:户主某]]"
    assert parsed(ConfirmHousehold, {**household, "household": ["h-7"]}).household == "h-7"
    assert "不能是姓名" in wrong(ConfirmHousehold, {**household, "household": ["户主某"]})["household"]
    assert "[[" in wrong(TakeReport, {"words": ["【【h-7：户主某】】反映"]})["words"]


def test_leaving_a_list_out_of_a_correction_differs_from_emptying_it() -> None:
    assert parsed(CorrectPlan, {"reason": ["笔误"]}) == CorrectPlan(reason="笔误")
    assert parsed(CorrectPlan, {"reason": ["笔误"], "cuts.given": ["yes"]}) == CorrectPlan(reason="笔误", cuts=())


def test_a_quantity_is_a_count_or_an_amount_by_its_unit() -> None:
    def read(quantity: str, unit: str = "") -> int:
        row = {"bases.0.rule": ["splits.x"], "bases.0.quantity": [quantity], "bases.0.quantity.unit": [unit]}
        line = {name: value for name, value in LODGED.items() if name.startswith("lines")}
        (basis,) = parsed(DraftPlan, {"year": ["2023"], "title": ["计划"], **line, **row}).bases
        assert isinstance(basis, Basis)
        return basis.quantity

    assert read("120") == 120
    assert read("12.5万元") == read("12.5", "wan") == read("１２．５万") == read("125000", "yuan") == 12_500_000


def test_the_step_with_nothing_but_its_answer_and_an_instrument_left_empty() -> None:
    assert parsed(AnswerStep, {"step": ["build"], "approve": ["no"]}) == AnswerStep(step="build", approve=False)
    project = {"name": ["路"], "unit": ["某单位"], "budget_fen": ["10万"], "instrument.households": [" "]}
    assert parsed(RegisterProject, project).instrument is None
    assert set(wrong(RegisterProject, project | {"instrument.households": ["3"]})) == {"instrument.id"}


ANYTHING = st.one_of(
    st.text(max_size=30),
    st.sampled_from(
        ["yes", "no", D, "12.5万", "-1", "2026-02-30", "\0", "[[h-7:某]]", "9" * 30, "１", "\u202e", "=1+1"]
    ),
)


@settings(max_examples=1500, deadline=None)
@given(data=st.data(), request_type=st.sampled_from(get_args(AnyRequest)))
def test_whatever_is_handed_in_is_a_request_or_refused_with_words_and_what_is_read_reads_again(
    data: st.DataObject, request_type: type
) -> None:
    paths = [one.at(n).path for field in fields_of(request_type) for one in (field, *field.fields) for n in (0, 2)]
    names = st.sampled_from([*paths, *(f"{path}.unit" for path in paths)]) | st.text(max_size=10)
    handed_in = data.draw(st.dictionaries(names, st.lists(ANYTHING, max_size=2), max_size=12))
    needed = {field.path: ["yes"] for field in fields_of(request_type) if field.required and data.draw(st.booleans())}
    found = or_refusal(request_type, needed | handed_in)
    if isinstance(found, FormError):
        with speaking("en"):
            assert found.errors
            assert all(error.words and error.zh for error in found.errors)
    else:
        assert parsed(request_type, filled(found)) == found
        assert "\0" not in str(found)


def or_refusal(request_type: type, data: dict[str, list[str]]) -> Any:
    """Return the request, or the refusal; any other error fails the test."""
    try:
        return parsed(request_type, data)
    except FormError as e:
        return e


def test_what_a_form_reads_is_sealed_at_the_door(tmp_path: Any) -> None:
    with Ledger(f"sqlite:///{tmp_path / 'store.db'}") as ledger:
        request = parsed(TakeReport, {"words": ["编号 [[h-7]] 未封存"]})
        sealed = sealed_request(ledger, request, keep=False)
        assert "[[" not in sealed.words
        with pytest.raises(BadInputError):
            sealed_request(ledger, parsed(TakeReport, {"words": ["[[h-7:\u3000]]反映"]}), keep=False)
