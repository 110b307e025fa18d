"""The acts of a sample year: read with their faults named, and played by a post's holder on their day."""

from datetime import date
from pathlib import Path

import pytest

from domain.errors import BadInputError
from domain.requests import WithdrawMoney
from simulation.acts import load_acts, load_open

LAST_DAY = date(2022, 12, 31)
ACT = """
[[acts]]
on = 2022-03-05
case = "fund/F1"
post = "finance_section"
request = "fund.withdraw/1"
[acts.fields]
pool = "integrated"
amount_fen = 100
document_no = "样例〔2022〕9号"
occurred_on = 2022-03-04
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "acts.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_an_act_is_read_with_its_day_its_post_and_what_is_asked(tmp_path: Path) -> None:
    (act,) = load_acts(written(tmp_path, ACT))
    assert (act.on, act.kind, act.no, act.post, act.decides) == (
        date(2022, 3, 5), "fund", "F1", "finance_section", False
    )  # fmt: skip
    assert act.request == WithdrawMoney(
        pool="integrated", amount_fen=100, document_no="样例〔2022〕9号", occurred_on=date(2022, 3, 4)
    )


def test_acts_happen_in_the_order_of_their_days_and_on_one_day_as_written(tmp_path: Path) -> None:
    later, same = ACT.replace("2022-03-05", "2022-04-01"), ACT.replace("F1", "F2")
    acts = load_acts(written(tmp_path, later + ACT + same))
    assert [(act.on.month, act.no) for act in acts] == [(3, "F1"), (3, "F2"), (4, "F1")]


def test_a_folder_without_acts_has_none(tmp_path: Path) -> None:
    assert load_acts(tmp_path / "acts.toml") == ()


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("fund/F1", "funds/F1", "acts.0.case"),
        ("fund/F1", "plan/F1", "fund.withdraw/1 is not for a plan"),
        ("fund.withdraw/1", "fund.take/1", "acts.0.request: fund.take/1"),
        ("amount_fen = 100", "amount_fen = '100'", "amount_fen"),
        ("on = 2022-03-05", "on = '2022-03-05'", "acts.0.on"),
        ("on = 2022-03-05", "on = 2022-03-05\nby = 'x'", "acts.0.by"),
        ("[acts.fields]", "[acts.fields]\ntype = 'fund.report/1'", "what is asked stands in `request`"),
        ("[[acts]]", "[[acts]", "acts.toml"),
    ],
)
def test_a_fault_is_named_with_the_act_and_its_field(tmp_path: Path, before: str, after: str, said: str) -> None:
    assert before in ACT
    with pytest.raises(BadInputError, match=r"acts\.toml") as e:
        load_acts(written(tmp_path, ACT.replace(before, after, 1)))
    assert said in str(e.value)


def test_what_is_left_open_is_asked_on_the_last_day_and_as_written(tmp_path: Path) -> None:
    first = ACT.replace("on = 2022-03-05\n", "")
    file = written(tmp_path, first + first.replace("F1", "F2"))
    acts = load_open(file, LAST_DAY)
    assert [(act.on, act.no) for act in acts] == [(LAST_DAY, "F1"), (LAST_DAY, "F2")]
    assert load_open(tmp_path / "open.toml", LAST_DAY) == ()
    with pytest.raises(BadInputError, match=r"acts\.0\.on"):
        load_open(written(tmp_path, ACT), LAST_DAY)
